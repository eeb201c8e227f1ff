"""Whatever breaks wherever: every mail arrives once, in order, or is named as one of which nobody knows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text

from bma.mail.message import fill
from bma.store import Ledger, LedgerError, LedgerLockedError, Outbox, State
from lab.smtp import Rule, SmtpSink
from tests.integration.mail.conftest import STEPS, World, build

STAGES = ("connect", "ehlo", "mail", "rcpt", "data", "content", "stored", "answered")


class Killed(BaseException):
    """The process dies here: nothing is caught, nothing is cleaned up."""


@st.composite
def relay_faults(draw: st.DrawFn) -> Rule:
    skip = draw(st.integers(0, 4))
    if draw(st.booleans()):
        where = draw(st.sampled_from(["in", "out"]))
        most = 20_000 if where == "in" else 1200
        return Rule(at=where, bytes=draw(st.integers(1, most)), skip=draw(st.integers(0, 1)))
    stage = draw(st.sampled_from(STAGES))
    # A relay that keeps a mail and says that it does not could not be told from one that tells the truth.
    if stage not in {"ehlo", "answered", "stored"} and draw(st.booleans()):
        code = draw(st.sampled_from([421, 450, 451, 452, 550, 552, 554]))
        return Rule(at=stage, do="reply", code=code, skip=skip, times=draw(st.integers(1, 3)))
    return Rule(at=stage, skip=skip, times=draw(st.integers(1, 3)))


LEDGER_FAULTS = st.tuples(st.sampled_from(["statement", "before_commit", "after_commit", "locked"]), st.integers(1, 60))
FAULTS = st.one_of(st.tuples(st.just("relay"), relay_faults()), st.tuples(st.just("ledger"), LEDGER_FAULTS))


@contextmanager
def breaking(ledger: Ledger, how: str, nth: int) -> Iterator[None]:
    """The ``nth`` time something is done to the ledger, the process dies, or the ledger is locked."""
    left = [nth]

    def tick(what: str) -> None:
        if what == how:
            left[0] -= 1
            if left[0] == 0:
                if how == "locked":
                    raise LedgerLockedError("the ledger is held by another process")
                raise Killed

    def statement(*_: Any) -> None:
        tick("statement")

    writing = ledger.writing

    @contextmanager
    def wrapped() -> Iterator[Any]:
        tick("locked")
        with writing() as connection:
            yield connection
            tick("before_commit")
        tick("after_commit")

    event.listen(ledger._engine, "before_cursor_execute", statement)
    ledger.writing = wrapped  # type: ignore[method-assign]
    try:
        yield
    finally:
        event.remove(ledger._engine, "before_cursor_execute", statement)


def broken_run(world: World, today: str, fault: tuple[str, Any]) -> None:
    kind, what = fault
    world.sink.go_wrong(*([what] if kind == "relay" else []))
    how, nth = what if kind == "ledger" else ("nothing", 0)
    with suppress(Killed, LedgerError), world.open() as ledger, breaking(ledger, how, nth):
        world.post(ledger, today).run()
    world.sink.go_wrong()


def the_ledger_tells_the_truth(world: World, today: str) -> None:
    """After a run without faults: exactly once, or named."""
    report = world.run(today)
    named = {(told.box, told.step): str(told.outcome) for told in report.told}
    arrived = Counter(world.arrived())
    order = list(STEPS)
    with world.open() as ledger:
        mails = Outbox(ledger).mails(world.campaign.name)
        contents = Outbox(ledger).contents(mail.id for found in mails.values() for mail in found)
    records = {(mail.box, mail.step): mail for found in mails.values() for mail in found}
    for box in world.boxes:
        for step in order:
            if world.day(step) > today:
                assert arrived[box, step] == 0
                continue
            state = records[box, step].first.state if (box, step) in records else None
            if state is State.ACCEPTED:
                assert arrived[box, step] == 1
                assert named[box, step] in {"sent", "done"}
            elif state is State.AMBIGUOUS:
                assert arrived[box, step] <= 1
                assert named[box, step] == "ambiguous"
            else:
                assert arrived[box, step] == 0
                assert named[box, step] in {"held", "late"}
                assert "ambiguous" in {named[box, earlier] for earlier in order[: order.index(step)]}
        seen = [step for found, step in world.arrived() if found == box]
        assert seen == sorted(seen, key=order.index)
    known = {record.message_id: record for record in records.values()}
    for mail in world.sink.mails():
        identity = next(line for line in mail.content.decode().split("\r\n") if line.startswith("Message-ID: "))
        record = known[identity.removeprefix("Message-ID: ")]
        assert mail.recipients == [record.first.recipient]
        secret = world.passwords.secret(record.secret) if record.secret else None
        assert mail.content == fill(contents[record.id], secret, {})


def emptied(world: World) -> None:
    world.sink.reset()
    with world.open() as ledger, ledger.writing() as connection:
        for table in ("event", "promise", "delivery", "mail"):
            connection.execute(text(f"DELETE FROM {table}"))


@given(faults=st.lists(FAULTS, min_size=1, max_size=4))
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    # Examples are short, and each costs a second: shrinking them would take minutes and show little more.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
def check_any_faults(world: World, faults: list[tuple[str, Any]]) -> None:
    emptied(world)
    left = list(faults)
    for step in STEPS:
        if left:
            broken_run(world, world.day(step), left.pop(0))
        the_ledger_tells_the_truth(world, world.day(step))


@pytest.mark.slow
def test_any_faults_at_any_point(sink: SmtpSink, ledger_url: str) -> None:
    check_any_faults(build(sink, ledger_url, 2))


@pytest.mark.parametrize("how", ["statement", "before_commit", "after_commit", "locked"])
def test_death_between_any_two_statements_of_the_ledger(sink: SmtpSink, ledger_url: str, how: str) -> None:
    """Not a sample: every single one."""
    world = build(sink, ledger_url, 2)
    today = world.day("announcement")
    for nth in range(1, 200):
        emptied(world)
        died = False
        with world.open() as ledger:
            try:
                with breaking(ledger, how, nth):
                    world.post(ledger, today).run()
            except (Killed, LedgerError):
                died = True
        the_ledger_tells_the_truth(world, today)
        if not died:
            assert nth > 3, "the fault never struck"
            return
    raise AssertionError("a run does not end")


def test_the_line_breaks_at_every_byte_of_the_end_of_a_mail(sink: SmtpSink, tmp_path: Path) -> None:
    """The last bytes decide whether the mail is there: each of them, in both directions."""
    world = build(sink, str(tmp_path / "ledger.sqlite"), 1)
    today = world.day("announcement")
    world.run(today)
    emptied(world)
    length = _bytes_of_a_session(world, today)
    ambiguous = 0
    for count in range(length - 12, length + 1):
        emptied(world)
        broken_run(world, today, ("relay", Rule(at="in", bytes=count)))
        the_ledger_tells_the_truth(world, today)
        with world.open() as ledger:
            (mail,) = Outbox(ledger).mails(world.campaign.name)["ec000001"]
        ambiguous += mail.first.state is State.AMBIGUOUS
    assert ambiguous >= 1


def _bytes_of_a_session(world: World, today: str) -> int:
    """How many bytes the relay reads up to the final dot of the first mail."""
    read: list[int] = []
    from lab.smtp import session

    original = session.Handler.handle_DATA

    async def counting(self: Any, server: Any, *rest: Any) -> str:
        read.append(server._read)
        return await original(self, server, *rest)

    session.Handler.handle_DATA = counting  # type: ignore[method-assign]
    try:
        world.run(today)
    finally:
        session.Handler.handle_DATA = original  # type: ignore[method-assign]
    return read[0]
