"""The registry of checks, and the list of assumptions that names them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bma.doctor.registry import CHECKS

ROOT = Path(__file__).parents[3]
ASSUMPTIONS = ROOT / "docs/assumptions.md"
NAMED = re.compile(r"DOC-[A-Z-]*[A-Z]")


def rows() -> list[list[str]]:
    lines = [line for line in ASSUMPTIONS.read_text().splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return [row for row in cells if row[0] != "assumption"]


def test_ids_are_unique_and_well_formed() -> None:
    ids = [check.id for check in CHECKS]
    assert len(set(ids)) == len(ids)
    assert all(NAMED.fullmatch(name) for name in ids)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_every_check_says_what_it_is_and_what_to_do(check) -> None:
    assert check.title
    assert check.looks_at.endswith(".")
    assert check.advice
    assert not check.advice.endswith(".")


def test_every_check_that_assumptions_name_exists() -> None:
    named = {name for row in rows() for name in NAMED.findall(row[3])}
    assert named
    assert named <= {check.id for check in CHECKS}


def test_every_check_of_an_assumption_is_named_there() -> None:
    named = {name for row in rows() for name in NAMED.findall(row[3])}
    assert {check.id for check in CHECKS if check.assumption} == named


def test_every_assumption_has_all_its_columns() -> None:
    for row in rows():
        assert len(row) == 5, row
        assert all(row), row
        assert NAMED.search(row[3]) or row[3].startswith("none: "), row


def test_every_file_that_assumptions_name_is_there() -> None:
    for row in rows():
        named = re.findall(r"`([^`]+)`", row[1])
        assert named, row
        for path in named:
            assert (ROOT / path).exists(), f"{path} of {row[0]}"


def test_every_source_says_how_sure_it_is() -> None:
    for row in rows():
        assert re.search(r"\((report|inference|recorded as text)\)", row[2]), row
