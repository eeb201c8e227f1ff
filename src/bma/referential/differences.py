"""What one referential changes from a previous one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from bma.referential.build import Referential
from bma.referential.unit import Unit


@dataclass(frozen=True)
class Change:
    """One box whose value is another: ``before`` and ``after`` are texts for a reader."""

    box: str
    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Differences:
    """New and gone organisations (box, name), and those that stay but changed.

    ``renumbered`` holds guesses: an organisation that is gone and a new one of the same kind, name and postal code.
    """

    new: tuple[tuple[str, str], ...]
    gone: tuple[tuple[str, str], ...]
    renumbered: tuple[Change, ...]
    renamed: tuple[Change, ...]
    changed_po: tuple[Change, ...]
    changed_reseau: tuple[Change, ...]

    def to_dict(self) -> dict[str, list[dict[str, str]]]:
        """The differences as plain values, for JSON."""
        return {
            "new": [{"box": box, "name": name} for box, name in self.new],
            "gone": [{"box": box, "name": name} for box, name in self.gone],
            **{name: [vars(change) for change in changes] for name, changes in self.changes().items()},
        }

    def changes(self) -> dict[str, tuple[Change, ...]]:
        """The lists of changes by name, in the order they are told."""
        return {
            "renumbered": self.renumbered,
            "renamed": self.renamed,
            "changed_po": self.changed_po,
            "changed_reseau": self.changed_reseau,
        }


def differences(previous: Referential, current: Referential) -> Differences:
    """Compare organisations by (kind, number), whether their boxes are excluded or not."""
    old, new = previous.units, current.units
    gone = [unit for key, unit in old.items() if key not in new]
    come = [unit for key, unit in new.items() if key not in old]
    both = [(old[key], unit) for key, unit in new.items() if key in old]
    return Differences(
        new=tuple((unit.box, unit.title) for unit in come),
        gone=tuple((unit.box, unit.title) for unit in gone),
        renumbered=tuple(_renumbered(gone, come)),
        renamed=_changed(both, lambda unit: unit.name),
        changed_po=_changed(both, lambda unit: f"PO {unit.po}" if unit.po is not None else ""),
        changed_reseau=_changed(both, lambda unit: ", ".join(unit.reseaux)),
    )


def _changed(both: Iterable[tuple[Unit, Unit]], of: Callable[[Unit], str]) -> tuple[Change, ...]:
    return tuple(Change(new.box, new.title, of(old), of(new)) for old, new in both if of(old) != of(new))


def _renumbered(gone: list[Unit], come: list[Unit]) -> Iterable[Change]:
    arrived = _unique(come)
    for identity, unit in _unique(gone).items():
        if identity in arrived:
            yield Change(arrived[identity].box, unit.name, unit.box, arrived[identity].box)


def _unique(units: list[Unit]) -> dict[Any, Unit]:
    """Units by kind, name and postal code; a name that two of them bear tells nothing."""
    found: dict[Any, list[Unit]] = {}
    for unit in units:
        found.setdefault((unit.kind, unit.name, unit.postal_code), []).append(unit)
    return {identity: alike[0] for identity, alike in found.items() if len(alike) == 1 and identity[1]}
