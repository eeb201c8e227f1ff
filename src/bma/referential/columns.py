"""The columns of the FASE list, matched by what they mean: editions spell and order them differently."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

from bma.errors import DocumentError
from bma.referential.text import clean, shown

_ATTRIBUTES = {
    "number": ("fase", "N° FASE"),
    "name": ("nom", "Nom"),
    "bce": ("bce", "N° BCE"),
    "street": ("adresse", "Adresse"),
    "postal_code": ("postal", "Code postal"),
    "localite": ("localite", "Localité"),
    "commune": ("commune", "Commune"),
}
_SUBJECTS = {
    "etab": ("etablissement", "de l'établissement"),
    "impl": ("implantation", "de l'implantation"),
    "po": ("po", "du P.O."),
}
_ABSENT = {"impl_name", "impl_bce"}
_PLAIN = {
    "type": "Type d'enseignement",
    "niveau": "Niveau",
    "genre": "Genre",
    "reseau": "Réseau",
    "bassin": "Bassin",
    "arrondissement": "Arrondissement administratif",
}

COLUMNS: dict[str, str] = {
    f"{subject}_{attribute}": f"{label} {of}"
    for subject, (_, of) in _SUBJECTS.items()
    for attribute, (_, label) in _ATTRIBUTES.items()
    if f"{subject}_{attribute}" not in _ABSENT
} | _PLAIN
"""Field → the spelling of its column in the edition of 2023."""

REQUIRED = ("etab_number", "etab_name", "po_number", "po_name")
"""Without one of these a file cannot say which boxes there are: it is refused."""

_POSITION = ("latitude", "longitude", "geolocalisation")
_IGNORED = frozenset(frozenset({word, *subject}) for word in _POSITION for subject in ((), ("implantation",)))

_ARTICLES = {"a", "au", "aux", "d", "de", "des", "du", "en", "l", "la", "le", "les", "un", "une"}
_NUMBER_WORDS = {"code", "identifiant", "matricule", "n", "ndeg", "no", "nr", "num", "numero"}
_NOISE = _ARTICLES | _NUMBER_WORDS | {"administratif", "degre", "enseignement", "scolaire"}
_SYNONYMS = {
    "codepostal": "postal",
    "cp": "postal",
    "denomination": "nom",
    "ecole": "etablissement",
    "etab": "etablissement",
    "etablissements": "etablissement",
    "geopoint": "geolocalisation",
    "impl": "implantation",
    "implantations": "implantation",
    "intitule": "nom",
    "lat": "latitude",
    "lon": "longitude",
    "niveaux": "niveau",
    "pointgeo": "geolocalisation",
    "reseaux": "reseau",
    "rue": "adresse",
    "types": "type",
}


def _known() -> dict[frozenset[str], str]:
    known = {frozenset({field}): field for field in _PLAIN}
    for subject, (subject_word, _) in _SUBJECTS.items():
        for attribute, (word, _) in _ATTRIBUTES.items():
            if f"{subject}_{attribute}" in COLUMNS:
                known[frozenset({word, subject_word})] = f"{subject}_{attribute}"
    return known


_BY_WORDS = _known()


def meaning(header: str) -> str | None:
    """The field that a column header means, None when it means none of :data:`COLUMNS`."""
    return _BY_WORDS.get(_words(header))


def ignored(header: str) -> bool:
    """Whether the column is known and deliberately not read (coordinates), or has no name."""
    return not header or _words(header) in _IGNORED


def match_columns(headers: Sequence[str], path: Path, line: int = 1) -> dict[str, int]:
    """Field → index of its column.

    Raises :class:`~bma.errors.DocumentError` when two columns mean the same, or when one of
    :data:`REQUIRED` cannot be matched; the text names the column and the columns found.
    """
    found: dict[str, int] = {}
    for index, header in enumerate(headers):
        field = meaning(header)
        if field is None:
            continue
        if field in found:
            both = f"{shown(headers[found[field]])} and {shown(header)}"
            raise DocumentError(
                f"two columns mean « {COLUMNS[field]} »: {both}",
                where=f"{path}:{line}",
                hint="Remove or rename one of them",
            )
        found[field] = index
    missing = [COLUMNS[field] for field in REQUIRED if field not in found]
    if missing:
        raise DocumentError(
            f"no column can be matched with {_listed(missing)}; columns found: {_listed(headers)}",
            where=f"{path}:{line}",
            hint="Give the file as exported by the open-data portal, or rename the column",
        )
    return found


def matched(headers: Iterable[str]) -> int:
    """How many of the headers have a meaning: tells which delimiter is the right one."""
    return sum(meaning(header) is not None for header in headers)


def _words(header: str) -> frozenset[str]:
    """The words that carry the meaning: no accent, case, punctuation, article, nor « numéro » or « code »."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", clean(header))
    plain = "".join(c for c in unicodedata.normalize("NFKD", apart) if not unicodedata.combining(c))
    split = plain.casefold()
    words = re.findall(r"[a-z0-9]+", re.sub(r"\bp[\W_]*o(?![a-z0-9])", " po ", split.replace("_", " ")))
    unglued = (word.removeprefix("ndeg") for word in words)
    kept = {_SYNONYMS.get(word, word) for word in unglued if word and word not in _NOISE}
    if {"pouvoir", "organisateur"} <= kept:
        kept = kept - {"pouvoir", "organisateur"} | {"po"}
    return frozenset(kept)


def _listed(headers: Iterable[str]) -> str:
    names = [shown(clean(header), 60) for header in headers]
    more = f" and {len(names) - 40} more" if len(names) > 40 else ""
    return ", ".join(names[:40]) + more or "none"
