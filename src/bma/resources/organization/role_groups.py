"""The table of role groups: accounts that may run what the group's roles allow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bma.resources.commands import Command
from bma.resources.kinds import Text, scalar_text
from bma.resources.needs import Rights, right, together
from bma.resources.observation import Observation, Unknown
from bma.resources.organization.assignments import (
    ASSIGNED,
    MEMBERS,
    ROLES,
    UNIT,
    UNLIMITED_ROLES,
    Assignee,
    roles_of,
)
from bma.resources.organization.site_object import Fact, Properties, Rows
from bma.resources.organization.values import ObjectNames
from bma.resources.table import Change, Converged, Target

_CALLED_BY = (
    "Name",
    "Alias",
    "SamAccountName",
    "UserPrincipalName",
    "PrimarySmtpAddress",
    "WindowsLiveID",
    "Identity",
    "DistinguishedName",
)


@dataclass(frozen=True)
class Member:
    """One member of a group, with all names that a policy may use."""

    identity: str
    shown: str
    called: frozenset[str]


@dataclass(frozen=True)
class RoleGroup(Assignee):
    """A group of accounts. Its roles may be limited to an organisational unit; its members are known by many names."""

    assigned_as: str = "SecurityGroup"

    def further(self, name: str, domain_controller: str | None) -> tuple[Command, ...]:
        pin = {"DomainController": domain_controller} if domain_controller else {}
        listed = Command("Get-RoleGroupMember", {"Identity": name, "ResultSize": "Unlimited", **pin})
        return (*super().further(name, domain_controller), listed)

    def read_as(self, answer: Properties, further: tuple[Rows, ...]) -> Observation:
        known = super().read_as(answer, further)
        return {**known, MEMBERS: _members(further[1] if len(further) > 1 else Unknown("it was not asked for"))}

    @staticmethod
    def assigned(assigned: Any) -> dict[str, Any]:
        if isinstance(assigned, Unknown):
            return dict.fromkeys((ASSIGNED, ROLES, UNLIMITED_ROLES, UNIT), assigned)
        limited = tuple(one for one in assigned if one.unit)
        free = tuple(one for one in assigned if not one.unit)
        units = {one.unit for one in limited}
        if not units:
            return {ASSIGNED: assigned, ROLES: roles_of(assigned), UNLIMITED_ROLES: (), UNIT: None}
        unit = units.pop() if len(units) == 1 else " and ".join(sorted(map(str, units)))
        return {ASSIGNED: assigned, ROLES: roles_of(limited), UNLIMITED_ROLES: roles_of(free), UNIT: unit}

    def newborn(self, wanted: Mapping[str, Any], further: tuple[Rows, ...] = ()) -> Observation:
        given = tuple(Member(name, name, frozenset({_bare(name)})) for name in wanted.get(MEMBERS, ()))
        return {
            **super().newborn(wanted, further),
            ASSIGNED: (),
            ROLES: (),
            UNLIMITED_ROLES: (),
            UNIT: None,
            MEMBERS: given,
        }

    def contradictions(self, wanted: Mapping[str, Any]) -> list[str]:
        alone = [key for key in (UNLIMITED_ROLES, UNIT) if key in wanted and ROLES not in wanted]
        return [f"{alone[0]} is said with roles: together they are all that the group has"] if alone else []

    def shown(self, observed: Observation) -> dict[str, Any]:
        members = observed.get(MEMBERS)
        if isinstance(members, tuple) and members and isinstance(members[0], Member):
            observed = {**observed, MEMBERS: tuple(sorted(member.shown for member in members))}
        return super().shown(observed)

    def converge(self, wanted: Mapping[str, Any], observed: Observation, target: Target) -> Converged:
        part = super().converge(wanted, observed, target)
        members = observed.get(MEMBERS)
        if MEMBERS not in wanted or members is None:
            return part
        if isinstance(members, Unknown):
            return Converged(part.changes, part.commands, {**part.unknown, f"{self.key}.{MEMBERS}": members.reason})
        commands = list(_regrouped(wanted[MEMBERS], members, target))
        if not commands:
            return part
        change = Change(self.key, MEMBERS, sorted(one.shown for one in members), list(wanted[MEMBERS]))
        return Converged((*part.changes, change), (*part.commands, *commands), part.unknown)

    @property
    def written_by(self) -> tuple[str, ...]:
        own = ("Set-ManagementRoleAssignment", "Add-RoleGroupMember", "Remove-RoleGroupMember")
        return (*super().written_by, *own)

    def writes(self, wanted: Mapping[str, Any]) -> Rights:
        unit = "RecipientOrganizationalUnitScope"
        own: list[Rights] = [
            {"New-ManagementRoleAssignment": frozenset({unit})},
            right("Set-ManagementRoleAssignment", unit, "RecipientRelativeWriteScope"),
            right("Add-RoleGroupMember", "Member", "BypassSecurityGroupManagerCheck"),
            right("Remove-RoleGroupMember", "Member", "BypassSecurityGroupManagerCheck", "Confirm"),
        ]
        return together([super().writes(wanted), *own])


def _regrouped(wanted: tuple[str, ...], members: tuple[Member, ...], target: Target) -> Iterator[Command]:
    names = {_bare(name) for name in wanted}
    bypass = {"BypassSecurityGroupManagerCheck": True}
    for name in wanted:
        if not any(_bare(name) in member.called for member in members):
            yield Command("Add-RoleGroupMember", target.parameters(Member=name, **bypass))
    for member in members:
        if not names & member.called:
            said = target.parameters(Member=member.identity, **bypass, Confirm=False)
            yield Command("Remove-RoleGroupMember", said)


def _bare(name: str) -> str:
    """An account without the domain that it may be written with."""
    return name.casefold().rpartition("\\")[2]


def _members(rows: Rows) -> Any:
    if isinstance(rows, Unknown):
        return rows
    found = []
    for row in rows:
        names = [text for text in (scalar_text(row.get(wire)) for wire in _CALLED_BY) if text]
        if not names:
            return Unknown("Exchange answered a member without a name")
        guid = row.get("Guid")
        identity = str(guid) if guid is not None and str(guid).strip("{0-}") else names[0]
        found.append(Member(identity, names[0], frozenset(name.casefold() for name in names)))
    return tuple(found)


class _Unit(Text):
    """An organisational unit as Exchange names it, or null for the whole organisation; letter case does not count."""

    word = "canonical name or null"
    schema = {"type": ["string", "null"], "minLength": 1}  # noqa: RUF012  as its base

    def met(self, wanted: Any, observed: Any) -> bool:
        return (wanted or "").casefold() == (observed or "").casefold()


ROLE_GROUP = RoleGroup(
    key="role_group",
    noun="RoleGroup",
    words="role group",
    meaning="Accounts that may run what the group's roles allow.",
    example=("BMA Migration", {"roles": ["BMA Migration Mail Recipients"], "members": ["migration"]}),
    settings=(
        Fact(
            key="description",
            wire="Description",
            kind=Text(1024),
            meaning="What people should know of it.",
            new=True,
        ),
        Fact(
            key=MEMBERS,
            wire="Members",
            kind=ObjectNames(),
            meaning="The accounts, all of them, by name, alias, logon name or address.",
            born=(),
            new=True,
        ),
        Fact(
            key=ROLES,
            wire="Roles",
            kind=ObjectNames(),
            meaning="The management roles, limited to `organizational_unit` in what they may change.",
            born=(),
        ),
        Fact(
            key=UNLIMITED_ROLES,
            wire="Roles",
            kind=ObjectNames(),
            meaning="Roles without that limit, such as only read. With `roles` they are all that the group has.",
            born=(),
        ),
        Fact(
            key=UNIT,
            wire="CustomRecipientWriteScope",
            kind=_Unit(512),
            meaning="The unit that holds the boxes, as Exchange names it (`example.be/BMA`); null for no limit.",
        ),
    ),
)
