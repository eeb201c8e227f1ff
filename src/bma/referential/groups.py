"""The groups of the inventory: by kind, by each label of the list, by PO, by wave."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bma.referential.box import Box
from bma.referential.fase_number import MAX_DIGITS
from bma.referential.findings import Finding
from bma.referential.naming import group_names, suffixed
from bma.referential.waves import Wave


@dataclass(frozen=True)
class Group:
    """One group. ``label`` is what it stands for, as the list writes it; ``date`` the day of a wave."""

    name: str
    label: str
    hosts: tuple[str, ...]
    date: str | None = None

    def variables(self) -> dict[str, str]:
        """The group variables, plain text."""
        found = {"bma_label": self.label}
        if self.date is not None:
            found["bma_wave_date"] = self.date
        return found


_LABELS: dict[str, Callable[[Box], tuple[str, ...]]] = {
    "reseau": lambda box: box.unit.reseaux,
    "niveau": lambda box: box.unit.niveaux,
    "genre": lambda box: box.unit.genres,
    "type": lambda box: box.unit.types,
    "bassin": lambda box: box.unit.bassins,
    "arrondissement": lambda box: box.unit.arrondissements,
}

GROUP_PREFIXES = (*_LABELS, "po", "wave")

GROUP_VARIABLES = {
    "bma_label": "What the group stands for, as the list writes it",
    "bma_wave_date": "Day of the wave, on `wave_` groups",
}


def groups_of(
    boxes: Iterable[Box], waves: Iterable[Wave], where: str, where_waves: str
) -> tuple[list[Group], list[Finding]]:
    """Every group that has a host, and one finding for each name that had to carry a suffix.

    ``where`` and ``where_waves`` are the files that the findings about labels and about waves name.
    """
    boxes = list(boxes)
    found = [
        _made("ec", "Établissements", (box for box in boxes if box.unit.kind == "ec")),
        _made("po", "Pouvoirs organisateurs", (box for box in boxes if box.unit.kind == "po")),
    ]
    findings: list[Finding] = []
    for prefix, labels_of in _LABELS.items():
        members: dict[str, list[Box]] = {}
        for box in boxes:
            for label in labels_of(box):
                members.setdefault(label, []).append(box)
        names = group_names(prefix, members)
        found += [_made(names[label], label, members[label]) for label in sorted(members)]
        findings += _told(prefix, names, where)
    waved, more = _waves(boxes, waves, where_waves)
    return [group for group in (*found, *_by_po(boxes), *waved) if group.hosts], findings + more


def _made(name: str, label: str, boxes: Iterable[Box], date: str | None = None) -> Group:
    return Group(name, label, tuple(box.name for box in boxes), date)


def _by_po(boxes: list[Box]) -> list[Group]:
    """``po_000478``: the box of the PO and those of its establishments. Hosts have no underscore, so no clash."""
    members: dict[int, list[Box]] = {}
    labels: dict[int, str] = {}
    for box in boxes:
        number = box.unit.number if box.unit.kind == "po" else box.unit.po
        if number is not None:
            members.setdefault(number, []).append(box)
            own = box.unit.title if box.unit.kind == "po" else box.po_name
            labels.setdefault(number, own or f"PO {number}")
    return [_made(f"po_{number:0{MAX_DIGITS}d}", labels[number], members[number]) for number in sorted(members)]


def _waves(boxes: list[Box], waves: Iterable[Wave], where: str) -> tuple[list[Group], list[Finding]]:
    days = {wave.label: wave.date.isoformat() for wave in waves}
    names = group_names("wave", days)
    groups = [
        _made(names[label], label, (box for box in boxes if box.wave == label), day) for label, day in days.items()
    ]
    return groups, _told("wave", names, where)


def _told(prefix: str, names: dict[str, str], where: str) -> list[Finding]:
    return [
        Finding("group-suffix", where, f"{prefix} « {label} » is the group {name}: another label is spelled alike")
        for label, name in suffixed(prefix, names).items()
    ]
