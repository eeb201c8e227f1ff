"""A campaign as values: what the file says, checked, with every date in its place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from bma.campaign.days import PUBLIC, Closure, Span
from bma.campaign.selector import Selector

_SATURDAY = 5


@dataclass(frozen=True)
class Period:
    """A time in which some boxes move. ``weekdays``: days of a lot in the order of preference, Monday being 0."""

    name: str
    boxes: Selector
    days: Span
    weekly: bool
    weekdays: tuple[int, ...]
    where: str


@dataclass(frozen=True)
class Pilot:
    """The first wave: how many boxes, on which day, taken from which."""

    boxes: int
    day: date
    among: Selector
    where: str


@dataclass(frozen=True)
class Capacity:
    """The most that one lot may hold; None where there is no limit. Calls are thousandths of a call."""

    boxes: int
    bytes: int | None
    calls: int | None
    where: str


@dataclass(frozen=True)
class CallRate:
    """Calls to expect of each of these boxes, in thousandths."""

    boxes: Selector
    per_box: int


@dataclass(frozen=True)
class Pin:
    """A box whose day is decided by hand; ``day`` is None for the pilot."""

    box: str
    day: date | None
    reason: str
    where: str


@dataclass(frozen=True)
class LeftOut:
    """Boxes that do not take part."""

    boxes: Selector
    reason: str
    where: str


@dataclass(frozen=True)
class Sender:
    """In whose name mails are sent."""

    name: str
    address: str


@dataclass(frozen=True)
class Desk:
    """Who answers questions."""

    name: str
    address: str | None
    phone: str | None


@dataclass(frozen=True)
class Mail:
    """One mail that a box is sent.

    ``days`` is its day counted from the cut-over, None for a mail that waits for ``event``. ``too_late_days`` (from
    the cut-over) and ``too_late`` (a day of the calendar) end the time in which it may be sent, the day included.
    ``announces``: it tells the date of the cut-over, which is a promise from then on.
    """

    id: str
    sender: str
    template: str
    days: int | None
    event: str | None
    recipients: tuple[str, ...]
    opens: time
    closes: time
    not_before: date | None
    too_late_days: int | None
    too_late: date | None
    announces: bool
    where: str

    def last_day(self, cut_over: date) -> date | None:
        """The last day on which it may still be sent; None when it is never too late."""
        ends = [self.too_late] if self.too_late else []
        if self.too_late_days is not None:
            ends.append(cut_over + timedelta(self.too_late_days))
        return min(ends, default=None)


@dataclass(frozen=True)
class Campaign:
    """One campaign. ``path`` is its file, ``said`` the file's plain content, ``start`` the day it was moved to.

    ``together``: ``together``, ``apart`` or ``any``, with ``at_most`` boxes of a PO (None: no number was given).
    ``sizes``: bytes of a box of unknown size, by kind. ``contacts``: stage → topic → name of a desk.
    """

    name: str
    title: str
    source: str | None
    path: str
    start: date | None
    periods: tuple[Period, ...]
    pilot: Pilot | None
    capacity: Capacity
    ramp_up: tuple[int, ...]
    spare_day: int | None
    closures: tuple[Closure, ...]
    sizes: dict[str, int]
    call_rates: tuple[CallRate, ...]
    together: str
    at_most: int | None
    mails: tuple[Mail, ...]
    senders: dict[str, Sender]
    password: str
    form: bool
    desks: dict[str, Desk]
    contacts: dict[str, dict[str, str]]
    pins: tuple[Pin, ...]
    left_out: tuple[LeftOut, ...]
    renumbered: dict[str, str]
    said: dict[str, Any]
    warnings: tuple[str, ...] = ()

    @property
    def first_day(self) -> date:
        """The earliest day on which a box can move."""
        days = [period.days.first for period in self.periods]
        return min([*days, self.pilot.day] if self.pilot else days)

    @property
    def last_day(self) -> date:
        """The latest day on which a box can move."""
        return max(period.days.last for period in self.periods)

    @property
    def notice(self) -> int:
        """How many days before its cut-over a box must be known, so that it can still be told; at least one."""
        late = [-mail.too_late_days for mail in self.mails if mail.too_late_days is not None and mail.announces]
        return max([1, *late])

    def contact(self, stage: str, topic: str) -> Desk:
        """Who answers questions on ``topic`` while the box is in ``stage``; KeyError for a word that is neither."""
        return self.desks[self.contacts[stage][topic]]

    def mail_day(self, mail: Mail, cut_over: date) -> date | None:
        """The day on which a box that moves on ``cut_over`` is sent ``mail``; None for one that waits for an event.

        A day that is not worked gives way to the working day before it, or after it where that is too early for
        ``not_before``. Lots leave room for ``not_before``; only the pilot, whose day is given, can be too early for it.
        """
        if mail.days is None:
            return None
        if mail.days == 0:
            return cut_over
        nominal = cut_over + timedelta(mail.days)
        day = self._next_worked(nominal, timedelta(-1))
        if mail.not_before is None or day >= mail.not_before:
            return day
        return self._next_worked(max(nominal, mail.not_before), timedelta(1))

    def _next_worked(self, day: date, step: timedelta) -> date:
        while not self.worked(day):
            day += step
        return day

    def worked(self, day: date) -> bool:
        """Whether ``day`` is neither on a weekend nor a public holiday for everybody."""
        return day.weekday() < _SATURDAY and not any(
            closure.kind == PUBLIC and closure.boxes.everybody and day in closure.days for closure in self.closures
        )

    def mail_for(self, event: str) -> Mail | None:
        """The first mail that waits for ``event``."""
        return next((mail for mail in self.mails if mail.event == event), None)

    def selectors(self) -> list[tuple[str, Selector]]:
        """Every selector of the file, with what it is for."""
        found = [(f"period {period.name}", period.boxes) for period in self.periods]
        found += [("pilot", self.pilot.among)] if self.pilot else []
        found += [(f"{closure.kind} {closure.name}", closure.boxes) for closure in self.closures]
        found += [("expected_calls", rate.boxes) for rate in self.call_rates]
        return found + [("exclude", entry.boxes) for entry in self.left_out]
