"""Reports in a mailbox of a real Dovecot."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from imapclient import IMAPClient

from bma.dsn.imap import Account
from bma.dsn.intake import Fortune, Intake, Reader
from bma.dsn.mailbox import KEYWORD, Mailbox
from bma.dsn.settings import sources
from bma.dsn.source import Source
from bma.store import Ledger, LedgerError, State
from tests.integration.dsn.conftest import PASSWORD
from tests.peers.dovecot import MASTER, MASTER_PASSWORD, Dovecot
from tests.peers.places import certificate
from tests.unit.dsn import reports

BOX = f"ec000004@{reports.DOMAIN}"
BOUNCE = reports.postfix([reports.recipient(BOX)], reports.envid(), reports.identity())
LETTER = reports.lines("From: Direction <d@example.org>", "Subject: Bonjour", "", "?")


def source(imap: Dovecot, box: str, check: bool = False, **more: Any) -> Source:
    said = {"host": "localhost", "port": imap.tls, "ca_file": str(imap.ca_file), "username": box} | more
    return sources({"sgne": said}, {"sgne": PASSWORD}, check=check)["sgne"]


def read(ledger: Ledger, imap: Dovecot, box: str, check: bool = False, **more: Any) -> Intake:
    return Reader(ledger, reports.AT, check=check).read("sgne", source(imap, box, check, **more))


@contextmanager
def logged_in(imap: Dovecot, box: str) -> Iterator[IMAPClient]:
    context = ssl.create_default_context(cafile=str(imap.ca_file))
    with IMAPClient("localhost", imap.tls, ssl_context=context) as client:
        client.login(box, PASSWORD)
        yield client


def count(imap: Dovecot, box: str, folder: str = "INBOX", *criteria: object) -> int:
    with logged_in(imap, box) as client:
        client.select_folder(folder, readonly=True)
        return len(client.search([*criteria] or "ALL"))


def filled(imap: Dovecot, box: str, *contents: bytes) -> None:
    for number, content in enumerate(contents):
        imap.put(box, f"17000000{number:02}.M{number}.host", content)


def test_what_the_ledger_has_is_moved_and_the_rest_stays(ledger: Ledger, imap: Dovecot, box: str) -> None:
    reports.put(ledger, reports.draft("ec000004"))
    filled(imap, box, BOUNCE, LETTER, BOUNCE)
    found = read(ledger, imap, box)
    assert [said.fortune for said in found.said] == [Fortune.MOVED, Fortune.ASIDE, Fortune.KNOWN]
    assert found.said[1].name == "INBOX 2"
    assert reports.states(ledger) == [State.BOUNCED]
    assert (count(imap, box), count(imap, box, "BMA-Read")) == (1, 2)
    assert count(imap, box, "INBOX", "SEEN") == 0
    assert [said.fortune for said in read(ledger, imap, box).said] == [Fortune.ASIDE]


def test_marked_messages_are_not_read_again(ledger: Ledger, imap: Dovecot, box: str) -> None:
    reports.put(ledger, reports.draft("ec000004"))
    filled(imap, box, BOUNCE, LETTER)
    assert read(ledger, imap, box, after="mark").messages == 2
    assert count(imap, box, "INBOX", "KEYWORD", KEYWORD) == 1
    assert read(ledger, imap, box, after="mark").messages == 1


def test_check_mode_changes_nothing_on_the_server(ledger: Ledger, imap: Dovecot, box: str) -> None:
    reports.put(ledger, reports.draft("ec000004"))
    filled(imap, box, BOUNCE)
    assert read(ledger, imap, box, check=True).of(Fortune.MOVED)
    assert (count(imap, box), count(imap, box, "INBOX", "SEEN")) == (1, 0)
    with logged_in(imap, box) as client:
        assert not client.folder_exists("BMA-Read")
    assert reports.states(ledger) == [State.ACCEPTED]


def test_a_run_that_breaks_off_is_taken_up_again(
    ledger: Ledger, imap: Dovecot, box: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after the ledger was written and before anything was moved: nothing is lost, nothing is counted twice."""
    reports.put(ledger, reports.draft("ec000004"))
    filled(imap, box, BOUNCE)
    broken = source(imap, box)

    def dies(items: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(broken, "done", dies)
    with pytest.raises(KeyboardInterrupt):
        Reader(ledger, reports.AT, check=False).read("sgne", broken)
    assert (reports.states(ledger), count(imap, box)) == ([State.BOUNCED], 1)
    assert [said.fortune for said in read(ledger, imap, box).said] == [Fortune.KNOWN]
    assert count(imap, box) == 0


def test_a_ledger_that_fails_leaves_the_messages_where_they_are(
    ledger: Ledger, imap: Dovecot, box: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports.put(ledger, reports.draft("ec000004"))
    filled(imap, box, BOUNCE)

    def full(*_: object) -> None:
        raise LedgerError("the ledger has no room left on its disk")

    with monkeypatch.context() as patch:
        patch.setattr("bma.dsn.intake.record_evidence", full)
        with pytest.raises(LedgerError):
            read(ledger, imap, box)
    assert count(imap, box) == 1


def test_a_huge_message_is_read_in_part(ledger: Ledger, imap: Dovecot, box: str) -> None:
    reports.put(ledger, reports.draft("ec000004"))
    filled(
        imap, box, BOUNCE.replace(b"Subject: Objet\r\n", b"Subject: Objet\r\n\r\n" + b"x" * 70 + b"\r\n" * 2_500_000)
    )
    assert read(ledger, imap, box).of(Fortune.MOVED)


def test_many_messages(ledger: Ledger, imap: Dovecot, box: str) -> None:
    """More than fit into one command, in UIDs with gaps."""
    reports.put(ledger, reports.draft("ec000004"))
    contents = [BOUNCE + b"x" * number for number in range(260)]
    for number, content in enumerate(contents):
        imap.put(box, f"1700000{number:03}.M{number}.host", content)
    found = read(ledger, imap, box)
    assert (found.messages, len(found.of(Fortune.MOVED)), len(found.of(Fortune.NOTED))) == (260, 1, 259)
    assert (count(imap, box), count(imap, box, "BMA-Read")) == (0, 260)


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_both_ways_of_encryption(ledger: Ledger, imap: Dovecot, box: str, security: str) -> None:
    filled(imap, box, LETTER)
    port = imap.tls if security == "tls" else imap.starttls
    assert read(ledger, imap, box, security=security, port=port).messages == 1


def test_somebody_elses_mailbox_with_ones_own_account(ledger: Ledger, imap: Dovecot, box: str) -> None:
    from bma.dsn.imap import server

    filled(imap, box, LETTER)
    where = server("sgne", {"host": "localhost", "port": imap.tls, "ca_file": str(imap.ca_file)})
    mailbox = Mailbox(where, Account(MASTER, MASTER_PASSWORD, box), "INBOX", "leave", "BMA-Read")
    assert Reader(ledger, reports.AT, check=False).read("sgne", mailbox).messages == 1


def test_what_is_wrong_is_told_in_one_line(ledger: Ledger, imap: Dovecot, box: str, tmp_path: Path) -> None:
    stranger, _ = certificate(tmp_path)
    wrong = read(ledger, imap, box, ca_file=str(stranger)).fault
    assert wrong.startswith(f"localhost:{imap.tls} has a certificate that is not trusted: ")
    assert "bounces_sources.sgne.ca_file" in wrong
    assert "refuses the account" in read(ledger, imap, "ec999999").fault
    assert "does not answer while connecting" in read(ledger, imap, box, port=1).fault
    assert "opening the folder Nulle part" in read(ledger, imap, box, folder="Nulle part").fault
    assert "cannot be read" in read(ledger, imap, box, ca_file=str(tmp_path / "none")).fault
    for said in (wrong, read(ledger, imap, "ec999999").fault):
        assert "\n" not in said
        assert PASSWORD not in said


def test_a_certificate_of_another_name_is_refused(ledger: Ledger, imap: Dovecot, box: str) -> None:
    fault = read(ledger, imap, box, host="127.0.0.2").fault
    assert "not trusted" in fault


def test_nothing_is_said_before_the_line_is_encrypted(ledger: Ledger, imap: Dovecot, box: str) -> None:
    """A server that offers no STARTTLS is not given the password."""
    import socketserver
    import threading

    heard: list[bytes] = []

    class Plain(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n")
            while line := self.rfile.readline():
                heard.append(line)
                tag = line.split()[0]
                answer = b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n" if b"CAPABILITY" in line else b""
                self.wfile.write(answer + tag + (b" OK\r\n" if b"STARTTLS" not in line else b" BAD unknown\r\n"))

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Plain) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        fault = read(ledger, imap, box, host="127.0.0.1", security="starttls", port=server.server_address[1]).fault
        server.shutdown()
    assert fault
    assert not any(b"LOGIN" in line or b"AUTH" in line.split(b" ", 1)[-1] for line in heard)


def test_a_server_without_keywords_is_told(
    ledger: Ledger, imap: Dovecot, box: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = IMAPClient.select_folder

    def poor(self: IMAPClient, *said: Any, **more: Any) -> Any:
        return real(self, *said, **more) | {b"PERMANENTFLAGS": (b"\\Seen",)}

    monkeypatch.setattr(IMAPClient, "select_folder", poor)
    assert "keeps no keywords" in read(ledger, imap, box, after="mark").fault


def test_a_server_without_move(ledger: Ledger, imap: Dovecot, box: str, monkeypatch: pytest.MonkeyPatch) -> None:
    reports.put(ledger, reports.draft("ec000004"))
    filled(imap, box, BOUNCE, LETTER)
    real = IMAPClient.has_capability
    monkeypatch.setattr(IMAPClient, "has_capability", lambda self, name: name != "MOVE" and real(self, name))
    read(ledger, imap, box)
    assert (count(imap, box), count(imap, box, "BMA-Read")) == (1, 1)
