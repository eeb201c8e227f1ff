"""Every kind of value: what policy writes and what Exchange answers come to the same normal form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bma.exchange.clixml import WireObject
from bma.resources.kinds import Address, Choice, Flag, NoRecipient, NotUnderstoodError, Size, Text

GB = 1 << 30


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("2 GB", 2 * GB),
        ("2GB", 2 * GB),
        ("2048 MB", 2 * GB),
        ("2097152 kb", 2 * GB),
        ("1 B", 1024),
        ("1,5 GB", 3 * GB // 2),
        ("unlimited", "Unlimited"),
    ],
)
def test_size_as_policy_writes_it(written: str, normal: int | str) -> None:
    assert Size().normal(written) == normal


@pytest.mark.parametrize(
    "written",
    [
        "2 gigs",
        "2147483648",
        "-1 GB",
        "",
        "2 GB (2,147,483,648 bytes)",
        "3 TB",
        None,
        "2,048 MB",
        "2.048 MB",
        "1e3 KB",
        "٢ GB",
        "2 GB\n2",
    ],
)
def test_size_that_nobody_understands(written: str | None) -> None:
    with pytest.raises(NotUnderstoodError):
        Size().normal(written)


@pytest.mark.parametrize(
    ("answered", "normal"),
    [
        ("2 GB (2,147,483,648 bytes)", 2 * GB),
        ("2 Go (2\u202f147\u202f483\u202f648 octets)", 2 * GB),
        ("2 GB (2.147.483.648 Bytes)", 2 * GB),
        ("Unlimited", "Unlimited"),
        (WireObject((), "35 MB (36,700,160 bytes)", {"IsUnlimited": False}), 36_700_160),
        (WireObject((), "Unlimited", {"IsUnlimited": True}), "Unlimited"),
    ],
)
def test_size_as_exchange_answers_it(answered: object, normal: int | str) -> None:
    assert Size().read(answered) == normal


@pytest.mark.parametrize("answered", ["2 GB", "", None, "()", True, ["2 GB (2,147,483,648 bytes)"]])
def test_size_answer_that_nobody_understands(answered: object) -> None:
    with pytest.raises(NotUnderstoodError):
        Size().read(answered)


@given(st.integers(min_value=1, max_value=1_900_000_000).map(lambda kibibytes: kibibytes * 1024))
def test_a_size_survives_being_sent_and_answered(size: int) -> None:
    kind = Size()
    assert kind.normal(kind.parameter(size)) == size
    assert kind.normal(kind.shown(size)) == size
    assert kind.read(f"{kind.shown(size)} ({size:,} bytes)") == size


def test_a_size_is_shown_as_people_write_it() -> None:
    assert [Size().shown(Size().normal(text)) for text in ("1.8 GB", "2048 MB", "500 KB")] == [
        "1.8 GB",
        "2 GB",
        "500 KB",
    ]


@pytest.mark.parametrize("written", ["1.99 TB", "2047.5 GB", "0 GB", "1 B"])
def test_sizes_at_the_edges_can_be_shown_and_sent(written: str) -> None:
    size = Size().normal(written)
    assert Size().normal(Size().parameter(size)) == Size().normal(Size().shown(size)) == size


def test_a_size_is_sent_as_text() -> None:
    assert Size().parameter(2 * GB) == "2GB"


@pytest.mark.parametrize("unset", [None, ""])
def test_an_unset_text_is_null_however_it_is_answered(unset: str | None) -> None:
    assert Text().read(unset) is None


def test_a_text_too_long_is_refused() -> None:
    with pytest.raises(NotUnderstoodError, match="257 characters"):
        Text(256).normal("x" * 257)


@pytest.mark.parametrize("answered", ["smtp:Someone@Example.be", "SMTP:someone@example.be", "someone@EXAMPLE.be"])
def test_an_address_is_the_same_in_any_letters_and_with_any_prefix(answered: str) -> None:
    assert Address().read(answered) == Address().normal("someone@example.be")


@pytest.mark.parametrize(
    "written", ["no-at-sign", "two@@example.be", "with space@example.be", "x@nodot", 7, None, "a@b.c\n", "straße@b.be"]
)
def test_what_is_no_address_is_refused(written: object) -> None:
    with pytest.raises(NotUnderstoodError):
        Address().normal(written)


def test_only_the_absence_of_another_recipient_can_be_asked_for() -> None:
    assert NoRecipient().normal(None) is None
    with pytest.raises(NotUnderstoodError):
        NoRecipient().normal("somebody@example.be")


def test_letters_of_a_name_mean_nothing() -> None:
    names = Choice(r"^[A-Za-z ]+$", "Romance Standard Time")
    assert names.normal("romance standard TIME") == names.read("Romance Standard Time")
    assert names.normal("UTC") != names.read("Romance Standard Time")
    with pytest.raises(NotUnderstoodError):
        names.normal("UTC\n")


def test_a_culture_may_be_answered_as_an_object() -> None:
    culture = WireObject(("System.Globalization.CultureInfo",), "fr-BE", {"Name": "fr-BE", "LCID": 2060})
    assert Choice(r"^[a-z]{2}-[A-Z]{2}$", "fr-BE").read(culture) == "fr-BE"


@pytest.mark.parametrize("written", ["true", 1, None, "no"])
def test_a_flag_is_true_or_false_and_nothing_like_it(written: object) -> None:
    with pytest.raises(NotUnderstoodError):
        Flag().normal(written)
