"""The relay of the lab, spoken to by a client of the standard library."""

from __future__ import annotations

import json
import smtplib
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.cli import main
from lab.smtp import Rule, RuleError, SmtpSink
from lab.smtp.rules import rule_of
from lab.smtp.store import read_mails, relay_of

MAIL = b"Subject: a\r\n\r\n.begins with a dot\r\nends\r\n"


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[SmtpSink]:
    with SmtpSink(tmp_path) as relay:
        yield relay


def client(sink: SmtpSink) -> smtplib.SMTP:
    return smtplib.SMTP("127.0.0.1", sink.port, timeout=10)


def test_what_is_accepted_is_kept_as_it_was_sent(sink: SmtpSink) -> None:
    with client(sink) as smtp:
        smtp.sendmail("a@example.org", ["b@example.org"], MAIL, ["ENVID=x1", "RET=HDRS"], ["NOTIFY=NEVER"])
        assert smtp.has_extn("dsn")
    (mail,) = sink.mails()
    assert (mail.sender, mail.recipients, mail.content) == ("a@example.org", ["b@example.org"], MAIL)
    assert (mail.mail_options[-2:], mail.recipient_options) == (["ENVID=x1", "RET=HDRS"], ["NOTIFY=NEVER"])
    assert read_mails(sink.folder) == [mail]
    relay = relay_of(sink.state_dir)
    assert relay is not None
    assert relay["port"] == sink.port


def test_encryption_and_login(sink: SmtpSink) -> None:
    with client(sink) as smtp:
        smtp.starttls(context=ssl.create_default_context(cafile=str(sink.ca_file)))
        with pytest.raises(smtplib.SMTPAuthenticationError):
            smtp.login("mailer@lab.example", "wrong")
        smtp.login("mailer@lab.example", sink.password())
        smtp.sendmail("a@example.org", ["b@example.org"], MAIL)
    assert (sink.mails()[0].encrypted, sink.mails()[0].login) == (True, "mailer@lab.example")


def test_a_rule_strikes_where_and_as_often_as_it_says(sink: SmtpSink) -> None:
    sink.go_wrong(Rule(at="rcpt", do="reply", code=450, match="b@*", skip=1, times=1))
    with client(sink) as smtp:
        smtp.sendmail("a@example.org", ["b@example.org"], MAIL)
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            smtp.sendmail("a@example.org", ["b@example.org"], MAIL)
        smtp.sendmail("a@example.org", ["c@example.org"], MAIL)
        smtp.sendmail("a@example.org", ["b@example.org"], MAIL)
    assert len(sink.mails()) == 3


@pytest.mark.parametrize(("stage", "kept"), [("content", 0), ("stored", 1), ("answered", 1)])
def test_the_line_breaks_before_or_after_the_mail_is_kept(sink: SmtpSink, stage: str, kept: int) -> None:
    sink.go_wrong(Rule(at=stage))
    smtp = client(sink)

    def twice() -> None:
        for _ in range(2):
            smtp.sendmail("a@example.org", ["b@example.org"], MAIL)

    with pytest.raises(smtplib.SMTPServerDisconnected):
        twice()
    assert len(sink.mails()) == kept


def test_the_line_breaks_at_a_byte(sink: SmtpSink) -> None:
    sink.go_wrong(Rule(at="in", bytes=10), Rule(at="out", bytes=3, skip=1))
    with pytest.raises(smtplib.SMTPServerDisconnected):
        client(sink).ehlo("a-long-name.example.org")
    with pytest.raises((smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError, ConnectionError)):
        client(sink).ehlo()
    with client(sink) as smtp:
        smtp.sendmail("a@example.org", ["b@example.org"], MAIL)
    assert len(sink.mails()) == 1


def test_rules_are_changed_from_outside_while_it_runs(sink: SmtpSink) -> None:
    (sink.folder / "rules.json").write_text(json.dumps([{"at": "mail", "do": "reply", "code": 421}]))
    with pytest.raises(smtplib.SMTPSenderRefused), client(sink) as smtp:
        smtp.sendmail("a@example.org", ["b@example.org"], MAIL)
    sink.reset()
    with client(sink) as smtp:
        smtp.sendmail("a@example.org", ["b@example.org"], MAIL)


ODD = (
    {},
    {"at": "nowhere"},
    {"at": "in", "do": "reply"},
    {"at": "mail", "code": 99},
    {"at": "mail", "x": 1},
    {"at": 1},
)


@pytest.mark.parametrize("said", ODD)
def test_a_rule_that_means_nothing_is_refused(said: dict[str, object]) -> None:
    with pytest.raises(RuleError):
        rule_of(said)


def test_the_command_starts_shows_and_spoils_the_relay(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    directory = str(tmp_path / "lab")

    def lab(*words: str) -> str:
        assert main([*words, "--dir", directory]) == 0
        return capsys.readouterr().out

    started = lab("up", "--https-port", "0", "--http-port", "0")
    try:
        relay = json.loads(lab("status", "--json"))["smtp"]
        assert f"relay localhost:{relay['port']}" in started
        assert f"smtp     localhost:{relay['port']}" in lab("status")
        rules = tmp_path / "rules.json"
        rules.write_text('[{"at": "rcpt", "do": "reply", "code": 550}]')
        assert json.loads(lab("smtp", str(rules)))["code"] == 550
        with smtplib.SMTP("127.0.0.1", relay["port"], timeout=10) as smtp:
            with pytest.raises(smtplib.SMTPRecipientsRefused):
                smtp.sendmail("a@example.org", ["b@example.org"], MAIL)
            smtp.sendmail("a@example.org", ["b@example.org"], MAIL)
        assert lab("smtp", "--clear") == ""
        assert json.loads(lab("mails", "--json"))["recipients"] == ["b@example.org"]
        lab("reset")
        assert lab("mails") == ""
    finally:
        lab("down")
    assert main(["smtp", str(tmp_path / "nothing"), "--dir", directory]) == 1
    rules.write_text('[{"at": "nowhere"}]')
    assert main(["smtp", str(rules), "--dir", directory]) == 1
    assert "at: 'nowhere' is not one of connect" in capsys.readouterr().err
