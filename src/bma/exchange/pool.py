"""K sessions for a whole run: borrowed by one box at a time, replaced when they break, never more than allowed."""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections.abc import Callable, Iterator

from bma.errors import BmaError
from bma.exchange.connection import Connection
from bma.exchange.faults import BusyError, CmdletError, NoSessionError, SessionLostError, SessionQuotaError
from bma.exchange.session import Answer, Session
from bma.resources.commands import Command

ATTEMPTS = 5
"""How often one pipeline is tried before its box fails by name."""
STALE_SECONDS = 600
"""Exchange ends a session that was idle for 15 minutes; one idle for longer than this is not trusted."""
MOST_WAIT_SECONDS = 120
"""Exchange may ask for patience; for more than this a box fails by name instead."""
PAUSE_SECONDS = 15
"""After an endpoint could not be reached, how long every box is told so at once instead of waiting in turn."""


class SessionPool:
    """Sessions of one connection. Safe to use from many threads; each session serves one of them at a time."""

    def __init__(self, connection: Connection, open_session: Callable[[Connection], Session] = Session) -> None:
        self.connection = connection
        self._open_session = open_session
        self._changed = threading.Condition()
        self._idle: list[Session] = []
        self._busy: set[Session] = set()
        self._opening = 0
        self._count = 0
        self._most = connection.sessions
        self._failure: NoSessionError | None = None
        self._failed_at = 0.0
        self._ever_open = False
        self._closed = False

    def run(
        self, *pipeline: Command, seconds: float = 180, keep: frozenset[str] | None = None, piped: bool = True
    ) -> Answer:
        """Run one pipeline on whichever session is free, trying again what may be tried again.

        ``seconds``, ``keep`` and ``piped`` as :meth:`Session.run` takes them.

        Reads, Set and Disable cmdlets say the same thing twice without harm. Any other is repeated only when it
        certainly did not run; otherwise its :class:`~bma.exchange.faults.SessionLostError` is for the caller, who must
        look before trying again. Raises what :meth:`Session.run` raises, and
        :class:`~bma.exchange.faults.NoSessionError`.
        """
        repeatable = all(command.reads or command.cmdlet.startswith(("Set-", "Disable-")) for command in pipeline)
        for attempt in range(1, ATTEMPTS + 1):
            last = attempt == ATTEMPTS
            try:
                with self._borrowed() as session:
                    answer = session.run(*pipeline, seconds=seconds, keep=keep, piped=piped)
            except SessionLostError as fault:
                if last or fault.late or not (repeatable or fault.ran is False):
                    raise
                self._pause(attempt)
            except BusyError as fault:
                if last or fault.wait > MOST_WAIT_SECONDS:
                    raise
                time.sleep(fault.wait)
            else:
                if last or not (repeatable and _transient(answer.errors)):
                    return answer
                self._pause(attempt)
        raise AssertionError("unreachable")

    def warm(self, sessions: int) -> None:
        """Open up to ``sessions`` sessions side by side, so that the first boxes do not wait for them in turn."""
        for _ in range(min(sessions, self._most)):
            threading.Thread(target=self._warm_one, daemon=True).start()

    def close(self, seconds: float = 10) -> None:
        """Give all sessions back to Exchange, waiting for at most ``seconds`` for cmdlets that still run.

        A session that is still busy then is ended from outside: left alone, Exchange would count it against the
        account for another 15 minutes.
        """
        with self._changed:
            self._closed = True
            idle, self._idle = self._idle, []
            self._changed.notify_all()
        _side_by_side([session.close for session in idle], seconds)
        deadline = time.monotonic() + seconds
        with self._changed:
            while (self._busy or self._opening) and (left := deadline - time.monotonic()) > 0:
                self._changed.wait(left)
            busy = list(self._busy)
        _side_by_side([session.abandon for session in busy], seconds)

    @contextlib.contextmanager
    def _borrowed(self) -> Iterator[Session]:
        session = self._take()
        try:
            yield session
        finally:
            self._give_back(session)

    def _take(self) -> Session:
        with self._changed:
            while not self._closed and not self._idle and self._count >= self._most:
                self._changed.wait()
            self._require_open()
            session = self._idle.pop() if self._idle else None
            if session is None:
                self._count += 1
                self._opening += 1
            else:
                self._busy.add(session)
        if session is None:
            try:
                return self._opened()
            except (NoSessionError, SessionQuotaError):
                if not self._count:
                    raise
                # Other sessions work: this box waits for one of them.
                return self._take()
        if time.monotonic() - session.used > STALE_SECONDS:
            session.broken = True
            self._give_back(session)
            return self._take()
        return session

    def _opened(self) -> Session:
        """A new session, its place in the count already taken; the place is given up when none can be had."""
        try:
            session = self._try_open()
        except BaseException as error:
            with self._changed:
                self._opening -= 1
                self._count -= 1
                if isinstance(error, NoSessionError | SessionQuotaError) and self._count:
                    # No more can be had: make do with the sessions there are.
                    self._most = self._count
                self._changed.notify_all()
            raise
        with self._changed:
            self._opening -= 1
            self._busy.add(session)
        return session

    def _try_open(self) -> Session:
        for attempt in range(1, ATTEMPTS + 1):
            self._require_open()
            self._fail_fast()
            try:
                session = self._open_session(self.connection)
            except NoSessionError as fault:
                if fault.final or attempt == ATTEMPTS or not self._ever_open or self._count > self._opening:
                    self._failure, self._failed_at = fault, time.monotonic()
                    raise
                self._pause(attempt)
            else:
                self._ever_open = True
                return session
        raise AssertionError("unreachable")

    def _require_open(self) -> None:
        if self._closed:
            raise NoSessionError("the run has ended", where=self.connection.uri)

    def _fail_fast(self) -> None:
        """A password that was refused once must not be tried again for each box: accounts get locked that way."""
        failure = self._failure
        if failure and ((failure.final and not self._ever_open) or time.monotonic() - self._failed_at < PAUSE_SECONDS):
            raise failure

    def _give_back(self, session: Session) -> None:
        with self._changed:
            discard = session.broken or self._closed
            if discard:
                self._count -= 1
                # What could not be opened beside this one may be had in its place.
                self._most = max(self._most, self._count + 1)
            else:
                self._idle.append(session)
                self._busy.discard(session)
            self._changed.notify()
        if discard:
            session.close()
            with self._changed:
                # Only now: who closes the pool waits for the busy ones to be given back to Exchange.
                self._busy.discard(session)
                self._changed.notify_all()

    def _warm_one(self) -> None:
        with contextlib.suppress(BmaError):
            with self._changed:
                if self._closed or self._count >= self._most:
                    return
                self._count += 1
                self._opening += 1
            self._give_back(self._opened())

    @staticmethod
    def _pause(attempt: int) -> None:
        time.sleep(0.25 * 2**attempt * random.uniform(0.75, 1.25))  # noqa: S311  spreads the retries, guards nothing


def _side_by_side(tasks: list[Callable[[], None]], seconds: float) -> None:
    """Do all of ``tasks`` at once, and wait for them for at most ``seconds``."""
    threads = [threading.Thread(target=task, daemon=True) for task in tasks]
    deadline = time.monotonic() + seconds
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))


def _transient(errors: tuple[CmdletError, ...]) -> bool:
    return bool(errors) and all(error.transient for error in errors)
