"""The rule that gives a box its display name."""

from __future__ import annotations

import re
from collections.abc import Mapping

PLACEHOLDERS = ("name", "address", "local_part", "kind", "number")
PATTERN = r"^([^{}]|\{(" + "|".join(PLACEHOLDERS) + r")\})+$"
LONGEST = 256
"""Characters that Active Directory keeps of a display name."""


def display_name(rule: str, address: str, name: str) -> str:
    """The display name by ``rule`` of the box with that address, of the organisation with that official name.

    Values are put in as they are, never read as a rule themselves. Where the result would be too long, the
    organisation's name is shortened.
    """
    facts = {"name": name, "address": address, **_parts(address)}
    text = _filled(rule, facts)
    excess = len(text) - LONGEST
    if excess <= 0:
        return text
    shortened = name[: max(0, len(name) - excess - 1)].rstrip() + "…"
    return _filled(rule, {**facts, "name": shortened})[:LONGEST]


def _parts(address: str) -> dict[str, str]:
    """What an address tells of its box: ``ec001394@…`` is establishment 1394."""
    local_part = address.partition("@")[0]
    match = re.fullmatch(r"([A-Za-z]+)0*(\d+)", local_part)
    kind, number = (match[1], match[2]) if match else ("", "")
    return {"local_part": local_part, "kind": kind, "number": number}


def _filled(rule: str, facts: Mapping[str, str]) -> str:
    return " ".join(re.sub(r"\{(\w+)\}", lambda match: facts[match[1]], rule).split())
