"""The ledger as a file: who may read it, which versions it takes, what is told when it cannot be had."""

from __future__ import annotations

import sqlite3
import stat
import threading
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from bma.campaign import Promises
from bma.store import Draft, Ledger, LedgerError, LedgerLockedError, MailedPromises, Outbox, State, open_ledger
from bma.store.metadata import METADATA
from bma.store.migrate import known
from bma.store.states import FOLLOWS, sources

AT = datetime(2027, 1, 11, 8, tzinfo=UTC)


def draft(step: str = "announcement", attempt: int = 1, day: date = date(2027, 1, 25), content: bytes = b"x") -> Draft:
    return Draft(
        "example", "ec000001", step, attempt, "sgne", f"<{step}.{attempt}@example.org>", AT, AT.date(), day, True,
        "Sujet", content, content.hex(), None, {"box": "ec000001@example.org"}, {"box": f"{step}-{attempt}"},
    )  # fmt: skip


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return open_ledger(tmp_path / "ledger.sqlite")


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "deep/ledger.sqlite"
    open_ledger(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    with open_ledger(path) as ledger:
        Outbox(ledger).plan([draft()], AT)
        modes = {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert modes == {0o600}


def test_the_migrations_make_the_tables_that_the_code_knows(ledger: Ledger) -> None:
    with ledger.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == known()[-1]


def test_a_newer_ledger_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with open_ledger(path) as ledger, ledger.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    before = path.read_bytes()
    for read_only in (False, True):
        with pytest.raises(LedgerError, match="written by a newer version of the toolkit: its tables are at 9999"):
            open_ledger(path, read_only=read_only)
    assert path.read_bytes() == before


def test_check_mode_makes_no_ledger_and_sees_an_empty_one(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with open_ledger(path, read_only=True) as ledger:
        assert Outbox(ledger).mails("example") == {}
    assert not path.exists()


def test_check_mode_cannot_write(tmp_path: Path) -> None:
    open_ledger(tmp_path / "ledger.sqlite").close()
    with open_ledger(tmp_path / "ledger.sqlite", read_only=True) as ledger, pytest.raises(LedgerError, match="only be"):
        Outbox(ledger).plan([draft()], AT)


def test_two_that_open_an_empty_ledger_at_once_make_one(tmp_path: Path) -> None:
    wrong: list[BaseException] = []

    def opened() -> None:
        try:
            open_ledger(tmp_path / "ledger.sqlite").close()
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=opened) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert wrong == []


def test_a_locked_ledger_is_told_after_waiting(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    open_ledger(path).close()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with open_ledger(path, wait=0.2) as ledger, pytest.raises(LedgerLockedError, match="held by another process"):
        Outbox(ledger).plan([draft()], AT)
    other.close()


def test_a_full_disk_is_told_and_nothing_is_half_written(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    ledger = open_ledger(path)
    with ledger.reading() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar()
        connection.execute(text(f"PRAGMA max_page_count={pages}"))
    with pytest.raises(LedgerError, match="has no room left on its disk"):
        Outbox(ledger).plan([draft(content=b"x" * 100_000)], AT)
    assert Outbox(ledger).mails("example") == {}


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"this is no database, but it is long enough " * 30, "is no SQLite file"), (None, "cannot be")],
)
def test_what_is_no_ledger_is_told_in_one_line(tmp_path: Path, content: bytes | None, told: str) -> None:
    path = tmp_path / "ledger.sqlite"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    with pytest.raises(LedgerError, match=told) as refused:
        open_ledger(path)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("url", ["mysql://a:canari@b/c", "postgresql://a:canari@127.0.0.1:1/x", "nonsense://"])
def test_a_password_in_a_url_is_never_shown(url: str) -> None:
    with pytest.raises(LedgerError) as refused:
        open_ledger(url, wait=1)
    assert "canari" not in str(refused.value)
    assert "canari" not in repr(refused.value)


def test_a_mail_is_written_anew_as_long_as_nothing_of_it_has_left(ledger: Ledger) -> None:
    outbox = Outbox(ledger)
    outbox.plan([draft()], AT)
    outbox.plan([draft(content=b"y", day=date(2027, 1, 26))], AT)
    (mail,) = outbox.mails("example")["ec000001"]
    assert outbox.contents([mail.id]) == {mail.id: b"y"}
    assert outbox.claim(mail.first.id, "me", AT, AT)
    outbox.plan([draft(content=b"z")], AT)
    assert outbox.contents([mail.id]) == {mail.id: b"y"}


def test_one_of_two_gets_a_mail_in_hand_and_only_it_may_say_what_became_of_it(ledger: Ledger) -> None:
    outbox = Outbox(ledger)
    outbox.plan([draft()], AT)
    (mail,) = outbox.mails("example")["ec000001"]
    assert [outbox.claim(mail.first.id, who, AT, AT) for who in ("one", "two")] == [True, False]
    assert not outbox.move(mail.first.id, State.ACCEPTED, AT, "250 ok", owner="two")
    assert outbox.move(mail.first.id, State.ACCEPTED, AT, "250 ok", owner="one")
    (mail,) = outbox.mails("example")["ec000001"]
    assert (mail.first.state, mail.first.answer, mail.first.accepted_at) == (State.ACCEPTED, "250 ok", AT)


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("target", list(State))
def test_a_state_follows_only_where_it_may(ledger: Ledger, state: State, target: State) -> None:
    outbox = Outbox(ledger)
    outbox.plan([draft()], AT)
    (mail,) = outbox.mails("example")["ec000001"]
    with ledger.writing() as connection:
        connection.execute(text("UPDATE delivery SET state = :state"), {"state": str(state)})
    assert outbox.move(mail.first.id, target, AT, "said") is (target in FOLLOWS[state])
    assert (state in sources(target)) is (target in FOLLOWS[state])
    (mail,) = outbox.mails("example")["ec000001"]
    assert mail.first.state is (target if target in FOLLOWS[state] else state)


@pytest.mark.parametrize(
    ("state", "promised"),
    [(state, state in {"sending", "accepted", "delivered", "ambiguous"}) for state in State],
)
def test_a_date_is_promised_once_it_may_have_been_read(ledger: Ledger, state: State, promised: bool) -> None:
    Outbox(ledger).plan([draft()], AT)
    with ledger.writing() as connection:
        connection.execute(text("UPDATE delivery SET state = :state"), {"state": str(state)})
    promises: Promises = MailedPromises(ledger, "example")
    assert promises.announced() == ({"ec000001": date(2027, 1, 25)} if promised else {})
    assert MailedPromises(ledger, "another").announced() == {}


def test_the_last_date_that_was_told_is_the_promise(ledger: Ledger) -> None:
    outbox = Outbox(ledger)
    outbox.plan([draft(), draft("correction", day=date(2027, 2, 1))], AT)
    first, second = outbox.mails("example")["ec000001"]
    for mail in (first, second):
        outbox.claim(mail.first.id, "me", AT, AT)
        outbox.move(mail.first.id, State.ACCEPTED, AT, "ok", owner="me")
    assert MailedPromises(ledger, "example").announced() == {"ec000001": date(2027, 2, 1)}
    outbox.move(second.first.id, State.BOUNCED, AT, "mailbox full")
    assert MailedPromises(ledger, "example").announced() == {"ec000001": date(2027, 1, 25)}
