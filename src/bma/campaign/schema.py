"""The JSON Schema of a campaign file, built from tables of keys: a row here is a row of the documentation."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVENTS = {
    "form_received": "the holder has sent the form",
    "password_unknown": "the form says that the password is not known",
    "cut_over_done": "the box is read and written on the new platform",
    "date_moved": "a date that was announced has been moved by force",
}
STAGES = ("before", "during", "after")
TOPICS = ("procedure", "technical", "password")
RECIPIENTS = {
    "box": "the box itself: the current one up to the cut-over, the new one afterwards",
    "rescue": "the rescue address of the form",
}
PASSWORD_RULES = {
    "unchanged": "the holder keeps the password",
    "new": "every box is given a new one",
    "new_if_unknown": "a new one for those who have told in the form that they do not know theirs",
}
TOGETHER = {
    "together": "all boxes of a PO that move in the same period move on the same day",
    "apart": "at most `at_most` boxes of a PO move on the same day",
    "any": "no rule",
}

BOX_PATTERN = "^(ec|po)(?!000000)[0-9]{6}$"
BOX_WORDS = "ec or po and the FASE number in six digits, such as ec001347"


def _text(meaning: str, longest: int = 400) -> Schema:
    """One line of text: nothing in it may break a line of a mail's header or of a calendar."""
    return {
        "description": meaning,
        "type": "string",
        "minLength": 1,
        "maxLength": longest,
        "pattern": r"^(?=.*\S)[^\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]+$",
        "x-allowed": "text on one line",
    }


def _name(meaning: str) -> Schema:
    return {
        "description": meaning,
        "type": "string",
        "pattern": "^[a-z0-9][a-z0-9_-]{0,59}$",
        "x-allowed": "a name of a-z, 0-9, - and _",
    }


def _date(meaning: str) -> Schema:
    return {
        "description": meaning,
        "type": "string",
        "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
        "x-allowed": "a day such as 2026-01-05",
    }


def _year_day(meaning: str) -> Schema:
    return {
        "description": meaning,
        "type": "string",
        "pattern": "^[0-9]{2}-[0-9]{2}$",
        "x-allowed": "month and day, such as 09-30",
    }


def _hour(meaning: str) -> Schema:
    return {
        "description": meaning,
        "type": "string",
        "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$",
        "x-allowed": 'a time such as "08:30"',
    }


def _size(meaning: str) -> Schema:
    return {
        "description": meaning,
        "type": "string",
        "pattern": r"^[0-9]{1,9}(\.[0-9]{1,2})? ?(B|KB|MB|GB|TB)$",
        "x-allowed": "a number and B, KB, MB, GB or TB, such as 60 GB",
    }


def _number(meaning: str, least: int = 1, most: int = 1_000_000) -> Schema:
    return {
        "description": meaning,
        "type": "integer",
        "minimum": least,
        "maximum": most,
        "x-allowed": f"a whole number, {least} to {most}",
    }


def _word(meaning: str, words: dict[str, str] | tuple[str, ...]) -> Schema:
    return {"description": meaning, "enum": list(words)}


def _address(meaning: str) -> Schema:
    return {
        "description": meaning,
        "type": "string",
        "maxLength": 254,
        "pattern": r"^[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$",
        "x-allowed": "a mail address",
    }


def _boxes(meaning: str) -> Schema:
    term = {"type": "string", "minLength": 1, "maxLength": 400, "pattern": "^[a-z0-9_&! ]+$"}
    words = "a group of the inventory, a box, or all; joined with & for both, ! for not; or a list of those"
    return {
        "description": meaning,
        "type": ["string", "array"],
        "minItems": 1,
        "items": term | {"x-allowed": words},
        "minLength": 1,
        "pattern": term["pattern"],
        "x-allowed": words,
    }


def _weekdays(meaning: str) -> Schema:
    return {
        "description": meaning,
        "type": "array",
        "minItems": 1,
        "uniqueItems": True,
        "items": {"enum": list(WEEKDAYS)},
        "x-allowed": "a list of " + ", ".join(WEEKDAYS),
    }


def _object(meaning: str, properties: dict[str, Schema], *required: str) -> Schema:
    return {
        "description": meaning,
        "type": "object",
        "additionalProperties": False,
        "required": list(required),
        "properties": properties,
    }


