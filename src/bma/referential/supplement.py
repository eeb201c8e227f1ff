"""The supplement: organisations that the open data lacks, and the aliases of boxes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bma.documents import Document, Violation, require_valid
from bma.errors import DocumentError
from bma.referential.fase_number import Key, box_key, local_part
from bma.referential.judged import load_judged
from bma.referential.text import bce, clean, postal_code, shown
from bma.referential.unit import Unit


@dataclass(frozen=True)
class Alias:
    """One more address of a box. ``where`` is the ``file:line`` that gives it."""

    address: str
    where: str


@dataclass
class Supplement:
    """What all the supplement files say together."""

    units: dict[Key, Unit] = field(default_factory=dict)
    aliases: dict[Key, list[Alias]] = field(default_factory=dict)


def read_supplements(paths: Iterable[Path], domain: str) -> Supplement:
    """Read every supplement file.

    Raises :class:`~bma.errors.DocumentError` for a file that breaks its schema, an organisation described
    twice, or an alias given twice.
    """
    supplement = Supplement()
    owners: dict[str, Alias] = {}
    for path in paths:
        document = load_judged(path, "supplement")
        said = document.value or {}
        require_valid(document, _misplaced(document, said))
        for index, entry in enumerate(said.get("organisations", ())):
            _add_unit(supplement, document, index, entry)
        for box, names in said.get("aliases", {}).items():
            for index, name in enumerate(names):
                alias = Alias(_address(name, domain), document.where(("aliases", box, index)))
                _add_alias(supplement, owners, box, alias)
    return supplement


def require_no_collision(supplement: Supplement, addresses: dict[str, Key]) -> None:
    """Refuse an alias that is the address of a box; ``addresses`` are those of every box, excluded or not."""
    for aliases in supplement.aliases.values():
        for alias in aliases:
            if alias.address in addresses:
                box = local_part(*addresses[alias.address])
                raise DocumentError(
                    f"alias {alias.address} is already the address of the box {box}",
                    where=alias.where,
                    hint="Remove the alias: an address leads to one box",
                )


def _misplaced(document: Document, said: dict[str, Any]) -> Iterator[Violation]:
    """What the schema cannot say with the right line."""
    for index, entry in enumerate(said.get("organisations", ())):
        if entry["kind"] == "po" and "po" in entry:
            line = document.line(("organisations", index, "po"))
            yield Violation(f"organisations[{index}].po", line, "an organising body has no PO: remove the key")
    for box in said.get("aliases", {}):
        if box_key(box) is None:
            text = f"{shown(box)} is not a box; allowed: ec or po and the FASE number in six digits"
            yield Violation(f"aliases.{box}", document.line(("aliases", box)), text)


def _add_unit(supplement: Supplement, document: Document, index: int, entry: dict[str, Any]) -> None:
    unit = _unit(document.where(("organisations", index)), entry)
    first = supplement.units.setdefault(unit.key, unit)
    if first is not unit:
        raise DocumentError(
            f"{unit.box} is described twice, first at {first.source}", where=unit.source, hint="Keep one of them"
        )


def _unit(where: str, entry: dict[str, Any]) -> Unit:
    text = {key: clean(str(value)) for key, value in entry.items() if not isinstance(value, list)}
    return Unit(
        kind=entry["kind"],
        number=int(entry["number"]),
        source=where,
        name=text["name"],
        bce=bce(text.get("bce", "")),
        street=text.get("street", ""),
        postal_code=postal_code(text.get("postal_code", "")),
        localite=text.get("localite", ""),
        commune=text.get("commune", ""),
        po=int(entry["po"]) if "po" in entry else None,
        reseaux=_several(entry.get("reseau")),
        niveaux=_several(entry.get("niveau")),
        genres=_several(entry.get("genre")),
        types=_several(entry.get("type")),
        bassins=_several(entry.get("bassin")),
        arrondissements=_several(entry.get("arrondissement")),
    )


def _several(said: str | list[str] | None) -> tuple[str, ...]:
    values = [said] if isinstance(said, str) else said or []
    return tuple(sorted({clean(value) for value in values}))


def _address(name: str, domain: str) -> str:
    return (name if "@" in name else f"{name}@{domain}").lower()


def _add_alias(supplement: Supplement, owners: dict[str, Alias], box: str, alias: Alias) -> None:
    first = owners.setdefault(alias.address, alias)
    if first is not alias:
        raise DocumentError(
            f"alias {alias.address} is given twice, first at {first.where}", where=alias.where, hint="Keep one of them"
        )
    key = box_key(box)
    assert key is not None, "checked with the document"
    supplement.aliases.setdefault(key, []).append(alias)
