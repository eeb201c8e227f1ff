"""The exclude file: boxes that do not exist, or that nobody may touch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bma.documents import Document
from bma.errors import DocumentError
from bma.referential.fase_number import Key, box_key
from bma.referential.judged import load_judged
from bma.referential.text import clean


@dataclass(frozen=True)
class Exclusion:
    """One box left out, until the end of the day ``until`` (None: for good)."""

    box: str
    reason: str
    until: date | None
    where: str

    def holds(self, today: date) -> bool:
        """Whether the box is left out on the day ``today``."""
        return self.until is None or today <= self.until

    def to_dict(self) -> dict[str, str | None]:
        """The exclusion as plain values, for JSON."""
        until = self.until.isoformat() if self.until else None
        return {"box": self.box, "reason": self.reason, "until": until, "where": self.where}


def read_exclusions(paths: Iterable[Path]) -> dict[Key, Exclusion]:
    """Read every exclude file: (kind, number) → exclusion.

    Raises :class:`~bma.errors.DocumentError` for a file that breaks its schema, a day that does not exist,
    or a box that is excluded twice.
    """
    found: dict[Key, Exclusion] = {}
    for path in paths:
        document = load_judged(path, "exclude")
        for index, entry in enumerate(document.value or []):
            until = day(document, (index, "until"), entry["until"]) if "until" in entry else None
            exclusion = Exclusion(entry["box"], clean(entry["reason"]), until, document.where((index,)))
            key = box_key(entry["box"])
            assert key is not None, "the schema lets box names only"
            first = found.setdefault(key, exclusion)
            if first is not exclusion:
                raise DocumentError(f"{exclusion.box} is excluded twice, first at {first.where}", where=exclusion.where)
    return found


def day(document: Document, location: tuple[str | int, ...], text: str) -> date:
    """The day written ``2026-01-05``; raises :class:`~bma.errors.DocumentError` when there is no such day."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise DocumentError(f"there is no day {text}", where=document.where(location)) from error
