"""How long passwords live and who must agree: the variable ``bma_password_life``, judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bma.documents import Document, violations
from bma.password.faults import PasswordError

_TEXT = {"type": "string", "minLength": 1, "maxLength": 2000}

LIFE_SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "change_at_next_logon": {
            "type": "boolean",
            "description": "Whether another password must be chosen at the first logon. Only Outlook on the web asks.",
        },
        "grace_days": {
            "type": "number",
            "minimum": 0,
            "maximum": 60,
            "description": "How long a password is kept after its mails were accepted, in case they come back. With "
            "reports of delivery for all of them it is destroyed at once.",
        },
        "most_days": {
            "type": "number",
            "minimum": 1,
            "maximum": 366,
            "description": "How long one is held at all.",
        },
        "approval": {
            "enum": ["none", "required"],
            "description": "Whether a reset for a single box needs the approval of a second person.",
        },
        "approvals": _TEXT | {"description": "Folder with the approvals."},
    },
}


@dataclass(frozen=True)
class Lifetime:
    """How passwords live. Days may be fractions."""

    change_at_next_logon: bool = False
    grace_days: float = 2
    most_days: float = 30
    approval: str = "required"
    approvals: str = "approvals"


def lifetime_from(said: Mapping[str, Any] | None) -> Lifetime:
    """What ``bma_password_life`` says. Raises :class:`~bma.password.faults.PasswordError` with all at fault."""
    judged("bma_password_life", said, LIFE_SCHEMA)
    return Lifetime(**dict(said or {}))


def judged(name: str, said: Mapping[str, Any] | None, schema: Mapping[str, Any]) -> None:
    """Refuse a variable that does not fit its schema, telling everything that is wrong with it."""
    found = violations(Document(Path(name), dict(said or {}), {}), schema)
    if found:
        raise PasswordError("\n".join(f"{name}.{item.path}: {item.message}" for item in found))
