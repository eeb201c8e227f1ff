"""The JSON Schema of a campaign file, built from tables of keys: a row here is a row of the documentation."""

from __future__ import annotations

from bma.campaign import schema_forms as forms
from bma.campaign.schema_forms import WEEKDAYS, Schema

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


def _closures(meaning: str) -> Schema:
    window = {
        "name": forms.text("What it is, as the calendar shows it."),
        "boxes": forms.boxes("Whom it concerns. Left out: everybody.") | {"default": "all"},
        "from": forms.day("First day, when it is once."),
        "to": forms.day("Last day, when it is once."),
        "each_year": forms.mapping(
            "Every year again; may run over New Year.",
            {"from": forms.year_day("First day."), "to": forms.year_day("Last day.")},
            "from",
            "to",
        ),
        "each_month": forms.sequence("Every month again: days of the month.", forms.number("Day of the month.", 1, 31)),
        "each_week": forms.weekdays("Every week again."),
    }
    return forms.sequence(meaning, forms.mapping("Say either `from` and `to`, or one of `each_…`.", window, "name"), 0)


def _mails() -> Schema:
    mail = {
        "id": forms.name("Name of the mail in ledgers and reports; no two alike."),
        "sender": forms.name("One of `senders`."),
        "template": forms.name("Template of the mail."),
        "trigger": forms.mapping(
            "When it is sent: one of the two.",
            {
                "days": forms.number(
                    "Days from the cut-over, negative before it; from a day that is not worked back to one that is.",
                    -366,
                    366,
                ),
                "event": forms.word("What must have happened: " + _told(EVENTS) + ".", EVENTS),
            },
        ),
        "recipients": forms.sequence("To whom: " + _told(RECIPIENTS) + ".", forms.word("One recipient.", RECIPIENTS))
        | {"uniqueItems": True},
        "window": forms.mapping(
            "Hours of the day at which it may leave.",
            {"from": forms.hour("From."), "to": forms.hour("Until.")},
            "from",
            "to",
        ),
        "not_before": forms.day("No mail of this kind leaves before this day."),
        "not_after": forms.mapping(
            "When it is too late to send it; it is then told instead of sent.",
            {
                "days": forms.number("Days from the cut-over, negative before it.", -366, 366),
                "date": forms.day("A day of the calendar."),
            },
        ),
        "announces": {
            "description": "Whether it tells the date of the cut-over: what it has told is a promise.",
            "type": "boolean",
            "default": False,
        },
    }
    return forms.sequence(
        "The mails that a box is sent.",
        forms.mapping("One mail.", mail, "id", "sender", "template", "trigger", "recipients", "window"),
    )


def _told(words: dict[str, str]) -> str:
    return "; ".join(f"`{word}`, {meaning}" for word, meaning in words.items())


def _contacts() -> Schema:
    topics = {topic: forms.name("One of `desks`.") for topic in TOPICS}
    stages = {
        "before": "Until the first mail about the migration has been sent to the box.",
        "during": "From then until the cut-over.",
        "after": "After the cut-over.",
    }
    return forms.mapping(
        "Who answers which question, by the stage of the box.",
        {stage: forms.mapping(meaning, topics, *TOPICS) for stage, meaning in stages.items()},
        *STAGES,
    )


def _days() -> dict[str, Schema]:
    rhythm = {
        "every": forms.word(
            "`week`: one lot a week, on the first of `days` that is free; `day`: one a day.", ("week", "day")
        ),
        "days": forms.weekdays("Days of the week on which a lot may be, in the order of preference."),
    }
    period = {
        "name": forms.text("Name of the period."),
        "boxes": forms.boxes(
            "Whose period it is. A box moves in the first one that names it and still has a day for it."
        ),
        "from": forms.day("First day."),
        "to": forms.day("Last day."),
        "rhythm": forms.mapping("When the lots are.", rhythm, "every", "days"),
    }
    school = {
        "boxes": forms.boxes("For whom no lot is on a day of school holidays.") | {"default": "ec"},
        "dates": forms.sequence(
            "Holidays of school years that the toolkit does not know.",
            forms.mapping(
                "One holiday.",
                {"name": forms.text("Its name."), "from": forms.day("First day."), "to": forms.day("Last day.")},
                "name",
                "from",
                "to",
            ),
        ),
    }
    return {
        "start": forms.day("Moves every date of this file by as much as the earliest of them is away from this day."),
        "periods": forms.sequence(
            "When boxes move, kind by kind or group by group.", forms.mapping("One.", period, *period)
        ),
        "pilot": forms.mapping(
            "A first wave with a sample that is representative of all boxes.",
            {
                "boxes": forms.number("How many."),
                "date": forms.day("Its day, before the first period."),
                "among": forms.boxes("From which boxes it is taken. Left out: all.") | {"default": "all"},
            },
            "boxes",
            "date",
        ),
        "spare_day": forms.word("Day of the week without a lot, kept for what has failed.", WEEKDAYS),
        "blackouts": _closures("Days on which nothing moves."),
        "duties": _closures("Windows in which the boxes concerned have other duties, and are left in peace."),
        "calendar": forms.mapping(
            "Holidays.",
            {
                "public_holidays": forms.boxes("For whom Belgian public holidays are kept free."),
                "school_holidays": forms.mapping("School holidays of the French Community.", school),
            },
        ),
    }


