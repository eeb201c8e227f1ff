"""What the waves of a plan come to, in numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from bma.campaign.boxes import Candidate
from bma.campaign.traits import Days


@dataclass(frozen=True)
class Load:
    """One wave in numbers. ``calls`` are thousandths of a call; ``reseaux`` and ``bassins`` count its boxes."""

    boxes: int
    kinds: Mapping[str, int]
    bytes: int
    calls: int
    reseaux: Mapping[str, int]
    bassins: Mapping[str, int]


def loads_of(boxes: Iterable[Candidate], day_of: Mapping[str, date], days: Days) -> dict[date, Load]:
    """Day → the load of its wave."""
    held: dict[date, list[Candidate]] = {}
    for box in boxes:
        if box.name in day_of:
            held.setdefault(day_of[box.name], []).append(box)
    return {day: _load(own, days) for day, own in held.items()}


def _load(boxes: list[Candidate], days: Days) -> Load:
    return Load(
        len(boxes),
        Counter(box.kind for box in boxes),
        sum(box.bytes for box in boxes),
        sum(days.of(box.groups).calls for box in boxes),
        Counter(box.reseau for box in boxes),
        Counter(box.bassin for box in boxes),
    )
