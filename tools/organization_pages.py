"""What follows from the tables of the organisation: schemas, documentation, and the pages of the modules."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from bma.policy.organization_schema import organization_schema, rights_schema
from bma.resources.kinds import Count, Flag, Names
from bma.resources.organization import ORGANIZATION, SiteObject
from bma.resources.organization.roles import Entries
from bma.resources.organization.site_object import Fact, Named

ROOT = Path(__file__).resolve().parents[1]

_PAGE = '''#!/usr/bin/python
"""Documentation of ``{name}``, generated from its table; an action plugin works."""

from __future__ import annotations

DOCUMENTATION = r"""
{documentation}"""

EXAMPLES = r"""
{examples}"""

RETURN = r"""
{returned}"""

if __name__ == "__main__":
    from ansible.module_utils.basic import AnsibleModule

    AnsibleModule(argument_spec={{}}).fail_json(msg="this module runs as an action plugin: set action_plugins")
'''
_ACTION = '''"""Action of ``{name}``, generated from its table. Documentation: library/."""

from __future__ import annotations

from typing import ClassVar

from ansible.plugins.loader import action_loader


class ActionModule(action_loader.get("{base}", class_only=True)):
    kind: ClassVar[str] = "{kind}"
'''
_NOTE = "The connection is given as for M(exchange_mailbox), in variables. C(docs/connection.md) explains each."
_CHECKED = {
    "check_mode": {
        "support": "full",
        "description": "Predicts exactly what a run would do. The session is read-only and refuses every other cmdlet.",
    },
    "diff_mode": {"support": "full", "description": "Shows the settings that differ, before and after."},
    "idempotent": {"support": "full", "description": "A second run changes nothing."},
}
_READ = {
    "check_mode": {"support": "full", "description": "Never changes anything."},
    "diff_mode": {"support": "none", "description": "Never changes anything."},
}


def pages() -> dict[Path, str]:
    """Every generated file with the content that it should have, but for those that people write in too."""
    found = {
        ROOT / "schemas/organization.schema.json": _json(organization_schema()),
        ROOT / "schemas/rights.schema.json": _json(rights_schema()),
    }
    for table in ORGANIZATION:
        found[ROOT / f"library/{table.module}.py"] = _module_page(table)
        found[ROOT / f"action_plugins/{table.module}.py"] = _action(table, "")
        if table.reader:
            found[ROOT / f"library/{table.module}_info.py"] = _reader_page(table)
            found[ROOT / f"action_plugins/{table.module}_info.py"] = _action(table, "_info")
    return found


def _action(table: SiteObject, ending: str) -> str:
    return _ACTION.format(name=f"{table.module}{ending}", base=f"exchange_object{ending}", kind=table.key)


def tables() -> str:
    """The tables of ``docs/organization.md``."""
    return "\n".join(line for table in ORGANIZATION for line in _table(table))


def _table(table: SiteObject) -> Iterator[str]:
    yield f"\n### `{table.module}`\n"
    read, written = f"`{table.read_by}`", ", ".join(f"`{cmdlet}`" for cmdlet in table.written_by)
    yield f"{table.meaning} Read by {read}, written by {written}.\n"
    yield "| setting | in Exchange | may be | to create | meaning |"
    yield "|---|---|---|---|---|"
    for fact in table.facts:
        words = (fact.allowed or {}).get("x-allowed")
        allowed = f"only {words}" if words else fact.kind.word
        needed = "needed, then fixed" if fact.fixed and fact.needed else "needed" if fact.needed else ""
        yield f"| `{fact.key}` | `{fact.wire}` | {allowed} | {needed} | {fact.meaning} |"


def _json(schema: dict[str, Any]) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _yaml(value: Any) -> str:
    return yaml.safe_dump(value, sort_keys=False, width=96, allow_unicode=True)


def _words(text: str) -> str:
    """A meaning as the documentation of modules writes it."""
    return re.sub(r"`([^`]*)`", r"C(\1)", text)


def _name(table: SiteObject) -> dict[str, Any]:
    what = {
        Named.BY_SERVER: "Name of the server.",
        Named.BY_NAME: "Its name in Exchange, whole: wildcards are refused.",
    }
    if table.key == "throttling_association":
        return {"description": ["The account, by name, alias or address."], "type": "str", "required": True}
    return {"description": [what[table.named]], "type": "str", "required": True}


def _module_page(table: SiteObject) -> str:
    options: dict[str, Any] = {} if table.named is Named.ONLY_ONE else {"name": _name(table)}
    options["settings"] = {
        "description": ["What it must be. A setting that is left out is not managed."],
        "type": "dict",
        "default": {},
        "suboptions": {fact.key: _suboption(fact) for fact in table.facts},
    }
    if table.removes:
        options["state"] = {
            "description": [
                f"V(present) creates the {table.words} where it is missing, and changes what differs.",
                "V(absent) removes it.",
            ],
            "type": "str",
            "choices": ["present", "absent"],
            "default": "present",
        }
    documentation: dict[str, Any] = {
        "module": table.module,
        "short_description": f"{table.words[0].upper()}{table.words[1:]} of on-premises Exchange",
        "description": [
            _words(table.meaning),
            "One that is missing is created, where Exchange allows it. What differs is changed in as few cmdlets as"
            " possible and read back. What could not be read is returned in RV(unknown), and neither changed nor"
            " called drift."
            if table.creates
            else "What differs is changed in one cmdlet and read back. What could not be read is returned in"
            " RV(unknown), and neither changed nor called drift.",
        ],
        "options": options,
        "attributes": _CHECKED,
        "notes": [_NOTE],
    }
    if table.reader:
        documentation["seealso"] = [{"module": f"{table.module}_info"}]
    name, settings = table.example
    said = {"name": name, "settings": dict(settings)} if name else {"settings": dict(settings)}
    example = [{"name": f"The {table.words} is as it must be", table.module: said}]
    return _page(table.module, documentation, example, _RETURNED)


_RETURNED = {
    "created": {
        "description": "Whether it was missing and has been created, or in check mode would be.",
        "returned": "success",
        "type": "bool",
    },
    "removed": {
        "description": "Whether it has been removed, or in check mode would be.",
        "returned": "success",
        "type": "bool",
    },
    "commands": {
        "description": "The cmdlets that were run, or in check mode would be.",
        "returned": "success",
        "type": "list",
        "elements": "str",
    },
    "before": {
        "description": "The settings that differed, as they were. Empty for an object that was missing.",
        "returned": "success",
        "type": "dict",
    },
    "after": {
        "description": "The same settings as they are now, or in check mode would be.",
        "returned": "success",
        "type": "dict",
    },
    "unknown": {
        "description": "Settings that could not be read, each with the reason. They were not changed.",
        "returned": "success",
        "type": "dict",
    },
}


def _reader_page(table: SiteObject) -> str:
    name = f"{table.module}_info"
    asked = {"description": ["Which one; all of them when it is left out."], "type": "str"}
    if table.named is Named.BY_SERVER:
        asked = {"description": ["Name of the server; the one that answers when it is left out."], "type": "str"}
    documentation = {
        "module": name,
        "short_description": f"{table.words[0].upper()}{table.words[1:]} of on-premises Exchange as it is",
        "description": [_words(table.meaning), "Reads through a session that can only read."],
        "options": {} if table.named is Named.ONLY_ONE else {"name": asked},
        "attributes": _READ,
        "notes": [_NOTE],
        "seealso": [{"module": table.module}],
    }
    returned = {
        "objects": {
            "description": "What was found; nothing where Exchange has none of that name.",
            "returned": "success",
            "type": "list",
            "elements": "dict",
            "contains": {
                "name": {"description": "Its name.", "type": "str"},
                "settings": {
                    "description": f"Its settings, named as those of M({table.module}).",
                    "type": "dict",
                },
                "unknown": {"description": "Settings that could not be read, each with the reason.", "type": "dict"},
            },
        }
    }
    example = [{"name": "Read", name: {}, "register": "found"}]
    return _page(name, documentation, example, returned)


def _page(name: str, documentation: Any, examples: Any, returned: Any) -> str:
    return _PAGE.format(
        name=name, documentation=_yaml(documentation), examples=_yaml(examples), returned=_yaml(returned)
    )


def _suboption(fact: Fact) -> dict[str, Any]:
    described: dict[str, Any] = {
        "description": [f"{_words(fact.meaning)} In Exchange C({fact.wire}), {_words(fact.kind.word)}."],
        "type": "str",
    }
    if isinstance(fact.kind, Flag):
        described["type"] = "bool"
    if isinstance(fact.kind, Count) and fact.kind.schema.get("type") == "integer":
        described["type"] = "int"
    if isinstance(fact.kind, Entries):
        described["type"] = "dict"
    if isinstance(fact.kind, Names):
        described |= {"type": "list", "elements": "str"}
    return described
