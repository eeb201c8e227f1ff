"""The pool of sessions, with sessions that only count: never too many, never lost, never tried in vain."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from bma.exchange.connection import Connection, connection
from bma.exchange.faults import BusyError, CmdletError, NoSessionError, SessionLostError, SessionQuotaError
from bma.exchange.pool import ATTEMPTS, SessionPool
from bma.exchange.session import Answer
from bma.resources.commands import Command

SITE = connection(
    {"uri": "https://ex01.example/PowerShell", "auth": "basic", "username": "me", "password": "x", "sessions": 3},
    read_only=False,
)
READ, SET, NEW = Command("Get-Mailbox"), Command("Set-Mailbox"), Command("New-Mailbox")


class Endpoint:
    """Opens sessions that answer after ``seconds`` and fail as ``faults`` says, one fault a run."""

    def __init__(self, seconds: float = 0.0, most: int = 99, open_seconds: float = 0.0) -> None:
        self.seconds, self.most, self.open_seconds = seconds, most, open_seconds
        self.faults: list[Exception | Answer] = []
        self.opening_faults: list[Exception] = []
        self.open = self.peak = self.opened = self.runs = 0
        self.lock = threading.Lock()

    def session(self, site: Connection) -> Any:
        time.sleep(self.open_seconds)
        with self.lock:
            self.opened += 1
            if self.opening_faults:
                raise self.opening_faults.pop(0)
            if self.open >= self.most:
                raise SessionQuotaError("too many", wait=0.01)
            self.open += 1
            self.peak = max(self.peak, self.open)
        return Fake(self)


class Fake:
    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint, self.broken, self.used, self.closed = endpoint, False, time.monotonic(), False
        self.users = 0

    def run(self, *pipeline: Command, seconds: float, keep: frozenset[str] | None, piped: bool) -> Answer:
        self.users += 1
        assert self.users == 1, "two threads on one session"
        assert not self.closed
        time.sleep(self.endpoint.seconds)
        with self.endpoint.lock:
            self.endpoint.runs += 1
            fault = self.endpoint.faults.pop(0) if self.endpoint.faults else Answer((), (), ())
        self.users -= 1
        if isinstance(fault, Answer):
            return fault
        self.broken = True
        raise fault

    def close(self) -> None:
        with self.endpoint.lock:
            assert not self.closed
            self.closed = True
            self.endpoint.open -= 1

    abandon = close


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SessionPool, "_pause", staticmethod(lambda attempt: None))


def pool(endpoint: Endpoint) -> SessionPool:
    return SessionPool(SITE, endpoint.session)


def test_no_more_sessions_than_allowed_and_one_thread_on_each() -> None:
    endpoint = Endpoint(seconds=0.005)
    sessions = pool(endpoint)
    with ThreadPoolExecutor(20) as many:
        list(many.map(lambda _: sessions.run(SET), range(100)))
    assert (endpoint.peak, endpoint.runs) == (3, 100)
    sessions.close()
    assert endpoint.open == 0


def test_what_exchange_does_not_allow_is_made_do_without() -> None:
    endpoint = Endpoint(seconds=0.005, most=1)
    sessions = pool(endpoint)
    with ThreadPoolExecutor(20) as many:
        list(many.map(lambda _: sessions.run(READ), range(40)))
    assert endpoint.runs == 40
    assert endpoint.opened <= 20


def test_a_quota_that_others_have_used_up_is_told_after_some_patience() -> None:
    endpoint = Endpoint(most=0)
    with pytest.raises(SessionQuotaError):
        pool(endpoint).run(READ)
    assert endpoint.opened == ATTEMPTS


@pytest.mark.parametrize(
    ("command", "fault", "runs"),
    [
        (READ, SessionLostError("x", ran=None), 2),
        (SET, SessionLostError("x", ran=None), 2),
        (NEW, SessionLostError("x", ran=False), 2),
        (NEW, BusyError("x", wait=0), 2),
        (SET, Answer((), (), (CmdletError("x", cmdlet="y", reason="ADTransientException"),)), 2),
        (SET, Answer((), (), (CmdletError("x", cmdlet="y", reason="ProxyAddressExistsException"),)), 1),
        (NEW, Answer((), (), (CmdletError("x", cmdlet="y", reason="ADTransientException"),)), 1),
    ],
)
def test_what_is_tried_again(command: Command, fault: Exception | Answer, runs: int) -> None:
    endpoint = Endpoint()
    endpoint.faults = [fault]
    pool(endpoint).run(command)
    assert endpoint.runs == runs


def test_a_creation_in_doubt_is_left_to_the_caller() -> None:
    endpoint = Endpoint()
    endpoint.faults = [SessionLostError("x", ran=None)]
    with pytest.raises(SessionLostError):
        pool(endpoint).run(NEW)
    assert endpoint.runs == 1


def test_nothing_is_tried_for_ever() -> None:
    endpoint = Endpoint()
    endpoint.faults = [SessionLostError("x", ran=None)] * 99
    with pytest.raises(SessionLostError):
        pool(endpoint).run(READ)
    assert endpoint.runs == ATTEMPTS
    assert endpoint.open == 0


def test_a_refused_password_is_tried_once_for_all_boxes() -> None:
    endpoint = Endpoint()
    endpoint.opening_faults = [NoSessionError("wrong password")] * 99
    sessions = pool(endpoint)
    for _ in range(10):
        with pytest.raises(NoSessionError, match="wrong password"):
            sessions.run(READ)
    assert endpoint.opened == 1


def test_an_endpoint_that_went_away_is_waited_for_and_then_told_at_once() -> None:
    endpoint = Endpoint()
    sessions = pool(endpoint)
    sessions.run(READ)
    endpoint.faults = [SessionLostError("x", ran=None)]
    endpoint.opening_faults = [NoSessionError("gone", final=False)]
    sessions.run(READ)
    endpoint.faults = [SessionLostError("x", ran=None)]
    endpoint.opening_faults = [NoSessionError("gone", final=False)] * 99
    opened = endpoint.opened
    for _ in range(10):
        with pytest.raises(NoSessionError, match="gone"):
            sessions.run(READ)
    assert endpoint.opened == opened + ATTEMPTS


@pytest.mark.parametrize("busy_seconds", [0.05, 1.0])
def test_closing_leaves_no_session_whether_idle_busy_or_being_opened(busy_seconds: float) -> None:
    endpoint = Endpoint(seconds=busy_seconds, open_seconds=0.05)
    sessions = pool(endpoint)
    sessions.warm(2)
    with ThreadPoolExecutor(1) as one:
        running = one.submit(sessions.run, SET)
        time.sleep(0.08)
        sessions.close(0.5)
        assert endpoint.open == 0
        running.exception()
    with pytest.raises(NoSessionError, match="the run has ended"):
        sessions.run(READ)


def test_a_session_that_was_idle_too_long_is_not_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    endpoint = Endpoint()
    sessions = pool(endpoint)
    sessions.run(READ)
    monkeypatch.setattr("bma.exchange.pool.STALE_SECONDS", 0.0)
    time.sleep(0.01)
    sessions.run(READ)
    assert (endpoint.opened, endpoint.open) == (2, 1)
