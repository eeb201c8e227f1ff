"""Boxes stay where they are planned, except for as few as a limit asks for."""

from __future__ import annotations

from collections.abc import Iterable

from bma.campaign.board import Board, Item


def keep(board: Board, items: Iterable[Item]) -> list[Item]:
    """Put every item that has a previous lot back into it; the items that must leave, because a limit was lowered."""
    lots: set[int] = set()
    for item in items:
        if item.previous is not None:
            board.put(item, item.previous)
            lots.add(item.previous)
    return [item for lot in sorted(lots) for item in thin_out(board, lot)]


def thin_out(board: Board, lot: int) -> list[Item]:
    """Take out of a lot what it cannot hold; nothing that is fixed."""
    left: list[Item] = []
    for po in board.crowded(lot):
        for item in [item for item in _leaving(board, lot) if item.po == po]:
            if board.at_most is None or board.of_po[lot, po] <= board.at_most:
                break
            board.take(item)
            item.why = f"{board.lots[lot].day} had more than po.at_most of PO {po}"
            left.append(item)
    while limit := board.over(lot):
        leaving = _leaving(board, lot, limit)
        if not leaving:
            break
        left += _until_within(board, lot, limit, leaving)
    return left


def _until_within(board: Board, lot: int, limit: str, leaving: list[Item]) -> list[Item]:
    taken = []
    for item in leaving:
        if board.over(lot) != limit:
            break
        board.take(item)
        item.why = f"{board.lots[lot].day} holds fewer {limit} now"
        taken.append(item)
    return taken


def _leaving(board: Board, lot: int, limit: str = "boxes") -> list[Item]:
    """Who goes first: the largest for the limit in question, then those who have most other days to go to."""
    movable = (item for item in board.held[lot].values() if not item.fixed)
    return sorted(movable, key=lambda item: (-getattr(item, limit), -len(item.open), -item.rank, item.name))
