"""From what an object of the organisation must be and what it is, to the cmdlets between the two. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bma.errors import BmaError
from bma.resources.commands import Command
from bma.resources.observation import Observation
from bma.resources.organization.site_object import Rows, SiteObject, differing_only
from bma.resources.organization.wish import Wish
from bma.resources.table import Change


class FixedError(BmaError):
    """An object exists and differs in something that Exchange cannot change."""


class MissingError(BmaError):
    """An object is missing, and cannot be created as it is wanted."""


@dataclass(frozen=True)
class ActualObject:
    """One object as Exchange answered it. ``identity`` is what cmdlets are told to mean it and no other."""

    identity: str
    observed: Observation
    domain_controller: str | None = None


@dataclass(frozen=True)
class ObjectPlan:
    """What it takes to make an object conform."""

    changes: tuple[Change, ...] = ()
    commands: tuple[Command, ...] = ()
    unknown: Mapping[str, str] = field(default_factory=dict)
    """Setting to the reason why its value is not known."""
    creates: bool = False
    removes: bool = False
    findings: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        return self.creates or self.removes or bool(self.changes)

    def sides(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Before and after, as ``{key: shown value}``, of what changes only."""
        before = {} if self.creates else {change.key: change.before for change in self.changes}
        after = {} if self.removes else {change.key: change.after for change in self.changes}
        return before, after


def plan(
    wish: Wish, actual: ActualObject | None, domain_controller: str | None = None, model: tuple[Rows, ...] = ()
) -> ObjectPlan:
    """The plan for one object; ``actual`` is ``None`` where Exchange has said that there is none.

    ``model`` is what was answered to the questions of :meth:`SiteObject.model`. Raises :class:`FixedError` and
    :class:`MissingError`.
    """
    if wish.absent:
        return _removal(wish, actual)
    if actual is None:
        return _creation(wish, domain_controller, model)
    _require_changeable(wish, actual.observed)
    return converged(wish, actual)


def converged(wish: Wish, actual: ActualObject) -> ObjectPlan:
    """The plan for an object that is there, but for what cannot be changed."""
    table = wish.table
    free = {key: value for key, value in wish.wanted.items() if not _fixed(table, key)}
    target = table.target(actual.identity, actual.domain_controller)
    part = table.converge(free, actual.observed, target)
    # The name of the kind of object is told once, not before each of its settings.
    unknown = {key.removeprefix(f"{table.key}."): reason for key, reason in part.unknown.items()}
    return ObjectPlan(part.changes, part.commands, unknown, findings=part.findings)


def _creation(wish: Wish, domain_controller: str | None, model: tuple[Rows, ...]) -> ObjectPlan:
    table = wish.table
    if not table.creates:
        raise MissingError("there is none, and it cannot be created", where=str(wish))
    lacking = [fact.key for fact in table.facts if fact.needed and wish.wanted.get(fact.key) in (None, ())]
    if lacking:
        raise MissingError(f"there is none, and to create it {', '.join(lacking)} must be said", where=str(wish))
    newborn = ActualObject(wish.name, table.newborn(wish.wanted, model), domain_controller)
    rest = converged(wish, newborn)
    shown = table.shown(wish.wanted)
    return ObjectPlan(
        changes=tuple(Change(table.key, key, None, value) for key, value in shown.items()),
        commands=(table.creation(wish.name, wish.wanted, domain_controller), *rest.commands),
        unknown=rest.unknown,
        creates=True,
        findings=rest.findings,
    )


def _removal(wish: Wish, actual: ActualObject | None) -> ObjectPlan:
    if actual is None:
        return ObjectPlan()
    table = wish.table
    changes = tuple(Change(table.key, key, value, None) for key, value in table.shown(actual.observed).items())
    command = table.removal(table.target(actual.identity, actual.domain_controller))
    return ObjectPlan(changes, (command,), removes=True)


def _require_changeable(wish: Wish, observed: Observation) -> None:
    for fact in differing_only(wish.table, wish.wanted, observed):
        known = observed.get(fact.key)
        is_now = fact.kind.shown(known) if known is not None else "none"
        raise FixedError(
            f"its {fact.key} is {is_now}, and Exchange cannot make it {fact.kind.shown(wish.wanted[fact.key])}",
            where=str(wish),
            hint="Say what it is, or give the wanted one another name; removing it is for a human to decide",
        )


def _fixed(table: SiteObject, key: str) -> bool:
    return any(fact.key == key and fact.fixed for fact in table.facts)
