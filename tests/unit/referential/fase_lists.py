"""Small FASE lists for the tests: rows as mappings, files in any of the forms."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from bma.referential import Referential, Settings, read_referential

TODAY = date(2026, 1, 15)

HEADERS = {
    "etab": "N° FASE de l'établissement",
    "name": "Nom de l'établissement",
    "bce": "Numéro BCE de l'établissement",
    "type": "Type d'enseignement",
    "niveau": "Niveau",
    "genre": "Genre",
    "reseau": "Réseau",
    "street": "Adresse de l'établissement",
    "code": "Code postal de l'établissement",
    "localite": "Localité de l'établissement",
    "commune": "Commune de l'établissement",
    "bassin": "Bassin",
    "arrondissement": "Arrondissement administratif",
    "impl": "N° FASE de l'implantation",
    "impl_street": "Adresse de l'implantation",
    "po": "N° FASE du P.O.",
    "po_name": "Nom de P.O.",
    "po_bce": "N° BCE du P.O.",
    "po_commune": "Commune du P.O.",
}

ROW = {
    "etab": "12",
    "name": "Ecole des Tilleuls",
    "bce": "2167248927",
    "type": "Maternel ordinaire",
    "niveau": "Fondamental",
    "genre": "Ordinaire",
    "reseau": "WBE",
    "street": "Rue du Hibou 1",
    "code": "5000",
    "localite": "NAMUR",
    "commune": "Namur",
    "bassin": "Namur",
    "arrondissement": "Namur",
    "impl": "30",
    "impl_street": "Rue du Hibou 1",
    "po": "7",
    "po_name": "Pouvoir imaginaire",
    "po_bce": "206582284",
    "po_commune": "Huy",
}


def row(**cells: str) -> dict[str, str]:
    """One row, :data:`ROW` with other cells."""
    return ROW | cells


def csv_bytes(
    rows: Iterable[Mapping[str, str]],
    *,
    delimiter: str = ";",
    encoding: str = "utf-8",
    boms: int = 0,
    end: str = "\r\n",
    headers: Mapping[str, str] = HEADERS,
) -> bytes:
    """The rows as a CSV file; ``headers`` gives the order and the spelling of the columns."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end)
    writer.writerow(headers.values())
    writer.writerows([cells.get(key, "") for key in headers] for cells in rows)
    return b"\xef\xbb\xbf" * boms + text.getvalue().encode(encoding)


def write_list(folder: Path, *rows: Mapping[str, str], name: str = "list.csv", **how: Any) -> Path:
    """A CSV file of these rows in ``folder``."""
    path = folder / name
    path.write_bytes(csv_bytes(rows, **how))
    return path


def read(*paths: Path, **settings: Any) -> Referential:
    """The referential of these files; one bad row is not too many unless the test says so."""
    said: dict[str, Any] = {"max_bad_rows": 1.0} | settings
    return read_referential(Settings(referential=paths, **said), TODAY)


def codes(referential: Referential) -> list[str]:
    """The codes of the findings, but for the columns that these small lists do without."""
    return [finding.code for finding in referential.findings if finding.code != "column-missing"]


def messages(referential: Referential, code: str) -> Sequence[str]:
    """The findings of one code, as an operator reads them."""
    return [str(finding) for finding in referential.findings if finding.code == code]
