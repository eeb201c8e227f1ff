"""Who is sending: so that what a dead process has left behind is told from what a living one is doing."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bma.store import Delivery

LEASE = timedelta(minutes=20)
"""Longer than one mail can take: every answer of a relay is waited for with a timeout of ten minutes at most."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Owner:
    """A process that sends. ``now`` is the real clock: leases are about processes, not about campaigns."""

    name: str
    now: Callable[[], datetime] = _now

    def lease(self) -> datetime:
        """Until when a delivery that is taken in hand now is this process's."""
        return self.now() + LEASE

    def abandoned(self, delivery: Delivery) -> bool:
        """Whether the process that was sending it is gone, or has had more time than it can have needed."""
        if delivery.lease_until is not None and delivery.lease_until < self.now():
            return True
        host, _, process = (delivery.owner or "").partition(" ")
        if host != self.name.partition(" ")[0]:
            return delivery.owner is None
        return delivery.owner == self.name or not _lives(process)


def this_process() -> Owner:
    """The process that asks, told apart from a later one with the same number by when it was started."""
    pid = os.getpid()
    return Owner(f"{_machine()} {pid} {_started(pid)}")


def _machine() -> str:
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        boot = "?"
    return f"{socket.gethostname()}/{boot}"


def _started(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


def _lives(process: str) -> bool:
    pid, _, started = process.partition(" ")
    if not pid.isdigit():
        return False
    return bool(started) and _started(int(pid)) == started
