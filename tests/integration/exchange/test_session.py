"""One session over the real wire: ways in, ways to be refused, and every trap between the two."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bma.exchange.clixml import WireObject
from bma.exchange.connection import Connection
from bma.exchange.faults import NoSessionError, SessionLostError
from bma.exchange.session import Session
from bma.resources.commands import Command, Secret, WriteRefusedError
from lab import ExchangeLab

pytestmark = pytest.mark.wire

Connect = Callable[..., Connection]
EVERYTHING = Command("Get-Mailbox", {"ResultSize": "Unlimited"})


def run(connection: Connection, *pipeline: Command, seconds: float = 30):
    session = Session(connection)
    try:
        return session.run(*pipeline, seconds=seconds)
    finally:
        session.close()


def seed(exchange: ExchangeLab, count: int) -> None:
    exchange.seed({"name": f"ec{n:06d}", "address": f"ec{n:06d}@adm.cfwb.be"} for n in range(1, count + 1))


@pytest.mark.parametrize(("scheme", "auth"), [("https", "basic"), ("https", "negotiate"), ("http", "negotiate")])
def test_ways_in(exchange: ExchangeLab, connect: Connect, scheme: str, auth: str) -> None:
    seed(exchange, 3)
    uri = exchange.https_uri if scheme == "https" else exchange.http_uri
    answer = run(connect(uri=uri, auth=auth), EVERYTHING)
    assert sorted(mailbox.get("Name") for mailbox in answer.objects) == ["ec000001", "ec000002", "ec000003"]


def test_collections_arrive_as_lists(exchange: ExchangeLab, connect: Connect) -> None:
    seed(exchange, 1)
    (mailbox,) = run(connect(), EVERYTHING).objects
    assert isinstance(mailbox, WireObject)
    assert mailbox.get("EmailAddresses") == ["SMTP:ec000001@adm.cfwb.be"]
    assert len(mailbox.properties) == 228


def test_two_cmdlets_in_one_pipeline(exchange: ExchangeLab, connect: Connect) -> None:
    seed(exchange, 3)
    answer = run(connect(), EVERYTHING, Command("Get-MailboxRegionalConfiguration"))
    assert len(answer.objects) == 3
    assert all("TimeZone" in item for item in answer.objects)


def test_an_error_that_does_not_end_the_pipeline_is_seen(connect: Connect) -> None:
    answer = run(connect(), Command("Get-Mailbox", {"Identity": "nobody"}))
    (error,) = answer.errors
    assert error.absent
    assert "nobody" in str(error)
    assert "\n" not in str(error)


def test_a_warning_is_text(exchange: ExchangeLab, connect: Connect) -> None:
    seed(exchange, 1)
    answer = run(connect(), Command("Set-Mailbox", {"Identity": "ec000001", "ForwardingSmtpAddress": None}))
    assert answer.errors == ()
    assert "no settings of" in answer.warnings[0]


def test_a_secret_arrives_encrypted_and_is_journalled_masked(exchange: ExchangeLab, connect: Connect) -> None:
    new = {
        "Name": "ec000009",
        "UserPrincipalName": "ec000009@adm.cfwb.be",
        "Password": Secret("Correct-Horse-9"),
        "PrimarySmtpAddress": "ec000009@adm.cfwb.be",
    }
    assert run(connect(), Command("New-Mailbox", new)).errors == ()
    (record,) = [line for line in exchange.journal() if line["cmdlet"] == "New-Mailbox"]
    assert record["parameters"]["Password"] == "***"
    assert not any(b"Correct-Horse" in path.read_bytes() for path in exchange.state_dir.iterdir() if path.is_file())


def test_a_read_only_session_sends_no_other_verb(exchange: ExchangeLab, connect: Connect) -> None:
    seed(exchange, 1)
    session = Session(connect(read_only=True))
    before = exchange.counters()["http_requests"]
    for cmdlet in ("Set-Mailbox", "New-Mailbox", "Remove-Mailbox", "Enable-Mailbox"):
        with pytest.raises(WriteRefusedError, match=cmdlet):
            session.run(Command(cmdlet, {"Identity": "ec000001"}))
    assert exchange.counters()["http_requests"] == before
    session.close()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"password": "wrong"}, "Check exchange_username, exchange_password and exchange_auth"),
        ({"username": "stranger@lab.example"}, "Check exchange_username, exchange_password and exchange_auth"),
        ({"password": "wrong", "auth": "basic"}, "Check exchange_username, exchange_password and exchange_auth"),
        ({"ca_file": None}, "exchange_ca_file"),
        ({"path": "/wsman"}, "path"),
        ({"host": "no-such-host.invalid"}, "is not known"),
        ({"port": 0}, "nothing listens on"),
        ({"plain": True}, "does not speak TLS"),
    ],
)
def test_why_there_is_no_session_is_told_in_one_line(
    exchange: ExchangeLab, connect: Connect, options: dict, told: str
) -> None:
    port = exchange.http_port if options.pop("plain", False) else exchange.https_port
    if options.pop("port", None) == 0:
        port = _free_port()
    host, path = options.pop("host", "localhost"), options.pop("path", "/PowerShell")
    with pytest.raises(NoSessionError) as caught:
        Session(connect(uri=f"https://{host}:{port}{path}", **options))
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "Traceback" not in str(caught.value)


def test_an_account_without_a_role(tmp_path: Path) -> None:
    from bma.exchange.connection import connection  # the fixture's accounts all have a role

    with ExchangeLab(tmp_path / "lab", accounts={"nobody@lab.example": "none"}) as exchange:
        who = exchange.account("nobody")
        options = {"uri": exchange.https_uri, "auth": "basic", "username": who.name, "password": who.password()}
        with pytest.raises(NoSessionError, match="may not use Exchange PowerShell"):
            Session(connection({**options, "ca_file": exchange.ca_file}, read_only=True))


def test_what_the_view_only_account_may_not_do_is_told_by_name(exchange: ExchangeLab, connect: Connect) -> None:
    seed(exchange, 1)
    answer = run(connect(account="audit"), Command("Set-Mailbox", {"Identity": "ec000001", "DisplayName": "x"}))
    assert "Set-Mailbox" in str(answer.errors[0])


@pytest.mark.parametrize("do", ["drop_before_execution", "drop_after_execution", "half_answer"])
@pytest.mark.parametrize("scheme", ["https", "http"])
def test_a_broken_connection_leaves_the_session_broken_and_the_doubt_said(
    exchange: ExchangeLab, connect: Connect, do: str, scheme: str
) -> None:
    seed(exchange, 1)
    exchange.faults.add(do=do, match={"cmdlet": "Get-Mailbox"})
    session = Session(connect(uri=exchange.https_uri if scheme == "https" else exchange.http_uri))
    with pytest.raises(SessionLostError) as caught:
        session.run(EVERYTHING)
    assert caught.value.ran is None
    assert session.broken
    session.close()


def test_a_lost_shell_says_that_nothing_ran(exchange: ExchangeLab, connect: Connect) -> None:
    exchange.faults.add(do="shell_lost", match={"cmdlet": "Get-Mailbox"})
    session = Session(connect())
    with pytest.raises(SessionLostError) as caught:
        session.run(EVERYTHING)
    assert caught.value.ran is False
    session.close()


def test_an_endpoint_that_never_ends_is_left_at_the_deadline(exchange: ExchangeLab, connect: Connect) -> None:
    exchange.faults.add(do="nothing_yet_for_ever", match={"cmdlet": "Get-Mailbox"})
    started = time.monotonic()
    session = Session(connect())
    with pytest.raises(SessionLostError, match="did not end in time"):
        session.run(EVERYTHING, seconds=3)
    assert time.monotonic() - started < 25
    session.close()


def test_many_mailboxes_in_one_answer(exchange: ExchangeLab, connect: Connect) -> None:
    seed(exchange, 1200)
    answer = run(connect(), EVERYTHING)
    assert len(answer.objects) == 1200
    assert run(connect(), Command("Get-Mailbox")).warnings  # without ResultSize: 1000, and a warning


def test_a_closed_session_is_closed_at_the_endpoint(exchange: ExchangeLab, connect: Connect) -> None:
    session = Session(connect())
    assert exchange.counters()["sessions"] == 1
    session.close()
    assert exchange.counters()["sessions"] == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
