"""Whom to call about a box: what its holder has answered to the form, or a list of telephone numbers."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from bma.errors import DocumentError, printable
from bma.referential import box_key, local_part
from bma.store import Ledger
from bma.store.form_tables import FORM_ANSWER

_LARGEST = 8 * 1024 * 1024
_COLUMNS = {
    "box": ("box", "bma", "boite", "adresse"),
    "phone": ("phone", "telephone", "tel", "gsm"),
    "contact": ("contact", "personne de contact", "nom", "name"),
}
_PHONE = re.compile(r"\+?[0-9][0-9 ./()-]{4,30}[0-9](?: ?(?:ext|poste|p)\.? ?[0-9]{1,6})?", re.IGNORECASE)


@dataclass(frozen=True)
class Contact:
    """A person and a telephone number; either may be empty."""

    name: str = ""
    phone: str = ""


def known_contacts(ledger: Ledger, campaign: str, path: Path | None) -> dict[str, Contact]:
    """Box → whom to call. What the holder has answered last goes before the list at ``path``.

    Raises :class:`~bma.errors.DocumentError` with the line of what is wrong with the list.
    """
    listed = read_contacts(path) if path else {}
    return listed | {
        box: Contact(contact.name or listed.get(box, Contact()).name, contact.phone or listed.get(box, Contact()).phone)
        for box, contact in _answered(ledger, campaign).items()
    }


def _answered(ledger: Ledger, campaign: str) -> dict[str, Contact]:
    query = (
        select(FORM_ANSWER.c.box, FORM_ANSWER.c.contact, FORM_ANSWER.c.phone)
        .where(FORM_ANSWER.c.campaign == campaign)
        .order_by(FORM_ANSWER.c.answered_at, FORM_ANSWER.c.id)
    )
    with ledger.reading() as connection:
        return {row.box: Contact(row.contact or "", row.phone or "") for row in connection.execute(query)}


def read_contacts(path: Path) -> dict[str, Contact]:
    """Box → contact, of a CSV file with the columns ``box``, ``phone`` and, if wanted, ``contact``."""
    rows = _rows(path)
    if not rows:
        raise DocumentError("the file is empty", where=str(path))
    places = _places(path, rows[0])
    found: dict[str, Contact] = {}
    told: list[str] = []
    for line, row in enumerate(rows[1:], start=2):
        cells = {name: row[place].strip() if place < len(row) else "" for name, place in places.items()}
        key = box_key(cells["box"].partition("@")[0].lower())
        if not any(cells.values()):
            continue
        if key is None:
            told.append(f"{path}:{line}: {printable(cells['box'])!r:.80} is not a box")
        elif cells["phone"] and not _PHONE.fullmatch(cells["phone"]):
            told.append(f"{path}:{line}: {printable(cells['phone'])!r:.80} is not a telephone number")
        else:
            found[local_part(*key)] = Contact(cells.get("contact", ""), cells["phone"])
    if told:
        raise DocumentError("\n".join(told[:40]))
    return found


def _rows(path: Path) -> list[list[str]]:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise DocumentError(f"cannot be read: {error.strerror}", where=str(path)) from error
    if len(content) > _LARGEST:
        raise DocumentError(f"larger than {_LARGEST >> 20} MB, which no list of telephone numbers is", where=str(path))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    delimiter = max(";,\t", key=text.partition("\n")[0].count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise DocumentError(f"is no CSV file: {error}", where=str(path)) from error


def _places(path: Path, head: Sequence[str]) -> Mapping[str, int]:
    plain = [_plain(cell) for cell in head]
    found = {name: index for name, words in _COLUMNS.items() for index, cell in enumerate(plain) if cell in words}
    missing = {"box", "phone"} - found.keys()
    if missing:
        raise DocumentError(
            f"there is no column {' and no column '.join(sorted(missing))}", where=f"{path}:1", hint="Add it"
        )
    return found


def _plain(cell: str) -> str:
    bare = "".join(sign for sign in unicodedata.normalize("NFD", cell) if not unicodedata.combining(sign))
    return " ".join(bare.lower().replace("_", " ").split())
