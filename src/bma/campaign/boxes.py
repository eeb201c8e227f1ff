"""The boxes to be planned: what the planner needs to know of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bma.campaign.model import Campaign
from bma.referential import Box, Referential

SEVERAL = "several"
"""Stands for the réseaux, niveaux or bassins of an organisation that has more than one."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One box. ``po`` is the number of its PO, its own for a PO; ``bytes`` what is to be copied.

    ``groups`` are those groups of the inventory that the campaign speaks of, and the box itself when it does.
    """

    name: str
    kind: str
    po: int | None
    reseau: str
    niveau: str
    bassin: str
    bytes: int
    groups: frozenset[str]


def candidates_of(referential: Referential, campaign: Campaign, sizes: Mapping[str, int]) -> list[Candidate]:
    """The boxes of the inventory in the order of their names. ``sizes``: box → bytes, the campaign's where absent."""
    spoken = {name for _, selector in campaign.selectors() for name in selector.names}
    groups: dict[str, set[str]] = {}
    for group in referential.groups:
        if group.name in spoken:
            for host in group.hosts:
                groups.setdefault(host, set()).add(group.name)
    shared: dict[frozenset[str], frozenset[str]] = {}
    found = []
    for name, box in sorted(referential.boxes.items()):
        own = frozenset(groups.get(name, ())) | ({name} & spoken)
        own = shared.setdefault(own, own)
        found.append(_candidate(box, sizes.get(name, campaign.sizes[box.unit.kind]), own))
    return found


def _candidate(box: Box, size: int, groups: frozenset[str]) -> Candidate:
    unit = box.unit
    po = unit.number if unit.kind == "po" else unit.po
    return Candidate(unit.box, unit.kind, po, _one(unit.reseaux), _one(unit.niveaux), _one(unit.bassins), size, groups)


def _one(values: tuple[str, ...]) -> str:
    return SEVERAL if len(values) > 1 else values[0] if values else ""
