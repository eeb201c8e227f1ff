"""What reports of many forms say."""

from __future__ import annotations

import pytest

from bma.dsn.reading import read_report
from bma.dsn.report import Action, Fate, Kind
from bma.dsn.status import mailbox
from bma.store import State
from tests.unit.dsn import reports

BOX = f"ec000004@{reports.DOMAIN}"


def test_postfix_says_who_what_and_which() -> None:
    said = read_report(reports.postfix([reports.recipient(BOX)], reports.envid(), reports.identity()))
    assert (said.kind, said.envids, said.message_ids) == (
        Kind.DELIVERY,
        (reports.envid(),),
        ((reports.identity(),),),
    )
    assert said.fates == (Fate(BOX, Action.FAILED, "5.1.1", "unknown user", BOX),)


@pytest.mark.parametrize("inner", [True, False])
def test_exchange_in_french(inner: bool) -> None:
    said = read_report(reports.exchange(BOX, reports.identity(), inner=inner))
    assert said.kind is Kind.DELIVERY
    assert said.message_ids == ((reports.identity(),),)
    assert said.subject == "Non remis : Migration de votre boîte"
    (fate,) = said.fates
    assert (fate.recipient, fate.action, fate.status) == (BOX, Action.FAILED, "5.1.10")
    assert fate.words.endswith("Recipient not found by SMTP address lookup")
    assert fate.told.count("5.1.10") == 1


@pytest.mark.parametrize(
    ("action", "status", "expected", "state"),
    [
        ("failed", "5.1.1", Action.FAILED, State.BOUNCED),
        ("failed", "4.4.7", Action.FAILED, State.BOUNCED),
        ("FAILED (permanently)", "5.0.0", Action.FAILED, State.BOUNCED),
        ("delayed", "4.4.1", Action.DELAYED, State.ACCEPTED),
        ("delivered", "2.0.0", Action.DELIVERED, State.DELIVERED),
        ("relayed", "2.0.0", Action.RELAYED, State.ACCEPTED),
        ("expanded", "2.0.0", Action.EXPANDED, State.ACCEPTED),
        ("verschwunden", "5.0.0", Action.FAILED, State.BOUNCED),
        ("", "4.2.2 (mailbox full)", Action.DELAYED, State.ACCEPTED),
    ],
)
def test_actions(action: str, status: str, expected: Action, state: State) -> None:
    (fate,) = read_report(reports.postfix([reports.recipient(BOX, action, status)])).fates
    assert fate.action is expected
    assert fate.action.target is state


def test_a_recipient_of_whom_nothing_is_said_is_left_out() -> None:
    both = [reports.recipient(BOX, "", "unclear"), reports.recipient("other@example.org", "delivered", "2.0.0")]
    assert [fate.recipient for fate in read_report(reports.postfix(both)).fates] == ["other@example.org"]


def test_several_recipients_keep_their_own_fate() -> None:
    both = [reports.recipient(BOX), reports.recipient("other@example.org", "delivered", "2.0.0")]
    fates = read_report(reports.postfix(both)).fates
    assert [(fate.recipient, fate.action) for fate in fates] == [
        (BOX, Action.FAILED),
        ("other@example.org", Action.DELIVERED),
    ]


def test_a_status_in_base64_is_read() -> None:
    import base64

    inner = "Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@example.org\nAction: failed\nStatus: 5.1.1\n"
    said = read_report(
        reports.lines(
            "From: x@example.org",
            "Content-Type: multipart/report; boundary=b",
            "",
            "--b",
            "Content-Type: message/delivery-status",
            "Content-Transfer-Encoding: base64",
            "",
            base64.b64encode(inner.encode()).decode(),
            "--b--",
        )
    )
    assert [fate.recipient for fate in said.fates] == ["a@example.org"]


def test_a_report_inside_a_returned_mail_is_not_ours() -> None:
    quoted = reports.postfix([reports.recipient(BOX)], reports.envid(), reports.identity()).decode()
    said = read_report(
        reports.lines(
            "From: person@example.org", "Content-Type: multipart/mixed; boundary=outer", "", "--outer",
            "Content-Type: message/rfc822", "", quoted, "--outer--",
        )
    )  # fmt: skip
    assert (said.kind, said.fates) == (Kind.LETTER, ())


def test_the_envelope_id_in_the_address_that_the_report_came_to() -> None:
    to = f"bounces+{reports.envid()}@example.org"
    assert reports.envid() in read_report(reports.postfix([reports.recipient(BOX)], to=to)).envids


@pytest.mark.parametrize(
    ("how", "action"),
    [
        ("displayed", Action.READ),
        ("deleted", Action.READ),
        ("displayed/error", Action.READ),
        ("denied", Action.ANSWERED),
    ],
)
def test_read_receipts(how: str, action: Action) -> None:
    said = read_report(reports.receipt(BOX, reports.identity(), how))
    assert said.kind is Kind.RECEIPT
    assert said.message_ids[0] == (reports.identity(),)
    assert [(fate.recipient, fate.action) for fate in said.fates] == [(BOX, action)]


def test_vacations_are_no_bounces() -> None:
    said = read_report(reports.vacation(BOX, reports.identity()))
    assert (said.kind, said.fates[0].action, said.fates[0].recipient) == (Kind.AUTOMATIC, Action.ANSWERED, BOX)
    assert said.fates[0].action.target is State.ACCEPTED


@pytest.mark.parametrize("field", ["Auto-Submitted: auto-generated", "Precedence: auto_reply", "X-Autoreply: yes"])
def test_other_signs_of_an_automatic_reply(field: str) -> None:
    content = reports.lines(f"From: {BOX}", "Subject: Re", field, f"In-Reply-To: {reports.identity()}", "", "x")
    assert read_report(content).kind is Kind.AUTOMATIC


def test_a_bounce_of_a_form_of_its_own() -> None:
    said = read_report(reports.qmail(BOX, reports.identity()))
    assert said.kind is Kind.ODD
    assert [(fate.recipient, fate.action) for fate in said.fates] == [(BOX, Action.FAILED)]
    assert said.message_ids == ((reports.identity(),),)


def test_a_letter_that_quotes_a_bounce_is_a_letter() -> None:
    quoted = reports.qmail(BOX, reports.identity()).replace(b"Return-Path: <>\r\n", b"")
    quoted = quoted.replace(b"MAILER-DAEMON@qmail.example.org", b"direction@example.org")
    assert read_report(quoted).kind is Kind.LETTER


@pytest.mark.parametrize(
    ("field", "address"),
    [
        ("rfc822; a@example.org", "a@example.org"),
        ("RFC822;<a@example.org>", "a@example.org"),
        ("a@example.org", "a@example.org"),
        ("utf-8; \\x{E9}cole@example.org", "école@example.org"),
        ("utf-8; \\x{D800}\\x{FFFFFF}@example.org", "??@example.org"),
        ("x400; /G=A/S=B/", ""),
        ("rfc822; nobody", ""),
        ("", ""),
    ],
)
def test_recipient_fields(field: str, address: str) -> None:
    assert mailbox(field) == address


def test_what_is_told_is_one_line_without_control_characters() -> None:
    words = "550 no\r\n\tsuch \x1b[31muser\x07\u202e " + "x" * 500
    (fate,) = read_report(reports.postfix([reports.recipient(BOX, words=words)])).fates
    assert fate.words.isprintable()
    assert len(fate.words) <= 300
    assert "\\x1b[31muser" in fate.words
