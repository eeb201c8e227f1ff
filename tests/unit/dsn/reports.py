"""Reports as servers write them, a ledger with mails that they are about, and boxes to go with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from bma.mail.identity import envelope_id, message_id
from bma.store import Draft, Ledger, MailRecord, Outbox, State, open_ledger

CAMPAIGN = "essai"
AT = datetime(2027, 1, 5, 9, 30, tzinfo=UTC)
DAY = AT.date()
DOMAIN = "adm.example.org"


def identity(box: str = "ec000004", step: str = "announcement", attempt: int = 1) -> str:
    return message_id(CAMPAIGN, box, step, attempt, "example.org")


def envid(box: str = "ec000004", step: str = "announcement", role: str = "box", attempt: int = 1) -> str:
    return envelope_id(identity(box, step, attempt), role)


def draft(box: str, step: str = "announcement", attempt: int = 1, rescue: str | None = None, day: date = DAY) -> Draft:
    recipients = {"box": f"{box}@{DOMAIN}"} | ({"rescue": rescue} if rescue else {})
    return Draft(
        CAMPAIGN,
        box,
        step,
        attempt,
        "sgne",
        identity(box, step, attempt),
        datetime(day.year, day.month, day.day, 8, tzinfo=UTC),
        day,
        date(2027, 1, 25),
        True,
        "Objet",
        b"content",
        "0" * 64,
        None,
        recipients,
        {role: envid(box, step, role, attempt) for role in recipients},
    )


WAYS: dict[State, tuple[State, ...]] = {
    State.PLANNED: (),
    State.SENDING: (State.SENDING,),
    State.ACCEPTED: (State.SENDING, State.ACCEPTED),
    State.FAILED: (State.SENDING, State.FAILED),
    State.AMBIGUOUS: (State.SENDING, State.AMBIGUOUS),
    State.DELIVERED: (State.SENDING, State.ACCEPTED, State.DELIVERED),
    State.BOUNCED: (State.SENDING, State.ACCEPTED, State.BOUNCED),
    State.WITHDRAWN: (State.WITHDRAWN,),
}


def put(
    ledger: Ledger, one: Draft, state: State = State.ACCEPTED, at: datetime = AT, answer: str = "250 2.0.0 Ok"
) -> None:
    """A mail in the ledger, all its deliveries in a state that they have come to step by step."""
    outbox = Outbox(ledger)
    outbox.plan([one], at)
    for delivery in mail_of(ledger, one.box, one.step, one.attempt).deliveries:
        for target in WAYS[state]:
            if target is State.SENDING:
                assert outbox.claim(delivery.id, "nobody 0 0", at, at)
            else:
                assert outbox.move(delivery.id, target, at, answer)


def mail_of(ledger: Ledger, box: str = "ec000004", step: str = "announcement", attempt: int = 1) -> MailRecord:
    mails = Outbox(ledger).mails(CAMPAIGN, [box])[box]
    return next(mail for mail in mails if (mail.step, mail.attempt) == (step, attempt))


def states(ledger: Ledger, box: str = "ec000004", step: str = "announcement", attempt: int = 1) -> list[State]:
    return [delivery.state for delivery in mail_of(ledger, box, step, attempt).deliveries]


def new_ledger(folder: Path) -> Ledger:
    return open_ledger(folder / "ledger.sqlite")


def lines(*said: str) -> bytes:
    return "\r\n".join(said).encode() + b"\r\n"


def recipient(
    address: str,
    action: str = "failed",
    status: str = "5.1.1",
    words: str = "unknown user",
    original: str | None = None,
) -> list[str]:
    first = original or address
    return [
        "",
        f"Final-Recipient: rfc822; {address}",
        f"Original-Recipient: rfc822;{first}" if first else "X-Nothing: none",
        f"Action: {action}",
        f"Status: {status}",
        f"Diagnostic-Code: X-Postfix; {words}",
    ]


def postfix(
    recipients: Sequence[Sequence[str]],
    envelope: str | None = None,
    returned: str | None = None,
    to: str = "bounces@example.org",
) -> bytes:
    """A report in Postfix's form."""
    edge = "EBF8D250FE3.1795357747/relay.example.org"
    return lines(
        "Return-Path: <>",
        f"Delivered-To: {to}",
        "Received: by relay.example.org (Postfix)\r\n\tid 02D60250D05; Tue, 5 Jan 2027 10:29:07 +0100 (CET)",
        "Date: Tue, 5 Jan 2027 10:29:07 +0100 (CET)",
        "From: Mail Delivery System <MAILER-DAEMON@relay.example.org>",
        "Subject: Undelivered Mail Returned to Sender",
        f"To: {to}",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary="{edge}"',
        "Message-Id: <20270105092907.02D60250D05@relay.example.org>",
        "",
        "This is a MIME-encapsulated message.",
        "",
        f"--{edge}",
        "Content-Description: Notification",
        "Content-Type: text/plain; charset=utf-8",
        "",
        "This is the mail system at host relay.example.org.",
        "",
        f"--{edge}",
        "Content-Description: Delivery report",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; relay.example.org",
        *([f"Original-Envelope-Id: {envelope}"] if envelope else []),
        "X-Postfix-Queue-ID: EBF8D250FE3",
        *(line for one in recipients for line in one),
        "",
        *(
            [
                f"--{edge}",
                "Content-Type: text/rfc822-headers",
                "",
                f"Message-ID: {returned}",
                "Subject: Objet",
                "",
            ]
            if returned
            else []
        ),
        f"--{edge}--",
    )


