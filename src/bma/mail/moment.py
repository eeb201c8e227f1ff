"""When it is: a day, and the hour where it matters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bma.mail.faults import MailError

DEFAULT_ZONE = "Europe/Brussels"


@dataclass(frozen=True)
class Moment:
    """``hour`` is None for a day whose hour was not said: every window of that day is open then."""

    day: date
    hour: time | None
    zone: ZoneInfo

    @property
    def at(self) -> datetime:
        """The moment in UTC; noon when no hour was said."""
        return datetime.combine(self.day, self.hour or time(12), self.zone).astimezone(UTC)

    def __str__(self) -> str:
        return f"{self.day}" if self.hour is None else f"{self.day} {self.hour:%H:%M}"


Clock = Callable[[], Moment]
"""Asked before each mail: hours pass while thousands are sent."""


def zone_of(name: str) -> ZoneInfo:
    """The time zone of that name; :class:`~bma.mail.faults.MailError` when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise MailError(f"mail_timezone: there is no time zone {name!r}") from error


def clock(today: str | None, zone: ZoneInfo) -> Clock:
    """A clock that stands at ``today`` (``2026-01-05`` or ``2026-01-05T09:30``), or the real one when it is None.

    Raises :class:`~bma.mail.faults.MailError` for a text that is no day.
    """
    if today is None:
        return lambda: _of(datetime.now(zone), zone)
    try:
        if len(today) == len("2026-01-05"):
            fixed = Moment(date.fromisoformat(today), None, zone)
        else:
            said = datetime.fromisoformat(today)
            fixed = _of(said.astimezone(zone) if said.tzinfo else said, zone)
    except ValueError as error:
        raise MailError(f"today: {today!r} is no day; allowed: 2026-01-05, or 2026-01-05T09:30") from error
    return lambda: fixed


def _of(now: datetime, zone: ZoneInfo) -> Moment:
    return Moment(now.date(), now.time(), zone)
