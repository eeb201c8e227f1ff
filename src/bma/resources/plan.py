"""From what a box must be and what it is, to the cmdlets between the two.

``plan`` is pure: check mode shows its result, a run executes it, and both show the same before and after.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bma.resources.box import BOX, MAILBOX
from bma.resources.commands import Command, Secret
from bma.resources.desired import DesiredBox
from bma.resources.observation import Observation
from bma.resources.table import Change, Converged, Section, Target


@dataclass(frozen=True)
class ActualBox:
    """One box as Exchange answered it. ``identity`` is the object's GUID, the one name that cannot be mistaken."""

    identity: str
    observations: Mapping[str, Observation]
    domain_controller: str | None = None


@dataclass(frozen=True)
class Plan:
    """What it takes to make a box conform. ``creates``: there is no mailbox yet."""

    creates: bool
    changes: tuple[Change, ...]
    commands: tuple[Command, ...]
    unknown: Mapping[str, str] = field(default_factory=dict)
    """``section.setting`` to the reason why its value is not known."""
    findings: tuple[str, ...] = ()
    """What policy only wants told."""
    warnings: tuple[str, ...] = ()
    """What the commands will do beyond their purpose; told before they run."""

    @property
    def changed(self) -> bool:
        return self.creates or bool(self.changes)

    def sides(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Before and after, as ``{section: {key: shown value}}``, of what changes only."""
        before: dict[str, Any] = {}
        after: dict[str, Any] = {}
        for change in self.changes:
            after.setdefault(change.section, {})[change.key] = change.after
            if not self.creates:
                before.setdefault(change.section, {})[change.key] = change.before
        return before, after


def plan(desired: DesiredBox, actual: ActualBox | None, password: Secret | None = None) -> Plan:
    """The plan for one box; ``actual`` is ``None`` where Exchange has said that there is no mailbox.

    ``password`` is what the account gets when it is created; a prediction needs none.
    """
    if actual is None:
        return _creation(desired, password or Secret(""))
    target = Target(actual.identity, actual.domain_controller)
    parts = [_converged(section, desired, actual, target) for section in BOX if desired.wanted(section)]
    return Plan(
        creates=False,
        changes=tuple(change for part in parts for change in part.changes),
        commands=tuple(command for part in parts for command in part.commands),
        unknown={key: reason for part in parts for key, reason in part.unknown.items()},
        findings=tuple(finding for part in parts for finding in part.findings),
        warnings=tuple(warning for part in parts for warning in part.warnings),
    )


def _converged(section: Section, desired: DesiredBox, actual: ActualBox, target: Target) -> Converged:
    observed = actual.observations.get(section.key)
    if observed is None:
        observed = section.unreadable("it was not asked for")
    return section.converge(desired.wanted(section), observed, target)


def _creation(desired: DesiredBox, password: Secret) -> Plan:
    """A mailbox that does not exist: created, then given what the New cmdlet has no parameter for.

    What is told of it is all that it will be, but for what policy asks of things that a new mailbox cannot have.
    """
    changes = tuple(
        Change(section.key, key, None, shown)
        for section in BOX
        for key, shown in section.shown(_said(section, desired)).items()
    )
    return Plan(True, changes, (new_mailbox(desired, password), *plan(desired, _newborn(desired)).commands))


def _said(section: Section, desired: DesiredBox) -> Observation:
    born = section.born()
    return {key: value for key, value in desired.wanted(section).items() if key in born}


def _newborn(desired: DesiredBox) -> ActualBox:
    """The mailbox as the New cmdlet will leave it, for a prediction; a run plans from what the cmdlet answers."""
    wanted = desired.wanted(MAILBOX)
    given = {key: wanted[key] for key in ("primary_smtp_address", "display_name") if key in wanted}
    observations = {section.key: section.born() for section in BOX}
    observations[MAILBOX.key].update(given)
    return ActualBox(desired.address, observations)


def new_mailbox(desired: DesiredBox, password: Secret, domain_controller: str | None = None) -> Command:
    """The account's name, alias and logon name are the box's own: names of schools are not unique, boxes are."""
    creation = desired.creation
    parameters: dict[str, Any] = {
        "Name": desired.local_part,
        "Alias": desired.local_part,
        "UserPrincipalName": desired.address,
        "PrimarySmtpAddress": desired.address,
        "Password": password,
        "DisplayName": desired.wanted(MAILBOX).get("display_name"),
        "OrganizationalUnit": creation.organizational_unit,
        "Database": creation.database,
        "ResetPasswordOnNextLogon": True if creation.change_password_at_next_logon else None,
        "DomainController": domain_controller,
    }
    return Command("New-Mailbox", {name: value for name, value in parameters.items() if value is not None})