def exchange(address: str, returned: str, action: str = "failed", status: str = "5.1.10", inner: bool = True) -> bytes:
    """A report in Exchange's form, in French: HTML beside text, base64, the mail attached whole or named only."""
    return lines(
        "From: <postmaster@example.org>",
        "To: <sgne@example.org>",
        "Subject: =?iso-8859-1?Q?Non_remis_=3A_Migration_de_votre_bo=EEte?=",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="_outer_"',
        "X-MS-Exchange-Message-Is-Ndr:",
        "Content-Language: fr-BE",
        "Message-ID: <5b1c3f@EX01.example.org>",
        f"In-Reply-To: {returned}",
        f"References: {returned}",
        "Auto-Submitted: auto-generated",
        "",
        "--_outer_",
        'Content-Type: multipart/alternative; boundary="_inner_"',
        "",
        "--_inner_",
        'Content-Type: text/plain; charset="iso-8859-1"',
        "Content-Transfer-Encoding: quoted-printable",
        "",
        "Votre message n'a pas pu =EAtre remis.",
        "--_inner_",
        'Content-Type: text/html; charset="iso-8859-1"',
        "",
        "<p>Échec de la remise</p>",
        "--_inner_--",
        "",
        "--_outer_",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns;EX01.example.org",
        "Received-From-MTA: dns;relay.example.org",
        "Arrival-Date: Tue, 5 Jan 2027 09:29:07 +0000",
        "",
        f"Final-Recipient: rfc822;{address}",
        f"Action: {action}",
        f"Status: {status}",
        "Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.NotFound; Recipient not\r\n found by SMTP address lookup",
        "X-Display-Name: École",
        "",
        *(["--_outer_", "Content-Type: message/rfc822", "", f"Message-ID: {returned}", "", "Bonjour"] if inner else []),
        "--_outer_--",
    )


def receipt(address: str, about: str, how: str = "displayed") -> bytes:
    return lines(
        f"From: {address}",
        "Subject: Lu : Objet",
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=b",
        "",
        "--b",
        "Content-Type: text/plain",
        "",
        "Lu.",
        "--b",
        "Content-Type: message/disposition-notification",
        "",
        "Reporting-UA: poste; Outlook",
        f"Final-Recipient: rfc822;{address}",
        f"Original-Message-ID: {about}",
        f"Disposition: manual-action/MDN-sent-manually; {how}",
        "--b--",
    )


def vacation(sender: str, about: str) -> bytes:
    return lines(
        f"From: Direction <{sender}>",
        "Return-Path: <>",
        "Subject: =?utf-8?q?R=C3=A9ponse_automatique=C2=A0=3A_Objet?=",
        "Auto-Submitted: auto-replied (vacation)",
        f"In-Reply-To: {about}",
        "Content-Type: text/plain; charset=utf-8",
        "",
        "Je suis absent. Final-Recipient: rfc822; nobody@example.org",
    )


def qmail(address: str, about: str) -> bytes:
    return lines(
        "Return-Path: <>",
        "From: MAILER-DAEMON@qmail.example.org",
        "Subject: failure notice",
        "",
        "Hi. This is the qmail-send program at qmail.example.org.",
        "I'm afraid I wasn't able to deliver your message to the following addresses.",
        "",
        f"<{address}>:",
        "Sorry, no mailbox here by that name.",
        "",
        "--- Below this line is a copy of the message.",
        "",
        f"Message-ID: {about}",
        "Subject: Objet",
    )
