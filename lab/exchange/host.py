"""PowerShell pipelines from the wire: what psrpcore read becomes statements, and their end a pipeline state."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Any

from psrpcore import GetMetadata

from lab.exchange import clixml
from lab.exchange.accounts import Account
from lab.exchange.binding import TerminatingError
from lab.exchange.invoke import Invocation, Invoker, Session, StoppedError
from lab.exchange.model.directory import DOMAIN_CONTROLLERS
from lab.exchange.values import plain
from lab.exchange.wire.psrp import PoolWire
from lab.exchange.wire.shell import COMPLETED, FAILED, STOPPED, Command

NO_LANGUAGE = "The syntax is not supported by this runspace. This can occur if the runspace is in no-language mode."
_INPUT_WAIT = 0.1


class _Output:
    """A command as a sink; host lines go out only when the client has a host."""

    def __init__(self, command: Command, *, has_host: bool) -> None:
        self._command, self._has_host = command, has_host
        self.output, self.error, self.warning = command.output, command.error, command.warning

    def host_line(self, text: str) -> None:
        """A line for the client's host, if it has one."""
        if self._has_host:
            self._command.host_line(text)


class Host:
    """Runs the pipelines of all sessions of an endpoint."""

    def __init__(self, invoker: Invoker) -> None:
        self._invoker = invoker
        self._opened = itertools.count()

    def open(self, account: Account, session_id: str) -> Session:
        """A session; each sticks to a domain controller, in turn while a replication delay is set."""
        number = next(self._opened)
        delayed = self._invoker.model.replication_delay > 0
        dc = DOMAIN_CONTROLLERS[number % len(DOMAIN_CONTROLLERS) if delayed else 0]
        return Session(self._invoker.entitled(account), session_id, dc)

    def targets(self, pipeline: Any) -> tuple[tuple[str, str], ...]:
        """The cmdlets of a pipeline and what each is about."""
        if isinstance(pipeline, GetMetadata):
            return (("Get-Command", ""),)
        return tuple((one.name, one.identity) for one in map(_invocation, pipeline.commands))

    def run(self, session: Any, pipeline: Any, command: Command, wire: PoolWire) -> None:
        """Run a pipeline to its final state; one that fails inside fails on the wire, with its reason."""
        assert isinstance(session, Session)
        limit = max(1, min(wire.runspaces, wire.pool.max_runspaces))
        with session.free:
            while session.running >= limit and not command.stop.is_set():
                session.free.wait(_INPUT_WAIT)
            session.running += 1
        state, error = FAILED, None
        try:
            self._pipeline(session, pipeline, command, wire)
            state = COMPLETED
        except StoppedError:
            state, error = STOPPED, _stopped()
        except TerminatingError as failed:
            error = failed.error
        except Exception as failed:  # the session must not die of a fault of this program
            logging.getLogger("lab").exception("pipeline failed")
            error = clixml.ErrorText(str(failed), f"System.{type(failed).__name__}", "InternalError")
        finally:
            with session.free:
                session.running -= 1
                session.free.notify_all()
            command.finish(state, error)

    def _pipeline(self, session: Session, pipeline: Any, command: Command, wire: PoolWire) -> None:
        if isinstance(pipeline, GetMetadata):
            self._metadata(session, pipeline, command)
            return
        host = wire.pool.host if pipeline.host.UseRunspaceHost else pipeline.host
        sink = _Output(command, has_host=host is not None and not host.IsHostNull)
        inputs = None if pipeline.no_input else self._inputs(command)
        statements = _statements(pipeline.commands)
        for commands in statements:
            if any(one.is_script for one in commands):
                raise TerminatingError(
                    clixml.ErrorText(
                        NO_LANGUAGE,
                        "System.Management.Automation.PSNotSupportedException",
                        "ScriptsNotAllowed",
                        17,
                    )
                )
        for commands in statements:
            try:
                self._invoker.statement(session, [_invocation(one) for one in commands], sink, command.stop, inputs)
            except TerminatingError as failed:
                if len(statements) == 1 or _stops(commands):
                    raise
                command.error(failed.error)  # a batch goes on, as PowerShell's own batch code does

    @staticmethod
    def _inputs(command: Command) -> list[Any]:
        while not command.input_ended.wait(_INPUT_WAIT):
            if command.stop.is_set():
                raise StoppedError
        return [plain(value) for value in command.inputs]

    def _metadata(self, session: Session, asked: Any, command: Command) -> None:
        """GetCommandMetadata ([MS-PSRP] 2.2.2.14): a count, then one object for each command."""
        patterns = [str(name).lower() for name in asked.name or ["*"]]
        found = [
            one
            for one in self._invoker.visible(session.account)
            if any(fnmatchcase(one.name.lower(), pattern) for pattern in patterns)
        ]
        count = ("Selected.Microsoft.PowerShell.Commands.GenericMeasureInfo", "System.Object")
        command.output(clixml.plain_object(count, "", {"Count": len(found)}, "MS"))
        info = ("Selected.System.Management.Automation.CmdletInfo", "System.Object")
        for one in found:
            values: dict[str, object] = {
                "Name": one.name, "Namespace": "", "HelpUri": "", "CommandType": 8, "ResolvedCommandName": None,
                "OutputType": [], "Parameters": [parameter.name for parameter in one.signature.parameters],
            }  # fmt: skip
            command.output(clixml.plain_object(info, "", values, "MS"))


def _statements(commands: Sequence[Any]) -> list[list[Any]]:
    statements: list[list[Any]] = [[]]
    for one in commands:
        statements[-1].append(one)
        if one.end_of_statement:
            statements.append([])
    return [statement for statement in statements if statement]


def _invocation(one: Any) -> Invocation:
    arguments = tuple((None if name is None else str(name), plain(value)) for name, value in one.parameters)
    return Invocation(str(one.command_text), arguments)


def _stops(commands: Sequence[Any]) -> bool:
    return any(
        str(name or "").lower().strip("-:") in {"erroraction", "ea"} and str(value).lower() in {"stop", "1"}
        for one in commands
        for name, value in one.parameters
    )


def _stopped() -> clixml.ErrorText:
    return clixml.ErrorText(
        "The pipeline has been stopped.",
        "System.Management.Automation.PipelineStoppedException",
        "PipelineStopped",
        14,
    )
