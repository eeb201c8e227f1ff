from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bma.errors import DocumentError
from bma.referential import find_inventory, is_inventory, read_settings
from tests.unit.referential.fase_lists import codes, messages, read, row, write_list


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    return write_list(tmp_path, row(), row(etab="13", name="Ecole du Puits"))


SUPPLEMENT = """
organisations:
  - kind: ec
    number: 10211
    name: "Centre  PMS « Les Passerelles »"
    type: [CPMS, Guidance]
    reseau: WBE
    po: 7
    postal_code: 5000
  - {kind: po, number: 1699, name: Les Ateliers, reseau: Libre}
aliases:
  ec000012: [tilleuls, Ancienne.Adresse@ecole.example]
"""


def test_a_supplement_adds_organisations_and_aliases(tmp_path: Path, listed: Path) -> None:
    found = read(listed, supplement=(write(tmp_path, "s.yml", SUPPLEMENT),))
    values = found.boxes["ec010211"].variables()
    assert values["bma_display_name"] == "Centre PMS « Les Passerelles »"
    assert (values["bma_types"], values["bma_postal_code"]) == (["CPMS", "Guidance"], "5000")
    assert values["bma_po_box"] == "po000007"
    assert values["bma_source"].endswith("s.yml:3")
    assert found.boxes["po001699"].variables()["bma_reseau"] == "Libre"
    assert found.boxes["ec000012"].aliases == ("ancienne.adresse@ecole.example", "tilleuls@adm.cfwb.be")
    assert "CPMS" in found.boxes["po000007"].variables()["bma_types"]
    assert codes(found) == []
    assert found.added == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("organisations:\n  - {kind: ec, number: 0, name: X}\n", "s.yml:2: organisations[0].number: 0 is less than"),
        (
            "organisations:\n  - kind: xx\n    number: 3\n    name: X\n",
            "s.yml:2: organisations[0].kind: 'xx' is not one",
        ),
        ("organisations:\n  - {kind: ec, number: 3}\n", "s.yml:2: organisations[0]: missing key: name"),
        ("organisation: []\n", "s.yml:1: organisation: unknown key; known: aliases, organisations"),
        ("organisations:\n  - {kind: po, number: 3, name: X, po: 4}\n", "s.yml:2: organisations[0].po: an organising"),
        ("aliases:\n  ec000012: [ok]\n  ecole: [x]\n", "s.yml:3: aliases.ecole: 'ecole' is not a box; allowed: ec or"),
        ("aliases:\n  ec000012:\n    - ok\n    - a b\n", "s.yml:4: aliases.ec000012[1]: 'a b' is not understood"),
        ("aliases:\n  ec000012: [ec000013]\n", "s.yml:2: alias ec000013@adm.cfwb.be is already the address of"),
        ("aliases:\n  ec000012: [po000007@adm.cfwb.be]\n", "s.yml:2: alias po000007@adm.cfwb.be is already"),
        ("aliases:\n  ec000012: [X]\n  ec000013:\n  - x\n", "s.yml:4: alias x@adm.cfwb.be is given twice, first at"),
        (
            "organisations:\n  - {kind: ec, number: 3, name: X}\n  - {kind: ec, number: 3, name: Y}\n",
            "s.yml:3: ec000003 is described twice, first at",
        ),
    ],
)
def test_a_supplement_that_is_wrong_is_told_with_its_line(
    tmp_path: Path, listed: Path, text: str, expected: str
) -> None:
    with pytest.raises(DocumentError) as fault:
        read(listed, supplement=(write(tmp_path, "s.yml", text),))
    assert f"{tmp_path}/{expected}" in str(fault.value)


def test_a_supplement_entry_of_the_open_data_wins_and_is_told(tmp_path: Path, listed: Path) -> None:
    entries = [(12, "Autre nom"), (13, "Ecole du Puits")]
    text = "organisations:\n" + "".join(f"  - {{kind: ec, number: {n}, name: {name}}}\n" for n, name in entries)
    found = read(listed, supplement=(write(tmp_path, "s.yml", text),))
    assert found.units["ec", 12].name == "Autre nom"
    assert found.units["ec", 12].reseaux == ("WBE",)
    assert codes(found) == ["supplement-collision"] * 2
    assert "name 'Ecole des Tilleuls' becomes 'Autre nom'" in messages(found, "supplement-collision")[0]
    assert "nothing differs: the entry may go" in messages(found, "supplement-collision")[1]
    assert found.added == 0


