"""Sent through a real Postfix, delivered into or bounced from a real Dovecot's boxes, read back over IMAP."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator

import pytest

from bma.dsn.ambiguous import settle
from bma.dsn.intake import Fortune, Reader
from bma.dsn.old_server import old_server
from bma.dsn.settings import sources
from bma.store import Ledger, Outbox, State
from tests.integration.dsn.conftest import PASSWORD
from tests.peers.dovecot import MASTER, MASTER_PASSWORD, Dovecot
from tests.peers.places import wait_for
from tests.peers.postfix import Postfix, missing, postfix
from tests.unit.dsn import reports

SENDER = "sgne@reports.example.test"


@pytest.fixture(scope="module")
def relay(imap: Dovecot) -> Iterator[Postfix]:
    why = missing()
    if why:
        pytest.skip(why)
    for name in ("sgne", "ec000004"):
        imap.add(name, PASSWORD)
    known = {SENDER: "sgne", f"ec000004@{reports.DOMAIN}": "ec000004"}
    with postfix(imap.boxes, imap.user, known) as running:
        yield running


def send(relay: Postfix, ledger: Ledger, box: str) -> str:
    """A mail of the outbox, with the envelope and the Message-ID that it has in the ledger; the relay's answer."""
    (delivery,) = reports.mail_of(ledger, box).deliveries
    with smtplib.SMTP("127.0.0.1", relay.port, timeout=20) as smtp:
        smtp.ehlo()
        assert smtp.mail(SENDER, ["RET=HDRS", f"ENVID={delivery.envid}"])[0] == 250
        options = ["NOTIFY=SUCCESS,FAILURE,DELAY", f"ORCPT=rfc822;{delivery.recipient}"]
        assert smtp.rcpt(delivery.recipient, options)[0] == 250
        code, said = smtp.data(reports.lines(f"Message-ID: {reports.identity(box)}", "Subject: Objet", "", "Bonjour"))
    assert code == 250
    return f"{code} {said.decode()}"


def arrived(imap: Dovecot, box: str) -> int:
    return sum(1 for part in ("new", "cur") for _ in (imap.boxes / box / part).iterdir())


def test_the_ledger_follows_what_a_real_relay_reports(ledger: Ledger, imap: Dovecot, relay: Postfix) -> None:
    outbox = Outbox(ledger)
    for box in ("ec000004", "ec777777"):
        reports.put(ledger, reports.draft(box), State.SENDING)
        (delivery,) = reports.mail_of(ledger, box).deliveries
        outbox.move(delivery.id, State.ACCEPTED, reports.AT, send(relay, ledger, box))
    wait_for(lambda: arrived(imap, "sgne") == 2, "the arrival of two reports")
    said = {"host": "localhost", "port": imap.tls, "ca_file": str(imap.ca_file), "username": "sgne"}
    place = sources({"sgne": said}, {"sgne": PASSWORD}, check=False)["sgne"]
    found = Reader(ledger, reports.AT, check=False).read("sgne", place)
    assert {(one.box, one.fortune, one.after) for one in found.said} == {
        ("ec000004", Fortune.MOVED, State.DELIVERED),
        ("ec777777", Fortune.MOVED, State.BOUNCED),
    }
    assert reports.states(ledger, "ec000004") == [State.DELIVERED]
    (bounced,) = reports.mail_of(ledger, "ec777777").deliveries
    assert (bounced.state, bounced.answer) == (State.BOUNCED, f'5.1.1 unknown user: "ec777777@{reports.DOMAIN}"')


def test_a_mail_whose_answer_was_lost_is_found_where_it_arrived(ledger: Ledger, imap: Dovecot, relay: Postfix) -> None:
    before = arrived(imap, "ec000004")
    reports.put(ledger, reports.draft("ec000004"), State.SENDING)
    send(relay, ledger, "ec000004")
    Outbox(ledger).move(reports.mail_of(ledger).deliveries[0].id, State.AMBIGUOUS, reports.AT, "the line broke")
    wait_for(lambda: arrived(imap, "ec000004") > before, "the arrival of the mail")
    where = {"host": "localhost", "port": imap.tls, "ca_file": str(imap.ca_file), "username": "{box}*" + MASTER}
    (found,) = settle(ledger, reports.CAMPAIGN, old_server(where, MASTER_PASSWORD), reports.AT)
    assert found.moved
    assert reports.states(ledger) == [State.ACCEPTED]
