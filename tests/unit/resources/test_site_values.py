"""Values of objects of the organisation: the same in all the ways in which they are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bma.resources.kinds import NotUnderstoodError
from bma.resources.organization.values import AddressSpaces, Domain, Hosts, Number, ObjectNames, Span, Words, bare_name

LABELS = st.text("abcdefghijklmnop0123456789", min_size=1, max_size=10)
DOMAINS = st.lists(LABELS, min_size=1, max_size=3).map(".".join)


@given(st.lists(DOMAINS, min_size=1, max_size=4), st.integers(1, 100), st.randoms())
def test_an_address_space_is_the_same_bare_and_as_exchange_tells_it(
    domains: list[str], cost: int, random: object
) -> None:
    kind = AddressSpaces()
    bare = kind.normal(domains)
    assert bare == kind.read([f"SMTP:{domain};1" for domain in reversed(domains)])
    assert bare == kind.normal([domain.upper() for domain in domains])
    assert kind.normal([f"{domain};{cost}" for domain in domains]) == kind.read(
        [f"smtp:{one};{cost}" for one in domains]
    )
    assert (kind.normal([f"x.example;{cost}"]) == kind.normal(["x.example"])) == (cost == 1)


@pytest.mark.parametrize("wrong", ["", "a;0", "a;101", "a b", "SMTP:", "a;1;2"])
def test_what_is_no_address_space_is_refused(wrong: str) -> None:
    with pytest.raises(NotUnderstoodError):
        AddressSpaces().normal([wrong])


def test_an_address_in_brackets_is_the_same_host() -> None:
    kind = Hosts()
    assert kind.normal(["192.0.2.1", "Legacy.example"]) == kind.read(["[192.0.2.1]", "legacy.example"])


@pytest.mark.parametrize(
    ("answered", "name"),
    [
        ("EX01", "EX01"),
        ("lab.example/Configuration/EX01", "EX01"),
        ("CN=EX01,CN=Servers,DC=lab,DC=example", "EX01"),
        ("\\All Rooms", "All Rooms"),
    ],
)
def test_objects_are_known_by_their_name(answered: str, name: str) -> None:
    assert bare_name(answered) == name
    assert ObjectNames().read([answered]) == (name,)


def test_a_list_that_is_null_is_empty() -> None:
    assert Words().read(None) == Words().normal([]) == Words().normal(None) == ()
    assert Words().parameter(()) is None
    assert ObjectNames().read(None) == ()
    assert ObjectNames().parameter(()) == []


def test_domains_are_the_same_in_any_letters() -> None:
    assert Domain().met(Domain().normal("ADM.cfwb.be"), Domain().read("adm.CFWB.be"))
    assert Domain().read("") is None
    for wrong in ("a b", "a@b", "*a", ""):
        with pytest.raises(NotUnderstoodError):
            Domain().normal(wrong)


@given(st.integers(-5, 20000))
def test_a_number_stays_within_its_bounds(value: int) -> None:
    kind = Number(1024, 16384)
    if 1024 <= value <= 16384:
        assert kind.read(kind.parameter(kind.normal(value))) == value
    else:
        with pytest.raises(NotUnderstoodError):
            kind.normal(value)


def test_a_number_has_no_unlimited() -> None:
    with pytest.raises(NotUnderstoodError):
        Number().normal("Unlimited")


@pytest.mark.parametrize(("answered", "normal"), [("00:30:00", "00:30:00"), ("1.00:00:00", "1.00:00:00")])
def test_times_are_read_as_they_are_written(answered: str, normal: str) -> None:
    assert Span().read(answered) == Span().normal(normal)
    with pytest.raises(NotUnderstoodError):
        Span().normal("half an hour")