def test_numbers_that_yaml_reads_as_floats(tmp_path: Path, listed: Path) -> None:
    text = "organisations:\n  - {kind: ec, number: 99.0, name: X, po: 7.0, postal_code: 5000.0, bce: 0206582284}\n"
    unit = read(listed, supplement=(write(tmp_path, "s.yml", text),)).units["ec", 99]
    assert (unit.box, unit.po, unit.postal_code, unit.bce) == ("ec000099", 7, "5000", "0206582284")


def test_an_alias_of_an_unknown_box_is_told_and_refused_when_strict(tmp_path: Path, listed: Path) -> None:
    supplement = (write(tmp_path, "s.yml", "aliases:\n  ec000099: [x]\n"),)
    assert codes(read(listed, supplement=supplement)) == ["alias-unknown-box"]
    with pytest.raises(DocumentError, match=r"s\.yml:2: ec000099 is not in the referential \[alias-unknown-box\]"):
        read(listed, supplement=supplement, strict=True)


EXCLUDE = """
- {box: ec000012, reason: "Fermée"}
- {box: po000007, reason: Litige, until: 2026-01-15}
- {box: ec000013, reason: Travaux, until: 2026-01-14}
- {box: ec000099, reason: Inconnue}
"""


def test_excluded_boxes_are_left_out_until_their_last_day(tmp_path: Path, listed: Path) -> None:
    found = read(listed, exclude=(write(tmp_path, "x.yml", EXCLUDE),))
    assert list(found.boxes) == ["ec000013"]
    assert codes(found) == ["excluded", "excluded", "exclude-expired", "exclude-unknown-box"]
    assert [exclusion.until for exclusion in found.excluded] == [None, date(2026, 1, 15)]
    values = found.boxes["ec000013"].variables()
    assert (values["bma_po"], values["bma_po_name"], values["bma_po_box"]) == (7, "Pouvoir imaginaire", None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- {box: ec12, reason: x}\n", "x.yml:1: [0].box: 'ec12' is not understood; allowed: ec or po and the FASE"),
        ("- box: ec000012\n", "x.yml:1: [0]: missing key: reason"),
        ("- {box: ec000012, reason: x, until: '2026-02-30'}\n", "x.yml:1: there is no day 2026-02-30"),
        ("- {box: ec000012, reason: x}\n- {box: ec000012, reason: y}\n", "x.yml:2: ec000012 is excluded twice"),
        ("box: ec000012\n", "x.yml:1: (whole file): "),
    ],
)
def test_an_exclude_file_that_is_wrong_is_told_with_its_line(
    tmp_path: Path, listed: Path, text: str, expected: str
) -> None:
    with pytest.raises(DocumentError) as fault:
        read(listed, exclude=(write(tmp_path, "x.yml", text),))
    assert f"{tmp_path}/{expected}" in str(fault.value)


def test_files_with_nothing_but_comments_say_nothing(tmp_path: Path, listed: Path) -> None:
    nothing = (write(tmp_path, "n.yml", "# for later\n"),)
    assert codes(read(listed, supplement=nothing, exclude=nothing)) == []


WAVES = """
waves:
  "01": {date: 2026-02-02, boxes: [ec000012, ec000099]}
  "Lot B":
    date: 2026-02-09
    boxes: [po000007, ec000013]
"""


def test_waves_become_groups(tmp_path: Path, listed: Path) -> None:
    exclude = write(tmp_path, "x.yml", "- {box: ec000013, reason: x}\n")
    found = read(listed, waves=write(tmp_path, "w.yml", WAVES), exclude=(exclude,))
    groups = {group.name: group for group in found.groups}
    assert groups["wave_01"].hosts == ("ec000012",)
    assert groups["wave_lot_b"].hosts == ("po000007",)
    assert groups["wave_lot_b"].variables() == {"bma_label": "Lot B", "bma_wave_date": "2026-02-09"}
    assert found.boxes["ec000012"].variables()["bma_wave"] == "01"
    assert codes(found) == ["excluded", "wave-unknown-box", "wave-excluded-box"]
    assert messages(found, "wave-unknown-box")[0].startswith(f"{tmp_path}/w.yml:3: wave 01: ec000099")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (WAVES.replace("ec000013", "ec000012"), "w.yml:6: ec000012 is in wave Lot B and already in wave 01"),
        (WAVES.replace("ec000099", "ec99"), "w.yml:3: waves.01.boxes[1]: 'ec99' is not understood"),
        (WAVES.replace("2026-02-09", "'2026-02-31'"), "w.yml:5: there is no day 2026-02-31"),
        ("waves:\n  a: {boxes: []}\n", "w.yml:2: waves.a: missing key: date"),
    ],
)
def test_a_wave_file_that_is_wrong_is_told_with_its_line(
    tmp_path: Path, listed: Path, text: str, expected: str
) -> None:
    with pytest.raises(DocumentError) as fault:
        read(listed, waves=write(tmp_path, "w.yml", text))
    assert f"{tmp_path}/{expected}" in str(fault.value)


