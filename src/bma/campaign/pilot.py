"""The pilot: a sample that is like the whole in kind, réseau, niveau, bassin and size."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from bma.campaign.board import Board, Item

DIMENSIONS = ("kind", "réseau", "niveau", "bassin", "size")

Features = tuple[str, ...]


def fill_pilot(board: Board, lot: int, everybody: Sequence[Item], free: Iterable[Item]) -> None:
    """Put items of ``free`` into ``lot`` until it holds as many boxes as it should, or nothing more fits.

    Each pick is of the stratum that the sample lacks most, seen from all dimensions at once; within a stratum the
    stable rank decides. ``everybody`` is what the sample must be like.
    """
    wanted = board.lots[lot].boxes
    bounds = size_bounds(everybody)
    whole = Counter(mark for item in everybody for mark in enumerate(features(item, bounds)))
    held = Counter(mark for item in board.held[lot].values() for mark in enumerate(features(item, bounds)))
    strata: dict[Features, list[Item]] = {}
    for item in sorted(free, key=lambda item: (item.rank, item.name), reverse=True):
        strata.setdefault(features(item, bounds), []).append(item)
    while strata and board.boxes[lot] < wanted:
        best = max(strata, key=lambda key: (_lack(key, whole, held, wanted, len(everybody)), key))
        item = strata[best].pop()
        if not strata[best]:
            del strata[best]
        if board.fits(item, lot):
            board.put(item, lot)
            held.update(enumerate(best))


def features(item: Item, bounds: Sequence[int]) -> Features:
    """The values of one box in the order of :data:`DIMENSIONS`; the size as the fifth of all boxes it is in."""
    box = item.members[0]
    fifth = sum(box.bytes > bound for bound in bounds)
    return box.kind, box.reseau, box.niveau, box.bassin, str(fifth)


def size_bounds(items: Sequence[Item]) -> list[int]:
    """The four sizes that part all boxes into fifths, as far as sizes differ."""
    sizes = sorted(item.bytes for item in items)
    return sorted({sizes[len(sizes) * part // 5] for part in range(1, 5)} - {sizes[-1]}) if sizes else []


def _lack(
    key: Features, whole: Counter[tuple[int, str]], held: Counter[tuple[int, str]], wanted: int, of: int
) -> float:
    """How many boxes of these values the sample should have and has not, summed over the dimensions."""
    return sum(whole[mark] * wanted / of - held[mark] for mark in enumerate(key))
