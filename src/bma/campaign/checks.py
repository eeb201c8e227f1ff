"""What a campaign may not say although its schema lets it: contradictions, and names that are nobody's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from bma.campaign.lots import lots_of, why_closed, why_no_lot
from bma.campaign.model import Campaign, Mail
from bma.campaign.schema import BOX_PATTERN, BOX_WORDS
from bma.campaign.schema_forms import WEEKDAYS
from bma.documents import Document, Violation

LONGEST = 3660
"""Days between the first and the last day of a campaign: ten years, or a year was mistyped."""

Place = tuple[str | int, ...]
_Told = tuple[Place, str]


def contradictions(campaign: Campaign, document: Document) -> list[Violation]:
    """Everything in ``campaign`` that cannot be meant, with the lines of ``document``."""
    rules = (_spans, _twice, _capacity, _pilot, _rhythm, _mails, _contacts, _pins, _renumbered, _po)
    found = [told for rule in rules for told in rule(campaign)]
    if not found:
        # Lots can only be counted once the windows make sense.
        found = list(_working_days(campaign))
    return [Violation(_dotted(place), document.line(place), message) for place, message in found]


def _dotted(place: Place) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place).removeprefix(".")


def _spans(campaign: Campaign) -> Iterator[_Told]:
    for index, period in enumerate(campaign.periods):
        if period.days.first > period.days.last:
            yield ("periods", index, "to"), f"{period.days.last} is before {period.days.first}, its from"
    for key, kind in (("blackouts", "blackout"), ("duties", "duty")):
        # Read again from the file: a closure does not remember its place.
        for index, said in enumerate(campaign.said.get(key, ())):
            if "from" in said and said.get("to", said["from"]) < said["from"]:
                yield (key, index, "to"), f"{said['to']} is before {said['from']}, the from of this {kind}"
    school = campaign.said.get("calendar", {}).get("school_holidays", {})
    for index, said in enumerate(school.get("dates", ())):
        if said["to"] < said["from"]:
            yield ("calendar", "school_holidays", "dates", index, "to"), f"{said['to']} is before {said['from']}"
    if (campaign.last_day - campaign.first_day).days > LONGEST:
        yield ("periods",), f"from {campaign.first_day} to {campaign.last_day} is more than ten years"


def _twice(campaign: Campaign) -> Iterator[_Told]:
    lists: tuple[tuple[str, str, Iterable[str]], ...] = (
        ("periods", "name", (period.name for period in campaign.periods)),
        ("mails", "id", (mail.id for mail in campaign.mails)),
        ("pins", "box", (pin.box for pin in campaign.pins)),
    )
    for key, attribute, names in lists:
        seen: set[str] = set()
        for index, name in enumerate(names):
            if name in seen:
                yield (key, index, attribute), f"{name} is there twice"
            seen.add(name)


def _capacity(campaign: Campaign) -> Iterator[_Told]:
    if campaign.capacity.bytes == 0:
        yield ("capacity", "bytes"), "a lot that may hold no bytes can hold no box"
    if campaign.capacity.calls == 0:
        yield ("capacity", "calls"), f"{campaign.said['capacity']['calls']} is less than a thousandth of a call"


def _pilot(campaign: Campaign) -> Iterator[_Told]:
    pilot = campaign.pilot
    if pilot is None:
        return
    first = min(period.days.first for period in campaign.periods)
    if pilot.day >= first:
        yield ("pilot", "date"), f"the pilot on {pilot.day} is not before the first period, which begins on {first}"
    if pilot.boxes > campaign.capacity.boxes:
        yield ("pilot", "boxes"), f"{pilot.boxes} boxes are more than capacity.boxes, {campaign.capacity.boxes}"
    for closure in campaign.closures:
        if closure.boxes.everybody and pilot.day in closure.days:
            yield ("pilot", "date"), f"the pilot's day {pilot.day} is closed for everybody: {closure.name}"


def _rhythm(campaign: Campaign) -> Iterator[_Told]:
    for index, period in enumerate(campaign.periods):
        if campaign.spare_day in period.weekdays:
            day = WEEKDAYS[campaign.spare_day]
            yield ("periods", index, "rhythm", "days"), f"{day} is a day of lots here and the spare day as well"
    for index, boxes in enumerate(campaign.ramp_up):
        if boxes > campaign.capacity.boxes:
            yield ("ramp_up", index), f"{boxes} boxes are more than capacity.boxes, {campaign.capacity.boxes}"


def _mails(campaign: Campaign) -> Iterator[_Told]:
    for index, mail in enumerate(campaign.mails):
        for place, message in _mail(mail):
            yield ("mails", index, *place), message
        if mail.sender not in campaign.senders:
            known = ", ".join(sorted(campaign.senders))
            yield ("mails", index, "sender"), f"{mail.sender} is not one of the senders; known: {known}"
        if "rescue" in mail.recipients and not campaign.form:
            yield ("mails", index, "recipients"), "without a form there is no rescue address; say form: true"
        if mail.event in {"form_received", "password_unknown"} and not campaign.form:
            yield ("mails", index, "trigger"), f"without a form there is never {mail.event}; say form: true"
    if campaign.password == "new_if_unknown" and not campaign.form:  # noqa: S105 - the name of a rule
        yield ("password",), "new_if_unknown is answered in the form; say form: true"
    if campaign.password == "new_if_unknown" and campaign.mail_for("password_unknown") is None:  # noqa: S105
        yield ("password",), "no mail waits for the event password_unknown, so the new password would reach nobody"


def _mail(mail: Mail) -> Iterator[_Told]:
    if (mail.days is None) == (mail.event is None):
        yield ("trigger",), "say either days or event"
    if mail.opens >= mail.closes:
        yield ("window", "to"), f"{mail.closes:%H:%M} is not after {mail.opens:%H:%M}, its from"
    if mail.days is not None and mail.too_late_days is not None and mail.too_late_days < mail.days:
        yield ("not_after", "days"), f"{mail.too_late_days} is before the trigger, {mail.days}"
    if mail.too_late_days is not None and mail.too_late is not None:
        yield ("not_after",), "say either days or date"
    if mail.not_before and mail.too_late and mail.too_late < mail.not_before:
        yield ("not_after", "date"), f"{mail.too_late} is before {mail.not_before}, its not_before"


def _contacts(campaign: Campaign) -> Iterator[_Told]:
    for stage, topics in campaign.contacts.items():
        for topic, desk in topics.items():
            if desk not in campaign.desks:
                known = ", ".join(sorted(campaign.desks))
                yield ("contacts", stage, topic), f"{desk} is not one of the desks; known: {known}"


def _pins(campaign: Campaign) -> Iterator[_Told]:
    for index, pin in enumerate(campaign.pins):
        if pin.day is None and campaign.pilot is None:
            yield ("pins", index, "pilot"), "this campaign has no pilot"


def _renumbered(campaign: Campaign) -> Iterator[_Told]:
    olds = list(campaign.renumbered.values())
    for new, old in campaign.renumbered.items():
        if re.fullmatch(BOX_PATTERN, new) is None:
            yield ("renumbered", new), f"{new!r} is not a box; allowed: {BOX_WORDS}"
        if olds.count(old) > 1:
            yield ("renumbered", new), f"{old} is taken over twice"
        if old in campaign.renumbered:
            yield ("renumbered", new), f"{old} is itself new here; name the number before that"


def _po(campaign: Campaign) -> Iterator[_Told]:
    if campaign.together == "any" and campaign.at_most is not None:
        yield ("po", "at_most"), "at_most means nothing with boxes: any"


def _working_days(campaign: Campaign) -> Iterator[_Told]:
    lots = lots_of(campaign)
    for index, period in enumerate(campaign.periods):
        if not any(index in lot.periods for lot in lots):
            days = f"{period.days.first} to {period.days.last}"
            yield ("periods", index), f"no working day from {days} can have a lot: {why_no_lot(campaign, index)}"
    by_day = {lot.day for lot in lots}
    for index, pin in enumerate(campaign.pins):
        if pin.day is not None and pin.day not in by_day:
            yield ("pins", index, "date"), f"{pin.day} has no lot: {_why_not(campaign, pin.day)}"


def _why_not(campaign: Campaign, day: date) -> str:
    closed = why_closed(campaign, day)
    if closed:
        return f"closed for everybody ({', '.join(closed)})"
    near = sorted({lot.day for lot in lots_of(campaign)}, key=lambda other: (abs((other - day).days), other))
    return "the nearest are " + ", ".join(map(str, sorted(near[:3])))
