"""A second person's approval of a reset: a file that says for which box, asked by whom, agreed by whom, until when."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from pathlib import Path
from typing import Any

from bma.campaign.schema import BOX_PATTERN, BOX_WORDS
from bma.documents import Document, load_yaml, require_valid, violations
from bma.errors import DocumentError
from bma.password.faults import PasswordError

_PERSON = {"type": "string", "minLength": 2, "maxLength": 100, "pattern": r"^[^\s\u0000-\u001f]+$"}

APPROVAL_SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Approval of a password reset",
    "type": "object",
    "additionalProperties": False,
    "required": ["box", "requester", "approver", "until"],
    "properties": {
        "box": {"type": "string", "pattern": BOX_PATTERN, "x-allowed": BOX_WORDS, "description": "The box."},
        "requester": _PERSON | {"description": "Account of who asked for it.", "x-allowed": "an account name"},
        "approver": _PERSON | {"description": "Account of the second person.", "x-allowed": "an account name"},
        "until": {
            "type": "string",
            "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2})?$",
            "description": "Last day, or last minute, on which it may be used.",
            "x-allowed": "2026-01-31, or 2026-01-31T16:00",
        },
        "reason": {"type": "string", "maxLength": 400, "description": "Why, for whoever reads it later."},
    },
}


@dataclass(frozen=True)
class Approval:
    """An approval that may be used. ``digest`` is that of its file: each is used once."""

    path: Path
    approver: str
    digest: str


def approval_for(folder: Path, box: str, requester: str, now: datetime, zone: tzinfo, used: set[str]) -> Approval:
    """The approval of a reset of ``box`` that ``requester`` asks for; ``used``: digests of those that are used up.

    Raises :class:`~bma.password.faults.PasswordError` when there is none, telling why each one for the box does not
    do, and :class:`~bma.errors.DocumentError` for a file that is no approval.
    """
    why = []
    for path, said, digest in _of_box(folder, box):
        objection = _objection(said, requester, now, zone, used=digest in used)
        if objection is None:
            return Approval(path, str(said["approver"]), digest)
        why.append(f"{path.name} {objection}")
    told = f": {'; '.join(why)}" if why else ""
    raise PasswordError(
        f"{box}: no second person has approved this reset{told}",
        hint=f"Ask a colleague to put a file into {folder} that names box, requester ({requester}), approver and until",
    )


def _of_box(folder: Path, box: str) -> Iterator[tuple[Path, dict[str, Any], str]]:
    for path in sorted(folder.glob("*.yml")):
        document = load_yaml(path)
        said = document.value
        if isinstance(said, dict) and said.get("box") == box:
            _require_approval(document)
            yield path, said, hashlib.sha256(path.read_bytes()).hexdigest()


def _require_approval(document: Document) -> None:
    require_valid(document, violations(document, APPROVAL_SCHEMA))
    try:
        _end(document.value["until"])
    except ValueError:
        raise DocumentError(f"there is no day {document.value['until']}", where=document.where(("until",))) from None


def _objection(said: dict[str, Any], requester: str, now: datetime, zone: tzinfo, *, used: bool) -> str | None:
    if used:
        return "was used before"
    if _same(said["approver"], said["requester"]) or _same(said["approver"], requester):
        return "is approved by whoever asks for it"
    if not _same(said["requester"], requester):
        return f"was asked for by {said['requester']}"
    return None if now <= _end(said["until"]).replace(tzinfo=zone) else f"ended on {said['until']}"


def _same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()


def _end(until: str) -> datetime:
    if "T" in until:
        return datetime.fromisoformat(until)
    return datetime.combine(date.fromisoformat(until), time.max)
