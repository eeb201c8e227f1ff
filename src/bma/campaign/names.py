"""Names of waves: numbers in the order of the days at first, and never another name for the same day."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import count

_NUMBER = re.compile(r"[0-9]+")


def wave_names(days: Sequence[date], known: Mapping[date, str]) -> dict[date, str]:
    """Day → name, for all ``days`` of a campaign. ``known`` are names that days have already.

    A new day between two waves takes a number that is free between theirs, else the number of the wave before it
    with a letter; a new day after all waves the next number.
    """
    order = sorted(days)
    if not known:
        width = max(2, len(str(len(order))))
        return {day: f"{number:0{width}d}" for number, day in enumerate(order, start=1)}
    names = {day: known[day] for day in order if day in known}
    for day in order:
        if day not in names:
            names[day] = _new(day, {**dict(known), **names})
    return names


def _new(day: date, names: Mapping[date, str]) -> str:
    taken = set(names.values())
    before = [names[other] for other in sorted(names) if other < day]
    after = [names[other] for other in sorted(names) if other > day]
    return next(name for name in _candidates(before, after) if name not in taken)


def _candidates(before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    width = max([2, *(len(name) for name in (*before, *after) if _NUMBER.fullmatch(name))])
    lower = max((int(name) for name in before if _NUMBER.fullmatch(name)), default=0)
    upper = min((int(name) for name in after if _NUMBER.fullmatch(name)), default=None)
    if upper is None:
        yield from (f"{number:0{width}d}" for number in count(lower + 1))
    else:
        yield from (f"{number:0{width}d}" for number in range(lower + 1, upper))
    yield from (f"{lower:0{width}d}{letters}" for letters in _letters())


def _letters() -> Iterator[str]:
    alphabet = "abcdefghijklmnopqrstuvwxyz"
    yield from alphabet
    yield from (first + second for first in alphabet for second in _letters())
