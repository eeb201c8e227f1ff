"""Management roles entry by entry, who has them, and from which role each cmdlet is taken."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bma.resources.commands import Command
from bma.resources.needs import lacking
from bma.resources.observation import Unknown
from bma.resources.organization import TABLES
from bma.resources.organization.assignments import ASSIGNED, Assignment
from bma.resources.organization.plan import ActualObject, plan
from bma.resources.organization.role_groups import Member, RoleGroup
from bma.resources.organization.roles import COMMON, held_entries
from bma.resources.organization.sharing import share_out
from bma.resources.organization.wish import wish

ROLE, GROUP, POLICY = TABLES["management_role"], TABLES["role_group"], TABLES["role_assignment_policy"]
assert isinstance(GROUP, RoleGroup)
PARAMETERS = st.frozensets(st.sampled_from(["Identity", "Alpha", "Beta", "Gamma", "WhatIf", "Verbose"]))
ENTRIES = st.dictionaries(st.sampled_from(["Get-A", "Set-A", "New-B", "Remove-C"]), PARAMETERS)


def rows(held: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"Name": name, "Parameters": sorted(parameters)} for name, parameters in held.items()]


def edited(
    held: dict[str, set[str]], commands: tuple[Command, ...], parent: dict[str, set[str]]
) -> dict[str, set[str]]:
    """The entries of a role after Exchange has run the commands."""
    now = {name: set(parameters) for name, parameters in held.items()}
    for command in commands:
        entry = command.parameters["Identity"].partition("\\")[2]
        said = set(command.parameters.get("Parameters") or ())
        if command.cmdlet.startswith("Remove-"):
            del now[entry]
        elif command.parameters.get("RemoveParameter"):
            assert said <= now[entry]
            now[entry] -= said
        else:
            assert said <= parent.get(entry, said)
            assert command.cmdlet.startswith("Add-") == (entry not in now)
            now[entry] = said
    return now


@given(ENTRIES, ENTRIES)
def test_a_role_is_cut_down_to_its_entries_and_then_left_alone(held: dict[str, Any], wanted: dict[str, Any]) -> None:
    desired = wish(ROLE, "R", {"entries": {name: sorted(parameters) for name, parameters in wanted.items()}})
    before = ActualObject("R", {**ROLE.born(), "entries": held_entries(rows(held))})
    found = plan(desired, before)
    assert found.changed == bool(found.commands)
    after = edited(held, found.commands, {})
    assert set(after) == set(wanted)
    for name, parameters in after.items():
        kept = {one for one in held.get(name, ()) if one.casefold() in COMMON}
        assert parameters == set(wanted[name]) | kept
    assert not plan(desired, ActualObject("R", {**ROLE.born(), "entries": held_entries(rows(after))})).changed


@given(ENTRIES, ENTRIES)
def test_only_the_named_parameters_are_taken_out(held: dict[str, Any], unwanted: dict[str, Any]) -> None:
    desired = wish(ROLE, "R", {"without": {name: sorted(parameters) for name, parameters in unwanted.items()}})
    found = plan(desired, ActualObject("R", {**ROLE.born(), "entries": held_entries(rows(held))}))
    after = edited(held, found.commands, {})
    assert after == {name: set(held[name]) - set(unwanted.get(name, ())) for name in held}
    assert not plan(desired, ActualObject("R", {**ROLE.born(), "entries": held_entries(rows(after))})).changed


@given(ENTRIES, st.data())
def test_a_new_role_is_foreseen_from_its_parent(parent: dict[str, Any], data: st.DataObject) -> None:
    chosen = {name: data.draw(st.sets(st.sampled_from(sorted(parent[name])))) for name in parent if parent[name]}
    wanted = {name: sorted(parameters) for name, parameters in chosen.items()}
    found = plan(wish(ROLE, "R", {"parent": "P", "entries": wanted}), None, None, (rows(parent),))
    assert found.commands[0].parameters["EnabledCmdlets"] == sorted(wanted)
    after = edited({name: set(parent[name]) for name in wanted}, found.commands[1:], parent)
    assert all(set(wanted[name]) <= after[name] <= set(wanted[name]) | set(parent[name]) for name in wanted)


def test_entries_that_could_not_be_read_are_left_alone() -> None:
    actual = ActualObject("R", ROLE.read_as({"Parent": "P", "Description": ""}, (Unknown("no right"),)))
    found = plan(wish(ROLE, "R", {"parent": "P", "entries": {"Get-A": []}}), actual)
    assert (found.changed, found.commands, dict(found.unknown)) == (False, (), {"entries": "no right"})
    assert isinstance(held_entries([{"Name": "Get-A"}]), Unknown)


ROLES = st.frozensets(st.sampled_from(["One", "Two", "Three", "Four"]))
UNITS = st.sampled_from([None, "lab.example/BMA", "lab.example/Other"])
PAIRS = st.lists(st.tuples(st.sampled_from(["One", "two", "Three", "Four"]), UNITS), max_size=6)
ASSIGNMENTS = PAIRS.map(
    lambda pairs: tuple(Assignment(f"{role}-{number}", role, unit) for number, (role, unit) in enumerate(pairs))
)


def reassigned(assigned: tuple[Assignment, ...], commands: tuple[Command, ...]) -> list[Assignment]:
    now = {one.identity: one for one in assigned}
    for number, command in enumerate(commands):
        said = command.parameters
        unit = said.get("RecipientOrganizationalUnitScope")
        if command.cmdlet.startswith("New-"):
            now[f"new {number}"] = Assignment(f"new {number}", said["Role"], unit)
        elif command.cmdlet.startswith("Remove-"):
            del now[said["Identity"]]
        else:
            now[said["Identity"]] = Assignment(said["Identity"], now[said["Identity"]].role, unit)
    return list(now.values())


@given(ASSIGNMENTS, ROLES, ROLES, UNITS)
def test_a_group_ends_with_each_role_once_and_within_its_unit(
    assigned: tuple[Assignment, ...], limited: frozenset[str], free: frozenset[str], unit: str | None
) -> None:
    free -= limited
    settings = {"roles": sorted(limited), "unlimited_roles": sorted(free), "organizational_unit": unit}
    desired = wish(GROUP, "G", settings)
    found = plan(desired, ActualObject("G", {**GROUP.born(), **GROUP.assigned(assigned)}))
    assert found.changed == bool(found.commands)
    after = reassigned(assigned, found.commands)
    told = [(one.role.casefold(), one.unit) for one in after]
    expected = [(role.casefold(), unit) for role in limited] + [(role.casefold(), None) for role in free]
    assert sorted(told, key=str) == sorted(expected, key=str)
    again = ActualObject("G", {**GROUP.born(), **GROUP.assigned(tuple(after))})
    assert not plan(desired, again).changed


def test_a_new_group_is_given_its_roles_and_a_new_policy_has_them_from_its_cmdlet() -> None:
    group = plan(wish(GROUP, "G", {"roles": [], "unlimited_roles": ["R"], "members": ["who"]}), None)
    assert [command.cmdlet for command in group.commands] == ["New-RoleGroup", "New-ManagementRoleAssignment"]
    policy = plan(wish(POLICY, "P", {"roles": ["R"]}), None)
    assert [command.cmdlet for command in policy.commands] == ["New-RoleAssignmentPolicy"]
    assert policy.commands[0].parameters["Roles"] == ["R"]


def test_members_are_known_by_any_of_their_names() -> None:
    member = Member("guid", "Jo", frozenset({"jo", "jo@lab.example"}))
    stranger = Member("guid2", "Al", frozenset({"al"}))
    actual = ActualObject("G", {**GROUP.born(), ASSIGNED: (), "members": (member, stranger)}, "dc1")
    found = plan(wish(GROUP, "G", {"members": ["LAB\\JO", "new"]}), actual)
    assert [str(command) for command in found.commands] == [
        "Add-RoleGroupMember -Identity G -Member new -BypassSecurityGroupManagerCheck $true -DomainController dc1",
        "Remove-RoleGroupMember -Identity G -Member guid2 -BypassSecurityGroupManagerCheck $true -Confirm $false"
        " -DomainController dc1",
    ]


NEEDED = st.dictionaries(st.sampled_from(["Get-A", "Set-A", "New-B"]), st.frozensets(st.sampled_from(["X", "Y", "Z"])))
HELD = st.dictionaries(
    st.sampled_from(["get-a", "Set-A", "New-B"]), st.lists(st.sampled_from(["x", "Y", "Z"])).map(tuple)
)


@given(NEEDED, st.lists(st.tuples(st.sampled_from(["P1", "P2"]), HELD), max_size=2, unique_by=lambda pair: pair[0]))
def test_all_that_is_needed_is_taken_from_a_role_that_has_it_or_told(needed: Any, parents: Any) -> None:
    shares, missing = share_out(needed, parents)
    taken = {cmdlet: frozenset(entry) for share in shares for cmdlet, entry in share.entries.items()}
    assert taken == {cmdlet: needed[cmdlet] for cmdlet in taken}
    assert {told.partition(" ")[0] for told in missing} == set(needed) - set(taken)
    for share in shares:
        held = {name: frozenset(parameters) for name, parameters in dict(parents)[share.parent].items()}
        lower = {name.casefold(): parameters for name, parameters in held.items()}
        assert not lacking({cmdlet.casefold(): frozenset(entry) for cmdlet, entry in share.entries.items()}, lower)
        assert share.writes == any(not cmdlet.startswith("Get-") for cmdlet in share.entries)


def test_what_every_session_has_needs_no_role() -> None:
    assert share_out({"Get-Command": frozenset({"Name"})}, []) == ([], [])
