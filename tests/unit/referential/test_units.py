from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bma.errors import DocumentError
from bma.referential import VARIABLES, Report
from tests.unit.referential.fase_lists import HEADERS, codes, messages, read, row, write_list


def test_one_establishment_of_many_rows(tmp_path: Path) -> None:
    rows = [
        row(impl="31", impl_street="Rue B"),
        row(impl="30", type="Secondaire ordinaire", niveau="Secondaire"),
        row(impl="30", type="Maternel ordinaire"),
    ]
    found = read(write_list(tmp_path, *rows))
    values = found.boxes["ec000012"].variables()
    assert values["bma_types"] == ["Maternel ordinaire", "Secondaire ordinaire"]
    assert values["bma_niveaux"] == ["Fondamental", "Secondaire"]
    assert [site["number"] for site in values["bma_implantations"]] == [30, 31]
    assert (values["bma_po"], values["bma_po_name"], values["bma_po_box"]) == (7, "Pouvoir imaginaire", "po000007")
    assert values["bma_bce"] == "2167248927"
    assert values["bma_source"].endswith("list.csv:2")
    assert codes(found) == []


def test_the_variables_of_a_box_are_plain_and_documented(tmp_path: Path) -> None:
    values = read(write_list(tmp_path, row())).boxes["po000007"].variables()
    assert list(values) == [name for name in VARIABLES if name not in {"bma_wave", "bma_wave_date", "bma_campaign"}]
    assert {type(value) for value in values.values()} <= {str, int, list, dict, type(None)}


def test_a_po_takes_from_its_establishments(tmp_path: Path) -> None:
    rows = [row(), row(etab="13", bassin="Liège", niveau="Secondaire", genre="Spécialisé")]
    found = read(write_list(tmp_path, *rows))
    values = found.boxes["po000007"].variables()
    assert values["bma_bassin"] == ["Liège", "Namur"]
    assert values["bma_genre"] == ["Ordinaire", "Spécialisé"]
    assert values["bma_reseau"] == "WBE"
    assert values["bma_arrondissement"] == "Namur"
    assert values["bma_niveaux"] == ["Fondamental", "Secondaire"]
    assert (values["bma_po"], values["bma_po_box"]) == (None, None)
    groups = {group.name: group.hosts for group in found.groups}
    assert "po000007" in groups["bassin_liege"]
    assert "po000007" in groups["bassin_namur"]
    assert groups["po_000007"] == ("ec000012", "ec000013", "po000007")


def test_one_number_can_be_two_boxes(tmp_path: Path) -> None:
    found = read(write_list(tmp_path, row(etab="1347", po="1347")))
    assert found.boxes["ec001347"].unit.name == "Ecole des Tilleuls"
    assert found.boxes["po001347"].unit.name == "Pouvoir imaginaire"


@pytest.mark.parametrize(
    ("cells", "hosts", "code"),
    [
        ({"etab": "5448/3048"}, ["po000007"], "etab-number"),
        ({"po": ""}, ["ec000012"], "po-number"),
        ({"etab": "0", "po": "12.5"}, [], "row-number"),
        ({"impl": "x"}, ["ec000012", "po000007"], "implantation-number"),
    ],
)
def test_a_bad_number_costs_its_own_unit_only(
    tmp_path: Path, cells: dict[str, str], hosts: list[str], code: str
) -> None:
    found = read(write_list(tmp_path, row(**cells)))
    assert list(found.boxes) == hosts
    assert codes(found) == [code]


@pytest.mark.parametrize(
    ("cell", "code"),
    [("name", "name-conflict"), ("po", "po-conflict"), ("reseau", "reseau-conflict"), ("street", "detail-conflict")],
)
def test_a_conflict_names_both_values_their_lines_and_which_is_kept(tmp_path: Path, cell: str, code: str) -> None:
    rows = [row(**{cell: "99", "etab": "12"}), row(), row()]
    found = read(write_list(tmp_path, *rows))
    kept = row()[cell]
    (told,) = messages(found, code)
    assert told.startswith(f"{tmp_path}/list.csv:3: ec000012 has several values for {cell}: ")
    assert f"'{kept}' (2 rows, first at line 3) / '99' (line 2); kept: '{kept}', in most rows" in told


def test_a_tie_goes_to_the_first_line(tmp_path: Path) -> None:
    found = read(write_list(tmp_path, row(name="B"), row(name="A")))
    assert found.units["ec", 12].name == "B"
    assert "kept: 'B', the first of as many rows" in messages(found, "name-conflict")[0]


def test_an_organisation_without_a_name_keeps_its_box(tmp_path: Path) -> None:
    found = read(write_list(tmp_path, row(name=" ")))
    assert found.boxes["ec000012"].variables()["bma_display_name"] == "ec000012"
    assert codes(found) == ["name-missing"]


