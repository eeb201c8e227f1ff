"""Boxes of a PO that are to move on the same day become one item."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from bma.campaign.board import Item
from bma.campaign.lots import Lot

_FIXED_WEIGHS = 1000
"""A box whose day is promised outweighs any number of others of its PO."""


def bundled(waiting: Iterable[Item], everybody: Sequence[Item], lots: Sequence[Lot], at_most: int | None) -> list[Item]:
    """``waiting`` with the boxes of one PO and period made one item, unless the PO has more boxes than ``at_most``.

    A bundle goes where most of it is already; what is fixed of the PO (among ``everybody``) counts most. Boxes of a PO
    that have no day in common stay apart.
    """
    anchors: dict[int, Counter[int]] = {}
    for item in everybody:
        if item.fixed and item.po is not None and item.lot is not None and not lots[item.lot].pilot:
            anchors.setdefault(item.po, Counter())[item.lot] += 1
    large = Counter(item.po for item in everybody)
    found: list[Item] = []
    for group in _groups(waiting, lots):
        spread = at_most is not None and large[group[0].po] > at_most
        found += group if spread or group[0].po is None else [_bundle(group, anchors)]
    return found


def _groups(waiting: Iterable[Item], lots: Sequence[Lot]) -> list[list[Item]]:
    by_po: dict[tuple[int, frozenset[int]], list[Item]] = {}
    apart: list[list[Item]] = []
    for item in waiting:
        if item.po is None:
            apart.append([item])
        else:
            periods = frozenset(period for lot in item.open or item.legal for period in lots[lot].periods)
            by_po.setdefault((item.po, periods), []).append(item)
    found = apart
    for key in sorted(by_po, key=lambda key: (key[0], sorted(key[1]))):
        group = by_po[key]
        if set.intersection(*(set(item.open) for item in group)):
            found.append(group)
            continue
        alike: dict[tuple[int, ...], list[Item]] = {}
        for item in group:
            alike.setdefault(item.open, []).append(item)
        found += alike.values()
    return found


def _bundle(group: list[Item], anchors: dict[int, Counter[int]]) -> Item:
    members = tuple(member for item in group for member in item.members)
    legal = frozenset.intersection(*(item.legal for item in group))
    common = set.intersection(*(set(item.open) for item in group))
    votes = Counter(item.previous for item in group if item.previous is not None and item.previous in legal)
    for lot, count in anchors.get(group[0].po or 0, Counter()).items():
        if lot in legal:
            votes[lot] += _FIXED_WEIGHS * count
    best = min(votes, key=lambda lot: (-votes[lot], lot)) if votes else None
    return Item(
        members,
        tuple(lot for lot in group[0].open if lot in common),
        legal,
        sum(item.calls for item in group),
        min(item.rank for item in group),
        best,
    )
