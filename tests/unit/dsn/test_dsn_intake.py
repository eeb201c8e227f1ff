"""From messages in a directory to the ledger: matched, moved once, put away after, or named with the reason."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bma.dsn.directory import Directory
from bma.dsn.faults import MailboxError
from bma.dsn.intake import Fortune, Intake, Reader
from bma.dsn.settings import sources
from bma.store import Ledger, LedgerError, State, events_of
from tests.unit.dsn import reports

BOX = f"ec000004@{reports.DOMAIN}"
RESCUE = "directrice@example.org"
BOUNCE = reports.postfix([reports.recipient(BOX)], reports.envid(), reports.identity())


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with reports.new_ledger(tmp_path) as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "reports"
    path.mkdir()
    return path


def read(ledger: Ledger, folder: Path, *contents: bytes, check: bool = False) -> Intake:
    for number, content in enumerate(contents):
        (folder / f"{number:03}.eml").write_bytes(content)
    source = Directory(folder, None if check else "BMA-Read")
    return Reader(ledger, reports.AT, check=check).read("files", source)


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def test_a_bounce_moves_the_ledger_once(ledger: Ledger, folder: Path) -> None:
    reports.put(ledger, reports.draft("ec000004"))
    found = read(ledger, folder, BOUNCE)
    (said,) = found.said
    assert (said.fortune, said.before, said.after) == (Fortune.MOVED, State.ACCEPTED, State.BOUNCED)
    assert (said.box, said.step, said.recipient) == ("ec000004", "announcement.1", BOX)
    (delivery,) = reports.mail_of(ledger).deliveries
    assert (delivery.state, delivery.answer) == (State.BOUNCED, "5.1.1 unknown user")
    assert left(folder) == []
    assert [path.name for path in (folder / "BMA-Read").iterdir()] == ["000.eml"]
    again = read(ledger, folder, BOUNCE.replace(b"\r\n", b"\n"))
    assert again.of(Fortune.KNOWN)
    assert not again.changed
    assert sorted(path.name for path in (folder / "BMA-Read").iterdir()) == ["000.eml", "000.eml.1"]


def test_the_ledger_says_which_message_said_it(ledger: Ledger, folder: Path) -> None:
    reports.put(ledger, reports.draft("ec000004"))
    read(ledger, folder, BOUNCE)
    with ledger.reading() as connection:
        (event,) = events_of(connection, reports.CAMPAIGN, ["report_failed"])
    digest = hashlib.sha256(BOUNCE.replace(b"\r\n", b"\n")).hexdigest()
    assert event.detail == f"{digest} box: 5.1.1 unknown user"
    assert event.box == "ec000004"


def test_check_mode_tells_and_touches_nothing(ledger: Ledger, folder: Path) -> None:
    reports.put(ledger, reports.draft("ec000004"))
    later = BOUNCE.replace(b"Action: failed", b"Action: delivered")
    found = read(ledger, folder, BOUNCE, later, BOUNCE, check=True)
    assert [(said.fortune, said.before, said.after) for said in found.said] == [
        (Fortune.MOVED, State.ACCEPTED, State.BOUNCED),
        (Fortune.MOVED, State.BOUNCED, State.DELIVERED),
        (Fortune.KNOWN, State.DELIVERED, State.DELIVERED),
    ]
    assert reports.states(ledger) == [State.ACCEPTED]
    assert left(folder) == ["000.eml", "001.eml", "002.eml"]
    assert not (folder / "BMA-Read").exists()


def test_what_matches_nothing_is_named_and_stays(ledger: Ledger, folder: Path) -> None:
    reports.put(ledger, reports.draft("ec000004"))
    strange = reports.postfix([reports.recipient(BOX)], "zz-0123456789abcdef01234567", "<o@example.org>")
    forwarded = reports.postfix([reports.recipient("elsewhere@example.net")], None, reports.identity())
    letter = reports.lines(
        "From: Direction <d@example.org>", "Subject: Bonjour", f"In-Reply-To: {reports.identity()}", "", "?"
    )
    found = read(ledger, folder, strange, forwarded, letter, b"\0\1\2", b"")
    assert {said.fortune for said in found.said} == {Fortune.ASIDE}
    assert [said.why for said in found.said] == [
        "it is a delivery report about a mail that is not in the ledger: zz-0123456789abcdef01234567, <o@example.org>",
        f"it is about elsewhere@example.net, and the mail that it names went to {BOX}: was it forwarded?",
        "it is no report: somebody has to read it",
        "it is no message",
        "it is no message",
    ]
    assert found.said[2].sender == "Direction <d@example.org>"
    assert len(left(folder)) == 5
    assert reports.states(ledger) == [State.ACCEPTED]


def test_a_mail_to_two_recipients_has_two_fates(ledger: Ledger, folder: Path) -> None:
    reports.put(ledger, reports.draft("ec000004", rescue=RESCUE))
    read(ledger, folder, reports.postfix([reports.recipient(RESCUE)], None, reports.identity()))
    assert reports.states(ledger) == [State.ACCEPTED, State.BOUNCED]
    both = [reports.recipient(BOX, "delivered", "2.0.0"), reports.recipient(RESCUE, "delivered", "2.0.0")]
    read(ledger, folder, reports.postfix(both, None, reports.identity()))
    assert reports.states(ledger) == [State.DELIVERED, State.DELIVERED]


def test_the_envelope_id_tells_which_recipient_is_meant_when_its_address_was_rewritten(
    ledger: Ledger, folder: Path
) -> None:
    reports.put(ledger, reports.draft("ec000004", rescue=RESCUE))
    rewritten = reports.recipient("box-17@storage.example.net", original="")
    read(ledger, folder, reports.postfix([rewritten], reports.envid(role="rescue"), reports.identity()))
    assert reports.states(ledger) == [State.ACCEPTED, State.BOUNCED]


def test_an_address_passed_on_to_several_is_reached_by_the_best_news(ledger: Ledger, folder: Path) -> None:
    reports.put(ledger, reports.draft("ec000004"))
    several = [
        reports.recipient("a@example.net", original=BOX),
        reports.recipient("b@example.net", "delivered", "2.0.0", "ok", original=BOX),
    ]
    (said,) = read(ledger, folder, reports.postfix(several, reports.envid())).said
    assert (said.after, said.why) == (State.DELIVERED, "2.0.0 ok (best of 2 recipients)")


def test_an_envelope_id_and_a_message_id_that_disagree_move_nothing(ledger: Ledger, folder: Path) -> None:
    reports.put(ledger, reports.draft("ec000004"))
    reports.put(ledger, reports.draft("ec000011"))
    (said,) = read(
        ledger, folder, reports.postfix([reports.recipient(BOX)], reports.envid("ec000011"), reports.identity())
    ).said
    assert (said.fortune, said.why) == (Fortune.ASIDE, "its envelope id and its Message-ID are of different mails")
    assert reports.states(ledger) == reports.states(ledger, "ec000011") == [State.ACCEPTED]


def test_attempts_of_one_mail_are_told_apart(ledger: Ledger, folder: Path) -> None:
    reports.put(ledger, reports.draft("ec000004"))
    reports.put(ledger, reports.draft("ec000004", attempt=2))
    read(ledger, folder, BOUNCE)
    assert reports.states(ledger) == [State.BOUNCED]
    assert reports.states(ledger, attempt=2) == [State.ACCEPTED]


@pytest.mark.parametrize(
    ("state", "action", "fortune", "after"),
    [
        (State.AMBIGUOUS, "delayed", Fortune.MOVED, State.ACCEPTED),
        (State.AMBIGUOUS, "failed", Fortune.MOVED, State.BOUNCED),
        (State.AMBIGUOUS, "delivered", Fortune.MOVED, State.DELIVERED),
        (State.ACCEPTED, "delayed", Fortune.NOTED, State.ACCEPTED),
        (State.ACCEPTED, "relayed", Fortune.NOTED, State.ACCEPTED),
        (State.BOUNCED, "relayed", Fortune.NOTED, State.BOUNCED),
        (State.BOUNCED, "failed", Fortune.NOTED, State.BOUNCED),
        (State.SENDING, "failed", Fortune.EARLY, State.SENDING),
        (State.PLANNED, "failed", Fortune.ASIDE, State.PLANNED),
        (State.FAILED, "delivered", Fortune.ASIDE, State.FAILED),
        (State.WITHDRAWN, "failed", Fortune.ASIDE, State.WITHDRAWN),
    ],
)
def test_states(ledger: Ledger, folder: Path, state: State, action: str, fortune: Fortune, after: State) -> None:
    reports.put(ledger, reports.draft("ec000004"), state)
    (said,) = read(ledger, folder, reports.postfix([reports.recipient(BOX, action)], reports.envid())).said
    assert (said.fortune, reports.states(ledger)) == (fortune, [after])
    assert bool(left(folder)) == (fortune in {Fortune.EARLY, Fortune.ASIDE})


def test_an_early_report_is_taken_in_once_the_mail_has_left(ledger: Ledger, folder: Path) -> None:
    reports.put(ledger, reports.draft("ec000004"), State.SENDING)
    read(ledger, folder, BOUNCE)
    from bma.store import Outbox

    Outbox(ledger).move(reports.mail_of(ledger).deliveries[0].id, State.ACCEPTED, reports.AT, "250 Ok")
    assert read(ledger, folder).of(Fortune.MOVED)
    assert reports.states(ledger) == [State.BOUNCED]
    assert left(folder) == []


def test_receipts_and_automatic_replies_prove_that_it_arrived(ledger: Ledger, folder: Path) -> None:
    for box in ("ec000004", "ec000011"):
        reports.put(ledger, reports.draft(box), State.AMBIGUOUS)
    other = f"ec000011@{reports.DOMAIN}"
    read(
        ledger, folder, reports.receipt(BOX, reports.identity()), reports.vacation(other, reports.identity("ec000011"))
    )
    assert reports.states(ledger) == [State.DELIVERED]
    assert reports.states(ledger, "ec000011") == [State.ACCEPTED]


def test_an_automatic_reply_of_somebody_else_proves_nothing(ledger: Ledger, folder: Path) -> None:
    reports.put(ledger, reports.draft("ec000004"), State.AMBIGUOUS)
    (said,) = read(ledger, folder, reports.vacation("private@example.net", reports.identity())).said
    assert (said.fortune, reports.states(ledger)) == (Fortune.ASIDE, [State.AMBIGUOUS])


def test_nothing_is_put_away_that_the_ledger_does_not_have(
    ledger: Ledger, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for box in ("ec000004", "ec000011"):
        reports.put(ledger, reports.draft(box))
    second = reports.postfix([reports.recipient(f"ec000011@{reports.DOMAIN}")], reports.envid("ec000011"))
    calls = []
    import bma.dsn.intake as intake

    real = intake.record_evidence

    def breaks(*said: object) -> object:
        calls.append(said)
        if len(calls) == 2:
            raise LedgerError("the ledger has no room left on its disk")
        return real(*said)  # type: ignore[arg-type]

    monkeypatch.setattr(intake, "record_evidence", breaks)
    with pytest.raises(LedgerError):
        read(ledger, folder, BOUNCE, second)
    assert left(folder) == ["000.eml", "001.eml"]
    monkeypatch.undo()
    found = read(ledger, folder)
    assert [said.fortune for said in found.said] == [Fortune.KNOWN, Fortune.MOVED]
    assert left(folder) == []


def test_a_maildir(ledger: Ledger, tmp_path: Path) -> None:
    for part in ("new", "cur", "tmp"):
        (tmp_path / "Maildir" / part).mkdir(parents=True)
    reports.put(ledger, reports.draft("ec000004"))
    (tmp_path / "Maildir/new/1.x").write_bytes(BOUNCE)
    (tmp_path / "Maildir/cur/0.x:2,S").write_bytes(b"From: a@example.org\n\nBonjour")
    (tmp_path / "Maildir/tmp/2.x").write_bytes(BOUNCE)
    found = Reader(ledger, reports.AT, check=False).read("m", Directory(tmp_path / "Maildir", "BMA-Read"))
    assert [(said.name, said.fortune) for said in found.said] == [
        ("cur/0.x:2,S", Fortune.ASIDE),
        ("new/1.x", Fortune.MOVED),
    ]
    assert (tmp_path / "Maildir/BMA-Read/1.x").exists()
    assert (tmp_path / "Maildir/tmp/2.x").exists()


def test_only_files_are_read(ledger: Ledger, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(BOUNCE)
    (folder / "link.eml").symlink_to(tmp_path / "secret")
    os.mkfifo(folder / "pipe.eml")
    (folder / ".hidden").write_bytes(BOUNCE)
    assert read(ledger, folder).messages == 0


def test_a_directory_that_is_not_there_is_told(ledger: Ledger, tmp_path: Path) -> None:
    found = Reader(ledger, reports.AT, check=False).read("m", Directory(tmp_path / "none", None))
    assert "none cannot be read: No such file" in found.fault


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({}, "says nothing"),
        ({"a": {"directory": "x", "folder": "y"}}, "bounces_sources.a"),
        ({"a": {"directory": "x", "done_folder": "../y"}}, "no name of a folder"),
        ({"a": {"directory": "x", "done_folder": "cur"}}, "no name of a folder"),
        ({"a": {"host": "h", "username": "u"}}, "bounces_passwords.a is not set"),
        ({"sgne": {"host": "h", "username": "u", "security": "none"}}, "security"),
        ({"sgne": {"host": "h", "username": "u", "done_folder": "INBOX"}}, "folder that they are read from"),
        ({"sgne": {"host": "h", "username": "u", "folder": "a\r\nb"}}, "folder"),
        ({"sgne": "x"}, "bounces_sources.sgne"),
    ],
)
def test_settings_are_refused_before_anything_is_read(said: object, why: str) -> None:
    with pytest.raises(MailboxError, match=why.replace(".", r"\.")):
        sources(said, {"sgne": "canari"}, check=False)
