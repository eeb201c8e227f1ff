"""Objects of the organisation: read, predicted, made to be what is wanted, read back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from bma.errors import BmaError
from bma.exchange.clixml import WireObject
from bma.exchange.faults import CmdletError, SessionLostError
from bma.exchange.inquiry import Inquiry
from bma.resources.commands import Command
from bma.resources.kinds import NotUnderstoodError
from bma.resources.observation import Unknown
from bma.resources.organization.plan import ActualObject, ObjectPlan, plan
from bma.resources.organization.site_object import Named, Properties, Rows, SiteObject
from bma.resources.organization.wish import Wish, called

ATTEMPTS = 3
WAITS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds between looks at an object that was just created and is not to be found yet."""


class AmbiguousError(BmaError):
    """Two objects go by one name, or one that must be the only one of its kind is not."""


class UnreadableError(BmaError):
    """What an object is could not be found out."""


class PartlyMadeError(BmaError):
    """An object was created, but not made all that is wanted: the next run continues where this one stopped."""


class NotKeptError(BmaError):
    """Exchange has accepted a change, and what it answers afterwards is not what was asked for."""


@dataclass(frozen=True)
class ObjectOutcome:
    """What was done to an object, or would be. ``warnings`` are Exchange's own."""

    plan: ObjectPlan
    warnings: tuple[str, ...] = ()


