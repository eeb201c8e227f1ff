"""Sets of days: once, every year, every month, every week."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Protocol, Self

from bma.campaign.selector import Selector

PUBLIC = "public holiday"
SCHOOL = "school holiday"

YearDay = tuple[int, int]
"""Month and day of the month."""


class Days(Protocol):
    """Some days of the calendar."""

    def __contains__(self, day: date, /) -> bool: ...

    def moved(self, by: timedelta) -> Self:
        """The same days after every date of the campaign has been moved."""


@dataclass(frozen=True)
class Span:
    """From ``first`` to ``last``, both included."""

    first: date
    last: date

    def __contains__(self, day: date, /) -> bool:
        return self.first <= day <= self.last

    def moved(self, by: timedelta) -> Span:
        return Span(self.first + by, self.last + by)


@dataclass(frozen=True)
class Recurring:
    """Days that come again, wherever the campaign stands: moving the campaign does not move them.

    ``year`` from a day of the year to another (over New Year when the second is earlier), ``month`` days of the
    month, ``week`` days of the week, Monday being 0. A day is in it when one of the three says so.
    """

    year: tuple[YearDay, YearDay] | None = None
    month: frozenset[int] = frozenset()
    week: frozenset[int] = frozenset()

    def __contains__(self, day: date, /) -> bool:
        return self._of_year(day) or day.day in self.month or day.weekday() in self.week

    def _of_year(self, day: date) -> bool:
        if self.year is None:
            return False
        first, last = self.year
        here = (day.month, day.day)
        return first <= here <= last if first <= last else here >= first or here <= last

    def moved(self, by: timedelta) -> Recurring:  # noqa: ARG002 - what comes again every year stays where it is
        return self


@dataclass(frozen=True)
class Closure:
    """Days on which some boxes do not move. ``kind``: blackout, duty, public holiday or school holiday."""

    name: str
    kind: str
    boxes: Selector
    days: Span | Recurring

    def moved(self, by: timedelta) -> Closure:
        """The same closure after every date of the campaign has been moved."""
        return replace(self, days=self.days.moved(by))


def each_day(first: date, last: date) -> Iterator[date]:
    """Every day from ``first`` to ``last``, both included."""
    for number in range((last - first).days + 1):
        yield first + timedelta(number)
