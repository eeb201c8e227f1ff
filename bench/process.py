"""A command run to its end, and what it took."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


class BenchError(Exception):
    """What is measured did not do what it should: its time means nothing."""


@dataclass(frozen=True)
class Cost:
    """``seconds`` of wall clock; ``cpu`` seconds of the command and of all its children that it waited for."""

    seconds: float
    cpu: float
    output: str = ""


def run(command: Sequence[str], log: Path, environment: Mapping[str, str] | None = None) -> Cost:
    """Run ``command`` in the checkout, its output in ``log``. Raises :class:`BenchError` when it fails."""
    began = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | (environment or {}),
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
        )
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.terminate()
            process.wait()
            raise
    seconds = time.monotonic() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    text = log.read_text(errors="replace")
    if process.returncode:
        raise BenchError(f"{' '.join(command)} ended with {process.returncode}:\n{text[-2000:]}")
    return Cost(seconds, usage.ru_utime + usage.ru_stime, text)


def run_module(module: str, log: Path, *arguments: str) -> dict[str, Any]:
    """Run ``python -m module`` in a process of its own; what it printed last, as JSON."""
    lines = run([sys.executable, "-m", module, *arguments], log).output.strip().splitlines()
    answer: dict[str, Any] = json.loads(lines[-1])
    return answer
