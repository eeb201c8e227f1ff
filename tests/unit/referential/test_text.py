from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bma.referential.text import bce, clean, postal_code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ecole  de   l’Escargot", "Ecole de l’Escargot"),
        ("\u00a0Institut\u00a0Saint\u2009X \r\n", "Institut Saint X"),
        ("a\x00b\x1b[31mc", "a b [31mc"),
        ("\ufeffE\u0301cole\u200b", "École"),
        ("so\u00adciale \u202egauche", "sociale gauche"),
        ('« Au "bois" d\'Or »', '« Au "bois" d\'Or »'),
        ("\ud800", "\ufffd"),
        ("", ""),
    ],
)
def test_accidents_go_and_meaning_stays(text: str, expected: str) -> None:
    assert clean(text) == expected


@given(st.text(st.characters()))
def test_clean_text_is_one_printable_line_and_stays_clean(text: str) -> None:
    once = clean(text)
    assert clean(once) == once == once.strip()
    assert "  " not in once
    assert not {unicodedata.category(c) for c in once} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    once.encode("utf-8")


@pytest.mark.parametrize("text", ["0206582284", "206582284", "206582284.0", "0206.582.284"])
def test_an_enterprise_number_gets_its_zero_back(text: str) -> None:
    assert bce(text) == "0206582284"


@pytest.mark.parametrize("text", ["", "inconnu", "12", "20658228422"])
def test_another_text_stays(text: str) -> None:
    assert bce(text) == text


def test_postal_codes_lose_the_decimals_of_a_spreadsheet() -> None:
    assert postal_code("1070.0") == "1070"