class Objects:
    """The objects of the organisation. All of a run is read from, and written to, one domain controller."""

    def __init__(self, inquiry: Inquiry, pause: Callable[[float], None] = time.sleep) -> None:
        self._inquiry = inquiry
        self._pool = inquiry.pool
        self._pause = pause

    def read(self, table: SiteObject, name: str) -> ActualObject | None:
        """The object of that name, or ``None`` where Exchange has said that there is none.

        Raises :class:`AmbiguousError`, :class:`UnreadableError`, and what :meth:`SessionPool.run` raises.
        """
        where = called(table, name)
        answer = self._pool.run(table.question(name, self._inquiry.domain_controller))
        if answer.errors:
            if answer.errors[0].absent:
                return None
            raise UnreadableError(str(answer.errors[0]), where=where)
        found = [item.properties for item in answer.objects if isinstance(item, WireObject)]
        if len(found) > 1:
            names = ", ".join(sorted(" or ".join(table.names(one)[:1]) for one in found))
            raise AmbiguousError(f"{len(found)} objects go by this name: {names}", where=where)
        if not found:
            raise UnreadableError(f"{table.get_cmdlet} answered nothing", where=where)
        self._require_same(table, name, found[0])
        return self._actual(table, name, found[0])

    def every(self, table: SiteObject) -> list[tuple[str, ActualObject]]:
        """All objects of a kind with their names. Raises as :meth:`read`."""
        return [(name, self._actual(table, name, found)) for name, found in self._named(table)]

    def predict(self, wish: Wish) -> ObjectOutcome:
        """What :meth:`apply` would do, found out by reading alone. Raises as ``apply`` would, as far as known."""
        try:
            return ObjectOutcome(self._plan(wish, self.read(wish.table, wish.name)))
        except UnreadableError as fault:
            keys = ["state"] if wish.absent else list(wish.wanted)
            return ObjectOutcome(ObjectPlan(unknown=dict.fromkeys(keys, fault.what)))

    def apply(self, wish: Wish) -> ObjectOutcome:
        """Make the object what is wanted, and read it back.

        Raises :class:`~bma.resources.organization.plan.FixedError`,
        :class:`~bma.resources.organization.plan.MissingError`, :class:`AmbiguousError`, :class:`PartlyMadeError`,
        :class:`NotKeptError`,
        :class:`~bma.exchange.faults.CmdletError` and what the session pool raises.
        """
        predicted = self.predict(wish)
        if not predicted.plan.changed:
            return predicted
        done: list[Command] = []
        warnings: list[str] = []
        todo = predicted.plan
        for attempt in range(1, ATTEMPTS + 1):
            try:
                self._do(wish, todo, done, warnings)
                break
            except (SessionLostError, CmdletError) as fault:
                # It may have been executed all the same: look, and go on from what is there.
                todo = self._plan(wish, self.read(wish.table, wish.name))
                there = predicted.plan.creates and not todo.creates
                # A New cmdlet that was refused because another run was faster is the one refusal to go on after.
                refused = isinstance(fault, CmdletError) and (bool(done) or not there)
                if refused or attempt == ATTEMPTS or getattr(fault, "late", False):
                    raise _partly(wish, fault) if there else fault from fault
        self._require_kept(wish)
        return ObjectOutcome(replace(predicted.plan, commands=tuple(done)), tuple(dict.fromkeys(warnings)))

    def _do(self, wish: Wish, todo: ObjectPlan, done: list[Command], warnings: list[str]) -> None:
        commands: tuple[Command, ...] = todo.commands
        fresh = todo.creates
        if fresh:
            self._run(commands[0], done, warnings)
            # What the New cmdlet has made of it is planned from, not what was foreseen.
            commands = self._plan(wish, self._settled(wish)).commands
        for command in commands:
            self._run(command, done, warnings, patient=fresh)

    def _run(self, command: Command, done: list[Command], warnings: list[str], *, patient: bool = False) -> None:
        """Run one cmdlet; a ``patient`` one is for an object so new that the next cmdlet may not find it yet."""
        for wait in (*(WAITS if patient else ()), None):
            try:
                answer = self._pool.run(command).or_raise()
            except CmdletError as fault:
                if wait is None or not fault.absent:
                    raise
                self._pause(wait)
            else:
                warnings += answer.warnings
                done.append(command)
                return

    def _settled(self, wish: Wish) -> ActualObject:
        for wait in (*WAITS, None):
            actual = self.read(wish.table, wish.name)
            if actual is not None or wait is None:
                break
            self._pause(wait)
        if actual is None:
            raise NotKeptError("it was created, and is not to be found", where=str(wish), hint="Run again in a while")
        return actual

    def _require_kept(self, wish: Wish) -> None:
        left = self._plan(wish, self.read(wish.table, wish.name))
        if left.changed:
            told = ", ".join(f"{change.key} is {change.before}" for change in left.changes) or "it is not as wanted"
            raise NotKeptError(
                f"Exchange has accepted the change, but {told}",
                where=str(wish),
                hint="Two settings may decide each other: see docs/organization.md",
            )

    def _plan(self, wish: Wish, actual: ActualObject | None) -> ObjectPlan:
        model: tuple[Rows, ...] = ()
        if actual is None and not wish.absent:
            self._require_alone(wish)
            questions = wish.table.model(wish.wanted, self._inquiry.domain_controller)
            model = tuple(self._rows(question) for question in questions)
        return plan(wish, actual, self._inquiry.domain_controller, model)

    def _actual(self, table: SiteObject, name: str, answer: Properties) -> ActualObject:
        questions = table.further(name, self._inquiry.domain_controller)
        further = tuple(self._rows(question) for question in questions)
        observed = table.read_as(answer, further)
        return ActualObject(table.identity(name, answer), observed, self._inquiry.domain_controller)

    def _rows(self, question: Command) -> Rows:
        answer = self._pool.run(question)
        if answer.errors:
            return Unknown(str(answer.errors[0]))
        return [item.properties for item in answer.objects if isinstance(item, WireObject)]

    def _named(self, table: SiteObject) -> Iterator[tuple[str, Properties]]:
        rows = self._rows(table.all_of_them(self._inquiry.domain_controller))
        if isinstance(rows, Unknown):
            raise UnreadableError(rows.reason, where=f"all objects of kind {table.words}")
        for row in rows:
            names = table.names(row)
            if not names and table.named is not Named.ONLY_ONE:
                raise UnreadableError(f"{table.get_cmdlet} answered an object without a name", where=table.words)
            yield (names or (table.words,))[0], row

    @staticmethod
    def _require_same(table: SiteObject, name: str, answer: Properties) -> None:
        names = table.names(answer) if table.named is Named.BY_NAME else ()
        if names and name.casefold() not in {one.casefold() for one in names}:
            raise AmbiguousError(
                f"Exchange takes this for the name of another one, {names[0]!r}",
                where=called(table, name),
                hint=f"Call it {names[0]!r}, or give the other one another name",
            )

    def _require_alone(self, wish: Wish) -> None:
        """Require that no object of another name has what only one may have."""
        alone = [fact for fact in wish.table.facts if fact.alone and fact.key in wish.wanted]
        for name, answer in self._named(wish.table) if alone else ():
            for fact in alone:
                if fact.kind.met(wish.wanted[fact.key], _read(fact.kind.read, answer.get(fact.wire))):
                    raise AmbiguousError(
                        f"the {wish.table.words} {name!r} already has the {fact.key} {wish.wanted[fact.key]}",
                        where=str(wish),
                        hint=f"Call it {name!r}: there can be one only",
                    )


def _partly(wish: Wish, fault: BmaError) -> PartlyMadeError:
    return PartlyMadeError(f"it was created, then: {fault}", where=str(wish), hint="Run again to finish it")


def _read(read: Callable[[Any], Any], answered: Any) -> Any:
    try:
        return read(answered)
    except NotUnderstoodError:
        return None
