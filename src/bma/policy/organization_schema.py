"""The JSON Schemas of the organisation's policy and of the rights, built from the tables: a row there is a key here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bma.resources.organization import TABLES, SiteObject
from bma.resources.organization.site_object import Fact, Named

ORGANIZATION_VARIABLE = "bma_organization"
RIGHTS_VARIABLE = "bma_rights"
"""The playbook variables."""

COEXISTENCE, DECOMMISSIONED = "coexistence", "decommissioned"

LISTS: Mapping[str, str] = {
    "accepted_domains": "accepted_domain",
    "send_connectors": "send_connector",
    "remote_domains": "remote_domain",
    "transport_rules": "transport_rule",
    "management_roles": "management_role",
    "role_assignment_policies": "role_assignment_policy",
    "owa_policies": "owa_policy",
    "throttling_policies": "throttling_policy",
}
"""Sections that list objects, and the table of each."""
SINGLES: Mapping[str, str] = {"imap_settings": "imap_settings", "transport_config": "transport_config"}
"""Sections that are one object, or the same for every server."""

SHARED, TO_OLD_SERVER = "shared_with_old_server", "to_old_server"

_BEYOND: Mapping[str, dict[str, Any]] = {
    "accepted_domain": {
        SHARED: {
            "description": "Whether the old server has boxes in the domain too: the phase then says `domain_type` and"
            " `address_book_enabled`.",
            "type": "boolean",
            "default": False,
        }
    },
    "send_connector": {
        TO_OLD_SERVER: {
            "description": "Whether it leads to the old server: the phase then says whether it is there.",
            "type": "boolean",
            "default": False,
        }
    },
    "role_assignment_policy": {
        "clone_of": {
            "description": "Instead of `roles`: the policy whose roles it has.",
            "type": "string",
            "minLength": 1,
        },
        "replacing": {
            "description": "With `clone_of`: roles of that policy, each with the one that it has instead.",
            "type": "object",
            "additionalProperties": {"type": "string", "minLength": 1},
        },
    },
}


def organization_schema() -> dict[str, Any]:
    """The schema of ``bma_organization`` (JSON Schema 2020-12)."""
    sections: dict[str, Any] = {
        "phase": {
            "description": "Whether the old server still has boxes (`coexistence`) or is gone (`decommissioned`).",
            "enum": [COEXISTENCE, DECOMMISSIONED],
            "default": COEXISTENCE,
        }
    }
    sections |= {key: _listed(TABLES[table]) for key, table in LISTS.items()}
    sections["automatic_forwarding"] = _object(
        "Where what is forwarded automatically may go.",
        {
            "allowed_remote_domains": {
                "description": "Remote domains, by name, that are left as they are. To every other one that there is"
                " automatic forwarding is turned off, whoever has made it.",
                "type": "array",
                "items": {"type": "string", "minLength": 1},
                "default": [],
            }
        },
    )
    sections |= {key: _object(TABLES[table].meaning, _settings(TABLES[table])) for key, table in SINGLES.items()}
    meaning = "What the organisation must be. What is left out is not managed, but for automatic forwarding."
    return _document(ORGANIZATION_VARIABLE, "Policy for the organisation", _object(meaning, sections))


def rights_schema() -> dict[str, Any]:
    """The schema of ``bma_rights`` (JSON Schema 2020-12)."""
    text = {"type": "string", "minLength": 1}
    who = {
        "role_group": {"description": "Name of the role group, and the beginning of its roles' names.", **text},
        "accounts": {
            "description": "Its members, all of them: name, alias, logon name or address of each.",
            "type": "array",
            "items": text,
        },
        "organizational_unit": {
            "description": "The unit that holds the boxes, as Exchange names it (`example.be/BMA`): what the roles"
            " may change is limited to it. Null: no limit.",
            "type": ["string", "null"],
            "minLength": 1,
            "default": None,
        },
        "throttling_policy": {
            "description": "The throttling policy of its accounts. Left out: not managed.",
            "type": ["string", "null"],
            "minLength": 1,
        },
        "also": {
            "description": "Cmdlets beyond those that follow from the policies, each with the parameters used.",
            "type": "object",
            "additionalProperties": {"type": "array", "items": text},
            "default": {},
        },
        "parents": {
            "description": "The built-in roles to take cmdlets from; each cmdlet from the first that has it.",
            "type": "array",
            "items": text,
            "minItems": 1,
        },
    }
    group = {**_object("One role group.", who), "required": ["role_group", "accounts"]}
    both = {
        "migration": {**group, "description": "The account that changes boxes."},
        "audit": {**group, "description": "The account that only looks: in check mode, and for readers."},
    }
    meaning = "What the accounts of the toolkit may do. Who is left out is not managed."
    return _document(RIGHTS_VARIABLE, "Rights of the toolkit's accounts", _object(meaning, both))


def _document(variable: str, title: str, content: dict[str, Any]) -> dict[str, Any]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "type": "object",
        "required": [variable],
        "additionalProperties": False,
        "properties": {variable: content},
    }


def _object(meaning: str, properties: dict[str, Any]) -> dict[str, Any]:
    return {"description": meaning, "type": "object", "additionalProperties": False, "properties": properties}


def _listed(table: SiteObject) -> dict[str, Any]:
    name: dict[str, Any] = {"description": "Its name in Exchange.", "type": "string", "minLength": 1, "maxLength": 64}
    state = {"enum": ["present", "absent"], "default": "present", "description": "Whether there must be one."}
    own: dict[str, Any] = {"name": {**name, "pattern": r"^[^*]*$", "x-allowed": "a name without wildcards"}}
    own |= {"state": state} if table.removes else {}
    item = _object(table.meaning, {**own, **_settings(table), **_BEYOND.get(table.key, {})})
    return {"description": table.meaning, "type": "array", "items": {**item, "required": ["name"]}, "default": []}


def _settings(table: SiteObject) -> dict[str, Any]:
    assert table.named is not Named.BY_NAME or table.key in LISTS.values()
    return {fact.key: _property(fact) for fact in table.facts}


def _property(fact: Fact) -> dict[str, Any]:
    return {"description": fact.meaning, **(fact.allowed if fact.allowed is not None else fact.kind.schema)}
