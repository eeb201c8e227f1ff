"""Campaign, boxes and what was planned before → the plan. Pure: no file, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from bma.campaign.asked import Asked
from bma.campaign.board import Board, Item, Totals, rank_of
from bma.campaign.boxes import Candidate
from bma.campaign.bundles import bundled
from bma.campaign.dealing import deal
from bma.campaign.digest import digest
from bma.campaign.infeasible import shortages
from bma.campaign.keeping import keep, thin_out
from bma.campaign.load import loads_of
from bma.campaign.lock import Lock
from bma.campaign.lots import Lot, lots_of
from bma.campaign.model import Campaign
from bma.campaign.names import wave_names
from bma.campaign.pilot import fill_pilot
from bma.campaign.plan import Correction, Plan, PlanError, PlannedWave
from bma.campaign.reasons import Reasons
from bma.campaign.settle import Settled, Settlement
from bma.campaign.traits import Days, Traits


def plan(campaign: Campaign, boxes: Iterable[Candidate], asked: Asked | None = None) -> Plan:
    """The plan of ``campaign`` for ``boxes``. The same input gives the same plan, whatever the order of the boxes.

    Raises :class:`~bma.campaign.plan.PlanError` telling everything that is in the way, and what would cure it.
    """
    return _Planner(campaign, sorted(boxes, key=lambda box: box.name), asked or Asked()).plan()


class _Planner:
    def __init__(self, campaign: Campaign, boxes: list[Candidate], asked: Asked) -> None:
        self.campaign = campaign
        self.boxes = boxes
        self.asked = asked
        self.problems: list[str] = []
        self.warnings = list(campaign.warnings)
        self._before = self._inherited(self._lock().days)
        self.promises = self._inherited(self._lock().promises | dict(asked.promises or {}))
        lots = lots_of(campaign)
        self.today = self._live(lots)
        self.lots = self._with_history(lots)
        self.days = Days(campaign, self.lots, self.today)
        if asked.afresh:
            self._before = {box: day for box, day in self._before.items() if self.today and day < self.today}
        self.settlement = Settlement(
            campaign,
            self.lots,
            self.days,
            self._before,
            self.promises,
            self._lock().corrections,
            self.today,
            asked.force,
        )
        at_most = (campaign.at_most or 1) if campaign.together == "apart" else None
        self.board = Board(self.lots, at_most)

    def _lock(self) -> Lock:
        """The plan in force, if it is one of this campaign."""
        lock = self.asked.before
        return lock if lock.campaign in {None, self.campaign.name} else Lock()

    def _inherited(self, days: Mapping[str, date]) -> dict[str, date]:
        """What is known of a box under its old number is known under the new one."""
        found = dict(days)
        for new, old in self.campaign.renumbered.items():
            if old in days and new not in days:
                found[new] = days[old]
        return found

    def _live(self, lots: tuple[Lot, ...]) -> date | None:
        today = self.asked.today
        if today is None or not lots or today <= lots[-1].day:
            return today
        self.warnings.append(
            f"the last lot of {self.campaign.name} was on {lots[-1].day}, before {today}: planned as a rehearsal, "
            "as if no day of it had passed. A start date moves the campaign"
        )
        return None

    def _with_history(self, lots: tuple[Lot, ...]) -> tuple[Lot, ...]:
        """The lots, and days that are over and that the campaign no longer has: what was done stays told."""
        if self.today is None:
            return lots
        known = {lot.day for lot in lots}
        past = sorted({day for day in self._before.values() if day < self.today} - known)
        return (*lots, *(Lot(len(lots) + n, day, frozenset(), 0, None, None) for n, day in enumerate(past)))

    def plan(self) -> Plan:
        self._require_same_campaign()
        left_out = self._left_out()
        items = self._settled(left_out)
        self._within_limits()
        self._pilot(items)
        stuck = self._place(items)
        self.problems += self.settlement.problems
        self.problems += shortages(self.campaign, self.board, stuck)
        if self.problems:
            raise PlanError("\n".join(self.problems))
        return self._made(left_out)

    def _require_same_campaign(self) -> None:
        other = self.asked.before.campaign
        if other in {None, self.campaign.name}:
            return
        if self.asked.before.promises and not self.asked.force:
            self.problems.append(
                f"the waves in force are those of {other}, and dates of it were announced. To replace them by "
                f"{self.campaign.name} all the same, force it (force=true)"
            )
        self.warnings.append(f"the waves of {other} are replaced by those of {self.campaign.name}")

    def _left_out(self) -> dict[str, str]:
        reasons = {box.name: self.days.of(box.groups).left_out for box in self.boxes}
        found = {name: reason for name, reason in reasons.items() if reason is not None}
        for name in sorted(found.keys() & self.promises.keys()):
            self.warnings.append(f"{name} takes no part, but its holder was told {self.promises[name]}: let them know")
        for name in sorted(self.promises.keys() - reasons.keys() - set(self.campaign.renumbered.values())):
            self.warnings.append(f"{name} was told {self.promises[name]} and is not in the inventory")
        pinned = {pin.box: pin.where for pin in self.campaign.pins}
        for name in sorted(found.keys() & pinned.keys()):
            self.problems.append(f"{pinned[name]}: {name} is pinned and excluded")
        for name in sorted(pinned.keys() - reasons.keys()):
            self.problems.append(f"{pinned[name]}: {name} is not in the inventory")
        return found

    def _settled(self, left_out: Mapping[str, str]) -> list[Item]:
        self.known: dict[str, Settled] = {}
        items = []
        for box in self.boxes:
            if box.name in left_out:
                continue
            traits = self.days.of(box.groups)
            known = self.known[box.name] = self.settlement.of(box, traits)
            items.append(self._item(box, traits, known))
        self.totals = Totals(items)
        self._tell_dayless(items)
        return items

    def _item(self, box: Candidate, traits: Traits, known: Settled) -> Item:
        salt = rank_of(self.campaign.name, box.name)
        item = Item((box,), traits.open, traits.legal, traits.calls, salt, known.lot, known.fixed)
        if known.fixed and known.lot is not None:
            self.board.put(item, known.lot)
        return item

    def _tell_dayless(self, items: list[Item]) -> None:
        dayless: dict[str, list[str]] = {}
        for item in items:
            if not item.open and item.previous is None:
                dayless.setdefault(self.days.of(item.members[0].groups).why, []).append(item.name)
        for why, names in sorted(dayless.items()):
            shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
            verb = "has" if len(names) == 1 else "have"
            self.problems.append(
                f"{shown} {verb} no day: {why}. Add a period for {'it' if len(names) == 1 else 'them'}, or exclude"
            )

    def _within_limits(self) -> None:
        """What is promised or pinned must fit; by force, promises make way."""
        pinned = {pin.box for pin in self.campaign.pins}
        for lot in self.lots:
            limit = self.board.over(lot.index)
            if not limit or (self.today is not None and lot.day < self.today):
                continue
            soft = [item for item in self.board.held[lot.index].values() if item.name not in pinned]
            if not self.asked.force:
                self.problems.append(
                    f"{self.campaign.capacity.where}: capacity.{limit}: what is promised and pinned for {lot.day} is "
                    f"more than its lot holds ({self.board.boxes[lot.index]} boxes). Raise the capacity, or move "
                    "promises by force (force=true)"
                )
                continue
            for item in soft:
                item.fixed = False
            for item in thin_out(self.board, lot.index):
                item.previous = None
                self.known[item.name] = Settled(None, broken=f"the lot of {lot.day} holds less now")
            for item in soft:
                item.fixed = item.lot is not None
            if self.board.over(lot.index):
                self.problems.append(f"{self.campaign.capacity.where}: more is pinned to {lot.day} than its lot holds")

    def _pilot(self, items: list[Item]) -> None:
        lot = next((lot for lot in self.lots if lot.pilot), None)
        if lot is None:
            return
        keep(self.board, [item for item in items if item.lot is None and item.previous == lot.index])
        for item in items:
            if item.lot is None and item.previous == lot.index:
                item.previous = None
        if self.days.earliest is not None and lot.day < self.days.earliest:
            return
        free = [item for item in items if item.lot is None and self.days.of(item.members[0].groups).pilot]
        fill_pilot(self.board, lot.index, items, [item for item in free if item.previous is None])
        # Only when there are not enough new boxes does the pilot take some that have a day already.
        fill_pilot(self.board, lot.index, items, [item for item in free if item.previous is not None])

    def _place(self, items: list[Item]) -> list[Item]:
        waiting = [item for item in items if item.lot is None and (item.open or item.previous is not None)]
        if self.campaign.together == "together":
            waiting = bundled(waiting, items, self.lots, self.campaign.at_most)
        evicted = keep(self.board, waiting)
        fresh = [item for item in waiting if item.previous is None]
        return deal(self.board, [*evicted, *fresh], self.totals)

    def _made(self, left_out: dict[str, str]) -> Plan:
        day_of = {
            member.name: lot.day
            for lot in self.lots
            for item in self.board.held[lot.index].values()
            for member in item.members
        }
        reasons = Reasons(self.campaign, self.lots, self.days, self.known, self.boxes, self._left())
        before = self._lock().days
        moves = reasons.moves(before, day_of, left_out)
        corrections = {
            box: Correction(day, self.known[box].broken or reasons.of(box, day, day_of[box]))
            for box, day in sorted(self.promises.items())
            if box in day_of and day_of[box] != day
        }
        if corrections and self.campaign.mail_for("date_moved") is None:
            raise PlanError(
                f"{len(corrections)} announced dates would be moved, and no mail waits for the event date_moved: "
                "their holders would not be told",
                where=self.campaign.path,
                hint="Add such a mail",
            )
        return Plan(
            self.campaign,
            self._waves(day_of),
            left_out,
            corrections,
            moves,
            digest(self.campaign, self.boxes, self.promises),
            loads_of(self.boxes, day_of, self.days),
            tuple(self.warnings),
        )

    def _left(self) -> dict[str, str]:
        held = (item for lot in self.board.held for item in lot.values() if item.why)
        return {member.name: item.why for item in held for member in item.members}

    def _waves(self, day_of: Mapping[str, date]) -> tuple[PlannedWave, ...]:
        boxes: dict[date, list[str]] = {}
        for box in sorted(day_of):
            boxes.setdefault(day_of[box], []).append(box)
        known = self.settlement.names({wave.day: wave.name for wave in self._lock().waves})
        names = wave_names(sorted(boxes) if known else [lot.day for lot in self.lots], known)
        pilots = {lot.day for lot in self.lots if lot.pilot}
        return tuple(
            PlannedWave(
                names[day],
                day,
                day in pilots,
                tuple(boxes[day]),
                frozenset(box for box in boxes[day] if self.promises.get(box) == day),
            )
            for day in sorted(boxes)
        )
