"""Running statements: commands found by role, bound, executed in order, journalled.

Used by the pipelines of the wire (`lab.exchange.host`) and by `lab console`; knows nothing of PSRP.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Protocol

from lab.exchange.accounts import Account
from lab.exchange.binding import TerminatingError
from lab.exchange.clixml import ErrorText
from lab.exchange.cmdlets import CMDLETS
from lab.exchange.cmdlets.base import Call, Cmdlet, CmdletError, domain_controller, error_text
from lab.exchange.cmdlets.org_rolegroups import rights
from lab.exchange.cmdlets.shell import unknown_command
from lab.exchange.faultplan import FaultPlan, Rule
from lab.exchange.journal import Journal
from lab.exchange.knobs import Knobs
from lab.exchange.model.directory import DOMAIN_CONTROLLERS, RECIPIENTS, Directory
from lab.exchange.shapes import Shaped
from lab.exchange.values import masked


class StoppedError(Exception):
    """The client stopped the pipeline."""


class Sink(Protocol):
    """Where a pipeline writes."""

    def output(self, text: str) -> None:
        """An object as CLIXML."""

    def error(self, error: ErrorText) -> None:
        """A non-terminating error."""

    def warning(self, text: str) -> None:
        """A warning."""

    def host_line(self, text: str) -> None:
        """A line for the host."""


@dataclass
class Session:
    """One session: who, its id, the domain controller it sticks to, and its runspaces."""

    account: Account
    id: str
    dc: str = DOMAIN_CONTROLLERS[0]
    running: int = 0
    free: threading.Condition = field(default_factory=threading.Condition)


@dataclass(frozen=True)
class Invocation:
    """A command to run: its name and arguments in order; an argument without a name is positional."""

    name: str
    arguments: tuple[tuple[str | None, Any], ...] = ()

    @property
    def identity(self) -> str:
        """What the command is about, as text for fault rules."""
        named = {str(name).lower().strip("-:"): value for name, value in self.arguments if name}
        about = [str(named[key]) for key in ("identity", "mailbox", "name", "userprincipalname") if named.get(key)]
        if about:
            return "\n".join(about[:2])
        return next((str(value) for name, value in self.arguments if not name), "")


class Invoker:
    """Runs statements against one model."""

    def __init__(self, model: Directory, journal: Journal, knobs: Knobs, plan: FaultPlan) -> None:
        self.model, self.journal, self.knobs, self.plan = model, journal, knobs, plan

    def entitled(self, account: Account) -> Account:
        """An account as a new session has it: with the rights of its role groups while the knob `rbac` is on."""
        return replace(account, rights=rights(self.model, account.name)) if self.knobs.rbac else account

    def visible(self, account: Account) -> list[Cmdlet]:
        """The cmdlets that exist for an account."""
        granted = (self._granted(account, one) for one in CMDLETS.values())
        return [one for one in granted if one is not None]

    def _granted(self, account: Account, one: Cmdlet) -> Cmdlet | None:
        """A cmdlet with the parameters the account has; None when it has not even the cmdlet."""
        denied = self.knobs.denied(account.name, one.name)
        denied |= account.lacks(one.name, (parameter.name for parameter in one.signature.parameters))
        if not account.may(one.name) or "" in denied:
            return None
        return replace(one, signature=one.signature.without(denied)) if denied else one

    def find(self, account: Account, name: str) -> Cmdlet:
        """A cmdlet by name; TerminatingError when it does not exist for the account."""
        found = CMDLETS.get(name.rpartition("\\")[2].lower())
        granted = self._granted(account, found) if found else None
        if granted is None:
            raise TerminatingError(unknown_command(name))
        return granted

    def statement(
        self,
        session: Session,
        commands: Sequence[Invocation],
        sink: Sink,
        stop: threading.Event,
        inputs: Sequence[Any] | None = None,
    ) -> None:
        """Run commands piped into each other; TerminatingError or StoppedError end it."""
        found = [(self.find(session.account, command.name), command) for command in commands]
        items: Sequence[Any] | None = inputs
        for number, (one, command) in enumerate(found):
            stage = _Stage(self, session, one, command, sink, stop)
            last = number == len(found) - 1
            produced = stage.run(items)
            if last:
                for item in produced:
                    if stop.is_set():
                        raise StoppedError
                    sink.output(item.clixml())
            else:
                items = list(produced)


@dataclass
class _Stage:
    """One command of a statement."""

    invoker: Invoker
    session: Session
    cmdlet: Cmdlet
    command: Invocation
    sink: Sink
    stop: threading.Event
    piped: int | None = None
    """How many objects were piped in so far; None where the command stands alone."""

    def run(self, items: Sequence[Any] | None) -> Iterator[Shaped]:
        """Run once; on piped objects as PowerShell does: one invocation that processes each of them."""
        if self.stop.wait(self.invoker.knobs.latency_of(self.cmdlet.name)):
            raise StoppedError
        if items is None or self.cmdlet.collects:
            collected = [item for item in items or () if isinstance(item, Shaped)]
            yield from self._once(None, collected)
            return
        self.piped = 0
        started = time.perf_counter()
        for item in items:
            if self.stop.is_set():
                raise StoppedError
            self.piped += 1
            yield from self._once(item, ())
        if not self.cmdlet.writes:
            self._journal({"(piped objects)": self.piped}, None, time.perf_counter() - started, "ok")

    def _once(self, item: Any, inputs: Sequence[Shaped]) -> Iterator[Shaped]:
        piped = None if item is None else _piped_identity(item)
        try:
            values = self.cmdlet.signature.bind([*self.command.arguments, *self._of_object(item)], piped)
        except TerminatingError as failed:
            if item is None or not failed.error.error_id.startswith("InputObjectNotBound"):
                raise
            self.sink.error(failed.error)  # this object does not fit; the next one may
            return
        preference = str(values.get("ErrorAction", "Continue"))
        self._hang(piped)
        call = Call(
            self.cmdlet, values, self.invoker.model, self.session.dc,
            lambda: self.invoker.visible(self.session.account), inputs,
        )  # fmt: skip
        try:
            yield from self._execute(call, piped)
        except CmdletError as error:
            self._tell(call)
            call.errors.append(error_text(error, self.cmdlet.name, self.cmdlet.task, call.model.culture()))
        for record in call.errors:
            if preference == "Stop":
                raise TerminatingError(record)
            if preference == "Inquire":
                call.ask(record.message)
            if preference not in {"SilentlyContinue", "Ignore"}:
                self.sink.error(record)

    def _of_object(self, item: Any) -> list[tuple[str | None, Any]]:
        """The arguments a piped object brings along in its properties, where the command gives none itself."""
        if not isinstance(item, Shaped) or not self.cmdlet.binds:
            return []
        given = {str(name).lower().strip("-:") for name, _ in self.command.arguments if name}
        held = ((name, item.value(name)) for name in self.cmdlet.binds if name.lower() not in given)
        return [(name, list(value) if isinstance(value, tuple) else value) for name, value in held if value is not None]

    def _targets(self, piped: str | None) -> list[tuple[str, str]]:
        """What the call is about, for fault rules: as it was sent, and every name of the recipients that it means."""
        sent = [text for text in (piped, *self.command.identity.split("\n")) if text]
        entries = [entry for text in sent for entry in self.invoker.model.find(text.partition("\\")[0], RECIPIENTS)]
        named = [name for entry in entries for name in (entry.name, entry.guid, entry.canonical, *entry.addresses)]
        return [(self.cmdlet.name, "\n".join([*sent, *named]))]

    def _fault(self, deed: str, piped: str | None) -> Rule | None:
        """The rule of the fault plan that fires for this call; asked for each kind of deed by itself."""
        plan = self.invoker.plan
        if not plan.has(deed):
            return None
        return plan.on_cmdlet(deed, self.session.account.name, self._targets(piped))

    def _hang(self, piped: str | None) -> None:
        """Do not come back: for the seconds the rule says, or until somebody stops the pipeline."""
        rule = self._fault("hang", piped)
        if rule is not None and (self.stop.wait(rule.seconds or None) or not rule.seconds):
            raise StoppedError

    def _execute(self, call: Call, piped: str | None) -> Iterator[Shaped]:
        """Run and journal: a write wholly under the model's lock, so that the journal has their order."""
        started = time.perf_counter()
        outcome = "ok"
        lock: Any = call.model.lock if self.cmdlet.writes else nullcontext()
        with lock:
            try:
                self._refuse(piped)
                call.dc = domain_controller(call.values.get("DomainController"), call.dc)
                produced: Iterable[Shaped] = self._left_out(self.cmdlet.run(call), piped)
                if self.cmdlet.writes:
                    produced = list(produced)
                else:
                    yield from produced
                    produced = ()
                outcome = "whatif" if call.skipped else "ok"
            except CmdletError as error:
                outcome = _outcome(error)
                raise
            except TerminatingError as error:
                outcome = f"error:{error.error.reason}"
                raise
            except GeneratorExit:
                outcome = "stopped"
                raise
            finally:
                self._record(call, outcome, time.perf_counter() - started)
        self._tell(call)
        yield from produced

    def _left_out(self, produced: Iterable[Shaped], piped: str | None) -> Iterator[Shaped]:
        """The output without the properties that the fault plan makes unreadable."""
        plan, account = self.invoker.plan, self.session.account.name
        for item in produced:
            if plan.has("leave_out"):
                about = "\n".join(
                    str(item.value(name) or "") for name in ("Name", "Identity", "Guid", "PrimarySmtpAddress")
                )
                rule = plan.on_cmdlet("leave_out", account, [(self.cmdlet.name, f"{about}\n{piped or ''}")])
                yield item if rule is None else item.without(frozenset(rule.properties))
            else:
                yield item

    def _refuse(self, piped: str | None) -> None:
        """Raise what the knobs and the fault plan have against this call."""
        name = self.cmdlet.name
        rule = self._fault("cmdlet_error", piped)
        if rule is not None:
            text = rule.text or f"The cmdlet {name} failed as the fault plan says."
            raise _FaultedError(rule.error_class, text)
        if self.cmdlet.writes and self.invoker.knobs.refuse_writes:
            raise _RefusedError("InvalidOperationException", f"{name} was refused: this endpoint accepts no writes.")

    def _record(self, call: Call, outcome: str, seconds: float) -> None:
        """Journal a call; of a reading cmdlet that is piped into, only what did not go well."""
        if self.piped is not None and not self.cmdlet.writes and outcome == "ok":
            return
        self._journal({name: masked(value) for name, value in call.values.items()}, call.dc, seconds, outcome)

    def _journal(self, parameters: dict[str, Any], dc: str | None, seconds: float, outcome: str) -> None:
        if self.cmdlet.name == "Select-Object":
            return
        self.invoker.journal.add(
            {
                "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "account": self.session.account.name,
                "session": self.session.id,
                "cmdlet": self.cmdlet.name,
                "parameters": parameters,
                "dc": dc or self.session.dc,
                "duration_ms": round(seconds * 1000, 3),
                "outcome": outcome,
            }
        )

    def _tell(self, call: Call) -> None:
        preference = str(call.values.get("WarningAction", "Continue"))
        warnings, call.warnings[:] = list(call.warnings), []
        for line in call.host_lines:
            self.sink.host_line(line)
        call.host_lines.clear()
        for text in warnings:
            if preference not in {"SilentlyContinue", "Ignore"}:
                self.sink.warning(text)
            if preference == "Inquire":
                call.ask(text)
            if preference == "Stop":
                raise TerminatingError(_stopped_by_warning(text, self.cmdlet.name))


def _stopped_by_warning(text: str, cmdlet: str) -> ErrorText:
    return ErrorText(
        'The running command stopped because the preference variable "WarningPreference" or common parameter is set '
        f"to Stop: {text}",
        "System.Management.Automation.ActionPreferenceStopException",
        f"ActionPreferenceStop,{cmdlet}",
        14,
        cmdlet,
    )


class _RefusedError(CmdletError):
    """The knob refuse_writes said no."""


class _FaultedError(CmdletError):
    """The fault plan said no."""


def _outcome(error: CmdletError) -> str:
    if isinstance(error, _RefusedError):
        return "refused"
    return f"{'fault' if isinstance(error, _FaultedError) else 'error'}:{error.kind}"


def _piped_identity(item: Any) -> str:
    if isinstance(item, Shaped):
        for name in ("Guid", "Identity", "Name"):
            value = item.value(name)
            if value:
                return str(value)
        return item.text
    return str(item)
