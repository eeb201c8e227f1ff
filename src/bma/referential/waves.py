"""The wave file: which box moves in which wave, and on which day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from bma.documents import Document
from bma.errors import DocumentError
from bma.referential.exclusions import day
from bma.referential.fase_number import Key, box_key, local_part
from bma.referential.judged import load_judged


@dataclass(frozen=True)
class Wave:
    """One wave. ``boxes``: (kind, number) → the ``file:line`` that puts the box into it.

    ``campaign`` names the campaign of the file, None when it was written by hand. ``promised``: names of the boxes
    whose holder was told this day.
    """

    label: str
    date: date
    boxes: dict[Key, str]
    campaign: str | None = None
    pilot: bool = False
    promised: frozenset[str] = frozenset()

    @property
    def names(self) -> list[str]:
        """The names of its boxes, in the order of the file."""
        return [local_part(*key) for key in self.boxes]


@dataclass(frozen=True)
class WaveFile:
    """All that the file says. ``start``: the day that the campaign was moved to. ``corrections``: box → the day its
    holder was told before it was moved, and why it was moved."""

    campaign: str | None = None
    start: date | None = None
    waves: tuple[Wave, ...] = ()
    corrections: dict[str, tuple[date, str]] = field(default_factory=dict)


def read_waves(path: Path | None) -> list[Wave]:
    """The waves of the file, in its order; none when there is no file. Raises as :func:`read_wave_file` does."""
    return [] if path is None else list(read_wave_file(path).waves)


def read_wave_file(path: Path) -> WaveFile:
    """The wave file.

    Raises :class:`~bma.errors.DocumentError` for a file that breaks its schema, a day that does not exist,
    or a box that is in two waves (or twice in one).
    """
    document = load_judged(path, "waves")
    said: dict[str, Any] = document.value
    seen: dict[Key, tuple[str, str]] = {}
    waves = tuple(_wave(document, label, seen) for label in said["waves"])
    corrections = {
        box: (day(document, ("corrections", box, "promised"), entry["promised"]), entry["reason"])
        for box, entry in said.get("corrections", {}).items()
    }
    start = day(document, ("start",), said["start"]) if "start" in said else None
    return WaveFile(said.get("campaign"), start, waves, corrections)


def _wave(document: Document, label: str, seen: dict[Key, tuple[str, str]]) -> Wave:
    said: dict[str, Any] = document.value["waves"][label]
    boxes: dict[Key, str] = {}
    for index, box in enumerate(said["boxes"]):
        where = document.where(("waves", label, "boxes", index))
        key = box_key(box)
        assert key is not None, "the schema lets box names only"
        if key in seen:
            other, first = seen[key]
            raise DocumentError(
                f"{box} is in wave {label} and already in wave {other} ({first})",
                where=where,
                hint="A box moves once: keep it in one wave",
            )
        seen[key] = label, where
        boxes[key] = where
    return Wave(
        label,
        day(document, ("waves", label, "date"), said["date"]),
        boxes,
        document.value.get("campaign"),
        said.get("pilot", False),
        _promised(said),
    )


def _promised(said: dict[str, Any]) -> frozenset[str]:
    told = said["boxes"] if said.get("promised") == "all" else said.get("promised", ())
    return frozenset(told).difference(said.get("promised_except", ()))