def test_waves_spelled_alike_do_not_share_a_group(tmp_path: Path, listed: Path) -> None:
    text = "waves:\n  A b: {date: 2026-01-05, boxes: [ec000012]}\n  a-B: {date: 2026-01-06, boxes: [ec000013]}\n"
    found = read(listed, waves=write(tmp_path, "w.yml", text))
    assert codes(found) == ["group-suffix"] * 2
    assert len([group for group in found.groups if group.name.startswith("wave_a_b_")]) == 2


def test_settings_are_relative_to_their_file(tmp_path: Path) -> None:
    path = write(tmp_path, "fase.yml", "plugin: fase\nreferential: [a.csv, /b.csv]\nsupplement: s.yml\nstrict: true\n")
    settings = read_settings(path)
    assert settings.referential == (tmp_path / "a.csv", Path("/b.csv"))
    assert (settings.supplement, settings.waves, settings.domain) == ((tmp_path / "s.yml",), None, "adm.cfwb.be")
    assert (settings.strict, settings.max_bad_rows) == (True, 0.05)
    write(tmp_path, "waves.lock.yml", "waves: {}\n")
    assert read_settings(path).waves == tmp_path / "waves.lock.yml"


def test_a_home_that_is_not_there_is_a_missing_file(tmp_path: Path) -> None:
    path = write(tmp_path, "fase.yml", "plugin: fase\nreferential: ~nobody-of-that-name/list.csv\n")
    assert read_settings(path).referential == (tmp_path / "~nobody-of-that-name" / "list.csv",)


def test_a_wave_file_that_is_named_must_exist(tmp_path: Path, listed: Path) -> None:
    path = write(tmp_path, "fase.yml", "plugin: fase\nreferential: list.csv\nwaves: absent.yml\n")
    with pytest.raises(DocumentError, match=r"absent\.yml: there is no such file"):
        read(listed, waves=read_settings(path).waves)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plugin: fase\n", "missing key: referential"),
        ("plugin: fase\nreferential: x\nsuplement: y\n", "fase.yml:3: suplement: unknown key; known: domain, exclude"),
        (
            'plugin: fase\nreferential: "a\\0b"\n',
            "fase.yml:2: referential: 'a\\x00b' is not understood; allowed: a path",
        ),
        ("plugin: fase\nreferential: x\nmax_bad_rows: 5\n", "fase.yml:3: max_bad_rows: 5 is greater than"),
        ("plugin: fase\nreferential: x\ndomain: a b\n", "fase.yml:3: domain: 'a b' is not understood; allowed: a mail"),
    ],
)
def test_settings_that_are_wrong(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(DocumentError) as fault:
        read_settings(write(tmp_path, "fase.yml", text))
    assert expected in str(fault.value)


@pytest.mark.parametrize(
    "text", ["plugin: fase", "---\nplugin: 'fase'\n", "\ufeffplugin: fase # x\r\n", '"plugin" : "fase"']
)
def test_a_file_that_says_plugin_fase(tmp_path: Path, text: str) -> None:
    assert is_inventory(write(tmp_path, "x.yaml", text))


@pytest.mark.parametrize("text", ["", "plugin: fasea", "# plugin: fase", "x: plugin: fase", " plugin: fase"])
def test_a_file_that_does_not(tmp_path: Path, text: str) -> None:
    assert not is_inventory(write(tmp_path, "x.yaml", text))
    assert not is_inventory(tmp_path / "absent.yml")


def test_the_inventory_is_found_among_the_sources(tmp_path: Path) -> None:
    path = write(tmp_path, "fase.yml", "plugin: fase\n")
    write(tmp_path, "hosts.yml", "all: {}\n")
    assert find_inventory([tmp_path]) == find_inventory([Path("localhost,"), path]) == path
    with pytest.raises(DocumentError, match=r"no inventory file says plugin: fase; looked at: .*hosts\.yml"):
        find_inventory([tmp_path / "hosts.yml"])
    with pytest.raises(DocumentError, match="several inventory files say plugin: fase"):
        find_inventory([path, tmp_path])
