"""The bundled example, its generator, the real list, and what the documentation says of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bma.referential import CODES, VARIABLES, Report, Settings, read_referential, read_settings
from bma.referential.columns import COLUMNS
from bma.referential.groups import GROUP_PREFIXES, GROUP_VARIABLES
from bma.referential.judged import load_schema
from lab.referential import LARGEST, SMALLEST, generate, main
from tests.unit.referential.fase_lists import TODAY

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "inventory" / "referential" / "signaletique-fase-exemple.csv"
REAL = ROOT.parent / "shared" / "data" / "fase" / "signaletique-fase-2023-10.csv"
DOCUMENT = ROOT / "docs" / "referential.md"


def test_the_committed_list_is_what_the_generator_writes(tmp_path: Path) -> None:
    assert EXAMPLE.read_bytes() == generate(80, 2024)
    output = tmp_path / "list.csv"
    assert main(["--organisations", "80", "--seed", "2024", "--output", str(output)]) == 0
    assert output.read_bytes() == EXAMPLE.read_bytes()
    assert generate(80, 1) != EXAMPLE.read_bytes()


def test_the_committed_list_has_the_format_and_the_dirt_of_the_real_one() -> None:
    raw = EXAMPLE.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf" * 2 + "N° FASE de l'établissement;Nom".encode())
    assert raw.count(b"\n") == raw.count(b"\r\n")
    found = read_referential(Settings((EXAMPLE,)), TODAY)
    assert (found.hosts("ec"), found.hosts("po")) == (60, 20)
    assert sorted(finding.code for finding in found.findings) == ["etab-number", "name-conflict"]
    units = found.units.values()
    names = [unit.name for unit in units]
    assert any(len(name) > 64 for name in names)
    assert any("{{" in name for name in names)
    assert any("’" in name for name in names)
    assert any('"' in name for name in names)
    assert b"  " in raw
    assert {("ec", 1347), ("po", 1347), ("ec", 4), ("ec", 95712)} <= set(found.units)
    assert any(unit.bce == "" for unit in units)
    assert any(len(unit.niveaux) > 1 and unit.kind == "ec" for unit in units)
    sites = [site.number for unit in units for site in unit.implantations]
    assert len(sites) > len(set(sites))
    assert {unit.po for unit in units if unit.kind == "ec"} == {unit.number for unit in units if unit.kind == "po"}


def test_the_default_inventory_is_whole() -> None:
    found = read_referential(read_settings(ROOT / "inventory" / "fase.yml"), TODAY)
    totals = Report(found).totals()
    assert (totals["list"], totals["supplement"], totals["excluded"]) == (80, 4, 2)
    assert not [finding for finding in found.findings if CODES[finding.code].strict]


@pytest.mark.parametrize("size", [SMALLEST, 41, 500, 3000])
def test_other_sizes_are_read_whole(tmp_path: Path, size: int) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(generate(size, 7))
    assert len(read_referential(Settings((path,)), TODAY).boxes) == size


@pytest.mark.parametrize("size", [SMALLEST - 1, LARGEST + 1])
def test_sizes_that_cannot_be_made(tmp_path: Path, size: int, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--organisations", str(size), "--output", str(tmp_path / "x")])
    assert ended.value.code == 2
    assert f"organisations must be {SMALLEST} to {LARGEST}, not {size}" in capsys.readouterr().err


@pytest.mark.real_data
@pytest.mark.skipif(not REAL.exists(), reason="the real list is not beside the checkout")
def test_the_real_list() -> None:
    found = read_referential(Settings((REAL,)), TODAY)
    assert (found.hosts("ec"), found.hosts("po")) == (3029, 1035)
    assert (found.files[0].rows, found.files[0].set_aside, found.files[0].partly) == (8346, 0, 0)
    assert found.findings == ()
    assert {"ec001347", "po001347", "ec000004", "ec095758"} <= set(found.boxes)
    assert found.boxes["po000478"].variables()["bma_reseau"] == "WBE"
    names = {group.name for group in found.groups}
    assert {"reseau_wbe", "bassin_huy_waremme", "po_000478", "niveau_superieur", "arrondissement_liege"} <= names
    assert not names & set(found.boxes)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in names)


def _first_column(title: str) -> set[str]:
    """What stands between backquotes in the first column of the table under a title of the document."""
    section = DOCUMENT.read_text(encoding="utf-8").split(f"\n## {title}\n")[1].split("\n## ")[0]
    return set(re.findall(r"^\| `([^`]+)`", section, flags=re.MULTILINE))


def test_the_documentation_tells_every_variable_code_group_column_and_option() -> None:
    assert _first_column("Host variables") == set(VARIABLES)
    assert _first_column("Group variables") == set(GROUP_VARIABLES)
    assert _first_column("Findings") == set(CODES)
    assert _first_column("Columns") == set(COLUMNS.values())
    assert _first_column("Options of the inventory file") == set(load_schema("inventory")["properties"])
    assert _first_column("Groups") == {"ec", "po", *(f"{prefix}_…" for prefix in GROUP_PREFIXES)}


def test_the_documentation_gives_the_severity_of_every_code() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    for name, code in CODES.items():
        assert re.search(rf"^\| `{name}` \| {code.severity} \|", text, flags=re.MULTILINE), name
