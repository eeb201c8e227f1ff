"""Passwords fit the rules of the site and of Windows, and are as hard to guess as is said."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bma.password.faults import PasswordError
from bma.password.generate import generate
from bma.password.rules import Rules, parts_of_name, rules_from
from bma.password.words import words


def test_the_words_can_be_dictated() -> None:
    assert len(words()) > 7700
    assert all(re.fullmatch("[a-z]{3,10}", word) for word in words())
    assert len(set(words())) == len(words())


def test_a_password_is_words_with_a_capital_and_digits() -> None:
    for _ in range(50):
        password = generate(Rules()).clear
        *parts, digits = password.split("-")
        assert len(parts) == 5
        assert re.fullmatch("[0-9]{2}", digits)
        assert sum(part[0].isupper() for part in parts) == 1
        assert {part.lower() for part in parts} <= set(words())


@settings(max_examples=60, deadline=None)
@given(
    count=st.integers(5, 9),
    digits=st.integers(0, 4),
    separator=st.sampled_from("-_.:+=*/"),
    name=st.text(max_size=60),
)
def test_it_fits_its_rules_and_holds_nothing_of_the_name(count: int, digits: int, separator: str, name: str) -> None:
    rules = Rules(words=count, digits=digits, separator=separator, maximum_length=127, minimum_bits=50)
    avoided = parts_of_name("ec001394", name)
    if rules.bits(rules.usable(avoided)) < rules.minimum_bits:
        with pytest.raises(PasswordError, match="words hold nothing of the name"):
            generate(rules, avoided)
        return
    password = generate(rules, avoided).clear
    assert rules.objections(password, avoided) == []
    assert not any(part in password.casefold() for part in avoided)


def test_words_of_the_name_are_avoided_as_windows_does() -> None:
    parts = parts_of_name("ec001394", "École communale « Abricot », P.O. n° 12")
    assert {"ec001394", "001394", "1394", "ecole", "école", "communale", "abricot"} <= set(parts)
    assert "12" not in parts
    usable = Rules().usable(parts)
    assert not {word for word in usable if "abricot" in word or "ecole" in word}
    assert len(usable) < len(words())


def test_two_passwords_are_never_alike() -> None:
    assert len({generate(Rules()).clear for _ in range(300)}) == 300


def test_the_capital_and_the_words_are_chosen_evenly() -> None:
    places = Counter(
        next(place for place, part in enumerate(generate(Rules()).clear.split("-")) if part[0].isupper())
        for _ in range(2000)
    )
    # Five places, 400 each: seven standard deviations are 126.
    assert all(abs(places[place] - 400) < 126 for place in range(5))


def test_bits_are_those_of_the_sequences_that_are_allowed() -> None:
    tiny = ("aaaa", "bbbb", "ccccc", "dddddd")
    rules = Rules(words=3, digits=1, capital=True, minimum_length=18, maximum_length=19)
    allowed = [chosen for chosen in product(tiny, repeat=3) if 18 <= len("-".join(chosen)) + 2 <= 19]
    assert rules.bits(tiny) == pytest.approx(math.log2(len(allowed)) + math.log2(10) + math.log2(3) - 1)
    assert rules.bits([]) == 0


def test_more_words_and_digits_are_harder_to_guess() -> None:
    base = Rules().bits(words())
    assert base > 70
    assert replace(Rules(), words=6).bits(words()) > base + 12
    assert replace(Rules(), digits=3).bits(words()) == pytest.approx(base + math.log2(10))


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"words": 3, "digits": 0}, "minimum_bits asks for 60"),
        ({"words": 2}, "words: 2"),
        ({"separator": "é"}, "is not one of"),
        ({"colour": "red"}, "unknown key"),
        ({"capital": False, "digits": 0, "classes": 3, "words": 6}, "has 2 classes"),
        ({"minimum_length": 90, "maximum_length": 127}, "have 0.0 bits"),
        ({"minimum_length": 20, "maximum_length": 12}, "have 0.0 bits"),
        ({"forbidden": ["e", "ab"]}, "forbidden"),
    ],
)
def test_rules_that_cannot_be_meant_are_refused(said: dict[str, object], told: str) -> None:
    with pytest.raises(PasswordError, match=re.escape(told)):
        rules_from(said)


def test_rules_that_hardly_anything_fits_are_refused_with_the_box() -> None:
    rules = Rules(forbidden=tuple("abcdefghijklm"), minimum_bits=40)
    with pytest.raises(PasswordError, match="ec001394"):
        generate(rules, where="ec001394")


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("court-A1", "its length"),
        ("tout-en-petites-lettres-ici", "fewer than 3"),
        ("Abbé-oiseau-maison-tulipe-12", "every keyboard"),
        ("Tulipe-ec001394-maison-oiseau-12", "a part of the name"),
    ],
)
def test_passwords_of_a_provider_are_held_against_the_same_rules(password: str, told: str) -> None:
    objections = Rules().objections(password, parts_of_name("ec001394", ""))
    assert [why for why in objections if told in why]
    assert not any(password in why for why in objections)
