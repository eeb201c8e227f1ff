"""Rows, verdicts and the forms in which they are told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import check, deserialize
from bench.process import Cost
from bench.report import text, write
from bench.side_by_side import Spread
from bench.table import Row, markdown, number, plain

MET = Row("check / floor", Spread(1.5, 1.2, 1.9), target=1.5)
MISSED = Row("a | b", Spread(151.4, 150, 160), "s", target=100)
TOLD = Row("floor", Spread(20, 20, 20), "ms")


@pytest.mark.parametrize(("row", "verdict"), [(MET, "met"), (MISSED, "not met"), (TOLD, "")])
def test_the_median_decides(row: Row, verdict: str) -> None:
    assert row.verdict == verdict


@pytest.mark.parametrize(("value", "told"), [(0.4567, "0.46"), (1.5, "1.50"), (12.34, "12.3"), (151.4, "151")])
def test_numbers_have_about_three_digits(value: float, told: str) -> None:
    assert number(value) == told


def test_the_plain_table_has_a_line_for_each_row() -> None:
    lines = plain([MET, TOLD]).splitlines()
    assert lines[2].split("  ")[0] == "check / floor"
    assert "1.50 × (1.20–1.90)" in lines[2]
    assert lines[2].endswith("met")
    assert lines[3].endswith("20.0 ms (20.0–20.0)")


def test_the_markdown_table_keeps_its_columns() -> None:
    lines = markdown([MET, MISSED]).splitlines()
    assert lines[2] == "| check / floor | 1.50 × (1.20–1.90) | ≤ 1.5 × | met |"
    assert lines[3].startswith("| a \\| b |")


def test_the_reports_hold_the_machine_the_rows_and_the_notes(tmp_path: Path) -> None:
    machine = {"cores": "2"}
    write(tmp_path / "new", machine, [MET], ["a note"])
    told = json.loads((tmp_path / "new" / "bench.json").read_text())
    assert told["rows"][0] | {"what": "", "unit": ""} == {
        "what": "", "median": 1.5, "least": 1.2, "most": 1.9, "unit": "", "target": 1.5, "verdict": "met",
    }  # fmt: skip
    assert "* a note" in (tmp_path / "new" / "bench.md").read_text()
    assert text(machine, [MET], ["a note"]).startswith("cores 2\n")


def test_the_bulk_reading_is_taken_from_the_check_before_the_floor_divides_it() -> None:
    told = {
        row.what: row
        for row in check.rows(100, [Cost(2, 2), Cost(4, 4)], [Cost(4, 3), Cost(8, 6)], [Cost(1, 1), Cost(2, 1)])
    }
    assert told["(check - reading) / floor"].measured == Spread(1.5, 1.5, 1.5)
    assert told["(check - reading) / floor"].verdict == "met"
    assert told["check / floor"].measured.median == 2
    assert told["floor: a box"].measured == Spread(30, 20, 40)


def test_reading_is_compared_in_cpu_seconds() -> None:
    told = deserialize.rows(3500, 200, [2.0, 2.4], [40.0, 48.0], [4.0, 4.8])
    assert [row.verdict for row in told] == ["met", "", "", "", ""]
    assert told[2].measured.median == pytest.approx(20)
