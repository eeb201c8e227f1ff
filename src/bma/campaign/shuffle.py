"""Room is made in lots that are full: a chain of moves from a full lot to one that has room."""

from __future__ import annotations

from collections import deque

from bma.campaign.board import Board, Item

_TRIED = 64
"""Boxes looked at on each step of a chain: more would only help against limits that differ from box to box."""


class Shuffle:
    """Finds chains of moves on a board.

    For limits by number of boxes it finds a way whenever there is one: it is the augmenting path of a flow. For
    bytes and calls, where boxes differ, it may miss one.
    """

    def __init__(self, board: Board) -> None:
        self.board = board
        self._hopeless: set[tuple[int, ...]] = set()

    def make_room(self, item: Item) -> bool:
        """Put ``item`` into one of its lots after moving others out of the way; whether that could be done."""
        if item.open in self._hopeless and item.boxes == 1:
            return False
        chain = self._chain(item)
        if chain is None:
            self._hopeless.add(item.open)
            return False
        for moved, lot in reversed(chain):
            if moved.lot is not None:
                self.board.take(moved)
                moved.why = f"makes room for {item.name}"
            self.board.put(moved, lot)
        return True

    def _chain(self, item: Item) -> list[tuple[Item, int]] | None:
        """The moves ``(item, lot)``, the last of them to be made first."""
        came: dict[int, tuple[Item, int | None]] = dict.fromkeys(item.open, (item, None))
        waiting = deque(item.open)
        while waiting:
            lot = waiting.popleft()
            entering = came[lot][0]
            if self.board.fits(entering, lot):
                return self._back(came, lot)
            for leaving, target in self._ways_out(lot, entering, came):
                came[target] = (leaving, lot)
                waiting.append(target)
        return None

    def _ways_out(self, lot: int, entering: Item, came: dict[int, tuple[Item, int | None]]) -> list[tuple[Item, int]]:
        """For each lot not yet reached, one item of ``lot`` that may go there and leaves room for ``entering``."""
        ways: dict[int, Item] = {}
        kinds: dict[tuple[int, ...], int] = {}
        for item in sorted(self._movable(lot), key=lambda held: (held.previous == held.lot, held.rank, held.name)):
            kinds[item.open] = kinds.get(item.open, 0) + 1
            if kinds[item.open] > _TRIED or not self._leaves_room(item, entering, lot):
                continue
            for target in item.open:
                if target not in came and (target not in ways or self._better(item, ways[target], target)):
                    ways[target] = item
        return [(item, target) for target, item in sorted(ways.items())]

    def _better(self, item: Item, other: Item, target: int) -> bool:
        return self.board.fits(item, target) and not self.board.fits(other, target)

    def _movable(self, lot: int) -> list[Item]:
        return [item for item in self.board.held[lot].values() if not item.fixed and item.boxes == 1]

    def _leaves_room(self, leaving: Item, entering: Item, lot: int) -> bool:
        board, limit = self.board, self.board.lots[lot]
        if board.boxes[lot] - leaving.boxes + entering.boxes > limit.boxes:
            return False
        if limit.bytes is not None and board.bytes[lot] - leaving.bytes + entering.bytes > limit.bytes:
            return False
        if limit.calls is not None and board.calls[lot] - leaving.calls + entering.calls > limit.calls:
            return False
        if board.at_most is None or entering.po is None:
            return True
        own = board.of_po[lot, entering.po] - (leaving.po == entering.po) * leaving.boxes
        return own + entering.boxes <= board.at_most

    @staticmethod
    def _back(came: dict[int, tuple[Item, int | None]], lot: int) -> list[tuple[Item, int]]:
        chain: list[tuple[Item, int]] = []
        place: int | None = lot
        while place is not None:
            item, origin = came[place]
            chain.append((item, place))
            place = origin
        return chain[::-1]
