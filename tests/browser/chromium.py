"""Debian's Chromium without a window, driven over DevTools through two pipes: no driver, no port, no library."""

from __future__ import annotations

import fcntl
import json
import os
import select
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless=new",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    # A page that asks another machine for anything gets nothing, and the name server is not asked either.
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--remote-debugging-pipe",
)
_READS, _WRITES = 3, 4
"""The descriptors on which Chromium takes commands and answers them."""
_ABOVE = 16


class DevToolsError(Exception):
    """Chromium refused a command, fell silent or is gone."""


def program() -> str | None:
    """The path of a Chromium; None when there is none."""
    return next((path for name in PROGRAMS if (path := shutil.which(name))), None)


class Chromium:
    """A running browser. ``events``: what it has told unasked, in order."""

    def __init__(self, commands: int, answers: int, log: Path) -> None:
        self.events: list[dict[str, Any]] = []
        self._answers, self._log = answers, log
        self._commands = os.fdopen(commands, "wb")
        self._number, self._rest = 0, b""

    def call(self, method: str, session: str | None = None, seconds: float = 60, **params: Any) -> dict[str, Any]:
        """The result of one command; :class:`DevToolsError` when it is refused or not answered in time."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if session is not None:
            message["sessionId"] = session
        self._commands.write(json.dumps(message).encode() + b"\0")
        self._commands.flush()
        end = time.monotonic() + seconds
        while (answer := self._message(end, method)).get("id") != self._number:
            self.events.append(answer)
        if "error" in answer:
            raise DevToolsError(f"{method}: {answer['error']['message']}")
        return dict(answer["result"])

    def wait_for(self, event: str, session: str, seconds: float = 60) -> None:
        """Return once ``event`` is among those told in ``session``."""
        end = time.monotonic() + seconds
        while not any(told["method"] == event and told.get("sessionId") == session for told in self.events):
            self.events.append(self._message(end, event))

    def _message(self, end: float, what: str) -> dict[str, Any]:
        while b"\0" not in self._rest:
            if not select.select([self._answers], [], [], max(0.0, end - time.monotonic()))[0]:
                raise DevToolsError(f"{what}: no answer in time; {self._said()}")
            chunk = os.read(self._answers, 1 << 20)
            if not chunk:
                raise DevToolsError(f"{what}: Chromium has ended; {self._said()}")
            self._rest += chunk
        message, _, self._rest = self._rest.partition(b"\0")
        return dict(json.loads(message))

    def _said(self) -> str:
        return self._log.read_text(errors="replace")[-2000:]


@contextmanager
def chromium(path: str, folder: Path) -> Iterator[Chromium]:
    """A browser with a profile of its own in ``folder``, ended with all of its processes."""
    commands, answers, log = _pipe(), _pipe(), folder / "chromium.log"
    flags = [*FLAGS, f"--user-data-dir={folder / 'profile'}"]
    if os.geteuid() == 0:
        # Chromium's sandbox is not for root.
        flags.append("--no-sandbox")

    def connect() -> None:
        os.dup2(commands[0], _READS)
        os.dup2(answers[1], _WRITES)

    with log.open("wb") as out:
        process = subprocess.Popen(
            [path, *flags],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            env={**os.environ, "HOME": str(folder)},
            pass_fds=(_READS, _WRITES),
            preexec_fn=connect,
            start_new_session=True,
        )
    os.close(commands[0])
    os.close(answers[1])
    browser = Chromium(commands[1], answers[0], log)
    try:
        yield browser
    finally:
        with suppress(DevToolsError, BrokenPipeError):
            browser.call("Browser.close", seconds=10)
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        os.close(answers[0])


def _pipe() -> tuple[int, int]:
    """A pipe whose ends are not where Chromium's will be put."""
    ends = os.pipe()
    moved = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, _ABOVE) for end in ends]
    for end in ends:
        os.close(end)
    return moved[0], moved[1]
