"""JSON Schema violations, told with the file, the line, the path and what is allowed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from bma.documents.yamlfile import Document
from bma.errors import DocumentError


@dataclass(frozen=True)
class Violation:
    """One thing a document may not say. ``path`` is dotted (``mailbox.quota.warning``), ``line`` 1-based."""

    path: str
    line: int
    message: str


def violations(document: Document, schema: Mapping[str, Any]) -> list[Violation]:
    """Every violation of ``schema`` in ``document``, in the order of its lines."""
    found = [_told(document, error) for error in Draft202012Validator(schema).iter_errors(document.value)]
    return sorted(found, key=lambda violation: (violation.line, violation.path, violation.message))


def require_valid(document: Document, found: Iterable[Violation]) -> None:
    """Raise one :class:`~bma.errors.DocumentError` telling all violations; return when there is none."""
    told = [f"{document.path}:{item.line}: {item.path}: {item.message}" for item in found]
    if told:
        raise DocumentError("\n".join(told))


def _told(document: Document, error: ValidationError) -> Violation:
    location: list[str | int] = list(error.absolute_path)
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        unknown = sorted(set(error.instance) - set(_schema(error).get("properties", {})))
        location += unknown[:1]
    return Violation(_dotted(location), document.line(location), _message(error))


def _dotted(location: Iterable[str | int]) -> str:
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in location)
    return text.removeprefix(".") or "(whole file)"


def _message(error: ValidationError) -> str:
    rule = _RULES.get(str(error.validator))
    text = rule(error) if rule else error.message
    allowed = _schema(error).get("x-allowed")
    return f"{text}; allowed: {allowed}" if allowed else text


def _schema(error: ValidationError) -> Mapping[str, Any]:
    return error.schema if isinstance(error.schema, Mapping) else {}


def _shown(value: Any) -> str:
    """A value as the file has it."""
    text = json.dumps(value) if value is None or isinstance(value, bool) else repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


_RULES: dict[str, Callable[[Any], str]] = {
    "additionalProperties": lambda e: "unknown key; known: " + ", ".join(sorted(_schema(e)["properties"])),
    "required": lambda e: "missing key: " + ", ".join(sorted(set(e.validator_value) - set(e.instance))),
    "enum": lambda e: f"{_shown(e.instance)} is not one of " + ", ".join(map(_shown, e.validator_value)),
    "const": lambda e: f"{_shown(e.instance)} must be {json.dumps(e.validator_value)}",
    "type": lambda e: f"{_shown(e.instance)} is not {_types(e.validator_value)}",
    "pattern": lambda e: f"{_shown(e.instance)} is not understood",
}


_WORDS = {
    "boolean": "true or false",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "array": "a list",
    "object": "a dictionary",
    "null": "null",
}


def _types(names: str | list[str]) -> str:
    return " or ".join(_WORDS[name] for name in ([names] if isinstance(names, str) else names))
