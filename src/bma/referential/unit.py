"""One organisation of the referential: what its rows say once they are read together."""

from __future__ import annotations

from dataclasses import dataclass

from bma.referential.fase_number import Key, Kind, local_part

SINGLE = ("name", "bce", "street", "postal_code", "localite", "commune")
"""Attributes with one value, ``""`` when unknown."""

MULTIPLE = ("reseaux", "niveaux", "genres", "types", "bassins", "arrondissements")
"""Attributes that are sorted tuples, empty when unknown."""


@dataclass(frozen=True)
class Implantation:
    """One site of an establishment. Its number is a third number space, and gives no box."""

    number: int
    address: str = ""
    postal_code: str = ""
    localite: str = ""
    commune: str = ""


@dataclass(frozen=True)
class Unit:
    """One establishment (``ec``) or organising body (``po``); ``source`` is ``file:line`` of its first row."""

    kind: Kind
    number: int
    source: str
    name: str = ""
    bce: str = ""
    street: str = ""
    postal_code: str = ""
    localite: str = ""
    commune: str = ""
    po: int | None = None
    reseaux: tuple[str, ...] = ()
    niveaux: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    bassins: tuple[str, ...] = ()
    arrondissements: tuple[str, ...] = ()
    implantations: tuple[Implantation, ...] = ()
    email: str = ""

    @property
    def key(self) -> Key:
        """(kind, number), the only thing that names an organisation."""
        return self.kind, self.number

    @property
    def box(self) -> str:
        """``ec001347``: the local part of its address, and the name of its host."""
        return local_part(self.kind, self.number)

    @property
    def title(self) -> str:
        """Its name, or its box when no source names it."""
        return self.name or self.box