def _list(meaning: str, items: Schema, least: int = 1) -> Schema:
    return {"description": meaning, "type": "array", "minItems": least, "items": items}


def _named(meaning: str, values: Schema) -> Schema:
    return {"description": meaning, "type": "object", "additionalProperties": values}


def _closures(meaning: str) -> Schema:
    window = {
        "name": _text("What it is, as the calendar shows it."),
        "boxes": _boxes("Whom it concerns. Left out: everybody.") | {"default": "all"},
        "from": _date("First day, when it is once."),
        "to": _date("Last day, when it is once."),
        "each_year": _object(
            "Every year again; may run over New Year.",
            {"from": _year_day("First day."), "to": _year_day("Last day.")},
            "from",
            "to",
        ),
        "each_month": _list("Every month again: days of the month.", _number("Day of the month.", 1, 31)),
        "each_week": _weekdays("Every week again."),
    }
    return _list(meaning, _object("Say either `from` and `to`, or one of `each_…`.", window, "name"), 0)


def _mails() -> Schema:
    mail = {
        "id": _name("Name of the mail in ledgers and reports; no two alike."),
        "sender": _name("One of `senders`."),
        "template": _name("Template of the mail."),
        "trigger": _object(
            "When it is sent: one of the two.",
            {
                "days": _number(
                    "Days from the cut-over, negative before it; from a day that is not worked back to one that is.",
                    -366,
                    366,
                ),
                "event": _word("What must have happened: " + _told(EVENTS) + ".", EVENTS),
            },
        ),
        "recipients": _list("To whom: " + _told(RECIPIENTS) + ".", _word("One recipient.", RECIPIENTS))
        | {"uniqueItems": True},
        "window": _object(
            "Hours of the day at which it may leave.", {"from": _hour("From."), "to": _hour("Until.")}, "from", "to"
        ),
        "not_before": _date("No mail of this kind leaves before this day."),
        "not_after": _object(
            "When it is too late to send it; it is then told instead of sent.",
            {
                "days": _number("Days from the cut-over, negative before it.", -366, 366),
                "date": _date("A day of the calendar."),
            },
        ),
        "announces": {
            "description": "Whether it tells the date of the cut-over: what it has told is a promise.",
            "type": "boolean",
            "default": False,
        },
    }
    return _list(
        "The mails that a box is sent.",
        _object("One mail.", mail, "id", "sender", "template", "trigger", "recipients", "window"),
    )


def _told(words: dict[str, str]) -> str:
    return "; ".join(f"`{word}`, {meaning}" for word, meaning in words.items())


def _contacts() -> Schema:
    topics = {topic: _name("One of `desks`.") for topic in TOPICS}
    stages = {
        "before": "Until the first mail about the migration has been sent to the box.",
        "during": "From then until the cut-over.",
        "after": "After the cut-over.",
    }
    return _object(
        "Who answers which question, by the stage of the box.",
        {stage: _object(meaning, topics, *TOPICS) for stage, meaning in stages.items()},
        *STAGES,
    )


def _days() -> dict[str, Schema]:
    rhythm = {
        "every": _word(
            "`week`: one lot a week, on the first of `days` that is free; `day`: one a day.", ("week", "day")
        ),
        "days": _weekdays("Days of the week on which a lot may be, in the order of preference."),
    }
    period = {
        "name": _text("Name of the period."),
        "boxes": _boxes("Whose period it is. A box moves in the first one that names it and still has a day for it."),
        "from": _date("First day."),
        "to": _date("Last day."),
        "rhythm": _object("When the lots are.", rhythm, "every", "days"),
    }
    school = {
        "boxes": _boxes("For whom no lot is on a day of school holidays.") | {"default": "ec"},
        "dates": _list(
            "Holidays of school years that the toolkit does not know.",
            _object(
                "One holiday.",
                {"name": _text("Its name."), "from": _date("First day."), "to": _date("Last day.")},
                "name",
                "from",
                "to",
            ),
        ),
    }
    return {
        "start": _date("Moves every date of this file by as much as the earliest of them is away from this day."),
        "periods": _list("When boxes move, kind by kind or group by group.", _object("One.", period, *period)),
        "pilot": _object(
            "A first wave with a sample that is representative of all boxes.",
            {
                "boxes": _number("How many."),
                "date": _date("Its day, before the first period."),
                "among": _boxes("From which boxes it is taken. Left out: all.") | {"default": "all"},
            },
            "boxes",
            "date",
        ),
        "spare_day": _word("Day of the week without a lot, kept for what has failed.", WEEKDAYS),
        "blackouts": _closures("Days on which nothing moves."),
        "duties": _closures("Windows in which the boxes concerned have other duties, and are left in peace."),
        "calendar": _object(
            "Holidays.",
            {
                "public_holidays": _boxes("For whom Belgian public holidays are kept free."),
                "school_holidays": _object("School holidays of the French Community.", school),
            },
        ),
    }


