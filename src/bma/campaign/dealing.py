"""Boxes that have no day yet are dealt to the lots: evenly by stratum, réseau, bassin, bytes and number."""

from __future__ import annotations

import heapq
from collections.abc import Iterable

from bma.campaign.board import Board, Item, Totals
from bma.campaign.shuffle import Shuffle


def deal(board: Board, items: Iterable[Item], totals: Totals) -> list[Item]:
    """Put every item into the least loaded lot that it may be in; the ones for which nothing could be done.

    Those with the fewest days come first, then the largest, so that what is hard to place finds room. Items of one
    stratum go round the lots. Where all its lots are full, room is made by moving others, as few as can be.
    """
    groups: dict[tuple[tuple[int, ...], tuple[str, ...]], list[Item]] = {}
    for item in items:
        groups.setdefault((item.open, item.stratum), []).append(item)
    shuffle = Shuffle(board)
    stuck: list[Item] = []
    for (lots, _), equals in sorted(groups.items(), key=_order):
        stuck += _deal_stratum(board, lots, sorted(equals, key=lambda item: (item.rank, item.name)), totals)
    return [item for item in stuck if not shuffle.make_room(item)]


def _order(group: tuple[tuple[tuple[int, ...], tuple[str, ...]], list[Item]]) -> tuple[object, ...]:
    (lots, (band, boxes, *rest)), _ = group
    return len(lots), -int(boxes), -int(band), lots, rest


def _deal_stratum(board: Board, lots: tuple[int, ...], equals: list[Item], totals: Totals) -> list[Item]:
    heap = [(_cost(board, equals[0], lot, totals), lot) for lot in lots]
    heapq.heapify(heap)
    left: list[Item] = []
    for item in equals:
        aside = []
        while heap:
            cost, lot = heapq.heappop(heap)
            lack = board.lacks(item, lot)
            if not lack:
                board.put(item, lot)
                heapq.heappush(heap, (_cost(board, item, lot, totals), lot))
                break
            if lack != "boxes" or item.boxes > 1:
                aside.append((cost, lot))
        else:
            left.append(item)
        for entry in aside:
            heapq.heappush(heap, entry)
    return left


def _cost(board: Board, item: Item, lot: int, totals: Totals) -> tuple[float, float]:
    """How much a lot has already, for its size: first of the stratum, then of everything that is to be even."""
    weight = board.lots[lot].boxes
    first = item.members[0]
    share = (
        board.boxes[lot] / totals.boxes
        + board.bytes[lot] / max(totals.bytes, 1)
        + board.of_label[lot, "reseau", first.reseau] / totals.of_label["reseau", first.reseau]
        + board.of_label[lot, "bassin", first.bassin] / totals.of_label["bassin", first.bassin]
    )
    return board.of_stratum[lot, item.stratum] / weight, share / weight
