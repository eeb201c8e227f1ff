"""Write what follows from the resource tables: the policy's schema, its documentation, the module's options.

Run as ``make generate``; a test fails when a generated file is stale.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from bma.campaign.schema import campaign_schema
from bma.doctor.registry import THEMES
from bma.policy.schema import policy_schema
from bma.referential.judged import load_schema
from bma.resources.box import BOX
from bma.resources.kinds import Aliases, Flag, Names
from bma.resources.table import UNSAID, Section, Setting

ROOT = Path(__file__).resolve().parents[1]


def generated() -> dict[Path, str]:
    """Every generated file with the content that it should have."""
    schema = ROOT / "schemas/policy.schema.json"
    policy = ROOT / "docs/policy.md"
    module = ROOT / "library/exchange_mailbox.py"
    doctor = ROOT / "docs/doctor.md"
    campaign = ROOT / "docs/campaign.md"
    # Run as a script, this file knows its neighbours only by way of the root.
    sys.path.insert(0, str(ROOT))
    from tools import organization_pages

    organization = ROOT / "docs/organization.md"
    return {
        **organization_pages.pages(),
        organization: _replaced(
            organization.read_text(), "<!-- begin generated -->", "<!-- end generated -->", organization_pages.tables()
        ),
        schema: json.dumps(policy_schema(), indent=2, ensure_ascii=False) + "\n",
        policy: _replaced(policy.read_text(), "<!-- begin generated -->", "<!-- end generated -->", _tables()),
        ROOT / "schemas/campaign.schema.json": json.dumps(campaign_schema(), indent=2, ensure_ascii=False) + "\n",
        ROOT / "schemas/waves.schema.json": json.dumps(load_schema("waves"), indent=2, ensure_ascii=False) + "\n",
        campaign: _replaced(
            campaign.read_text(), "<!-- begin generated -->", "<!-- end generated -->", "\n".join(_campaign_table())
        ),
        module: _replaced(module.read_text(), "# begin generated", "# end generated", _suboptions()),
        doctor: _replaced(
            doctor.read_text(), "<!-- begin generated -->", "<!-- end generated -->", "\n".join(_doctor_tables())
        ),
    }


def _replaced(text: str, begin: str, end: str, content: str) -> str:
    """``text`` with the lines between the one that holds ``begin`` and the one that holds ``end`` exchanged."""
    lines = text.splitlines()
    first = next(number for number, line in enumerate(lines) if begin in line)
    last = next(number for number, line in enumerate(lines) if end in line)
    return "\n".join([*lines[: first + 1], *content.splitlines(), *lines[last:]]) + "\n"


def _tables() -> str:
    return "\n".join(line for section in BOX for line in _table(section))


def _table(section: Section) -> Iterator[str]:
    yield f"\n### `{section.key}`\n"
    written = ", ".join(f"`{cmdlet}`" for cmdlet in section.written_by)
    read = ", ".join(f"`{cmdlet}`" for cmdlet in section.read_by.split(", "))
    yield f"{section.meaning} Read by {read}, written by {written}.\n"
    yield "| setting | in Exchange | may be | default | meaning |"
    yield "|---|---|---|---|---|"
    for setting in section.settings:
        yield f"| `{setting.key}` | `{setting.wire}` | {_allowed(setting)} | {_default(setting)} | {setting.meaning} |"


def _allowed(setting: Setting) -> str:
    words = (setting.allowed or {}).get("x-allowed")
    return f"only {words}" if words else setting.kind.word


def _default(setting: Setting) -> str:
    if setting.default is UNSAID:
        return "not managed"
    return f"`{setting.default}`" if isinstance(setting.default, str) else f"`{json.dumps(setting.default)}`"


def _suboptions() -> str:
    sections = {
        section.key: {
            "description": [section.meaning.replace("`", "")],
            "type": "dict",
            "suboptions": {setting.key: _suboption(setting) for setting in section.settings},
        }
        for section in BOX
    }
    text = yaml.safe_dump(sections, sort_keys=False, width=96, allow_unicode=True)
    return "\n".join(f"      {line}" if line else line for line in text.splitlines())


def _suboption(setting: Setting) -> dict[str, Any]:
    described: dict[str, Any] = {
        "description": [f"{setting.meaning} In Exchange C({setting.wire}).".replace("`", "")],
        "type": "str",
    }
    if isinstance(setting.kind, Flag):
        described["type"] = "bool"
    if isinstance(setting.kind, Names | Aliases):
        described |= {"type": "list", "elements": "str"}
    return described


def _campaign_table() -> Iterator[str]:
    yield "| key | may be | required | default | meaning |"
    yield "|---|---|---|---|---|"
    for path, schema, required in _keys(campaign_schema(), ""):
        default = f"`{schema['default']}`" if "default" in schema else ""
        meaning = schema.get("description", "").replace("|", "\\|")
        yield f"| `{path}` | {_may_be(schema)} | {'yes' if required else ''} | {default} | {meaning} |"


def _keys(schema: dict[str, Any], prefix: str) -> Iterator[tuple[str, dict[str, Any], bool]]:
    """Every key below ``schema``: ``periods[].from``, ``senders.*.name``, with its schema and whether it must be."""
    for key, below in schema.get("properties", {}).items():
        yield f"{prefix}{key}", below, key in schema.get("required", ())
        yield from _keys(below, f"{prefix}{key}.")
        yield from _keys(below.get("items", {}), f"{prefix}{key}[].")
        more = below.get("additionalProperties")
        yield from _keys(more if isinstance(more, dict) else {}, f"{prefix}{key}.*.")


def _may_be(schema: dict[str, Any]) -> str:
    if "x-allowed" in schema:
        return str(schema["x-allowed"])
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if "const" in schema:
        return f"`{json.dumps(schema['const'])}`"
    inner = schema.get("items", {})
    if schema.get("type") == "array" and "properties" not in inner:
        return f"a list of {_may_be(inner)}"
    return {"array": "a list", "object": "keys", "boolean": "`true` or `false`"}[schema["type"]]


def _doctor_tables() -> Iterator[str]:
    for theme in THEMES:
        yield f"\n### {theme.title}\n"
        yield "| check | looks at | what to do | confirms an assumption |"
        yield "|---|---|---|---|"
        for check in theme.checks:
            assumption = "yes" if check.assumption else "–"
            yield f"| {check.title}<br>`{check.id}` | {check.looks_at} | {check.advice}. | {assumption} |"


def main() -> int:
    """Write the files, or with ``--check`` say which are stale."""
    stale = [path for path, content in generated().items() if not path.exists() or path.read_text() != content]
    if "--check" not in sys.argv:
        for path in stale:
            path.parent.mkdir(exist_ok=True)
            path.write_text(generated()[path])
    for path in stale:
        print(path.relative_to(ROOT))
    return int("--check" in sys.argv and bool(stale))


if __name__ == "__main__":
    sys.exit(main())
