from __future__ import annotations

import json
from pathlib import Path

from bma.referential import Report, differences
from bma.referential.report_text import SHOWN_INFORMATION, report_text
from tests.unit.referential.fase_lists import read, row, write_list


def test_differences_between_two_editions(tmp_path: Path) -> None:
    old = [
        row(),
        row(etab="13", name="Ecole du Puits"),
        row(etab="14", name="Ecole qui ferme"),
        row(etab="15", name="Ecole renumérotée"),
    ]
    new = [
        row(name="Ecole des Ormes"),
        row(etab="13", name="Ecole du Puits", po="8", reseau="COCOF"),
        row(etab="16", name="Ecole renumérotée"),
        row(etab="17", name="Ecole nouvelle"),
    ]
    found = differences(read(write_list(tmp_path, *old, name="a.csv")), read(write_list(tmp_path, *new, name="b.csv")))
    assert found.new == (
        ("ec000016", "Ecole renumérotée"),
        ("ec000017", "Ecole nouvelle"),
        ("po000008", "Pouvoir imaginaire"),
    )
    assert found.gone == (("ec000014", "Ecole qui ferme"), ("ec000015", "Ecole renumérotée"))
    assert [(c.before, c.after) for c in found.renumbered] == [("ec000015", "ec000016")]
    assert [(c.box, c.before, c.after) for c in found.renamed] == [
        ("ec000012", "Ecole des Tilleuls", "Ecole des Ormes")
    ]
    assert [(c.box, c.before, c.after) for c in found.changed_po] == [("ec000013", "PO 7", "PO 8")]
    assert [(c.box, c.before, c.after) for c in found.changed_reseau] == [("ec000013", "WBE", "COCOF")]


def test_an_edition_does_not_differ_from_itself(tmp_path: Path) -> None:
    found = read(write_list(tmp_path, row(), row(etab="13")))
    assert not any(differences(found, found).to_dict().values())


def test_the_report_is_plain_json_and_says_the_same_twice(tmp_path: Path) -> None:
    path = write_list(tmp_path, row(), row(etab="x"), row(name="{{ lookup('pipe','id') }}"))
    first, second = (Report(read(path)).to_dict() for _ in range(2))
    assert json.dumps(first) == json.dumps(second)
    assert first["version"] == 1
    assert first["differences"] is None
    assert [finding["severity"] for finding in first["findings"]["all"][:2]] == ["error", "warning"]


def test_the_text_tells_every_part(tmp_path: Path) -> None:
    exclude = tmp_path / "x.yml"
    exclude.write_text("".join(f"- {{box: ec0001{n:02d}, reason: Travaux, until: 2027-01-01}}\n" for n in range(20)))
    supplement = tmp_path / "s.yml"
    supplement.write_text("organisations:\n  - {kind: ec, number: 50, name: Internat}\n")
    rows = [row(etab=str(100 + n)) for n in range(20)] + [row(etab="1/2"), row(name="B"), row(name="C")]
    found = read(write_list(tmp_path, *rows), exclude=(exclude,), supplement=(supplement,))
    text = report_text(Report(found, differences(found, found)))
    assert "3 boxes: 2 establishments (ec), 1 organising bodies (po); " in text
    assert "23 organisations: 22 from the list, 1 from the supplement only; 20 of them excluded" in text
    assert "list.csv: csv (semicolon), utf-8; 23 rows = 23 used (1 in part) + 0 set aside; 21 ec, 1 po" in text
    assert f"{tmp_path}/list.csv:22: establishment: '1/2' is not" in text
    assert f"… and {20 - SHOWN_INFORMATION} more [excluded], all in the JSON" in text
    assert "  ec000119: Travaux (until 2027-01-01)" in text
    assert "  ec000050: Internat" in text
    assert "Differences from the previous referential\n  New: 0" in text
    assert text.endswith("\n")
