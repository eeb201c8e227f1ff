"""Holidays as closures: Belgian public holidays from a library, school holidays of the French Community from data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from holidays import country_holidays

from bma.campaign.days import PUBLIC, SCHOOL, Closure, Span, each_day
from bma.campaign.selector import Selector


@dataclass(frozen=True)
class SchoolYear:
    """One school year: ``days`` is the time whose holidays are known, ``holidays`` their names and days."""

    name: str
    days: Span
    holidays: tuple[tuple[str, Span], ...]


def public_holidays(boxes: Selector, first: date, last: date) -> list[Closure]:
    """The Belgian public holidays from ``first`` to ``last``, named in French."""
    found = country_holidays("BE", years=range(first.year, last.year + 1), language="fr")
    return [
        Closure(str(name), PUBLIC, boxes, Span(day, day)) for day, name in sorted(found.items()) if first <= day <= last
    ]


def school_holidays(boxes: Selector, first: date, last: date) -> list[Closure]:
    """The school holidays that have a day from ``first`` to ``last``, as far as the data knows them."""
    return [
        Closure(name, SCHOOL, boxes, span)
        for year in school_years()
        for name, span in year.holidays
        if span.first <= last and span.last >= first
    ]


def unknown_school_days(first: date, last: date, more: list[Span]) -> list[date]:
    """The weekdays from ``first`` to ``last`` of which nobody knows whether they are holidays.

    ``more`` are the holidays that the campaign gives itself: with at least one in the same school year (September
    to August), that year counts as known.
    """
    given = {_school_year(day) for span in more for day in (span.first, span.last)}
    return [
        day
        for day in each_day(first, last)
        if day.weekday() < 5 and _school_year(day) not in given and not any(day in year.days for year in school_years())
    ]


def _school_year(day: date) -> int:
    return day.year if day.month >= 9 else day.year - 1


@cache
def school_years() -> tuple[SchoolYear, ...]:
    """The school years that the data knows, in order."""
    text = (files("bma.campaign") / "data" / "school_holidays.json").read_text(encoding="utf-8")
    return tuple(
        SchoolYear(name, _span(year), tuple((item["name"], _span(item)) for item in year["holidays"]))
        for name, year in json.loads(text)["years"].items()
    )


def _span(said: dict[str, str]) -> Span:
    return Span(date.fromisoformat(said["from"]), date.fromisoformat(said["to"]))
