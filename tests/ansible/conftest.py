"""Playbooks run as an operator runs them, against an Exchange of the test's own."""

from __future__ import annotations

import contextlib
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from lab import ExchangeLab


@dataclass(frozen=True)
class Ran:
    """A playbook that has run: exit status, what was printed, and the counts of its summary."""

    status: int
    output: str

    @property
    def boxes(self) -> dict[str, int]:
        """``{"created": 12, "changed": 0, …}`` from the summary line; empty where there was none."""
        line = re.search(r"(?m)^(\d+ (?:would be )?created, .*)$", self.output)
        parts = line[1].replace("not reached", "missed").split(", ") if line else []
        return {part.rpartition(" ")[2]: int(part.split()[0]) for part in parts}


def organized(exchange: ExchangeLab) -> None:
    """Give the test's Exchange what the shipped policy names, without a trace in its journal."""
    made = exchange.console("New-RoleAssignmentPolicy -Name 'BMA Role Assignment Policy'")
    assert not made.errors, made.errors
    exchange.clear_journal()


@pytest.fixture
def wave(ansible: Callable[..., subprocess.CompletedProcess[str]], exchange: ExchangeLab) -> Callable[..., Ran]:
    """``wave("--check", …)``: run ``playbooks/wave.yml`` on the test's Exchange, wave 01 unless a limit is given.

    The organisation is as ``playbooks/organization.yml`` leaves it, as far as boxes need it.
    """
    organized(exchange)

    def run(*options: object, playbook: str = "playbooks/wave.yml", **more: float) -> Ran:
        said = [] if any(str(option).startswith(("--limit", "-e=wave", "wave=")) for option in options) else ["wave=01"]
        chosen = [part for name in said for part in ("-e", name)]
        here = ["-e", f"bma_lab_dir={exchange.state_dir}", "-e", f"exchange_uri={exchange.https_uri}"]
        done = ansible("playbook", playbook, *chosen, *here, *options, **more)
        return Ran(done.returncode, done.stdout + done.stderr)

    return run


def keepers(runtime: Path) -> set[psutil.Process]:
    """The session keepers that were started with ``runtime`` as their runtime directory, and no others."""
    found = set()
    for process in psutil.process_iter(["cmdline"]):
        with contextlib.suppress(psutil.Error):
            ours = process.environ().get("XDG_RUNTIME_DIR") == str(runtime)
            if ours and "bma.exchange.keeper" in (process.info["cmdline"] or []):
                found.add(process)
    return found
