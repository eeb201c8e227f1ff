"""The same organisation told by several sources: the later one wins for what it says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bma.referential.text import shown
from bma.referential.unit import MULTIPLE, SINGLE, Unit

_OVERLAID = (*SINGLE, "po", *MULTIPLE, "implantations", "email")


def overlay(earlier: Unit, later: Unit) -> tuple[Unit, list[str]]:
    """``earlier`` with what ``later`` says, and the differences told for a finding.

    What the later source leaves empty keeps its earlier value: a FASE document has no bassin, a supplement
    entry no implantation. The source stays the first one. Two sources that agree give no difference.
    """
    changes: dict[str, Any] = {}
    told: list[str] = []
    for attribute in _OVERLAID:
        old, new = getattr(earlier, attribute), getattr(later, attribute)
        if new in ("", None, ()) or new == old:
            continue
        changes[attribute] = new
        if old not in ("", None, ()):
            told.append(f"{attribute} {_told(old)} becomes {_told(new)}")
    return replace(earlier, **changes), told


def _told(value: object) -> str:
    if isinstance(value, tuple):
        return f"{len(value)} values" if any(not isinstance(v, str) for v in value) else shown(", ".join(value))
    return shown(value) if isinstance(value, str) else str(value)
