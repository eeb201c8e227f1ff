"""The lab endpoint in a process of its own, so that it does not share an interpreter with what is measured."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from bench.process import ROOT, BenchError


class Endpoint:
    """One lab, up inside the ``with`` and gone after it, whatever happens there."""

    def __init__(self, folder: Path, *, session_quota: int = 18) -> None:
        """``folder`` is the lab's state directory; ``session_quota`` the sessions an account may have open."""
        self.folder = folder
        self._quota = session_quota

    def __enter__(self) -> Endpoint:
        ports = ("--https-port", "0", "--http-port", "0")
        self._lab("up", *ports, "--session-quota", str(self._quota))
        self._organize()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lab("down")

    @property
    def uri(self) -> str:
        """Where it answers, over HTTPS."""
        return str(json.loads((self.folder / "endpoint.json").read_text())["https_uri"])

    @property
    def ca_file(self) -> Path:
        """The authority of its certificate."""
        return self.folder / "ca.pem"

    def password_file(self, account: str) -> Path:
        """The password of ``migration`` or ``audit``."""
        return self.folder / f"{account}.password"

    def knob(self, name: str, value: float) -> None:
        """Turn a knob; latencies are in milliseconds."""
        self._lab("knob", name, str(value))

    def seed(self, boxes: Iterable[Mapping[str, Any]]) -> None:
        """Fill the directory without running cmdlets."""
        self._with_list(boxes, "seed", "--boxes")

    def plant(self, plants: Iterable[Mapping[str, Any]]) -> None:
        """Do to boxes what holders do to them."""
        self._with_list(plants, "plant")

    def reset(self) -> None:
        """A directory without boxes and an empty journal."""
        self._lab("reset")
        self._organize()

    def requests(self) -> int:
        """HTTP requests since it is up."""
        return int(json.loads(self._lab("status", "--json"))["counters"]["http_requests"])

    def forget(self) -> None:
        """Empty the journal."""
        self._lab("journal", "--clear")

    def journal(self) -> list[dict[str, Any]]:
        """Every cmdlet that ran since the last reset, in the order of execution."""
        return [json.loads(line) for line in self._lab("journal", "--json").splitlines()]

    def _organize(self) -> None:
        """Give the organisation what the shipped policy names."""
        self._lab("console", "New-RoleAssignmentPolicy -Name 'BMA Role Assignment Policy'")
        self.forget()

    def _with_list(self, items: Iterable[Mapping[str, Any]], *words: str) -> None:
        with tempfile.NamedTemporaryFile("w", suffix=".json", dir=self.folder) as file:
            json.dump(list(items), file)
            file.flush()
            self._lab(*words, file.name)

    def _lab(self, *words: str) -> str:
        command = [sys.executable, "-m", "lab", words[0], "--dir", str(self.folder), *words[1:]]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise BenchError(f"lab {words[0]}: {done.stderr.strip()}")
        return done.stdout
