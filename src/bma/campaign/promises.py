"""Dates that were mailed to holders. Whoever keeps them, the planner only asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from bma.documents import Violation, load_yaml, require_valid, violations
from bma.errors import DocumentError
from bma.referential import box_key

SCHEMA = {
    "type": ["object", "null"],
    "additionalProperties": {
        "type": "string",
        "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
        "x-allowed": "the day that was announced, such as 2026-01-05",
    },
}


class Promises(Protocol):
    """Where the announced dates are kept."""

    def announced(self) -> Mapping[str, date]:
        """Box → the date that was last mailed to its holder; boxes that were mailed none are absent."""


@dataclass(frozen=True)
class NoPromises:
    """Nothing has been mailed yet."""

    def announced(self) -> Mapping[str, date]:
        """Nothing."""
        return {}


@dataclass(frozen=True)
class FilePromises:
    """A YAML or JSON file, ``ec001394: 2026-01-05`` a line."""

    path: Path

    def announced(self) -> Mapping[str, date]:
        """What the file says; raises :class:`~bma.errors.DocumentError` telling every line that is wrong."""
        document = load_yaml(self.path)
        require_valid(document, violations(document, SCHEMA))
        found: dict[str, date] = {}
        refused = []
        for box, text in (document.value or {}).items():
            if box_key(box) is None:
                refused.append(Violation(box, document.line((box,)), "this is not a box, such as ec001347"))
                continue
            try:
                found[box] = date.fromisoformat(text)
            except ValueError:
                refused.append(Violation(box, document.line((box,)), f"there is no day {text}"))
        require_valid(document, refused)
        return found


def promises_from(path: Path | None) -> Promises:
    """The promises of a file; none when no file is named. A file that is named must exist."""
    if path is None:
        return NoPromises()
    if not path.exists():
        raise DocumentError("there is no such file", where=str(path), hint="Say no file as long as nothing is mailed")
    return FilePromises(path)
