"""One box: the host of the inventory, and its variables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bma.referential.unit import Implantation, Unit


@dataclass(frozen=True)
class Box:
    """The box of one organisation.

    ``source`` is ``file:line``, relative to the inventory file; ``po_box`` is the host of its PO, None when that PO
    has no host here.
    """

    unit: Unit
    domain: str
    source: str
    aliases: tuple[str, ...] = ()
    po_name: str | None = None
    po_box: str | None = None
    wave: str | None = None
    wave_date: str | None = None
    campaign: str | None = None

    @property
    def name(self) -> str:
        """The name of the host: the local part of the address."""
        return self.unit.box

    @property
    def address(self) -> str:
        """``ec001347@adm.cfwb.be``."""
        return f"{self.unit.box}@{self.domain}"

    def variables(self) -> dict[str, Any]:
        """The host variables: plain str, int, None, lists and dicts; those of the wave only in a wave."""
        found = {name: value(self) for name, (value, _) in VARIABLES.items()}
        return {name: value for name, value in found.items() if value is not None or name not in _OF_WAVE}


def _one(values: tuple[str, ...]) -> str | list[str] | None:
    if len(values) > 1:
        return list(values)
    return values[0] if values else None


def _site(site: Implantation) -> dict[str, Any]:
    return {
        "number": site.number,
        "address": site.address or None,
        "postal_code": site.postal_code or None,
        "localite": site.localite or None,
        "commune": site.commune or None,
    }


_OF_WAVE = ("bma_wave", "bma_wave_date", "bma_campaign")

_Value = Callable[[Box], Any]

VARIABLES: dict[str, tuple[_Value, str]] = {
    "bma_address": (lambda box: box.address, "Address of the box"),
    "bma_kind": (lambda box: box.unit.kind, "`ec` (establishment) or `po` (organising body)"),
    "bma_fase_number": (lambda box: box.unit.number, "FASE number, an integer"),
    "bma_local_part": (lambda box: box.name, "Address before the @; the name of the host"),
    "bma_display_name": (lambda box: box.unit.title, "Official name"),
    "bma_reseau": (lambda box: _one(box.unit.reseaux), "Réseau"),
    "bma_niveaux": (lambda box: list(box.unit.niveaux), "Niveaux, a sorted list"),
    "bma_genre": (lambda box: _one(box.unit.genres), "Genre: Ordinaire or Spécialisé"),
    "bma_types": (lambda box: list(box.unit.types), "Types d'enseignement, a sorted list"),
    "bma_commune": (lambda box: box.unit.commune or None, "Commune"),
    "bma_postal_code": (lambda box: box.unit.postal_code or None, "Postal code, a text"),
    "bma_localite": (lambda box: box.unit.localite or None, "Localité"),
    "bma_street": (lambda box: box.unit.street or None, "Street and number"),
    "bma_bassin": (lambda box: _one(box.unit.bassins), "Bassin"),
    "bma_arrondissement": (lambda box: _one(box.unit.arrondissements), "Arrondissement administratif"),
    "bma_bce": (lambda box: box.unit.bce or None, "BCE number, a text of ten digits"),
    "bma_po": (lambda box: box.unit.po, "FASE number of the PO of an establishment"),
    "bma_po_name": (lambda box: box.po_name, "Official name of that PO"),
    "bma_po_box": (lambda box: box.po_box, "Host of the box of that PO"),
    "bma_implantations": (
        lambda box: [_site(site) for site in box.unit.implantations],
        "Sites: `number`, `address`, `postal_code`, `localite`, `commune`",
    ),
    "bma_aliases": (lambda box: list(box.aliases), "Other addresses of the box, a sorted list"),
    "bma_source": (lambda box: box.source, "`file:line` of the first row about the organisation"),
    "bma_wave": (lambda box: box.wave, "Wave of the box; only set when the wave file has it"),
    "bma_wave_date": (lambda box: box.wave_date, "Day of that wave, such as 2026-01-05; set with `bma_wave`"),
    "bma_campaign": (lambda box: box.campaign, "Campaign of that wave; only set when the wave file names it"),
}
"""Host variable → (its value, what it is), in the order of the documentation."""