def test_too_many_bad_rows_refuse_the_file(tmp_path: Path) -> None:
    rows = [row(etab=str(number)) for number in range(100, 118)] + [row(etab="x"), row(etab="", po="y")]
    path = write_list(tmp_path, *rows)
    with pytest.raises(DocumentError) as fault:
        read(path, max_bad_rows=0.05)
    assert str(fault.value).startswith(
        f"{path}: 2 of 20 rows are unusable, more than max_bad_rows allows (5.0%): line 20: establishment: 'x' is not"
    )
    assert "; line 21: " in str(fault.value)
    assert len(read(path, max_bad_rows=0.1).boxes) == 19


def test_the_later_file_wins_and_says_so(tmp_path: Path) -> None:
    first = write_list(tmp_path, row(), row(etab="13"), name="first.csv")
    second = write_list(tmp_path, row(name="Ecole du Puits", bce=""), name="second.csv")
    found = read(first, second)
    assert found.units["ec", 12].name == "Ecole du Puits"
    assert found.units["ec", 12].bce == "2167248927"
    assert messages(found, "unit-redefined") == [
        f"{second}:2: ec000012 is described at {first}:2: name 'Ecole des Tilleuls' becomes 'Ecole du Puits' "
        "[unit-redefined]"
    ]
    assert found.hosts("ec") == 2
    assert codes(read(first, first)) == []


def test_an_establishment_may_name_a_po_nobody_describes(tmp_path: Path) -> None:
    path = tmp_path / "f.xml"
    path.write_text("<l><Fiche><Type>ETAB</Type><Identifiant>12</Identifiant><Nom>N</Nom></Fiche></l>")
    extra = tmp_path / "s.yml"
    extra.write_text("organisations:\n  - {kind: ec, number: 12, name: N, po: 8}\n")
    found = read(path, supplement=(extra,))
    assert "po-unknown" in codes(found)
    assert found.boxes["ec000012"].variables()["bma_po"] == 8
    assert found.boxes["ec000012"].variables()["bma_po_box"] is None


NUMBER = st.sampled_from(["1", "2", "3", "4/5", ""])
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "etab": NUMBER,
            "po": NUMBER,
            "impl": NUMBER,
            "type": st.sampled_from(["A", "B"]),
            "niveau": st.sampled_from(["F", "S"]),
            "bassin": st.sampled_from(["N", ""]),
        }
    ),
    min_size=1,
    max_size=12,
)


@given(ROWS, st.randoms())
def test_the_order_of_the_rows_does_not_matter(tmp_path_factory, rows, random) -> None:  # type: ignore[no-untyped-def]
    """Each unit has one value for all that may tie, so nothing is left to the tie rule."""
    folder = tmp_path_factory.getbasetemp()
    fixed = [{**cells, "name": f"N{cells['etab']}", "po_name": f"P{cells['po']}"} for cells in rows]
    for cells in fixed:
        if cells["etab"] in {"1", "2", "3"}:
            cells["po"] = str(4 - int(cells["etab"]))
            cells["po_name"] = f"P{cells['po']}"
    shuffled = random.sample(fixed, len(fixed))
    first, second = (read(write_list(folder, *order, name="order.csv")) for order in (fixed, shuffled))
    assert _without_source(first) == _without_source(second)
    assert [(g.name, g.hosts) for g in first.groups] == [(g.name, g.hosts) for g in second.groups]


def _without_source(found) -> dict[str, dict[str, object]]:  # type: ignore[no-untyped-def]
    return {name: box.variables() | {"bma_source": None} for name, box in found.boxes.items()}


@given(ROWS, st.integers(0, 3))
def test_the_totals_always_add_up(tmp_path_factory, rows, short) -> None:  # type: ignore[no-untyped-def]
    path = write_list(tmp_path_factory.getbasetemp(), *rows, name="totals.csv")
    path.write_bytes(path.read_bytes() + b"1;2\r\n" * short)
    report = Report(read(path)).to_dict()
    (file,) = report["files"]
    totals = report["totals"]
    assert file["rows"] == len(rows) + short == file["used"] + file["set_aside"]
    assert file["partly"] <= file["used"]
    assert totals["organisations"] == totals["list"] + totals["supplement"]
    assert totals["organisations"] == totals["hosts"]["total"] + totals["excluded"]
    assert totals["hosts"]["total"] == totals["hosts"]["ec"] + totals["hosts"]["po"]
    assert sum(report["findings"]["by_severity"].values()) == len(report["findings"]["all"])
    assert sum(report["findings"]["by_code"].values()) == len(report["findings"]["all"])
    by_code = report["findings"]["by_code"]
    assert by_code.get("row-width", 0) + by_code.get("row-number", 0) == file["set_aside"]


def test_columns_missing_and_unknown_are_told(tmp_path: Path) -> None:
    headers = {key: label for key, label in HEADERS.items() if key != "genre"} | {"x": "Référent", "y": "Latitude"}
    found = read(write_list(tmp_path, row(), headers=headers))
    assert messages(found, "column-unknown") == [
        f"{tmp_path}/list.csv:1: column 'Référent' is not read [column-unknown]"
    ]
    assert f"{tmp_path}/list.csv:1: no column « Genre » [column-missing]" in messages(found, "column-missing")
