"""The JSON Schema of the policy file, built from the resource tables: a row there is a key here."""

from __future__ import annotations

from typing import Any

from bma.policy.naming import PATTERN, PLACEHOLDERS
from bma.resources.box import BOX
from bma.resources.table import UNSAID, Section, Setting

VARIABLE = "bma_policy"
"""The playbook variable that the policy file sets."""
UNMANAGED = "unmanaged"
"""The key of a section that lists the settings that are left to the box."""

_CREATION: dict[str, dict[str, Any]] = {
    "organizational_unit": {
        "description": "Organisational unit that new accounts are created in, as Exchange names it"
        " (`example.be/BMA`). Left out: Exchange's default.",
        "type": "string",
        "minLength": 1,
    },
    "database": {
        "description": "Mailbox database for new mailboxes. Left out: Exchange chooses.",
        "type": "string",
        "minLength": 1,
    },
    "change_password_at_next_logon": {
        "description": "Whether the holder must choose a password of their own at the first logon.",
        "type": "boolean",
        "default": False,
    },
}


def policy_schema() -> dict[str, Any]:
    """The schema of a policy file (JSON Schema 2020-12)."""
    sections = {section.key: _section(section) for section in BOX}
    sections["creation"] = {
        "description": "What a mailbox that has to be created is created with.",
        "type": "object",
        "additionalProperties": False,
        "properties": _CREATION,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Policy for administrative mailboxes",
        "type": "object",
        "required": [VARIABLE],
        "additionalProperties": False,
        "properties": {
            VARIABLE: {
                "description": "What every box must be. A setting that is left out has its default.",
                "type": "object",
                "additionalProperties": False,
                "properties": sections,
            }
        },
    }


def _section(section: Section) -> dict[str, Any]:
    free = [setting.key for setting in section.settings if not setting.promised]
    unmanaged = {
        "description": "Settings of this section that are left as they are in each box.",
        "type": "array",
        "items": {"enum": free},
        "default": [],
    }
    return {
        "description": section.meaning,
        "type": "object",
        "additionalProperties": False,
        "properties": {setting.key: _property(setting) for setting in section.settings} | {UNMANAGED: unmanaged},
    }


def _property(setting: Setting) -> dict[str, Any]:
    described: dict[str, Any] = {"description": setting.meaning}
    if setting.default is not UNSAID:
        described["default"] = setting.default
    if setting.filled:
        allowed = "text with " + ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        return described | {"type": "string", "pattern": PATTERN, "x-allowed": allowed}
    return described | dict(setting.allowed if setting.allowed is not None else setting.kind.schema)
