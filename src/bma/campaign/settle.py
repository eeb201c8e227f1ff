"""What is already decided of each box: promised, pinned, over, or planned before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bma.campaign.boxes import Candidate
from bma.campaign.lots import Lot
from bma.campaign.model import Campaign, Pin
from bma.campaign.plan import Correction
from bma.campaign.traits import Days, Traits


@dataclass(frozen=True)
class Settled:
    """``lot``: the index of the lot of a box, None when it has none yet; ``fixed``: nothing moves it from there.

    ``broken`` says why a promise cannot be kept, or is given up by force.
    """

    lot: int | None
    fixed: bool = False
    broken: str | None = None


class Settlement:
    """Decides for one box after the other; ``problems`` gathers what cannot be, for the operator.

    ``before``: box → the day it was planned for. ``promises``: box → the day its holder was told;
    ``accepted``: promises that an earlier plan has broken by force. ``today``: None for
    a campaign that is planned as if no day of it had passed.
    """

    def __init__(
        self,
        campaign: Campaign,
        lots: tuple[Lot, ...],
        days: Days,
        before: Mapping[str, date],
        promises: Mapping[str, date],
        accepted: Mapping[str, Correction],
        today: date | None,
        force: bool,
    ) -> None:
        self.campaign = campaign
        self.lots = lots
        self.days = days
        self.before = before
        self.promises = promises
        self.accepted = accepted
        self.today = today
        self.force = force
        self.problems: list[str] = []
        self._pins = {pin.box: pin for pin in campaign.pins}
        self._by_day = {lot.day: lot for lot in lots}
        self._by_week = self._weeks()

    def _weeks(self) -> dict[tuple[int, int], Lot]:
        """The weekly lot of a week: where its day changes, its boxes go with it."""
        weekly = {index for index, period in enumerate(self.campaign.periods) if period.weekly}
        return {lot.day.isocalendar()[:2]: lot for lot in self.lots if lot.periods and lot.periods <= weekly}

    def of(self, box: Candidate, traits: Traits) -> Settled:
        """What is decided of ``box``."""
        before = self.before.get(box.name)
        if before is not None and self._over(before):
            return Settled(self._by_day[before].index, fixed=True)
        pin = self._pins.get(box.name)
        promised = self.promises.get(box.name)
        if pin is not None:
            return self._pinned(box, traits, pin, promised)
        if promised is not None:
            return self._promised(box, traits, promised)
        return Settled(self._kept(traits, before))

    def names(self, known: Mapping[date, str]) -> dict[date, str]:
        """The names of days as they are now: a weekly lot whose day has changed keeps its name."""
        found = {day: name for day, name in known.items() if day in self._by_day}
        for day, name in known.items():
            lot = self._by_week.get(day.isocalendar()[:2])
            if day not in self._by_day and lot is not None:
                found.setdefault(lot.day, name)
        return found

    def _over(self, day: date) -> bool:
        return self.today is not None and day < self.today

    def _pinned(self, box: Candidate, traits: Traits, pin: Pin, promised: date | None) -> Settled:
        lot = next((lot for lot in self.lots if (lot.pilot if pin.day is None else lot.day == pin.day)), None)
        if lot is None:
            self.problems.append(f"{pin.where}: {box.name} is pinned to {pin.day}, which has no lot")
            return Settled(None)
        if not self._legal(lot, traits):
            self.problems.append(f"{pin.where}: {box.name} is pinned, but {self.days.why_closed(box.groups, lot)}")
            return Settled(None)
        if self._over(lot.day):
            self.problems.append(f"{pin.where}: {box.name} is pinned to {lot.day}, which is over")
        broken = None
        if promised is not None and promised != lot.day:
            broken = f"pinned to {lot.day}: {pin.reason}"
            self._broken(box, promised, f"{pin.where}: it is {broken}")
        return Settled(lot.index, fixed=True, broken=broken)

    def _promised(self, box: Candidate, traits: Traits, promised: date) -> Settled:
        accepted = self.accepted.get(box.name)
        if accepted is not None and accepted.promised == promised:
            kept = self._kept(traits, self.before.get(box.name))
            if kept is not None:
                return Settled(kept, fixed=True, broken=accepted.reason)
        lot = self._by_day.get(promised)
        if lot is not None and (self._legal(lot, traits) or self._over(promised)):
            return Settled(lot.index, fixed=True)
        why = self.days.why_closed(box.groups, lot) if lot is not None else f"{promised} has no lot any more"
        self._broken(box, promised, why)
        return Settled(self._kept(traits, self.before.get(box.name)), broken=why)

    def _broken(self, box: Candidate, promised: date, why: str) -> None:
        if not self.force:
            self.problems.append(
                f"{box.name} was told {promised}, and {why}. Give that day back, or move it by force (force=true): "
                "its holder is then sent a corrective mail"
            )

    def _legal(self, lot: Lot, traits: Traits) -> bool:
        return traits.pilot if lot.pilot else lot.index in traits.legal

    def _kept(self, traits: Traits, before: date | None) -> int | None:
        if before is None:
            return None
        lot = self._by_day.get(before) or self._by_week.get(before.isocalendar()[:2])
        return lot.index if lot is not None and self._legal(lot, traits) else None
