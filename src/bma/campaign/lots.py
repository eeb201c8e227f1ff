"""The days on which boxes can move, with what each of them holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from bma.campaign.days import each_day
from bma.campaign.model import Campaign, Period
from bma.campaign.schema_forms import WEEKDAYS


@dataclass(frozen=True)
class Lot:
    """One day on which boxes move together.

    ``periods`` are the indices of the periods it belongs to, none for the pilot. ``boxes``, ``bytes`` and ``calls``
    (thousandths of a call) are the most it may hold, None for no limit.
    """

    index: int
    day: date
    periods: frozenset[int]
    boxes: int
    bytes: int | None
    calls: int | None
    pilot: bool = False


def lots_of(campaign: Campaign) -> tuple[Lot, ...]:
    """Every lot of a campaign in the order of its days, the pilot first.

    A day that two periods name is one lot: servers and service desk do not care for whose sake they are busy. The
    first lots hold what ``ramp_up`` says.
    """
    periods: dict[date, set[int]] = {}
    for index, period in enumerate(campaign.periods):
        for day in _days(campaign, period):
            periods.setdefault(day, set()).add(index)
    limit = campaign.capacity
    lots = []
    if campaign.pilot is not None:
        lots.append(Lot(0, campaign.pilot.day, frozenset(), campaign.pilot.boxes, limit.bytes, limit.calls, pilot=True))
    for number, day in enumerate(sorted(periods)):
        boxes = campaign.ramp_up[number] if number < len(campaign.ramp_up) else limit.boxes
        lots.append(Lot(len(lots), day, frozenset(periods[day]), boxes, limit.bytes, limit.calls))
    return tuple(lots)


def _days(campaign: Campaign, period: Period) -> list[date]:
    open_days = [
        day
        for day in each_day(period.days.first, period.days.last)
        if day.weekday() in period.weekdays and not why_closed(campaign, day)
    ]
    if not period.weekly:
        return open_days
    weeks: dict[tuple[int, int], list[date]] = {}
    for day in open_days:
        weeks.setdefault(day.isocalendar()[:2], []).append(day)
    return [min(days, key=lambda day: _preference(campaign, period, day)) for days in weeks.values()]


def _preference(campaign: Campaign, period: Period, day: date) -> tuple[int, int]:
    """The fewer the closures of some boxes the better, then the order in which the file names the days."""
    return sum(day in closure.days for closure in campaign.closures), period.weekdays.index(day.weekday())


def why_closed(campaign: Campaign, day: date) -> list[str]:
    """What keeps everybody from moving on ``day``; nothing when it is free."""
    found = [closure.name for closure in campaign.closures if closure.boxes.everybody and day in closure.days]
    if day.weekday() == campaign.spare_day:
        found.append("the spare day")
    for mail in campaign.mails:
        if mail.days is None:
            continue
        due = day + timedelta(mail.days)
        if mail.not_before and due < mail.not_before:
            found.append(f"mail {mail.id} would have to leave before {mail.not_before}")
        if mail.too_late and due > mail.too_late:
            found.append(f"mail {mail.id} would leave after {mail.too_late}")
    return found


def why_no_lot(campaign: Campaign, index: int) -> str:
    """Why no day of a period can have a lot, for people."""
    period = campaign.periods[index]
    wanted = ", ".join(WEEKDAYS[day] for day in period.weekdays)
    reasons = {
        reason
        for day in each_day(period.days.first, period.days.last)
        if day.weekday() in period.weekdays
        for reason in why_closed(campaign, day)
    }
    return f"its days are {wanted}" + (f"; closed: {', '.join(sorted(reasons))}" if reasons else "")