def _loads() -> dict[str, Schema]:
    call_rate = {
        "boxes": _boxes("Of which boxes."),
        "per_box": {
            "description": "Calls for each.",
            "type": "number",
            "minimum": 0,
            "maximum": 10,
            "x-allowed": "a number, 0 to 10",
        },
    }
    calls = {"description": "Calls that the service desk can take.", "type": "number", "exclusiveMinimum": 0}
    return {
        "capacity": _object(
            "The most that one lot may hold.",
            {
                "boxes": _number("Boxes."),
                "bytes": _size("Sum of the sizes of the boxes."),
                "calls": calls | {"x-allowed": "a number greater than 0"},
            },
            "boxes",
        ),
        "ramp_up": _list(
            "Boxes of the first lots, the pilot apart; the ones after them have `capacity`.", _number("Boxes.")
        ),
        "sizes": _object(
            "Size of a box that the list of sizes does not have.",
            {"ec": _size("An establishment's.") | {"default": "80 MB"}, "po": _size("A PO's.") | {"default": "80 MB"}},
        ),
        "expected_calls": _list(
            "Calls to expect; the first entry that names the box counts.", _object("One.", call_rate, *call_rate)
        ),
        "po": _object(
            "Boxes of the same PO, its own included.",
            {
                "boxes": _word(_told(TOGETHER) + ".", TOGETHER),
                "at_most": _number(
                    "With `apart`: boxes a lot, 1 when left out. With `together`: larger PO are spread over lots."
                ),
            },
            "boxes",
        ),
    }


def _people() -> dict[str, Schema]:
    desk = {"name": _text("As holders know it."), "address": _address("Mail."), "phone": _text("Phone.", 40)}
    sender = {"name": _text("Name of the sender."), "address": _address("Address of the sender.")}
    return {
        "senders": _named("Those in whose name mails are sent.", _object("One.", sender, *sender)),
        "mails": _mails(),
        "password": _word("What becomes of passwords: " + _told(PASSWORD_RULES) + ".", PASSWORD_RULES),
        "form": {"description": "Whether holders are asked to fill in the form.", "type": "boolean"},
        "desks": _named("Those who answer.", _object("One.", desk, "name")),
        "contacts": _contacts(),
    }


def _single_boxes() -> dict[str, Schema]:
    box = {"type": "string", "pattern": BOX_PATTERN, "x-allowed": BOX_WORDS}
    pin = {
        "box": {"description": "The box."} | box,
        "date": _date("The day it moves on."),
        "pilot": {"description": "In the pilot instead of on a day.", "const": True},
        "reason": _text("Why."),
    }
    out = {"boxes": _boxes("Which."), "reason": _text("Why.")}
    return {
        "pins": _list("Boxes whose day is decided by hand.", _object("One.", pin, "box", "reason"), 0),
        "exclude": _list("Boxes that do not take part.", _object("One entry.", out, *out), 0),
        "renumbered": _named("New box: the old box whose place and promise it takes over.", box),
    }


def campaign_schema() -> Schema:
    """The schema of a campaign file (JSON Schema 2020-12)."""
    properties = {
        "campaign": _name("Name of the campaign, in files and ledgers."),
        "title": _text("Its name for people."),
        "source": _text("The text that it puts into data."),
        **_days(),
        **_loads(),
        **_people(),
        **_single_boxes(),
    }
    required = ("campaign", "title", "periods", "capacity", "mails", "senders", "password", "form", "desks", "contacts")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Migration campaign",
        **_object("Who moves when, and what is told to whom.", properties, *required),
    }
