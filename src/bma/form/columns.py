"""What the columns of an export of the form mean, however they are headed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from bma.errors import DocumentError, printable

COLUMNS = {
    "fase": "N° FASE",
    "box": "adresse de la BMA",
    "kind": "type (PO ou établissement)",
    "answered_at": "date de la réponse",
    "contact": "personne de contact",
    "first_name": "prénom",
    "last_name": "nom",
    "phone": "téléphone",
    "rescue": "adresse de secours",
    "password_unknown": "mot de passe inconnu",
    "password_known": "mot de passe connu",
}
"""Field → what it is called in messages."""

_NOISE = frozenset(
    {
        "a", "adresse", "au", "cas", "cette", "d", "de", "des", "du", "ecole", "en", "est", "et", "etablissement", "je",
        "l", "la", "le", "les", "ma", "mon", "n", "ne", "no", "nom", "numero", "of", "ou", "pas", "personne", "pour",
        "the", "un", "une", "vos", "votre", "your",
    }
)  # fmt: skip
_MEANINGS: dict[str, tuple[str, ...]] = {
    "fase": ("fase", "numero fase", "fase number", "matricule fase"),
    "box": ("bma", "boite mail administrative", "boite administrative", "box", "bma address", "ec po"),
    "kind": ("type", "kind", "po etablissement", "type organisation", "type d organisation"),
    "answered_at": (
        "date", "date reponse", "date heure", "horodateur", "horodatage", "timestamp", "submitted", "submitted at",
        "answered at", "heure fin", "completion time", "date soumission", "soumis",
    ),
    "contact": (
        "contact", "personne contact", "nom contact", "nom personne contact", "nom et prenom", "nom prenom",
        "prenom nom", "contact person", "contact name", "nom complet", "responsable",
    ),
    "first_name": ("prenom", "first name", "prenom contact", "prenom personne contact"),
    "last_name": ("nom famille", "last name", "nom"),
    "phone": (
        "telephone", "tel", "gsm", "phone", "telephone contact", "numero telephone", "phone number", "telephone gsm",
        "tel gsm",
    ),
    "rescue": (
        "secours", "adresse secours", "adresse mail secours", "adresse e mail secours", "mail secours",
        "adresse electronique secours", "courriel secours", "email secours", "rescue", "rescue address",
        "rescue email", "adresse alternative", "email alternatif",
    ),
    "password_unknown": (
        "mot passe inconnu", "je ne connais pas mon mot de passe", "ne connais pas mot passe", "mot passe oublie",
        "mot passe perdu", "password unknown", "je ne connais pas le mot de passe", "mot de passe non connu",
    ),
    "password_known": (
        "mot passe connu", "connaissez vous le mot de passe", "connaissez vous votre mot de passe", "password known",
        "je connais mon mot de passe", "je connais le mot de passe",
    ),
}  # fmt: skip


def _plain(header: str) -> list[str]:
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header)
    bare = "".join(c for c in unicodedata.normalize("NFKD", apart) if not unicodedata.combining(c))
    return re.findall(r"[a-z0-9]+", bare.casefold().replace("n°", " ").replace("e-mail", "email"))


_EXACT = {tuple(_plain(text)): field for field, texts in _MEANINGS.items() for text in texts}


def _bare(words: Sequence[str]) -> frozenset[str]:
    return frozenset(word for word in words if word not in _NOISE)


_LOOSE = {_bare(words): field for words, field in _EXACT.items() if _bare(words) and not field.startswith("password")}
"""Not for passwords: « connais » and « ne connais pas » differ by words that mean nothing elsewhere."""


def meaning(header: str) -> str | None:
    """The field that a column header means; None when it means none of :data:`COLUMNS`."""
    words = _plain(header)
    return _EXACT.get(tuple(words)) or _password(words) or _LOOSE.get(_bare(words))


def _password(words: Sequence[str]) -> str | None:
    if not ({"mot", "passe"} <= set(words) or "password" in words):
        return None
    unknown = {"inconnu", "oublie", "perdu", "unknown", "forgotten", "lost"} & set(words) or "pas" in words
    if unknown:
        return "password_unknown"
    return "password_known" if {"connu", "connais", "connaissez", "known", "know"} & set(words) else None


def match_columns(headers: Sequence[str], where: str) -> dict[str, str]:
    """Field → the header that means it.

    Raises :class:`~bma.errors.DocumentError` when two columns mean the same, or when nothing says whose an answer is,
    when it was given, or whether the password is known.
    """
    found: dict[str, str] = {}
    for header in headers:
        field = meaning(header)
        if field is None:
            continue
        if field in found:
            raise DocumentError(
                f"two columns mean « {COLUMNS[field]} »: {_shown(found[field])} and {_shown(header)}",
                where=where,
                hint="Remove or rename one of them",
            )
        found[field] = header
    _require(found, ("fase", "box"), headers, where)
    _require(found, ("answered_at",), headers, where)
    _require(found, ("password_unknown", "password_known"), headers, where)
    return found


def _require(found: dict[str, str], fields: Sequence[str], headers: Sequence[str], where: str) -> None:
    if not found.keys() & set(fields):
        names = " or ".join(f"« {COLUMNS[field]} »" for field in fields)
        raise DocumentError(
            f"no column means {names}; columns found: {', '.join(map(_shown, headers[:40])) or 'none'}",
            where=where,
            hint="Rename the column; docs/form.md lists what is understood",
        )


def _shown(header: str) -> str:
    return f"« {printable(header)[:60]} »"
