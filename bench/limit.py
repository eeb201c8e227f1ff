"""What no run can be faster than: the time that Exchange itself takes, with K sessions never idle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Delays:
    """What the endpoint takes: ``cmdlet`` and ``opening`` in seconds, with ``sessions`` side by side."""

    cmdlet: float
    opening: float
    sessions: int

    def limit(self, writes: int, reads: int) -> float:
        """Seconds for ``writes`` and ``reads`` cmdlets over all sessions, none of which is ever idle."""
        return self.opening + (writes + reads) * self.cmdlet / self.sessions


@dataclass(frozen=True)
class Ran:
    """What the endpoint's journal says of one run. ``read_back_seconds`` is what came after the last write."""

    writes: int
    reads: int
    read_back_seconds: float


def ran(journal: Sequence[Mapping[str, Any]]) -> Ran:
    """The counts in a journal that holds one run and at least one write."""
    writing = [at for at, record in enumerate(journal) if not str(record["cmdlet"]).startswith("Get-")]
    if not writing:
        raise ValueError("the run has written nothing")
    last = writing[-1]
    seconds = (_time(journal[-1]) - _time(journal[last])).total_seconds()
    return Ran(len(writing), len(journal) - len(writing), seconds)


def _time(record: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(str(record["time"]))
