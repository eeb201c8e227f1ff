"""The JSON Schema of the policy file, built from the resource tables: a row there is a key here."""

from __future__ import annotations

from typing import Any

from bma.policy.naming import PATTERN, PLACEHOLDERS
from bma.resources.mailbox import BOX
from bma.resources.table import Resource, Setting

VARIABLE = "bma_policy"
"""The playbook variable that the policy file sets."""

_PLACEMENT = {
    "organizational_unit": "Organisational unit that new accounts are created in, as Exchange names it"
    " (`example.be/BMA`). Left out: Exchange's default.",
    "database": "Mailbox database for new mailboxes. Left out: Exchange chooses.",
}


def policy_schema() -> dict[str, Any]:
    """The schema of a policy file (JSON Schema 2020-12)."""
    sections = {resource.key: _section(resource) for resource in BOX}
    sections["placement"] = {
        "description": "Where a mailbox that has to be created goes.",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            key: {"description": meaning, "type": "string", "minLength": 1} for key, meaning in _PLACEMENT.items()
        },
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


def _section(resource: Resource) -> dict[str, Any]:
    return {
        "description": resource.meaning,
        "type": "object",
        "additionalProperties": False,
        "properties": {setting.key: _property(setting) for setting in resource.settings},
    }


def _property(setting: Setting) -> dict[str, Any]:
    described = {"description": setting.meaning, "default": setting.default}
    if setting.key == "display_name":
        allowed = "text with " + ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        return described | {"type": "string", "pattern": PATTERN, "x-allowed": allowed}
    return described | dict(setting.allowed if setting.allowed is not None else setting.kind.schema)
