"""What an organising body takes from its establishments: the list says it of schools only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from bma.referential.fase_number import Key
from bma.referential.unit import MULTIPLE, Unit


def with_derived(units: Mapping[Key, Unit]) -> dict[Key, Unit]:
    """Every unit, sorted; each PO with the réseaux, niveaux, genres, types, bassins, arrondissements of its
    establishments, except those its own source states (FASE documents and supplements may)."""
    schools: dict[int, list[Unit]] = {}
    for unit in units.values():
        if unit.po is not None:
            schools.setdefault(unit.po, []).append(unit)
    return {
        key: _of_schools(unit, schools.get(unit.number, ())) if unit.kind == "po" else unit
        for key, unit in sorted(units.items())
    }


def _of_schools(po: Unit, schools: Iterable[Unit]) -> Unit:
    taken = {
        attribute: tuple(sorted({value for school in schools for value in getattr(school, attribute)}))
        for attribute in MULTIPLE
        if not getattr(po, attribute)
    }
    return replace(po, **taken)  # type: ignore[arg-type]
