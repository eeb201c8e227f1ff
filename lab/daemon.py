"""The endpoint as a process of its own: started in the background, found again, ended."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import lab
from lab.exchange.channel import LabDownError, LabError, ask

START_TIMEOUT = 20.0
STOP_TIMEOUT = 20.0


def serve(directory: Path, options: dict[str, Any]) -> int:
    """Run the endpoint in this process until SIGTERM, SIGINT or `lab down`; the exit status."""
    # Only the serving process needs the endpoint; every other command answers without loading it.
    from lab.exchange.control import ControlServer
    from lab.exchange.lab import ExchangeLab
    from lab.smtp.sink import SmtpSink

    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("lab").setLevel(logging.INFO)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    smtp_port = options.pop("smtp_port", 0)
    try:
        endpoint = ExchangeLab(directory, on_die=_die, **options)
        endpoint.start()
        relay = SmtpSink(directory, port=smtp_port).start()
    except (LabError, ValueError, OSError) as error:
        print(f"lab: {error}", file=sys.stderr)
        return 1
    control = ControlServer(endpoint, ended.set)
    control.start()
    endpoint.write_endpoint_file()
    logging.getLogger("lab").info("serving %s and %s", endpoint.https_uri, endpoint.http_uri)
    ended.wait()
    control.stop()
    relay.stop()
    endpoint.stop()
    (directory / "endpoint.json").unlink(missing_ok=True)
    logging.getLogger("lab").info("ended")
    return 0


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(60)  # nothing more must be done by this thread before the kernel acts


def start(directory: Path, arguments: list[str]) -> dict[str, Any]:
    """Start the endpoint in the background and wait until it answers; LabError says why it does not."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    log = directory / "lab.log"
    begin = log.stat().st_size if log.exists() else 0
    package_parent = Path(lab.__file__).resolve().parent.parent
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "lab", "serve", "--dir", str(directory.resolve()), *arguments],
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True, cwd=package_parent,
        )  # fmt: skip
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        if process.poll() is not None:
            said = log.read_bytes()[begin:].decode(errors="replace").strip().splitlines()
            raise LabError(said[-1].removeprefix("lab: ") if said else "the endpoint ended at once")
        status = running(directory)
        if status is not None and status["pid"] == process.pid:
            return status
        time.sleep(0.05)
    process.kill()
    raise LabError(f"the endpoint did not answer within {START_TIMEOUT:.0f} s; see {log}")


def running(directory: Path) -> dict[str, Any] | None:
    """The status of the endpoint of this directory; None when it is down."""
    try:
        return ask(directory, "status", timeout=10.0)
    except LabDownError:
        return None


def stop(directory: Path) -> bool:
    """End the endpoint and wait until its process is gone; False when there was none."""
    pid = _known_pid(directory)
    try:
        ask(directory, "down", timeout=10.0)
    except LabDownError:
        if pid is None or not _is_ours(pid, directory):
            return False
        os.kill(pid, signal.SIGTERM)
    if pid is not None:
        _await_end(pid, directory)
    return True


def _known_pid(directory: Path) -> int | None:
    try:
        return int(json.loads((directory / "endpoint.json").read_text())["pid"])
    except (OSError, ValueError, KeyError):
        return None


def _is_ours(pid: int, directory: Path) -> bool:
    """Whether the process is still this directory's endpoint: pids are given again."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z" and b"serve" in words and os.fsencode(directory.resolve()) in words


def _await_end(pid: int, directory: Path) -> None:
    deadline = time.monotonic() + STOP_TIMEOUT
    while _is_ours(pid, directory):
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
            deadline += STOP_TIMEOUT
        time.sleep(0.02)
