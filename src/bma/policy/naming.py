"""The rules by which a text in the policy becomes the box's own."""

from __future__ import annotations

import re
from dataclasses import dataclass

PLACEHOLDERS = ("name", "address", "local_part", "kind", "number", "campaign", "wave")
PATTERN = r"^([^{}]|\{(" + "|".join(PLACEHOLDERS) + r")\})*$"
LONGEST_DISPLAY_NAME = 256
"""Characters that Active Directory keeps of a display name."""


@dataclass(frozen=True)
class BoxFacts:
    """What a policy may want to know of a box. ``name``: the official name of the organisation."""

    address: str
    name: str = ""
    aliases: tuple[str, ...] = ()
    campaign: str = ""
    wave: str = ""

    def placeholders(self) -> dict[str, str]:
        """The value of every placeholder; ``ec001394@…`` is establishment 1394."""
        local_part = self.address.partition("@")[0]
        match = re.fullmatch(r"([A-Za-z]+)0*(\d+)", local_part)
        kind, number = (match[1], match[2]) if match else ("", "")
        return {
            "name": self.name,
            "address": self.address,
            "local_part": local_part,
            "kind": kind,
            "number": number,
            "campaign": self.campaign,
            "wave": self.wave,
        }


def filled(rule: str, box: BoxFacts) -> str:
    """The text that ``rule`` makes for a box. Values are put in as they are, never read as a rule themselves."""
    return _filled(rule, box.placeholders())


def display_name(rule: str, box: BoxFacts) -> str:
    """The display name by ``rule``. Where it would be too long, the organisation's name is shortened."""
    text = filled(rule, box)
    excess = len(text) - LONGEST_DISPLAY_NAME
    if excess <= 0:
        return text
    shortened = box.name[: max(0, len(box.name) - excess - 1)].rstrip() + "…"
    return _filled(rule, {**box.placeholders(), "name": shortened})[:LONGEST_DISPLAY_NAME]


def _filled(rule: str, facts: dict[str, str]) -> str:
    return " ".join(re.sub(r"\{(\w+)\}", lambda match: facts[match[1]], rule).split())
