"""What management roles are assigned to, and the table of policies: what holders may do by themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bma.resources.commands import Command
from bma.resources.kinds import Flag, NotUnderstoodError, Text, scalar_text
from bma.resources.needs import Rights, right, together
from bma.resources.observation import Observation, Unknown, observe
from bma.resources.organization.site_object import Fact, Properties, Rows, SiteObject
from bma.resources.organization.values import ObjectNames, bare_name
from bma.resources.table import Change, Converged, Target

ROLES, UNLIMITED_ROLES, UNIT, MEMBERS = "roles", "unlimited_roles", "organizational_unit", "members"
ASSIGNED = "assigned"
"""The key of the observation that no policy states: the assignments themselves."""


@dataclass(frozen=True)
class Assignment:
    """One role given to somebody. ``unit``: the organisational unit that its writing is limited to."""

    identity: str
    role: str
    unit: str | None = None


@dataclass(frozen=True)
class Assignee(SiteObject):
    """What roles are assigned to. ``assigned_as``: the parameter of New-ManagementRoleAssignment for it."""

    assigned_as: str = "Policy"

    def further(self, name: str, domain_controller: str | None) -> tuple[Command, ...]:
        pin = {"DomainController": domain_controller} if domain_controller else {}
        asked = {"RoleAssignee": name, "Delegating": False, **pin}
        return (Command("Get-ManagementRoleAssignment", asked),)

    def identity(self, name: str, answer: Properties) -> str:
        """Its name, which assignments are made and asked for by."""
        return scalar_text(answer.get("Name")) or name

    def read_as(self, answer: Properties, further: tuple[Rows, ...]) -> Observation:
        known = observe([row for row in self.settings if row.key not in (ROLES, UNLIMITED_ROLES, UNIT)], answer)
        assigned = _assignments(further[0] if further else Unknown("it was not asked for"))
        return {**known, **self.assigned(assigned)}

    @staticmethod
    def assigned(assigned: Any) -> dict[str, Any]:
        """What the assignments say of the settings."""
        roles = assigned if isinstance(assigned, Unknown) else roles_of(assigned)
        return {ASSIGNED: assigned, ROLES: roles}

    def newborn(self, wanted: Mapping[str, Any], further: tuple[Rows, ...] = ()) -> Observation:  # noqa: ARG002
        """A policy is given its roles by its New cmdlet."""
        return {**super().newborn(wanted), ASSIGNED: tuple(Assignment("", role) for role in wanted.get(ROLES, ()))}

    def converge(self, wanted: Mapping[str, Any], observed: Observation, target: Target) -> Converged:
        part = super().converge(_plain(wanted), observed, target)
        if ROLES not in wanted:
            return part
        assigned = observed.get(ASSIGNED)
        if not isinstance(assigned, tuple):
            reason = assigned.reason if isinstance(assigned, Unknown) else "it was not asked for"
            return Converged(part.changes, part.commands, {**part.unknown, f"{self.key}.{ROLES}": reason})
        changes, commands = self._reassigned(wanted, assigned, target)
        return Converged((*part.changes, *changes), (*part.commands, *commands), part.unknown)

    def _reassigned(
        self, wanted: Mapping[str, Any], assigned: tuple[Assignment, ...], target: Target
    ) -> tuple[list[Change], list[Command]]:
        units = dict.fromkeys(wanted.get(UNLIMITED_ROLES, ())) | dict.fromkeys(wanted[ROLES], wanted.get(UNIT))
        commands = list(_reassignments(units, assigned, self.assigned_as, target))
        before = sorted(_limited(one.role, one.unit) for one in assigned)
        after = sorted(_limited(role, unit) for role, unit in units.items())
        return [Change(self.key, ROLES, before, after)] if commands else [], commands

    @property
    def written_by(self) -> tuple[str, ...]:
        return (*super().written_by, *(f"{verb}-ManagementRoleAssignment" for verb in ("New", "Remove")))

    def writes(self, wanted: Mapping[str, Any]) -> Rights:
        new = {"New-ManagementRoleAssignment": frozenset({"Role", self.assigned_as, "DomainController"})}
        born = {f"New-{self.noun}": frozenset(self.creation("-", wanted, "-").parameters)}
        # The Set cmdlet has no parameter for roles: they are assigned one by one.
        own = super().writes(_plain(wanted))
        return together([born, own, new, right("Remove-ManagementRoleAssignment", "Confirm")])


def _plain(wanted: Mapping[str, Any]) -> dict[str, Any]:
    """What the Set cmdlet takes."""
    return {key: value for key, value in wanted.items() if key not in (ROLES, UNLIMITED_ROLES, UNIT, MEMBERS)}


def _reassignments(
    units: Mapping[str, str | None], assigned: tuple[Assignment, ...], assigned_as: str, target: Target
) -> Iterator[Command]:
    """From the assignments there are to one for each role, limited to its unit."""
    wanted = {role.casefold(): (role, unit) for role, unit in units.items()}
    done: set[str] = set()
    for one in assigned:
        role = one.role.casefold()
        if role not in wanted or role in done:
            yield Command("Remove-ManagementRoleAssignment", _about(one, target, Confirm=False))
            continue
        done.add(role)
        unit = wanted[role][1]
        if (unit or "").casefold() != (one.unit or "").casefold():
            limit = {"RecipientOrganizationalUnitScope": unit} if unit else {}
            free = {} if unit else {"RecipientRelativeWriteScope": "Organization"}
            yield Command("Set-ManagementRoleAssignment", _about(one, target, **limit, **free))
    pin = {"DomainController": target.domain_controller} if target.domain_controller else {}
    for role, unit in (pair for key, pair in wanted.items() if key not in done):
        limit = {"RecipientOrganizationalUnitScope": unit} if unit else {}
        yield Command("New-ManagementRoleAssignment", {"Role": role, assigned_as: target.identity, **limit, **pin})


def _limited(role: str, unit: str | None) -> str:
    return f"{role} in {unit}" if unit else role


def _about(one: Assignment, target: Target, **more: Any) -> dict[str, Any]:
    return Target(one.identity, target.domain_controller).parameters(**more)


def _assignments(rows: Rows) -> Any:
    if isinstance(rows, Unknown):
        return rows
    try:
        own = (row for row in rows if (scalar_text(row.get("AssignmentMethod")) or "Direct") == "Direct")
        return tuple(sorted(map(_assignment, own), key=lambda one: one.identity))
    except NotUnderstoodError as error:
        return Unknown(str(error))


def _assignment(row: Properties) -> Assignment:
    identity, role = scalar_text(row.get("Identity")), scalar_text(row.get("Role"))
    if not identity or not role or "RecipientWriteScope" not in row:
        raise NotUnderstoodError("Exchange answered a role assignment without identity, role or scope")
    limited = (scalar_text(row["RecipientWriteScope"]) or "").casefold() == "ou"
    # The documentation does not say which of the two names the unit.
    places = ("RecipientOrganizationalUnitScope", "CustomRecipientWriteScope") if limited else ()
    unit = next(filter(None, (scalar_text(row.get(place)) for place in places)), None)
    return Assignment(identity, bare_name(role), unit or None)


def roles_of(assigned: tuple[Assignment, ...]) -> tuple[str, ...]:
    return ObjectNames().normal([one.role for one in assigned])


ROLE_ASSIGNMENT_POLICY = Assignee(
    key="role_assignment_policy",
    noun="RoleAssignmentPolicy",
    words="role assignment policy",
    meaning="What the holders of boxes may change by themselves.",
    example=("BMA Role Assignment Policy", {"roles": ["BMA MyBaseOptions", "MyContactInformation"]}),
    settings=(
        Fact(
            key="description",
            wire="Description",
            kind=Text(1024),
            meaning="What people should know of it.",
            new=True,
        ),
        Fact(
            key="is_default",
            wire="IsDefault",
            kind=Flag(),
            meaning="Whether new mailboxes get it.",
            allowed={"const": True, "x-allowed": "true: make another one the default instead"},
            born=False,
            new=True,
        ),
        Fact(
            key=ROLES,
            wire="AssignedRoles",
            parameter="Roles",
            kind=ObjectNames(),
            meaning="The management roles, all of them.",
            born=(),
            new=True,
        ),
    ),
)
