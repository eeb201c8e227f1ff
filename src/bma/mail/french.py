"""Dates as a French text writes them."""

from __future__ import annotations

import re
from datetime import date

NBSP = "\u00a0"
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


def long_date(day: date) -> str:
    """``lundi 5 janvier 2026``, its parts held together by no-break spaces."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{DAYS[day.weekday()]} {number}{NBSP}{MONTHS[day.month - 1]}{NBSP}{day.year}"


def date_without_year(day: date) -> str:
    """``lundi 5 janvier``."""
    return long_date(day).rpartition(NBSP)[0]


def proper(text: str) -> str:
    """A name typed on a keyboard with the signs of a printed text: ’ for a quote, no-break spaces inside « »."""
    text = re.sub(r"(?<=\w)'(?=\w)", "’", text)
    text = re.sub(r"«\s*", f"«{NBSP}", text)
    return re.sub(r"\s*»", f"{NBSP}»", text)
