"""One box made to be what policy says, or the prediction of it."""

from __future__ import annotations

import contextlib
import secrets
import string
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bma.errors import BmaError
from bma.exchange.faults import CmdletError, SessionLostError
from bma.exchange.fleet import AddressTakenError, Fleet
from bma.exchange.pool import SessionPool
from bma.exchange.row import MailboxRow, OddAnswerError, answering_server, mailbox_row
from bma.resources.box import BOX, MAILBOX
from bma.resources.commands import Command, Secret
from bma.resources.desired import DesiredBox
from bma.resources.observation import Unknown, observe
from bma.resources.plan import ActualBox, Plan, new_mailbox, plan

CREATION_ATTEMPTS = 3


@dataclass(frozen=True)
class Outcome:
    """What was done to a box, or would be. ``warnings`` are Exchange's own."""

    plan: Plan
    warnings: tuple[str, ...] = ()


class PartlyDoneError(BmaError):
    """A box was changed, but not all the way: the next run continues where this one stopped."""


class Reconciler:
    """Brings boxes to their desired state. Safe to use from many threads, one box in one thread at a time."""

    def __init__(self, pool: SessionPool, fleet: Fleet) -> None:
        self._pool = pool
        self._fleet = fleet
        self._lock = threading.Lock()
        self._touched: dict[str, DesiredBox] = {}

    def predict(self, desired: DesiredBox, scope: int) -> Outcome:
        """What :meth:`apply` would do, found out by reading alone. Raises as ``apply`` would, as far as known."""
        actual = self._fleet.actual(desired.address, scope, desired.sections)
        if actual is None:
            self._require_free(desired.address, scope)
        self._require_aliases(desired, actual)
        return Outcome(plan(desired, actual))

    def apply(self, desired: DesiredBox, scope: int, tell: Callable[[str], None] = lambda _warning: None) -> Outcome:
        """Create the box where it is missing, then converge every setting that differs.

        ``tell`` is given what the change will do beyond its purpose, before it is made.

        Raises :class:`~bma.exchange.fleet.AddressTakenError`, :class:`~bma.exchange.faults.CmdletError`,
        :class:`PartlyDoneError` or what the session pool raises.
        """
        predicted = self.predict(desired, scope)
        if not predicted.plan.changed:
            return predicted
        with self._lock:
            self._touched[desired.address] = desired
        self._fleet.wrote(desired.address)
        for warning in predicted.plan.warnings:
            tell(f"{desired.address}: {warning}")
        warnings: list[str] = []
        if not predicted.plan.creates:
            self._converge(predicted.plan.commands, warnings)
            return Outcome(predicted.plan, tuple(warnings))
        created = self._create(desired, warnings)
        try:
            self._converge(plan(desired, created).commands, warnings)
        except BmaError as fault:
            raise PartlyDoneError(
                f"the mailbox was created, then: {fault}", where=desired.address, hint="Run again to finish it"
            ) from fault
        return Outcome(predicted.plan, tuple(warnings))

    def read_back(self) -> dict[str, Plan]:
        """Every box that this run has touched and that is still not as desired, read anew, with what is missing."""
        with self._lock:
            touched = dict(self._touched)
        self._fleet.forget()
        plans = {address: self._read_again(desired, len(touched)) for address, desired in touched.items()}
        return {address: missing for address, missing in plans.items() if missing.changed or missing.unknown}

    def _read_again(self, desired: DesiredBox, scope: int) -> Plan:
        try:
            return plan(desired, self._fleet.actual(desired.address, scope, desired.sections))
        except BmaError as fault:
            return Plan(creates=False, changes=(), commands=(), unknown={"the box": str(fault)})

    @property
    def touched(self) -> int:
        """How many boxes this run has changed, or tried to."""
        return len(self._touched)

    def _require_free(self, address: str, scope: int) -> None:
        obstacle = self._fleet.obstacle(address, scope)
        if obstacle:
            raise AddressTakenError(obstacle, where=address, hint="Free the address, or exclude the box")

    def _require_aliases(self, desired: DesiredBox, actual: ActualBox | None) -> None:
        """Require that what is to become an alias of the box is no address of something else."""
        present = actual.observations[MAILBOX.key].get("aliases") if actual else ()
        missing = set(desired.wanted(MAILBOX).get("aliases") or ()) - set(present if isinstance(present, tuple) else ())
        for alias in sorted(missing) if not isinstance(present, Unknown) else ():
            holder = self._fleet.holder(alias)
            if holder is not None and (actual is None or holder[0] != actual.identity):
                raise AddressTakenError(
                    f"its alias {alias} is already an address of {holder[1]}",
                    where=desired.address,
                    hint="Free the address, or take the alias out of the supplement",
                )

    def _converge(self, commands: tuple[Command, ...], warnings: list[str]) -> None:
        """Run all commands; one that Exchange refuses does not keep the others from closing what they close.

        Raises the first refusal, with what was refused besides.
        """
        refused: list[CmdletError] = []
        for command in commands:
            answer = self._pool.run(command)
            warnings += answer.warnings
            refused += answer.errors[:1]
        if len(refused) > 1:
            raise CmdletError(
                "; ".join([refused[0].what, *map(str, refused[1:])]),
                cmdlet=str(refused[0].where),
                reason=refused[0].reason,
            )
        if refused:
            raise refused[0]

    def _create(self, desired: DesiredBox, warnings: list[str]) -> ActualBox:
        """Create the mailbox exactly once, whatever breaks on the way: after a doubt, look before trying again."""
        command = new_mailbox(desired, generated_password(), self._fleet.domain_controller)
        for attempt in range(1, CREATION_ATTEMPTS + 1):
            try:
                answer = self._pool.run(command).or_raise()
            except (SessionLostError, CmdletError) as fault:
                # It may have been executed all the same, or another run may have been faster.
                existing = self._fleet.read(desired.address, desired.sections)
                if existing is not None:
                    return existing
                # One that was late may still be running: whether it succeeds is for the next run to see.
                if attempt == CREATION_ATTEMPTS or isinstance(fault, CmdletError) or fault.late:
                    raise
            else:
                warnings += answer.warnings
                return self._created(desired, answer.objects)
        raise AssertionError("unreachable")

    def _created(self, desired: DesiredBox, objects: tuple[Any, ...]) -> ActualBox:
        """The mailbox as New-Mailbox has answered it; asked for where it has answered nothing that is understood."""
        for item in objects:
            with contextlib.suppress(OddAnswerError):
                return _newborn(mailbox_row(item), answering_server(item) or self._fleet.domain_controller)
        existing = self._fleet.read(desired.address, desired.sections)
        if existing is None:
            raise BmaError("New-Mailbox answered nothing, and there is no mailbox", where=desired.address)
        return existing


def _newborn(row: MailboxRow, domain_controller: str | None) -> ActualBox:
    observations: dict[str, Mapping[str, Any]] = {section.key: section.born() for section in BOX}
    observations[MAILBOX.key] = observe(MAILBOX.settings, row.properties)
    return ActualBox(row.guid, observations, domain_controller)


def generated_password() -> Secret:
    """A password nobody knows, for an account that must have one before its holder is given theirs.

    32 characters with all four classes that Windows counts; it is sent encrypted and kept nowhere.
    """
    alphabet = string.ascii_letters + string.digits
    body = "".join(secrets.choice(alphabet) for _ in range(28))
    return Secret(f"{body}aA1-")
