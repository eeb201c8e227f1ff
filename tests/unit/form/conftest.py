"""Answers, and what they are held against."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bma.form import AnswerBook, Imported, import_answers
from bma.form.rescue import RescueRules
from bma.form.service import Importer
from bma.store import Ledger, open_ledger

NOW = datetime(2027, 1, 6, 9, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Brussels")
BOXES = ("ec000004", "ec001347", "ec001394", "po000153", "po001347")
HEADER = (
    "N° FASE;Type;Date de réponse;Personne de contact;Téléphone;Adresse de secours;Je ne connais pas mon mot de passe"
)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path / "ledger.sqlite") as opened:
        yield opened


@pytest.fixture
def book(ledger: Ledger) -> AnswerBook:
    return AnswerBook(ledger, "faq", ZONE)


@pytest.fixture
def imported(book: AnswerBook, tmp_path: Path) -> Callable[..., Imported]:
    """``imported("row", …)``: import a CSV export of these rows."""

    def run(*rows: str, header: str = HEADER, name: str = "answers.csv", dry: bool = False) -> Imported:
        path = tmp_path / name
        path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        importer = Importer(book, BOXES, BOXES, RescueRules("adm.cfwb.be"), ZONE, NOW)
        return import_answers([path], importer, dry=dry)

    return run
