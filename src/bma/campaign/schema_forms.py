"""Forms of values in a campaign file, as JSON Schema: texts, days, sizes, boxes, and what is made of them."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def text(meaning: str, longest: int = 400) -> Schema:
    """One line of text: nothing in it may break a line of a mail's header or of a calendar."""
    return {
        "description": meaning,
        "type": "string",
        "minLength": 1,
        "maxLength": longest,
        "pattern": r"^(?=.*\S)[^\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]+$",
        "x-allowed": "text on one line",
    }


def name(meaning: str) -> Schema:
    return {
        "description": meaning,
        "type": "string",
        "pattern": "^[a-z0-9][a-z0-9_-]{0,59}$",
        "x-allowed": "a name of a-z, 0-9, - and _",
    }


def day(meaning: str) -> Schema:
    return {
        "description": meaning,
        "type": "string",
        "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
        "x-allowed": "a day such as 2026-01-05",
    }


def year_day(meaning: str) -> Schema:
    return {
        "description": meaning,
        "type": "string",
        "pattern": "^[0-9]{2}-[0-9]{2}$",
        "x-allowed": "month and day, such as 09-30",
    }


def hour(meaning: str) -> Schema:
    return {
        "description": meaning,
        "type": "string",
        "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$",
        "x-allowed": 'a time such as "08:30"',
    }


def size(meaning: str) -> Schema:
    return {
        "description": meaning,
        "type": "string",
        "pattern": r"^[0-9]{1,9}(\.[0-9]{1,2})? ?(B|KB|MB|GB|TB)$",
        "x-allowed": "a number and B, KB, MB, GB or TB, such as 60 GB",
    }


def number(meaning: str, least: int = 1, most: int = 1_000_000) -> Schema:
    return {
        "description": meaning,
        "type": "integer",
        "minimum": least,
        "maximum": most,
        "x-allowed": f"a whole number, {least} to {most}",
    }


def word(meaning: str, words: dict[str, str] | tuple[str, ...]) -> Schema:
    return {"description": meaning, "enum": list(words)}


def address(meaning: str) -> Schema:
    return {
        "description": meaning,
        "type": "string",
        "maxLength": 254,
        "pattern": r"^[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$",
        "x-allowed": "a mail address",
    }


def boxes(meaning: str) -> Schema:
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


def weekdays(meaning: str) -> Schema:
    return {
        "description": meaning,
        "type": "array",
        "minItems": 1,
        "uniqueItems": True,
        "items": {"enum": list(WEEKDAYS)},
        "x-allowed": "a list of " + ", ".join(WEEKDAYS),
    }


def mapping(meaning: str, properties: dict[str, Schema], *required: str) -> Schema:
    return {
        "description": meaning,
        "type": "object",
        "additionalProperties": False,
        "required": list(required),
        "properties": properties,
    }


def sequence(meaning: str, items: Schema, least: int = 1) -> Schema:
    return {"description": meaning, "type": "array", "minItems": least, "items": items}


def named(meaning: str, values: Schema) -> Schema:
    return {"description": meaning, "type": "object", "additionalProperties": values}
