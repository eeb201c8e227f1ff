"""A campaign file → :class:`~bma.campaign.model.Campaign`, or everything that is wrong with it, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

from bma.campaign.checks import LONGEST, contradictions
from bma.campaign.days import SCHOOL, Closure, Recurring, Span
from bma.campaign.holidays_of import public_holidays, school_holidays, unknown_school_days
from bma.campaign.model import CallRate, Campaign, Capacity, Desk, LeftOut, Mail, Period, Pilot, Pin, Sender
from bma.campaign.quantity import parse_size
from bma.campaign.schema import STAGES, TOPICS, campaign_schema
from bma.campaign.schema_forms import WEEKDAYS
from bma.campaign.selector import Selector, selector
from bma.documents import Document, Violation, load_yaml, require_valid, violations
from bma.errors import DocumentError

Place = tuple[str | int, ...]

_AROUND = timedelta(366)
_YEARS = range(2000, 2200)
"""Years of a campaign: another one was mistyped."""


def read_campaign(path: Path, start: date | None = None, remembered: date | None = None) -> Campaign:
    """The campaign of a file. ``start`` moves its dates, and wins over the file's own ``start``, which wins over
    ``remembered``.

    Raises :class:`~bma.errors.DocumentError` telling every violation of the schema or, when there is none, everything
    that contradicts itself, each with file, line and what is allowed.
    """
    document = load_yaml(path)
    require_valid(document, violations(document, campaign_schema()))
    reader = _Reader(document)
    reader.check_dates(())
    require_valid(document, reader.found)
    campaign = reader.campaign(start, remembered)
    require_valid(document, sorted([*reader.found, *contradictions(campaign, document)], key=lambda item: item.line))
    return campaign


class _Reader:
    """Reads one document that its schema has let pass; ``found`` gathers what the schema cannot see."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.said: dict[str, Any] = document.value
        self.found: list[Violation] = []
        self.warnings: list[str] = []

    def refuse(self, place: Place, message: str) -> None:
        path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place).removeprefix(".")
        self.found.append(Violation(path, self.document.line(place), message))

    def where(self, *place: str | int) -> str:
        return self.document.where(place)

    def check_dates(self, place: Place) -> None:
        """Days that the calendar does not have, wherever the schema asks for one."""
        for key, value in _walk(self.said, place):
            if key and key[-1] in {"from", "to", "date", "start", "not_before"} and isinstance(value, str):
                if key[-2:-1] == ("window",):
                    continue
                text = f"2000-{value}" if len(value) == len("01-01") else value
                try:
                    date.fromisoformat(text)
                except ValueError:
                    self.refuse(key, f"there is no day {value}")

    def campaign(self, start: date | None, remembered: date | None) -> Campaign:
        said = self.said
        wished = start or (_day(said["start"]) if "start" in said else remembered)
        by = wished - self._earliest() if wished else None
        self.shift = by
        pilot = said.get("pilot")
        periods = tuple(self._period(index) for index in range(len(said["periods"])))
        kept = {"ec": "80 MB", "po": "80 MB"} | said.get("sizes", {})
        po = said.get("po", {"boxes": "any"})
        capacity = said["capacity"]
        return Campaign(
            name=said["campaign"],
            title=said["title"],
            source=said.get("source"),
            path=str(self.document.path),
            start=wished,
            periods=periods,
            pilot=self._pilot(pilot) if pilot else None,
            capacity=Capacity(
                capacity["boxes"],
                parse_size(capacity["bytes"]) if "bytes" in capacity else None,
                round(capacity["calls"] * 1000) if "calls" in capacity else None,
                self.where("capacity"),
            ),
            ramp_up=tuple(said.get("ramp_up", ())),
            spare_day=WEEKDAYS.index(said["spare_day"]) if "spare_day" in said else None,
            closures=tuple(self._closures(periods)),
            sizes={kind: parse_size(size) or 0 for kind, size in kept.items()},
            call_rates=tuple(
                CallRate(self._boxes(entry["boxes"], "expected_calls", index), round(entry["per_box"] * 1000))
                for index, entry in enumerate(said.get("expected_calls", ()))
            ),
            together=po["boxes"],
            at_most=po.get("at_most"),
            mails=tuple(self._mail(index, mail) for index, mail in enumerate(said["mails"])),
            senders={name: Sender(sender["name"], sender["address"]) for name, sender in said["senders"].items()},
            password=said["password"],
            form=said["form"],
            desks={
                name: Desk(desk["name"], desk.get("address"), desk.get("phone")) for name, desk in said["desks"].items()
            },
            contacts={stage: {topic: said["contacts"][stage][topic] for topic in TOPICS} for stage in STAGES},
            pins=tuple(self._pin(index, pin) for index, pin in enumerate(said.get("pins", ()))),
            left_out=tuple(
                LeftOut(self._boxes(entry["boxes"], "exclude", index), entry["reason"], self.where("exclude", index))
                for index, entry in enumerate(said.get("exclude", ()))
            ),
            renumbered=dict(said.get("renumbered", {})),
            said=said,
            warnings=tuple(self.warnings),
        )

    def _earliest(self) -> date:
        days = [_day(period["from"]) for period in self.said["periods"]]
        return min([*days, _day(self.said["pilot"]["date"])] if "pilot" in self.said else days)

    def _moved(self, text: str) -> date:
        day = _day(text)
        try:
            moved = day + self.shift if self.shift else day
        except OverflowError:
            moved = date.max
        if moved.year not in _YEARS:
            by = f", moved by {self.shift.days} days," if self.shift else ""
            years = f"{_YEARS[0]} to {_YEARS[-1]}"
            raise DocumentError(f"{text}{by} is in no year from {years}", where=str(self.document.path))
        return moved

    def _span(self, said: dict[str, str]) -> Span:
        return Span(self._moved(said["from"]), self._moved(said["to"]))

    def _boxes(self, said: str | list[str], *place: str | int) -> Selector:
        return self._selected(said, (*place, "boxes"))

    def _selected(self, said: str | list[str], place: Place) -> Selector:
        found = selector(said, self.where(*place))
        if found is None:
            self.refuse(place, f"{said!r} is not understood; allowed: names joined with &, ! before a name for not")
        return found or Selector((), self.where(*place), str(said))

    def _period(self, index: int) -> Period:
        said = self.said["periods"][index]
        return Period(
            said["name"],
            self._boxes(said["boxes"], "periods", index),
            self._span(said),
            said["rhythm"]["every"] == "week",
            tuple(WEEKDAYS.index(day) for day in said["rhythm"]["days"]),
            self.where("periods", index),
        )

    def _pilot(self, said: dict[str, Any]) -> Pilot:
        among = self._selected(said.get("among", "all"), ("pilot", "among"))
        return Pilot(said["boxes"], self._moved(said["date"]), among, self.where("pilot", "date"))

    def _closures(self, periods: tuple[Period, ...]) -> Iterator[Closure]:
        for key, kind in (("blackouts", "blackout"), ("duties", "duty")):
            for index, said in enumerate(self.said.get(key, ())):
                days = self._days(said, (key, index))
                boxes = self._boxes(said.get("boxes", "all"), key, index)
                if days is not None:
                    yield Closure(said["name"], kind, boxes, days)
        calendar = self.said.get("calendar", {})
        first = min(period.days.first for period in periods)
        first = min(first, self._moved(self.said["pilot"]["date"])) if "pilot" in self.said else first
        last = max(period.days.last for period in periods)
        if (last - first).days > LONGEST:
            return  # told by the checks: a year was mistyped
        if "public_holidays" in calendar:
            boxes = self._selected(calendar["public_holidays"], ("calendar", "public_holidays"))
            # Mails leave before the first day and after the last one.
            yield from public_holidays(boxes, first - _AROUND, last + _AROUND)
        if "school_holidays" in calendar:
            yield from self._school_holidays(calendar["school_holidays"], first, last)

    def _school_holidays(self, said: dict[str, Any], first: date, last: date) -> Iterator[Closure]:
        where = ("calendar", "school_holidays")
        boxes = self._boxes(said.get("boxes", "ec"), *where)
        # The campaign's own holidays are dates of the world as the data's are: moving the campaign does not move them.
        more = [(item["name"], Span(_day(item["from"]), _day(item["to"]))) for item in said.get("dates", ())]
        unknown = unknown_school_days(first, last, [span for _, span in more])
        if unknown:
            text = f"the school holidays from {unknown[0]} to {unknown[-1]} are not known here"
            if self.shift:
                self.warnings.append(f"{self.where(*where)}: {text}: none is kept free")
            else:
                self.refuse(where, f"{text}; give those of that school year under calendar.school_holidays.dates")
        yield from school_holidays(boxes, first, last)
        for name, span in more:
            yield Closure(name, SCHOOL, boxes, span)

    def _days(self, said: dict[str, Any], place: Place) -> Span | Recurring | None:
        forms = [key for key in ("from", "each_year", "each_month", "each_week") if key in said]
        if len(forms) != 1 or ("to" in said) != ("from" in said):
            self.refuse(place, "say one of: from and to, each_year, each_month, each_week")
            return None
        if forms == ["from"]:
            return self._span(said)
        year = said.get("each_year")
        return Recurring(
            (_year_day(year["from"]), _year_day(year["to"])) if year else None,
            frozenset(said.get("each_month", ())),
            frozenset(WEEKDAYS.index(day) for day in said.get("each_week", ())),
        )

    def _mail(self, index: int, said: dict[str, Any]) -> Mail:
        trigger, late = said["trigger"], said.get("not_after", {})
        return Mail(
            id=said["id"],
            sender=said["sender"],
            template=said["template"],
            days=trigger.get("days"),
            event=trigger.get("event"),
            recipients=tuple(said["recipients"]),
            opens=time.fromisoformat(said["window"]["from"]),
            closes=time.fromisoformat(said["window"]["to"]),
            not_before=self._moved(said["not_before"]) if "not_before" in said else None,
            too_late_days=late.get("days"),
            too_late=self._moved(late["date"]) if "date" in late else None,
            announces=said.get("announces", False),
            where=self.where("mails", index),
        )

    def _pin(self, index: int, said: dict[str, Any]) -> Pin:
        if ("date" in said) == ("pilot" in said):
            self.refuse(("pins", index), "say either date or pilot")
        day = self._moved(said["date"]) if "date" in said else None
        return Pin(said["box"], day, said["reason"], self.where("pins", index))


def _walk(value: Any, place: Place) -> Iterator[tuple[Place, Any]]:
    yield place, value
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from _walk(child, (*place, key))


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _year_day(text: str) -> tuple[int, int]:
    return int(text[:2]), int(text[3:])
