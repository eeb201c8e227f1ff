from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bma.referential import NotAFaseNumber, box_key, fase_number, local_part

NUMBERS = st.integers(1, 999_999)


@pytest.mark.parametrize("value", ["12", "12.0", " 12 ", "\u00a012\u00a0", 12.0, 12, "000012", "12.000"])
def test_one_number_however_it_is_written(value: object) -> None:
    assert fase_number(value) == 12


@pytest.mark.parametrize(
    "value",
    [
        "5448/3048",
        "12.5",
        12.5,
        "0",
        0,
        "000000",
        "-12",
        -12,
        "",
        "  ",
        "NaN",
        float("nan"),
        float("inf"),
        "1e3",
        "1234567",
        1000000,
        1e16,
        "0000012",
        "12,0",
        "+12",
        "1 2",
        "١٢",
        "²",
        "12.",
        ".0",
        None,
        True,
        [12],
        "12a",
    ],
)
def test_what_is_no_number(value: object) -> None:
    with pytest.raises(NotAFaseNumber) as fault:
        fase_number(value)
    assert len(str(fault.value)) < 120


@given(NUMBERS, st.sampled_from(["{}", "{}.0", " {} ", "{:06d}", "\t{}\n"]))
def test_every_number_is_read_back(number: int, form: str) -> None:
    assert fase_number(form.format(number)) == number


@given(st.text())
def test_any_text_is_a_number_or_refused(text: str) -> None:
    with contextlib.suppress(NotAFaseNumber):
        assert 1 <= fase_number(text) <= 999_999


@given(NUMBERS, st.sampled_from(["ec", "po"]))
def test_a_box_name_and_its_key_are_one(number: int, kind: str) -> None:
    name = local_part(kind, number)  # type: ignore[arg-type]
    assert len(name) == 8
    assert box_key(name) == (kind, number)


@pytest.mark.parametrize("name", ["ec000000", "ec12", "EC000012", "xx000012", "ec0000012", "ec000012\n", ""])
def test_what_is_no_box(name: str) -> None:
    assert box_key(name) is None


def test_the_kind_is_part_of_the_key() -> None:
    assert box_key("ec001347") != box_key("po001347")