def _loads() -> dict[str, Schema]:
    call_rate = {
        "boxes": forms.boxes("Of which boxes."),
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
        "capacity": forms.mapping(
            "The most that one lot may hold.",
            {
                "boxes": forms.number("Boxes."),
                "bytes": forms.size("Sum of the sizes of the boxes."),
                "calls": calls | {"x-allowed": "a number greater than 0"},
            },
            "boxes",
        ),
        "ramp_up": forms.sequence(
            "Boxes of the first lots, the pilot apart; the ones after them have `capacity`.", forms.number("Boxes.")
        ),
        "sizes": forms.mapping(
            "Size of a box that the list of sizes does not have.",
            {
                "ec": forms.size("An establishment's.") | {"default": "80 MB"},
                "po": forms.size("A PO's.") | {"default": "80 MB"},
            },
        ),
        "expected_calls": forms.sequence(
            "Calls to expect; the first entry that names the box counts.", forms.mapping("One.", call_rate, *call_rate)
        ),
        "po": forms.mapping(
            "Boxes of the same PO, its own included.",
            {
                "boxes": forms.word(_told(TOGETHER) + ".", TOGETHER),
                "at_most": forms.number(
                    "With `apart`: boxes a lot, 1 when left out. With `together`: larger PO are spread over lots."
                ),
            },
            "boxes",
        ),
    }


def _people() -> dict[str, Schema]:
    desk = {
        "name": forms.text("As holders know it."),
        "address": forms.address("Mail."),
        "phone": forms.text("Phone.", 40),
    }
    sender = {"name": forms.text("Name of the sender."), "address": forms.address("Address of the sender.")}
    return {
        "senders": forms.named("Those in whose name mails are sent.", forms.mapping("One.", sender, *sender)),
        "mails": _mails(),
        "password": forms.word("What becomes of passwords: " + _told(PASSWORD_RULES) + ".", PASSWORD_RULES),
        "form": {"description": "Whether holders are asked to fill in the form.", "type": "boolean"},
        "desks": forms.named("Those who answer.", forms.mapping("One.", desk, "name")),
        "contacts": _contacts(),
        "retention_days": forms.number(
            "For how many days after its last day what is known of people is kept; `bma_retention_days` when left out.",
            0,
            3660,
        ),
    }


def _single_boxes() -> dict[str, Schema]:
    box = {"type": "string", "pattern": BOX_PATTERN, "x-allowed": BOX_WORDS}
    pin = {
        "box": {"description": "The box."} | box,
        "date": forms.day("The day it moves on."),
        "pilot": {"description": "In the pilot instead of on a day.", "const": True},
        "reason": forms.text("Why."),
    }
    out = {"boxes": forms.boxes("Which."), "reason": forms.text("Why.")}
    return {
        "pins": forms.sequence("Boxes whose day is decided by hand.", forms.mapping("One.", pin, "box", "reason"), 0),
        "exclude": forms.sequence("Boxes that do not take part.", forms.mapping("One entry.", out, *out), 0),
        "renumbered": forms.named("New box: the old box whose place and promise it takes over.", box),
    }


def campaign_schema() -> Schema:
    """The schema of a campaign file (JSON Schema 2020-12)."""
    properties = {
        "campaign": forms.name("Name of the campaign, in files and ledgers."),
        "title": forms.text("Its name for people."),
        "source": forms.text("The text that it puts into data."),
        **_days(),
        **_loads(),
        **_people(),
        **_single_boxes(),
    }
    required = ("campaign", "title", "periods", "capacity", "mails", "senders", "password", "form", "desks", "contacts")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Migration campaign",
        **forms.mapping("Who moves when, and what is told to whom.", properties, *required),
    }
