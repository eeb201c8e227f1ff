"""Answers are matched with boxes, kept with their history, and never dropped in silence."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bma.errors import DocumentError
from bma.form import AnswerBook, Imported, import_answers
from bma.form.book import rescue_addresses
from bma.form.rescue import RescueRules
from bma.form.service import Importer
from bma.store import events_of
from tests.unit.form.conftest import BOXES, NOW, ZONE

Imports = Callable[..., Imported]
GOOD = "1394;établissement;05/01/2027 10:30;Ada Exemple;02/000.00.01;ada.exemple@gmail.com;non"


def kinds(book: AnswerBook, box: str) -> list[tuple[str, date]]:
    with book.ledger.reading() as connection:
        return [(event.kind, event.day) for event in events_of(connection, "faq", box=box)]


def test_an_answer_is_kept_with_all_it_says(imported: Imports, book: AnswerBook) -> None:
    found = imported(GOOD)
    assert found.new == ("ec001394",)
    assert found.unanswered == ("ec000004", "ec001347", "po000153", "po001347")
    answer = book.latest()["ec001394"]
    assert (answer.contact, answer.phone, answer.rescue) == ("Ada Exemple", "02/000.00.01", "ada.exemple@gmail.com")
    assert answer.answered_at == datetime(2027, 1, 5, 9, 30, tzinfo=UTC)
    assert not answer.password_unknown
    assert answer.source.endswith("answers.csv:2")
    assert "gmail" not in repr(answer)
    assert rescue_addresses(book.ledger, "faq") == {"ec001394": "ada.exemple@gmail.com"}


def test_a_prediction_keeps_nothing_and_tells_the_same(imported: Imports, book: AnswerBook) -> None:
    row = GOOD.replace(";non", ";oui")
    predicted = imported(row, dry=True)
    assert book.latest() == {}
    assert imported(row) == predicted
    assert predicted.password_unknown == ("ec001394",)


def test_the_same_export_twice_adds_nothing(imported: Imports, book: AnswerBook) -> None:
    imported(GOOD)
    again = imported(GOOD, name="another.csv")
    assert (again.new, again.known) == ((), 1)
    assert len(book.history("ec001394")) == 1


def test_the_latest_counts_in_whatever_order_they_come(imported: Imports, book: AnswerBook) -> None:
    later = "1394;ec;06/01/2027 08:00;;;nouvelle@gmail.com;non"
    first = imported(later, GOOD)
    assert first.twice == ("ec001394: " + ", ".join(answer.source for answer in reversed(book.history("ec001394"))),)
    assert book.latest()["ec001394"].rescue == "nouvelle@gmail.com"
    imported("1394;ec;04/01/2027 08:00;;;ancienne@gmail.com;non")
    assert book.latest()["ec001394"].rescue == "nouvelle@gmail.com"
    assert [answer.rescue for answer in book.history("ec001394")] == [
        "ancienne@gmail.com",
        "ada.exemple@gmail.com",
        "nouvelle@gmail.com",
    ]


def test_mails_are_told_of_an_unknown_password_until_it_is_found(imported: Imports, book: AnswerBook) -> None:
    imported("1394;ec;05/01/2027 23:30;;;;oui")
    # 23:30 in Brussels is still the fifth.
    assert kinds(book, "ec001394") == [("form_received", date(2027, 1, 5)), ("password_unknown", date(2027, 1, 5))]
    found = imported("1394;ec;06/01/2027 08:00;;;;non")
    assert found.password_unknown == ()
    assert [kind for kind, _ in kinds(book, "ec001394")] == [
        "form_received",
        "password_unknown_withdrawn",
        "form_received",
    ]
    imported("1394;ec;06/01/2027 09:00;;;;oui")
    assert [kind for kind, _ in kinds(book, "ec001394")][-1] == "password_unknown"


def test_an_older_answer_that_comes_in_late_changes_nothing(imported: Imports, book: AnswerBook) -> None:
    imported("1394;ec;06/01/2027 08:00;;;;non")
    imported("1394;ec;05/01/2027 08:00;;;;oui")
    assert "password_unknown" not in [kind for kind, _ in kinds(book, "ec001394")]


@pytest.mark.parametrize(
    ("row", "who", "told"),
    [
        ("9999;ec;05/01/2027;;;;non", "ec009999", "no box has this FASE number"),
        ("1347;;05/01/2027;;;;non", "FASE 1347", "both ec001347 and po001347 have this number"),
        ("abc;ec;05/01/2027;;;;non", "an answer", "'abc' is not one whole number"),
        (";ec;05/01/2027;;;;non", "an answer", "the FASE number is empty"),
        ("1394;ecole de danse;05/01/2027;;;;non", "an answer", "neither PO nor établissement"),
        ("1394;ec;hier;;;;non", "ec001394", "'hier' is no date"),
        ("1394;ec;05/02/2027;;;;non", "ec001394", "given in the future"),
        ("1394;ec;05/01/2027;;;;peut-être", "ec001394", "neither oui nor non"),
        ("1394;ec;05/01/2027;;appelez-moi;;non", "ec001394", "the phone number is none"),
        (f"1394;ec;05/01/2027;{'x' * 201};;;non", "ec001394", "the contact is longer"),
        ("1394;ec;05/01/2027;;;sans-arobase;non", "ec001394", "not an address"),
        ("1394;ec;05/01/2027;;;po001347@adm.cfwb.be;non", "ec001394", "the domain of the boxes"),
        ("1394;ec;05/01/2027;;;EC001394@ADM.cfwb.be;non", "ec001394", "is the box itself"),
        ("1394;ec;05/01/2027;;;x@sub.adm.cfwb.be;non", "ec001394", "the domain of the boxes"),
        ("1394;ec;05/01/2027;;;élève@gmail.com;non", "ec001394", "accents"),
        ('1394;ec;05/01/2027;;;"a@b.be\nBcc: c@d.be";non', "ec001394", "not an address"),
        ("1394;ec;05/01/2027;;;moi@ecole.test;non", "ec001394", "no mail can be sent"),
        ("1394;ec;05/01/2027;;;moi@example.org;non", "ec001394", "no mail can be sent"),
        ("1394;ec;05/01/2027;;;moi@192.0.2.1;non", "ec001394", "bare number"),
        ("1394;ec;05/01/2027;;;moi@localhost;non", "ec001394", "not an address"),
        ("1394;ec;05/01/2027;;non", "an answer", "5 cells where the header has 7"),
    ],
)
def test_what_cannot_be_used_is_set_aside_by_name_and_line(
    imported: Imports, book: AnswerBook, row: str, who: str, told: str
) -> None:
    found = imported(row, "4;ec;05/01/2027 12:00;;;;non")
    assert found.new == ("ec000004",)
    (aside,) = found.aside
    assert aside.who == who
    assert told in aside.why
    assert str(aside).split(": ")[0].endswith("answers.csv:2")
    assert "ec001394" not in book.latest()
    # The address itself is a person's and stays out of reports.
    for personal in ("sans-arobase", "élève", "moi@", "appelez", "Bcc"):
        assert personal not in str(aside)


@pytest.mark.parametrize(
    ("domain", "meant"),
    [
        ("gmial.com", "gmail.com"), ("gmai.com", "gmail.com"), ("gmaill.com", "gmail.com"), ("gmail.con", "gmail.com"),
        ("hotmial.com", "hotmail.com"), ("outlok.com", "outlook.com"), ("skynte.be", "skynet.be"),
        ("yaho.fr", "yahoo.fr"), ("telenet.bee", "telenet.be"),
    ],
)  # fmt: skip
def test_slips_of_the_keyboard_are_told_and_imported(
    imported: Imports, book: AnswerBook, domain: str, meant: str
) -> None:
    found = imported(f"1394;ec;05/01/2027;;;moi@{domain};non")
    (doubt,) = found.doubts
    assert doubt.endswith(f"answers.csv:2: ec001394: its domain {domain} may be meant to be {meant}")
    assert book.latest()["ec001394"].rescue == f"moi@{domain}"


@pytest.mark.parametrize(
    "domain",
    ["gmail.com", "mail.com", "ens.irisnet.be", "ulb.be", "hotmail.be", "live.fr", "ecole-gimail.be", "gmx.com"],
)
def test_real_domains_are_not_doubted(imported: Imports, domain: str) -> None:
    assert imported(f"1394;ec;05/01/2027;;;moi@{domain};non").doubts == ()


def test_reserved_domains_are_let_through_in_rehearsals(book: AnswerBook, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(
        json.dumps([{"fase": "4", "date": "2027-01-05", "rescue": "a@x.example", "password unknown": True}])
    )
    rules = RescueRules("adm.cfwb.be", ["example"])
    found = import_answers([path], Importer(book, BOXES, BOXES, rules, ZONE, NOW), dry=False)
    assert found.new == ("ec000004",)
    assert found.password_unknown == ("ec000004",)


@pytest.mark.parametrize(
    "header",
    [
        "FASE number,Kind,Timestamp,Contact name,Phone,Rescue email,Password unknown",
        "N° FASE\tType\tHorodateur\tNom de la personne de contact\tGSM\tAdresse e-mail de secours\tMot de passe perdu",
        "fase|type|submitted_at|contact|telephone|rescue|Je ne connais pas le mot de passe de ma BMA",
        "Numéro FASE de votre école;Type;Date et heure;Personne de contact;Téléphone de contact;Courriel de secours;"
        "Mot de passe inconnu",
    ],
)
def test_columns_are_matched_by_meaning_in_any_order_and_delimiter(
    imported: Imports, book: AnswerBook, header: str
) -> None:
    sign = next(sign for sign in ",\t|;" if sign in header)
    cells = GOOD.replace(";non", ";oui").split(";")
    names = header.split(sign)
    assert imported(sign.join(reversed(cells)), header=sign.join(reversed(names))).new == ("ec001394",)
    answer = book.latest()["ec001394"]
    assert (answer.contact, answer.password_unknown) == ("Ada Exemple", True)
    assert answer.rescue == "ada.exemple@gmail.com"


def test_a_question_asked_the_other_way_round_is_understood(imported: Imports, book: AnswerBook) -> None:
    header = "Adresse de la BMA;Date;Prénom;Nom;Connaissez-vous votre mot de passe ?"
    imported("po001347@adm.cfwb.be;2027-01-05T10:00;Ada;Exemple;non", header=header)
    assert book.latest()["po001347"].password_unknown
    assert book.latest()["po001347"].contact == "Ada Exemple"


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("Type;Date;Mot de passe inconnu", "no column means « N° FASE » or « adresse de la BMA »"),
        ("FASE;Mot de passe inconnu", "no column means « date de la réponse »"),
        ("FASE;Date", "no column means « mot de passe inconnu »"),
        ("FASE;N° FASE;Date;Mot de passe inconnu", "two columns mean « N° FASE »: « FASE » and « N° FASE »"),
    ],
)
def test_columns_that_are_missing_or_twice_are_told(imported: Imports, header: str, told: str) -> None:
    with pytest.raises(DocumentError, match=r"answers\.csv:1: ") as raised:
        imported("1;2;3;4", header=header)
    assert told in str(raised.value)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "the file is empty"),
        (b"PK\x03\x04zip", "a spreadsheet"),
        (b'[{"fase": 1,', "a.json:1: not valid JSON"),
        (b"[]\nmore", "a.json:2: not valid JSON: more after its end"),
        (b'{"other": []}', "no list of answers under"),
        (b'fase;date;mot de passe inconnu\n1;"open', "a.json:2: the quotes of the row"),
    ],
)
def test_files_that_cannot_be_read_are_told_with_their_line(
    book: AnswerBook, tmp_path: Path, content: bytes, told: str
) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(content)
    with pytest.raises(DocumentError) as raised:
        import_answers([path], Importer(book, BOXES, BOXES, RescueRules("adm.cfwb.be"), ZONE, NOW), dry=False)
    assert told in str(raised.value)


def test_json_answers_keep_their_lines(book: AnswerBook, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(
        '{"total": 4, "answers": [\n'
        ' {"fase": 4, "date": "2027-01-05", "password unknown": false},\n'
        ' "not an answer",\n'
        ' {"fase": 5.5, "date": "2027-01-05", "password unknown": false},\n'
        ' {"fase": 4, "date": "2027-01-05", "password unknown": {"a": 1}}\n'
        "]}"
    )
    found = import_answers([path], Importer(book, BOXES, BOXES, RescueRules("adm.cfwb.be"), ZONE, NOW), dry=False)
    assert found.new == ("ec000004",)
    assert [(aside.where.rpartition(":")[2], aside.code) for aside in sorted(found.aside, key=str)] == [
        ("3", "row-shape"),
        ("4", "fase"),
        ("5", "row-shape"),
    ]


def test_all_or_nothing_when_a_later_file_cannot_be_read(book: AnswerBook, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text("fase;date;mot de passe inconnu\n4;2027-01-05;non\n")
    bad.write_text("nothing\n")
    importer = Importer(book, BOXES, BOXES, RescueRules("adm.cfwb.be"), ZONE, NOW)
    with pytest.raises(DocumentError):
        import_answers([good, bad], importer, dry=False)
    assert book.latest() == {}
