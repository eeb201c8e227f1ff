"""Why boxes find no place: which limit, by how much, and what would cure it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from bma.campaign.board import Board, Item
from bma.campaign.model import Campaign
from bma.campaign.quantity import told_size


@dataclass(frozen=True)
class _Need:
    """What ``items`` need of the lots ``lots``, and what these hold, in boxes, bytes or calls."""

    lots: list[int]
    items: list[Item]


def shortages(campaign: Campaign, board: Board, stuck: Iterable[Item]) -> Iterator[str]:
    """One line for each set of boxes that cannot all be placed."""
    groups: dict[tuple[int, ...], list[Item]] = {}
    for item in stuck:
        groups.setdefault(item.open, []).append(item)
    told: set[tuple[int, ...]] = set()
    for lots, items in sorted(groups.items()):
        if not lots:
            yield f"{_names(items)} must leave the lot they are in, and have no other day"
            continue
        crowd = _crowd(board, items)
        if crowd:
            yield from crowd
            continue
        reached = tuple(_reached(board, lots))
        if reached not in told:
            told.add(reached)
            everybody = [item for others in groups.values() for item in others if set(item.open) <= set(reached)]
            yield _shortage(campaign, board, _Need(list(reached), everybody))


def _crowd(board: Board, items: list[Item]) -> list[str]:
    """PO with more boxes than their lots may have of one PO."""
    if board.at_most is None or any(board.lacks(item, lot) not in {"po", ""} for item in items for lot in item.open):
        return []
    found = []
    for po in sorted({item.po for item in items if item.po is not None}):
        own = [item for item in items if item.po == po]
        lots = sorted({lot for item in own for lot in item.open})
        there = sum(board.of_po[lot, po] for lot in lots)
        total = there + len(own)
        most = -(-total // len(lots))
        found.append(
            f"po.at_most: PO {po} has {total} boxes for {_days(board, lots)}, with {board.at_most} a lot that is "
            f"{board.at_most * len(lots)}: {len(own)} too many. Allow {most}, or add days"
        )
    return found


def _reached(board: Board, lots: Iterable[int]) -> list[int]:
    """Every lot that a chain of moves starting in ``lots`` can reach: all of them are full."""
    reached, waiting = set(lots), list(lots)
    while waiting:
        lot = waiting.pop()
        for item in board.held[lot].values():
            if not item.fixed:
                more = set(item.open) - reached
                reached |= more
                waiting += more
    return sorted(reached)


def _shortage(campaign: Campaign, board: Board, need: _Need) -> str:
    lacks = {board.lacks(item, lot) for item in need.items for lot in item.open}
    limit = next((name for name in ("boxes", "bytes", "calls") if name in lacks), "boxes")
    if limit == "boxes":
        return _too_many(campaign, board, need)
    amounts = {"bytes": (board.bytes, "bytes"), "calls": (board.calls, "calls")}[limit]
    used, attribute = amounts
    wanted = sum(used[lot] for lot in need.lots) + sum(getattr(item, attribute) for item in need.items)
    each = getattr(board.lots[need.lots[0]], attribute)
    room = each * len(need.lots)
    least = max(-(-wanted // len(need.lots)), max(getattr(item, attribute) for item in need.items))
    whole = "" if wanted > room else " (in sum it would fit, but not box by box)"
    return (
        f"{campaign.capacity.where}: capacity.{limit}: the boxes for {_days(board, need.lots)} come to "
        f"{_told(limit, wanted)}, these hold {_told(limit, room)}; {len(need.items)} boxes"
        f" ({_names(need.items)}) find no room{whole}. Raise it from {_told(limit, each)} to"
        f" {_told(limit, least)} or more, or add {_some_days(_more(wanted, room, each))}"
    )


def _too_many(campaign: Campaign, board: Board, need: _Need) -> str:
    there = sum(board.boxes[lot] for lot in need.lots)
    stuck = sum(item.boxes for item in need.items)
    room = sum(board.lots[lot].boxes for lot in need.lots)
    whole = "" if there + stuck > room else ", as together they fill no lot exactly"
    each = campaign.capacity.boxes
    cures = [f"add {_some_days(_more(there + stuck, room, each))}"]
    least = _least_capacity(campaign, board, need.lots, there + stuck)
    if least > each:
        cures.insert(0, f"raise it from {each} to {least}")
    if campaign.ramp_up:
        cures.append("shorten ramp_up")
    if campaign.together == "together" and any(item.boxes > 1 for item in need.items):
        cures.append("say po.at_most, so that large PO are spread")
    return (
        f"{campaign.capacity.where}: capacity.boxes: {there + stuck} boxes can only move on "
        f"{_days(board, need.lots)}, which hold {room}: {stuck} too many{whole} ({_names(need.items)}). "
        f"To cure it, {', or '.join(cures)}"
    )


def _least_capacity(campaign: Campaign, board: Board, lots: list[int], wanted: int) -> int:
    """The smallest ``capacity.boxes`` with which these lots would hold ``wanted`` boxes."""
    fixed = sum(board.lots[lot].boxes for lot in lots if _ramped(campaign, board, lot))
    full = [lot for lot in lots if not _ramped(campaign, board, lot)]
    return -(-(wanted - fixed) // len(full)) if full else campaign.capacity.boxes


def _ramped(campaign: Campaign, board: Board, lot: int) -> bool:
    return board.lots[lot].pilot or board.lots[lot].boxes < campaign.capacity.boxes


def _more(wanted: int, room: int, each: int) -> int:
    return max(1, -(-(wanted - room) // each))


def _some_days(number: int) -> str:
    return "a day" if number == 1 else f"{number} days"


def _days(board: Board, lots: list[int]) -> str:
    days = sorted(board.lots[lot].day for lot in lots)
    return f"{len(days)} days ({days[0]} to {days[-1]})" if len(days) > 1 else f"1 day ({days[0]})"


def _names(items: list[Item]) -> str:
    names = sorted(member.name for item in items for member in item.members)
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _told(limit: str, amount: int) -> str:
    return told_size(amount) if limit == "bytes" else f"{float(Fraction(amount, 1000)):g}"
