"""The site that is looked at: one session that may only read, opened when first needed, replaced when it breaks."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Protocol

from bma.doctor.check import CannotTellError
from bma.doctor.network import Network
from bma.doctor.scope import Scope
from bma.errors import BmaError
from bma.exchange.clixml import WireObject
from bma.exchange.connection import Connection
from bma.exchange.faults import BusyError, CmdletError, NoSessionError, SessionLostError
from bma.exchange.row import answering_server
from bma.exchange.session import Answer, Session
from bma.resources.commands import Command

SECONDS = 60
"""How long one question may take."""
MOST_LOST = 3
"""After so many sessions that broke, nothing more is asked: the rest of the checks would wait in vain."""
MOST_WAIT_SECONDS = 30
SAMPLE = 5
"""How many mailboxes are looked at closely."""
NO_RIGHT = frozenset({"CommandNotFoundException", "ParameterBindingException", "NamedParameterNotFound"})
"""How Exchange says that the account has not the cmdlet, or not one of its parameters."""


class AnySession(Protocol):
    """What the doctor wants of a session."""

    def run(
        self, *pipeline: Command, seconds: float = 180, keep: frozenset[str] | None = None, piped: bool = True
    ) -> Answer:
        """Run one pipeline, or several statements."""

    def close(self) -> None:
        """Give it back."""


OpenSession = Callable[[Connection], Any]


@dataclass
class Site:
    """One site. For one thread. ``audit``: the connection of the account that only looks, where the site has one."""

    connection: Connection
    scope: Scope = field(default_factory=Scope)
    open_session: OpenSession = Session
    audit: Connection | None = None
    opened_in: float | None = None
    """Seconds that the first session took to open."""

    def __post_init__(self) -> None:
        # Whatever the caller has said: a doctor does not operate.
        self.connection = replace(self.connection, read_only=True)
        self.audit = replace(self.audit, read_only=True) if self.audit else None
        self._session: AnySession | None = None
        self._failure: BmaError | None = None
        self._others: list[Any] = []
        self._lost = 0

    @cached_property
    def network(self) -> Network:
        """The way to the endpoint, apart from who speaks on it."""
        return Network(self.connection)

    @property
    def session(self) -> AnySession:
        """The open session. Raises what opening it raises; once that has failed, the same again."""
        if self._failure is not None:
            raise self._failure
        if self._session is None:
            began = time.monotonic()
            try:
                self._session = self.open_session(self.connection)
            except BmaError as fault:
                # Not tried again, not even a password that may be right next time: accounts get locked that way.
                self._failure = fault
                raise
            self.opened_in = self.opened_in if self.opened_in is not None else time.monotonic() - began
        return self._session

    def ask(self, *pipeline: Command, seconds: float = SECONDS, piped: bool = True) -> Answer:
        """What a pipeline answers, or what statements do where they are not ``piped``.

        A session that broke is replaced, and the question asked once more.

        Raises :class:`CannotTellError` where there is no session or the account has no right to the cmdlet, and
        other :class:`~bma.errors.BmaError`.
        """
        answer = self._asked(pipeline, seconds, piped=piped)
        if answer.errors and all(error.transient for error in answer.errors):
            answer = self._asked(pipeline, seconds, piped=piped)
        for error in answer.errors:
            if error.reason in NO_RIGHT:
                raise CannotTellError(error.what, where=error.where, hint=error.hint)
        return answer

    def objects(self, *pipeline: Command, seconds: float = SECONDS) -> list[WireObject]:
        """The objects that a pipeline answers. Raises as :meth:`ask`, and for any error record."""
        answer = self.ask(*pipeline, seconds=seconds).or_raise()
        return [item for item in answer.objects if isinstance(item, WireObject)]

    def ask_for_rights(self, command: Command) -> Answer:
        """What ``Get-Command`` answers, errors about cmdlets that are not there included."""
        return self._asked((command,), SECONDS)

    def refusal(self, *pipeline: Command) -> CmdletError | None:
        """The first error that a pipeline answers, whatever it says of rights."""
        errors = self._asked(pipeline, SECONDS).errors
        return errors[0] if errors else None

    @cached_property
    def servers(self) -> list[WireObject]:
        """The Exchange servers."""
        return self.objects(Command("Get-ExchangeServer"))

    def pin(self) -> dict[str, str]:
        """The parameter that keeps a cmdlet to the domain controller that has answered first."""
        found = next(filter(None, map(answering_server, self.servers)), None)
        return {"DomainController": found} if found else {}

    @property
    def sample(self) -> list[WireObject]:
        """A few mailboxes: of the boxes' domain where there are any, else whichever come first.

        Raises :class:`CannotTellError` where there is none.
        """
        if not self.mailboxes:
            raise CannotTellError("there is no mailbox to look at", hint="Run again once the first box is there")
        return self.mailboxes

    @cached_property
    def mailboxes(self) -> list[WireObject]:
        """The same, and nothing where there is none."""
        few = {"ResultSize": SAMPLE}
        if self.scope.domain:
            ending = f"EmailAddresses -like '*@{self.scope.domain}'"
            found = self.objects(Command("Get-Mailbox", {"Filter": ending, **few}))
            if found:
                return found[:SAMPLE]
        return self.objects(Command("Get-Mailbox", {"RecipientTypeDetails": ["UserMailbox"], **few}))[:SAMPLE]

    def another(self) -> Any:
        """One more session, besides the one that questions are asked in. Raises what opening it raises."""
        session = self.open_session(self.connection)
        self._others.append(session)
        return session

    def close_others(self) -> None:
        """Give back all sessions but the one that questions are asked in, side by side."""
        others, self._others = self._others, []
        with ThreadPoolExecutor(max(1, len(others))) as beside:
            list(beside.map(lambda session: session.close(), others))

    def drop(self) -> None:
        """Give back the session that questions are asked in; the next question opens another."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def close(self) -> None:
        """Give every session back."""
        self.close_others()
        self.drop()

    def _asked(self, pipeline: tuple[Command, ...], seconds: float, *, piped: bool = True) -> Answer:
        for attempt in (1, 2):
            session = self._open()
            try:
                return session.run(*pipeline, seconds=seconds, piped=piped)
            except SessionLostError as fault:
                self._lose(fault)
                if attempt == 2 or fault.late:
                    raise
            except BusyError as fault:
                # A session that was refused a cmdlet is good for nothing more.
                self.drop()
                if attempt == 2 or fault.wait > MOST_WAIT_SECONDS:
                    raise
                time.sleep(fault.wait)
        raise AssertionError("unreachable")

    def _open(self) -> AnySession:
        try:
            return self.session
        except BmaError as fault:
            raise CannotTellError(f"there is no session: {fault.what}") from fault

    def _lose(self, fault: SessionLostError) -> None:
        self.drop()
        self._lost += 1
        if self._lost >= MOST_LOST:
            what = f"{self._lost} sessions broke, so nothing more was asked ({fault.what})"
            self._failure = NoSessionError(what, final=False)
