"""Objects of the organisation: from what they are to what they must be, and no further."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bma.errors import BmaError
from bma.resources.kinds import Count, Flag, Name, OneOf, Size, Text
from bma.resources.observation import Unknown
from bma.resources.organization import ORGANIZATION, TABLES, SiteObject
from bma.resources.organization.plan import ActualObject, FixedError, MissingError, plan
from bma.resources.organization.site_object import Fact
from bma.resources.organization.values import AddressSpaces, Domain, Hosts, Number, ObjectNames, Span, Words
from bma.resources.organization.wish import wish

PLAIN = [
    table for table in ORGANIZATION if table.key not in ("management_role", "role_assignment_policy", "role_group")
]
NAMES = st.text("abcdefgh", min_size=1, max_size=8)
DOMAINS = NAMES.map(lambda text: f"{text}.example")
SIZES = st.integers(1, 4000).map(lambda count: f"{count} MB")


def values(fact: Fact) -> st.SearchStrategy[Any]:
    """What policy may say of a setting."""
    kind = fact.kind
    if fact.allowed and "const" in fact.allowed:
        return st.just(fact.allowed["const"])
    if fact.key == "reject_status":
        return st.sampled_from(["5.7.1", "5.7.901"])
    if isinstance(kind, Number):
        return st.integers(kind.least, kind.most)
    if isinstance(kind, OneOf):
        return st.sampled_from(kind.words)
    by_kind: dict[type, st.SearchStrategy[Any]] = {
        Flag: st.booleans(),
        Size: st.one_of(SIZES, st.just("Unlimited")),
        Count: st.one_of(st.integers(0, 10**6), st.just("Unlimited")),
        Name: st.one_of(NAMES, st.none()),
        Domain: DOMAINS,
        AddressSpaces: st.lists(DOMAINS, min_size=1, max_size=3),
        Hosts: st.lists(DOMAINS, max_size=3),
        Words: st.lists(DOMAINS, max_size=3),
        ObjectNames: st.lists(NAMES, max_size=3),
        Span: st.sampled_from(["00:01:00", "00:30:00"]),
        Text: NAMES,
    }
    return next(strategy for base, strategy in by_kind.items() if isinstance(kind, base))


@st.composite
def stated(draw: st.DrawFn, table: SiteObject) -> dict[str, Any]:
    """Settings of one object, any part of them, but all that it takes to create it."""
    chosen = {
        fact.key: draw(values(fact)) for fact in table.facts if fact.needed or draw(st.booleans())
    }  # fmt: skip
    if chosen.get("allowed_oof_type") == "InternalLegacy":
        chosen.pop("is_internal", None)
    return chosen


@st.composite
def cases(draw: st.DrawFn) -> tuple[SiteObject, dict[str, Any], dict[str, Any]]:
    """A table, what is wanted, and what another hand has made of it."""
    table = draw(st.sampled_from(PLAIN))
    return table, draw(stated(table)), draw(stated(table))


def settled(table: SiteObject, observed: dict[str, Any], settings: dict[str, Any]) -> ActualObject:
    """The object after Exchange has taken ``settings``."""
    said = {fact.key: fact.kind.normal(settings[fact.key]) for fact in table.facts if fact.key in settings}
    return ActualObject("id", {**observed, **said}, "dc1")


def named(table: SiteObject) -> str | None:
    return None if table.key == "transport_config" else "x"


@given(cases())
def test_what_was_done_is_found_done(case: tuple[SiteObject, dict[str, Any], dict[str, Any]]) -> None:
    table, wanted, other = case
    desired = wish(table, named(table), wanted)
    other = {key: value for key, value in other.items() if not table[key].fixed}  # type: ignore[attr-defined]
    actual = settled(table, {**table.born(), **desired.wanted}, other)
    found = plan(desired, actual)
    assert found.changed == bool(found.commands)
    assert {change.key for change in found.changes} <= set(wanted)
    assert not plan(desired, settled(table, dict(actual.observed), wanted)).changed


@given(cases())
def test_one_set_cmdlet_is_enough_and_says_what_differs(
    case: tuple[SiteObject, dict[str, Any], dict[str, Any]],
) -> None:
    table, wanted, other = case
    desired = wish(table, named(table), wanted)
    other = {key: value for key, value in other.items() if not table[key].fixed}  # type: ignore[attr-defined]
    found = plan(desired, settled(table, {**table.born(), **desired.wanted}, other))
    sets = [command for command in found.commands if command.cmdlet.startswith("Set-")]
    assert len(sets) <= 1
    sent = {name for command in sets for name in command.parameters}
    switched = {"Enabled"} if table.noun == "TransportRule" else set()
    differing = {table[change.key].sent_as for change in found.changes} - switched
    assert differing <= sent
    assert all(command.parameters.get("DomainController") == "dc1" for command in found.commands)


@given(st.sampled_from([table for table in PLAIN if table.creates]).flatmap(lambda t: st.tuples(st.just(t), stated(t))))
def test_a_missing_one_is_created_with_all_that_is_wanted(case: tuple[SiteObject, dict[str, Any]]) -> None:
    table, wanted = case
    found = plan(wish(table, "x", wanted), None, "dc1")
    assert found.creates
    assert found.commands[0].cmdlet == f"New-{table.noun}"
    assert found.commands[0].parameters["Name"] == "x"
    sent = {name for command in found.commands for name in command.parameters}
    born = table.born()
    for key, value in wanted.items():
        row = table[key]
        assert row.sent_as in sent or row.kind.met(row.kind.normal(value), born[key])
    assert found.sides()[0] == {}
    assert set(found.sides()[1]) == set(wanted)


@given(cases())
def test_what_is_not_known_is_neither_drift_nor_set(case: tuple[SiteObject, dict[str, Any], dict[str, Any]]) -> None:
    table, wanted, _ = case
    found = plan(wish(table, named(table), wanted), ActualObject("id", table.unreadable("no answer")))
    assert not found.changed
    assert not found.commands
    free = {key for key in wanted if not table[key].fixed}  # type: ignore[attr-defined]
    assert dict(found.unknown) == dict.fromkeys(free, "no answer")


@pytest.mark.parametrize("kind", ["accepted_domain", "remote_domain"])
def test_what_cannot_be_changed_is_refused_by_name(kind: str) -> None:
    table = TABLES[kind]
    actual = ActualObject("id", {**table.born(), "domain_name": "old.example"})
    with pytest.raises(FixedError, match=r"its domain_name is old\.example, .* cannot make it new\.example"):
        plan(wish(table, "x", {"domain_name": "new.example"}), actual)
    assert not plan(wish(table, "x", {"domain_name": "OLD.example"}), actual).changed


def test_a_fixed_value_that_is_not_known_is_not_refused() -> None:
    table = TABLES["accepted_domain"]
    actual = ActualObject("id", {**table.born(), "domain_name": Unknown("no answer")})
    assert not plan(wish(table, "x", {"domain_name": "new.example"}), actual).changed


def test_one_that_cannot_be_created_is_told() -> None:
    with pytest.raises(MissingError, match="to create it domain_name must be said"):
        plan(wish(TABLES["accepted_domain"], "x", {}), None)
    with pytest.raises(MissingError, match="IMAP settings of EX09: there is none, and it cannot be created"):
        plan(wish(TABLES["imap_settings"], "EX09", {}), None)


def test_removing_takes_an_object_and_the_word() -> None:
    table = TABLES["send_connector"]
    gone = wish(table, "x", {}, "absent")
    assert not plan(gone, None).changed
    found = plan(gone, ActualObject("guid", {**table.born(), "comment": "old"}, "dc1"))
    assert [str(command) for command in found.commands] == [
        "Remove-SendConnector -Identity guid -Confirm $false -DomainController dc1"
    ]
    assert found.sides() == (
        {"smart_hosts": [], "dns_routing_enabled": True, "enabled": True, "require_tls": False, "comment": "old",
         "address_spaces": None, "source_transport_servers": None, "max_message_size": None},
        {},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "name", "settings", "state", "told"),
    [
        ("accepted_domain", None, {}, "present", "missing option: name"),
        ("accepted_domain", "a*", {}, "present", "a name has no wildcards"),
        ("accepted_domain", "a", {"domain": "x"}, "present", "domain: unknown setting; known: domain_name, "),
        ("accepted_domain", "a", {"domain_name": "x y"}, "present", "domain_name: 'x y' is not a domain"),
        ("transport_config", None, {}, "absent", "state absent is refused"),
        ("transport_config", "x", {}, "present", "it has no name"),
        ("accepted_domain", "a", {}, "gone", "state must be present or absent"),
        ("transport_rule", "a", {"reject_reason": "é" * 257}, "present", "257 characters are too many, 256"),
        ("remote_domain", "a", {"allowed_oof_type": "InternalLegacy", "is_internal": False}, "present", "cannot both"),
        ("imap_settings", "a", {"max_command_size": 20000}, "present", "not a whole number from 1024 to 16384"),
        ("role_group", "a", {"unlimited_roles": ["b"]}, "present", "unlimited_roles is said with roles"),
        ("management_role", "a", {"entries": {}, "without": {}}, "present", "entries excludes without"),
    ],
)
def test_what_is_not_understood_is_told(kind: str, name: Any, settings: Any, state: str, told: str) -> None:
    with pytest.raises(BmaError, match=re.escape(told)):
        wish(TABLES[kind], name, settings, state)


def test_a_remote_domain_is_told_both_of_what_decides_each_other() -> None:
    table = TABLES["remote_domain"]
    actual = ActualObject("id", {**table.born(), "is_internal": True, "allowed_oof_type": "None"})
    found = plan(wish(table, "x", {"is_internal": False, "allowed_oof_type": "None"}), actual)
    assert dict(found.commands[0].parameters) == {"Identity": "id", "AllowedOOFType": "None", "IsInternal": False}


def test_whether_a_rule_is_in_use_is_a_cmdlet_of_its_own() -> None:
    table = TABLES["transport_rule"]
    actual = ActualObject("id", {**table.born(), "reject_reason": "no"}, "dc1")
    found = plan(wish(table, "x", {"enabled": False, "reject_reason": "no"}), actual)
    assert [str(command) for command in found.commands] == [
        "Disable-TransportRule -Identity id -Confirm $false -DomainController dc1"
    ]
    both = plan(wish(table, "x", {"enabled": False, "reject_reason": "yes"}), actual)
    assert [command.cmdlet for command in both.commands] == ["Set-TransportRule", "Disable-TransportRule"]


def test_an_empty_list_of_a_rule_is_null_both_ways() -> None:
    table = TABLES["transport_rule"]
    row = table["except_recipient_domains"]
    assert row.kind.read(None) == row.kind.normal([]) == ()
    full = ActualObject("id", {**table.born(), "except_recipient_domains": ("a.example",)})
    (command,) = plan(wish(table, "x", {"except_recipient_domains": []}), full).commands
    assert command.parameters["ExceptIfRecipientDomainIs"] is None


@pytest.mark.parametrize("table", ORGANIZATION, ids=lambda table: table.key)
def test_the_example_of_every_table_is_understood(table: SiteObject) -> None:
    name, settings = table.example
    assert wish(table, name or None, settings).wanted


@pytest.mark.parametrize("table", ORGANIZATION, ids=lambda table: table.key)
def test_every_cmdlet_that_a_plan_comes_to_is_among_the_rights(table: SiteObject) -> None:
    name, settings = table.example
    desired = wish(table, name or None, settings)
    needed = table.writes(desired.wanted)
    actual = None if table.creates else ActualObject("id", table.born(), "dc1")
    for command in plan(desired, actual, "dc1").commands:
        assert set(command.parameters) <= needed[command.cmdlet], command
