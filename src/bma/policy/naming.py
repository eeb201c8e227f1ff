"""The rule that gives a box its display name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

PLACEHOLDERS = ("name", "address", "local_part", "kind", "number", "commune")
PATTERN = r"^([^{}]|\{(" + "|".join(PLACEHOLDERS) + r")\})+$"
LONGEST = 256
"""Characters that Active Directory keeps of a display name."""


def display_name(rule: str, box: Mapping[str, Any]) -> str:
    """The display name of ``box`` by ``rule``; where it would be too long, the organisation's name is shortened.

    ``box`` has the values of :data:`PLACEHOLDERS`. They are put in as they are, never read as a rule themselves.
    """
    text = _filled(rule, box)
    excess = len(text) - LONGEST
    if excess <= 0:
        return text
    name = str(box["name"])
    shortened = name[: max(0, len(name) - excess - 1)].rstrip() + "…"
    return _filled(rule, {**box, "name": shortened})[:LONGEST]


def _filled(rule: str, box: Mapping[str, Any]) -> str:
    text = re.sub(r"\{(\w+)\}", lambda match: str(box.get(match[1]) or ""), rule)
    return " ".join(text.split())
