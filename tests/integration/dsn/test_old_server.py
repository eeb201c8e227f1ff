"""Mails that may have arrived are looked for on a real Dovecot: only those, and without a trace."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from bma.dsn.ambiguous import ASKED, settle, settled_text
from bma.dsn.faults import MailboxError
from bma.dsn.old_server import Answer, Found, OldServer, old_server
from bma.mail.owner import Owner
from bma.store import Ledger, State, events_of
from tests.integration.dsn.conftest import PASSWORD
from tests.peers.dovecot import MASTER, MASTER_PASSWORD, Dovecot
from tests.unit.dsn import reports

WAYS: dict[str, tuple[dict[str, str], str | None, bool]] = {
    "master user": ({"username": "{box}*" + MASTER}, MASTER_PASSWORD, False),
    "on behalf of": ({"username": MASTER, "on_behalf_of": "{box}"}, MASTER_PASSWORD, False),
    "each with its own": ({"username": "{box}"}, None, True),
    "each with its address": ({}, None, True),
}


def server(imap: Dovecot, box: str, way: str = "master user", **more: Any) -> OldServer:
    said, password, own = WAYS[way]
    where = {"host": "localhost", "port": imap.tls, "ca_file": str(imap.ca_file)}
    return old_server(where | said | more, password, {box: PASSWORD} if own else {})


def mail(box: str) -> bytes:
    return reports.lines(f"Message-ID: {reports.identity(box)}", "Subject: Objet", "", "Bonjour")


@pytest.mark.parametrize("way", WAYS)
def test_a_mail_that_is_there_is_accepted(ledger: Ledger, imap: Dovecot, box: str, way: str) -> None:
    reports.put(ledger, reports.draft(box), State.AMBIGUOUS)
    path = imap.put(box, "1.x", mail(box))
    (found,) = settle(ledger, reports.CAMPAIGN, server(imap, box, way), reports.AT)
    assert found.moved
    assert found.answer == Answer(Found.THERE, "it is in INBOX of the old server")
    assert reports.states(ledger, box) == [State.ACCEPTED]
    with ledger.reading() as connection:
        (event,) = events_of(connection, reports.CAMPAIGN, [ASKED])
    assert event.detail == "announcement.1 box: there: it is in INBOX of the old server"
    # Still new: nobody has looked at it.
    assert path.exists() or not list((imap.boxes / box / "cur").glob("*S*"))
    assert settle(ledger, reports.CAMPAIGN, server(imap, box, way), reports.AT) == []


def test_a_mail_that_is_not_there_stays_ambiguous(ledger: Ledger, imap: Dovecot, box: str) -> None:
    reports.put(ledger, reports.draft(box), State.AMBIGUOUS)
    imap.put(box, "1.x", mail("ec999999"))
    imap.put(box, "2.x", reports.lines("Subject: no id", "", f"Message-ID: {reports.identity(box)}"))
    imap.put(box, "3.x", reports.lines(f"Message-ID: {reports.identity(box)[:-1]}.be>", "", ""))
    imap.put(box, "4.x", reports.lines(f"References: {reports.identity(box)}", "", ""))
    (found,) = settle(ledger, reports.CAMPAIGN, server(imap, box), reports.AT)
    assert (found.moved, found.answer.found) == (False, Found.NOT_THERE)
    assert reports.states(ledger, box) == [State.AMBIGUOUS]


def test_a_mail_that_the_holder_has_put_elsewhere_is_found(ledger: Ledger, imap: Dovecot, box: str) -> None:
    reports.put(ledger, reports.draft(box), State.AMBIGUOUS)
    imap.put(box, "1.x", mail(box), folder="Corbeille")
    (found,) = settle(ledger, reports.CAMPAIGN, server(imap, box), reports.AT)
    assert found.answer.words == "it is in Corbeille of the old server"
    reports.put(ledger, reports.draft(box, "password"), State.AMBIGUOUS)
    (found,) = settle(ledger, reports.CAMPAIGN, server(imap, box, folders=["INBOX"]), reports.AT)
    assert found.answer.found is Found.NOT_THERE


@pytest.mark.parametrize("how", ["refuses", "finds nothing"])
def test_a_server_that_cannot_search_headers_is_read(
    ledger: Ledger, imap: Dovecot, box: str, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    reports.put(ledger, reports.draft(box), State.AMBIGUOUS)
    imap.put(box, "1.x", mail(box))
    real = IMAPClient.search

    def search(self: IMAPClient, criteria: Any = "ALL", *more: Any) -> Any:
        if "HEADER" in criteria:
            if how == "refuses":
                raise IMAPClientError("search failed: NO not supported")
            return []
        return real(self, criteria, *more)

    monkeypatch.setattr(IMAPClient, "search", search)
    (found,) = settle(ledger, reports.CAMPAIGN, server(imap, box), reports.AT)
    assert found.answer.found is Found.THERE


def test_a_server_that_cannot_be_asked_says_nothing(ledger: Ledger, imap: Dovecot, box: str) -> None:
    reports.put(ledger, reports.draft(box), State.AMBIGUOUS)
    imap.put(box, "1.x", mail(box))
    for old in (
        server(imap, box, port=1),
        old_server({"host": "localhost", "port": imap.tls, "ca_file": str(imap.ca_file)}, "wrong"),
        old_server({"host": "localhost", "port": imap.tls, "ca_file": str(imap.ca_file)}, None),
        server(imap, box, folders=["Nulle part"]),
    ):
        (found,) = settle(ledger, reports.CAMPAIGN, old, reports.AT)
        assert (found.answer.found, found.moved) == (Found.UNKNOWN, False)
        assert "wrong" not in found.answer.words
    assert reports.states(ledger, box) == [State.AMBIGUOUS]


def test_check_mode_asks_and_writes_nothing(ledger: Ledger, imap: Dovecot, box: str) -> None:
    reports.put(ledger, reports.draft(box), State.AMBIGUOUS)
    imap.put(box, "1.x", mail(box))
    (found,) = settle(ledger, reports.CAMPAIGN, server(imap, box), reports.AT, check=True)
    assert found.moved
    assert reports.states(ledger, box) == [State.AMBIGUOUS]
    assert "announcement.1: there: it is in INBOX" in settled_text([found])


class Asked:
    """Remembers who was asked."""

    def __init__(self) -> None:
        self.boxes: list[str] = []

    def ask(self, box: str, address: str, mails: Mapping[str, date]) -> dict[str, Answer]:
        self.boxes.append(box)
        return dict.fromkeys(mails, Answer(Found.THERE, "there"))


@pytest.mark.parametrize("state", State)
def test_only_ambiguous_mails_are_asked_about(ledger: Ledger, state: State) -> None:
    reports.put(ledger, reports.draft("ec000004", rescue="d@example.org"), state)
    asked = Asked()
    settle(ledger, None, asked, reports.AT, owner=Owner("nobody 1 2"))
    # What a process that is gone was sending is as ambiguous as what was written down as such.
    abandoned = {State.AMBIGUOUS, State.SENDING}
    assert asked.boxes == (["ec000004"] if state in abandoned else [])
    # The rescue address is not on the old server.
    assert reports.states(ledger) == ([State.ACCEPTED, state] if state in abandoned else [state, state])


def test_what_somebody_is_sending_this_moment_is_left_alone(ledger: Ledger) -> None:
    from datetime import UTC, datetime, timedelta

    from bma.mail.owner import this_process
    from bma.store import Outbox

    reports.put(ledger, reports.draft("ec000004"), State.PLANNED)
    number = reports.mail_of(ledger).deliveries[0].id
    later = datetime.now(UTC) + timedelta(minutes=5)
    Outbox(ledger).claim(number, this_process().name, later, reports.AT)
    asked = Asked()
    settle(ledger, None, asked, reports.AT, owner=Owner(f"{this_process().name.split()[0]} 1 1"))
    assert asked.boxes == []


def test_each_box_is_opened_once(ledger: Ledger) -> None:
    for step in ("announcement", "password"):
        reports.put(ledger, reports.draft("ec000004", step), State.AMBIGUOUS)
    asked = Asked()
    assert len(settle(ledger, None, asked, reports.AT)) == 2
    assert asked.boxes == ["ec000004"]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({}, "host"),
        ({"host": "h", "security": "none"}, "security"),
        ({"host": "h", "username": "{organisation}"}, "can be replaced"),
        ({"host": "h", "username": "migration"}, "on_behalf_of does not say"),
        ({"host": "h", "password": "x"}, "password"),
    ],
)
def test_settings_are_refused(said: dict[str, Any], why: str) -> None:
    with pytest.raises(MailboxError, match=why):
        old_server(said, "canari")


def test_the_server_is_verified(imap: Dovecot, box: str) -> None:
    old = old_server({"host": "localhost", "port": imap.tls, "username": "{box}"}, PASSWORD)
    answer = old.ask(box, f"{box}@{reports.DOMAIN}", {reports.identity(): date(2027, 1, 5)})[reports.identity()]
    assert answer.found is Found.UNKNOWN
    assert "not trusted" in answer.words
