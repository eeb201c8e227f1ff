"""The plan as one HTML page in French: a calendar that a manager can read, without anything from elsewhere."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from jinja2 import Environment, PackageLoader, StrictUndefined

from bma.campaign.days import PUBLIC, SCHOOL, each_day
from bma.campaign.plan import Plan, PlannedWave

MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]
WEEKDAYS = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]
_KINDS = {"blackout": "fermeture", "duty": "obligation", PUBLIC: "jour férié", SCHOOL: "congé scolaire"}


@dataclass(frozen=True)
class Day:
    """One cell of a month; ``day`` is None outside it. ``notes`` are what it is closed by, and the mails of the day."""

    day: date | None
    wave: PlannedWave | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Month:
    """One month of the calendar, week by week."""

    title: str
    weeks: tuple[tuple[Day, ...], ...]


def page(plan: Plan) -> str:
    """The whole page. Whatever names say, it is text: nothing in it is evaluated or becomes markup."""
    environment = Environment(
        loader=PackageLoader("bma.campaign"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["jour"] = french_day
    environment.filters["go"] = lambda size: f"{size / 2**30:.1f}".replace(".", ",")
    environment.filters["milliers"] = lambda number: f"{number:,}".replace(",", "\u202f")
    return environment.get_template("calendar.html.j2").render(
        plan=plan, campaign=plan.campaign, months=list(_months(plan)), weekdays=WEEKDAYS, boxes=plan.boxes
    )


def french_day(day: date) -> str:
    """``mardi 1er octobre 2024``."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{WEEKDAYS[day.weekday()]} {number} {MONTHS[day.month - 1]} {day.year}"


def _months(plan: Plan) -> Iterator[Month]:
    if not plan.waves:
        return
    mailed = [
        due for wave in plan.waves for mail in plan.campaign.mails if (due := plan.campaign.mail_day(mail, wave.day))
    ]
    first = min([plan.waves[0].day, *mailed])
    last = max([plan.waves[-1].day, *mailed])
    notes = _notes(plan, first, last)
    waves = {wave.day: wave for wave in plan.waves}
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        weeks = [
            tuple(
                Day(day, waves.get(day), tuple(notes.get(day, ()))) if day.month == month else Day(None) for day in week
            )
            for week in calendar.Calendar().monthdatescalendar(year, month)
        ]
        yield Month(f"{MONTHS[month - 1].capitalize()} {year}", tuple(weeks))
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def _notes(plan: Plan, first: date, last: date) -> dict[date, list[str]]:
    notes: dict[date, list[str]] = {}
    for day in each_day(first, last):
        for closure in plan.campaign.closures:
            if day in closure.days:
                whom = "" if closure.boxes.everybody else f", {closure.boxes.text}"
                # Files, and whoever names public holidays, type a quote for an apostrophe.
                name = closure.name.replace("'", "’")
                notes.setdefault(day, []).append(f"{name} ({_KINDS[closure.kind]}{whom})")
    for wave in plan.waves:
        for mail in plan.campaign.mails:
            due = plan.campaign.mail_day(mail, wave.day)
            if due is not None:
                notes.setdefault(due, []).append(f"Mail «\u00a0{mail.id}\u00a0» à la vague {wave.name}")
    return notes
