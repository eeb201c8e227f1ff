"""Why a box has another day than before: one sentence each, for those who review the plan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bma.campaign.boxes import Candidate
from bma.campaign.lots import Lot
from bma.campaign.model import Campaign
from bma.campaign.plan import NEW, Move
from bma.campaign.settle import Settled
from bma.campaign.traits import Days


class Reasons:
    """Tells the differences between two plans. ``left``: box → what has made it leave a day that it could have kept."""

    def __init__(
        self,
        campaign: Campaign,
        lots: tuple[Lot, ...],
        days: Days,
        known: Mapping[str, Settled],
        boxes: list[Candidate],
        left: Mapping[str, str],
    ) -> None:
        self.lots = {lot.day: lot for lot in lots}
        self.days = days
        self.known = known
        self.left = left
        self.boxes = {box.name: box for box in boxes}
        self.pins = {pin.box: pin for pin in campaign.pins}
        self.new_number = {old: new for new, old in campaign.renumbered.items()}
        self.old_number = campaign.renumbered

    def moves(
        self, before: Mapping[str, date], after: Mapping[str, date], left_out: Mapping[str, str]
    ) -> tuple[Move, ...]:
        """Every box whose day is another one now, in the order of their names."""
        found = []
        for box in sorted(before.keys() | after.keys()):
            old, new = before.get(box), after.get(box)
            if old != new:
                found.append(Move(box, old, new, self._gone(box, left_out) if new is None else self.of(box, old, new)))
        return tuple(found)

    def _gone(self, box: str, left_out: Mapping[str, str]) -> str:
        if box in left_out:
            return f"takes no part: {left_out[box]}"
        if box in self.new_number:
            return f"has become {self.new_number[box]}"
        return "is not in the inventory any more"

    def of(self, box: str, old: date | None, new: date) -> str:
        """Why ``box`` moves on ``new`` and not on ``old``."""
        known = self.known[box]
        if known.broken:
            return known.broken
        if box in self.pins:
            return f"pinned: {self.pins[box].reason}"
        if old is None:
            return f"was {self.old_number[box]}" if box in self.old_number else NEW
        lot = self.lots.get(old)
        if lot is None:
            return f"{old} has no lot any more"
        if known.lot is None:
            return self.days.why_closed(self.boxes[box].groups, lot)
        if self.lots[new].pilot:
            return "taken into the pilot"
        return self.left.get(box) or "moves with its PO"
