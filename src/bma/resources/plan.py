"""From what a box must be and what it is, to the cmdlets between the two.

``plan`` is pure: check mode shows its result, a run executes it, and both show the same before and after.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bma.resources.box import DesiredBox
from bma.resources.commands import Command, Secret
from bma.resources.mailbox import BOX, MAILBOX
from bma.resources.observation import Observation, Unknown, born
from bma.resources.table import Resource, Setting


@dataclass(frozen=True)
class ActualBox:
    """One box as Exchange answered it. ``identity`` is the object's GUID, the one name that cannot be mistaken."""

    identity: str
    observations: Mapping[str, Observation]
    domain_controller: str | None = None


@dataclass(frozen=True)
class Change:
    """One setting that has to change, both values in normal form."""

    resource: Resource
    setting: Setting
    before: Any
    after: Any


@dataclass(frozen=True)
class Plan:
    """What it takes to make a box conform. ``creates``: there is no mailbox yet."""

    creates: bool
    changes: tuple[Change, ...]
    commands: tuple[Command, ...]
    unknown: Mapping[str, str] = field(default_factory=dict)
    """``section.setting`` to the reason why its value is not known."""

    @property
    def changed(self) -> bool:
        return self.creates or bool(self.changes)

    def sides(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Before and after, as ``{section: {setting: shown value}}``, of what changes only."""
        before: dict[str, Any] = {}
        after: dict[str, Any] = {}
        for change in self.changes:
            shown = change.setting.kind.shown
            section, key = change.resource.key, change.setting.key
            after.setdefault(section, {})[key] = shown(change.after) if change.after is not None else None
            if not self.creates:
                value = shown(change.before) if change.before is not None else None
                before.setdefault(section, {})[key] = value
        return before, after


def plan(desired: DesiredBox, actual: ActualBox | None, password: Secret | None = None) -> Plan:
    """The plan for one box; ``actual`` is ``None`` where Exchange has said that there is no mailbox.

    ``password`` is what the account gets when it is created; a prediction needs none.
    """
    if actual is None:
        return _creation(desired, password or Secret(""))
    changes: list[Change] = []
    commands: list[Command] = []
    unknown: dict[str, str] = {}
    for resource in BOX:
        observed = actual.observations.get(resource.key, {})
        unknown.update(_unknown(resource, desired.wanted(resource), observed))
        different = list(_changes(resource, desired.wanted(resource), observed))
        if different:
            changes += different
            commands.append(_set(resource, desired, different, observed, actual))
    return Plan(False, tuple(changes), tuple(commands), unknown)


def _changes(resource: Resource, wanted: Mapping[str, Any], observed: Observation) -> Iterator[Change]:
    for setting in resource.settings:
        if setting.key not in wanted:
            continue
        before, after = observed.get(setting.key), wanted[setting.key]
        if not isinstance(before, Unknown) and before != after:
            yield Change(resource, setting, before, after)


def _unknown(resource: Resource, wanted: Mapping[str, Any], observed: Observation) -> Iterator[tuple[str, str]]:
    for key in wanted:
        value = observed.get(key)
        if isinstance(value, Unknown):
            yield f"{resource.key}.{key}", value.reason


def _set(
    resource: Resource,
    desired: DesiredBox,
    changes: list[Change],
    observed: Observation,
    actual: ActualBox,
) -> Command:
    """One Set call for all changes of a resource, with the settings that must travel in the same call."""
    wanted = desired.wanted(resource)
    changing = {change.setting.key for change in changes}
    together = {change.setting.sent_with for change in changes} - {None}
    parameters: dict[str, Any] = {"Identity": actual.identity}
    for setting in resource.settings:
        travels = setting.key in changing or (setting.sent_with in together and setting.key in wanted)
        if travels and not isinstance(observed.get(setting.key), Unknown):
            parameters[setting.wire] = _parameter(setting, wanted[setting.key])
    return Command(resource.set_cmdlet, parameters | _pinned(actual.domain_controller))


def _creation(desired: DesiredBox, password: Secret) -> Plan:
    """A mailbox that does not exist: created, then given what the New cmdlet has no parameter for."""
    changes = tuple(
        Change(resource, setting, None, desired.wanted(resource)[setting.key])
        for resource in BOX
        for setting in resource.settings
        if setting.key in desired.wanted(resource)
    )
    return Plan(True, changes, (new_mailbox(desired, password), *plan(desired, _newborn(desired)).commands))


def _newborn(desired: DesiredBox) -> ActualBox:
    """The mailbox as the New cmdlet will leave it, for a prediction; a run plans from what the cmdlet answers."""
    wanted = desired.wanted(MAILBOX)
    given = {key: wanted[key] for key in ("primary_smtp_address", "display_name") if key in wanted}
    observations = {resource.key: born(resource) for resource in BOX}
    observations[MAILBOX.key].update(given)
    return ActualBox(desired.address, observations)


def new_mailbox(desired: DesiredBox, password: Secret, domain_controller: str | None = None) -> Command:
    """The account's name, alias and logon name are the box's own: names of schools are not unique, boxes are."""
    wanted = desired.wanted(MAILBOX)
    parameters: dict[str, Any] = {
        "Name": desired.local_part,
        "Alias": desired.local_part,
        "UserPrincipalName": desired.address,
        "PrimarySmtpAddress": desired.address,
        "Password": password,
    }
    if wanted.get("display_name"):
        parameters["DisplayName"] = wanted["display_name"]
    if desired.placement.organizational_unit:
        parameters["OrganizationalUnit"] = desired.placement.organizational_unit
    if desired.placement.database:
        parameters["Database"] = desired.placement.database
    return Command("New-Mailbox", parameters | _pinned(domain_controller))


def _parameter(setting: Setting, value: Any) -> Any:
    return None if value is None else setting.kind.parameter(value)


def _pinned(domain_controller: str | None) -> dict[str, Any]:
    """The domain controller that answered: another one may not know yet what was just read or written."""
    return {"DomainController": domain_controller} if domain_controller else {}
