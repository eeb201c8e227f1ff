"""On which days a box may move: its period, less what closes days for it, less what is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from bma.campaign.lots import Lot
from bma.campaign.model import Campaign


@dataclass(frozen=True)
class Traits:
    """What all boxes of the same groups have in common. Lots are told by their index.

    ``open``: where such a box may newly be put, in order. ``legal``: where one that is there may stay. ``pilot``:
    whether it may be in the pilot. ``calls``: thousandths of a call to expect. ``left_out``: why it does not take
    part. ``why``: for people, what leaves it without a day when ``open`` is empty.
    """

    open: tuple[int, ...]
    legal: frozenset[int]
    pilot: bool
    calls: int
    left_out: str | None
    why: str


class Days:
    """Traits of boxes, worked out once for each set of groups.

    ``today`` is None for a campaign that is planned as if no day of it had passed.
    """

    def __init__(self, campaign: Campaign, lots: tuple[Lot, ...], today: date | None) -> None:
        self.campaign = campaign
        self.lots = lots
        self.earliest = None if today is None else today + timedelta(campaign.notice)
        self._known: dict[frozenset[str], Traits] = {}

    def of(self, groups: frozenset[str]) -> Traits:
        """The traits of a box with these groups."""
        found = self._known.get(groups)
        if found is None:
            found = self._known[groups] = self._made(groups)
        return found

    def why_closed(self, groups: frozenset[str], lot: Lot) -> str:
        """Why a box with these groups cannot move with ``lot``."""
        names = [c.name for c in self.campaign.closures if lot.day in c.days and c.boxes.matches(groups)]
        if names:
            return f"{lot.day} is closed for it: {', '.join(names)}"
        if lot.pilot:
            return "it is not among the boxes of the pilot"
        return f"{lot.day} is in no period that names it"

    def _made(self, groups: frozenset[str]) -> Traits:
        campaign = self.campaign
        closed = [closure for closure in campaign.closures if closure.boxes.matches(groups)]
        free = [lot for lot in self.lots if not any(lot.day in closure.days for closure in closed)]
        named = [index for index, period in enumerate(campaign.periods) if period.boxes.matches(groups)]
        legal = [lot for lot in free if lot.periods.intersection(named)]
        opened: tuple[int, ...] = ()
        for period in named:
            opened = tuple(lot.index for lot in legal if period in lot.periods and self._in_time(lot))
            if opened:
                break
        pilot = campaign.pilot is not None and campaign.pilot.among.matches(groups) and any(lot.pilot for lot in free)
        return Traits(
            opened,
            frozenset(lot.index for lot in legal),
            pilot,
            next((rate.per_box for rate in campaign.call_rates if rate.boxes.matches(groups)), 0),
            next((entry.reason for entry in campaign.left_out if entry.boxes.matches(groups)), None),
            "" if opened else self._why_none(named, legal),
        )

    def _in_time(self, lot: Lot) -> bool:
        return self.earliest is None or lot.day >= self.earliest

    def _why_none(self, named: list[int], legal: list[Lot]) -> str:
        if not named:
            return "no period names it"
        names = ", ".join(self.campaign.periods[index].name for index in named)
        if legal:
            return f"the last day for it in {names} is {legal[-1].day}, and a box must be known by {self.earliest}"
        return f"every lot of {names} is on a day that is closed for it"
