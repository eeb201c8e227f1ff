"""Bytes from the mailbox of reports → what they say. Any bytes: what cannot be read is a report of that kind."""

from __future__ import annotations

import re

from bma.dsn.mime import Head, Message, fields_of, one_line, readable, split_head, take_apart
from bma.dsn.odd import odd_fates
from bma.dsn.report import Action, Fate, Kind, Report
from bma.dsn.status import delivery_status, disposition, message_ids, unix

_STATUS_TYPES = {"message/delivery-status", "message/global-delivery-status"}
_RECEIPT_TYPES = {"message/disposition-notification", "message/global-disposition-notification"}
_RETURNED_TYPES = {
    "message/rfc822",
    "message/rfc822-headers",
    "message/global",
    "message/global-headers",
    "text/rfc822-headers",
    "text/rfc822-header",
}
_ENVELOPE_FIELDS = ("to", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "return-path")
_ENVID = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9]{1,40}-[0-9a-f]{24}(?![A-Za-z0-9])")
_ROBOTS = re.compile(r"(?i)\b(mailer-?daemon|postmaster|mail-?daemon|microsoftexchange[0-9a-f]{32})@|^<>$")
_AUTOMATIC = re.compile(
    r"(?i)^\s*(r[ée]ponse automatique|message d'absence|absence du bureau|automatic reply|auto(matic)? ?response|"
    r"out of (the )?office|automatisch antwoord|afwezig)"
)
_QUOTED_ID = re.compile(r"(?im)^[ \t>]{0,20}message-id:[ \t]{0,20}(<[^<>\s@]{1,250}@[^<>\s@]{1,250}>)")
_MOST_TEXT = 128 * 1024
_MOST_IDS, _MOST_RETURNED = 50, 5


def read_report(content: bytes) -> Report:
    """What a message says. Never raises."""
    message = take_apart(content)
    head = message.head
    if not head.fields:
        return Report(Kind.UNREADABLE, cut=message.cut)
    kind, fates, envids, ids = _said(message)
    returned = _returned(message)
    places = (
        ids,
        tuple(text for each in returned for text in message_ids(each.get("message-id")))[:_MOST_IDS],
        message_ids(head.get("in-reply-to")),
        message_ids(head.get("references"))[::-1],
        _quoted(message) if kind is Kind.ODD else (),
    )
    return Report(
        kind,
        fates,
        tuple(dict.fromkeys([*envids, *_envelope_ids([head, *returned])]))[:_MOST_IDS],
        tuple(place for place in dict.fromkeys(places) if place),
        readable(head.get("from")),
        readable(head.get("subject")),
        message.cut,
    )


def _said(message: Message) -> tuple[Kind, tuple[Fate, ...], list[str], tuple[str, ...]]:
    """Kind, fates, envelope ids and Message-IDs, from the parts that are for machines where there are any."""
    fates: list[Fate] = []
    envids: list[str] = []
    for part in message.parts:
        if part.head.media_type in _STATUS_TYPES:
            envid, said = delivery_status(part.content)
            fates += said
            envids += [envid] if envid else []
        elif part.head.media_type in _RECEIPT_TYPES:
            ids, read = disposition(part.content)
            return Kind.RECEIPT, read, [], ids
    if fates:
        return Kind.DELIVERY, tuple(fates), envids, ()
    return (*_without_status(message), envids, ())


def _without_status(message: Message) -> tuple[Kind, tuple[Fate, ...]]:
    head = message.head
    robot = _from_robot(head) or any(part.report == "delivery-status" for part in message.parts)
    automatic = _automatic(head)
    if robot or (automatic and not _answers(head)) or head.get("return-path").strip() == "<>":
        found = odd_fates(message)
        if found:
            return Kind.ODD, found
    if automatic:
        sender = re.search(r"[^\s<>\"]{1,64}@[^\s<>\"]{1,190}", head.get("from"))
        recipient = one_line(sender[0]) if sender else ""
        return Kind.AUTOMATIC, (
            Fate(recipient, Action.ANSWERED, words=f"automatic reply: {readable(head.get('subject'))}"),
        )
    return (Kind.ODD if robot else Kind.LETTER), ()


def _from_robot(head: Head) -> bool:
    return bool(head.get("x-failed-recipients")) or bool(_ROBOTS.search(head.get("from")[:1000]))


def _answers(head: Head) -> bool:
    return bool(head.get("in-reply-to") or head.get("references"))


def _automatic(head: Head) -> bool:
    """Whether no person has written it: RFC 3834, and what programs said before it."""
    said = head.get("auto-submitted").strip().lower()
    if said and not said.startswith("no"):
        return True
    if any(head.get(name) for name in ("x-autoreply", "x-autorespond", "x-autoreply-from", "x-mail-autoreply")):
        return True
    return "auto" in head.get("precedence").lower()[:40] or bool(_AUTOMATIC.match(readable(head.get("subject"))))


def _returned(message: Message) -> list[Head]:
    """The headers of the mails that are sent back."""
    found = []
    for part in message.parts:
        if part.head.media_type in _RETURNED_TYPES:
            text = unix(part.content[:_MOST_TEXT])
            head, _ = split_head(text)
            found.append(head if head.fields else fields_of(text))
            if len(found) == _MOST_RETURNED:
                break
    return found


def _envelope_ids(heads: list[Head]) -> list[str]:
    """Envelope ids that stand in addresses that reports are sent to."""
    return [
        found
        for head in heads
        for name in _ENVELOPE_FIELDS
        for value in head.all(name)[:20]
        for found in _ENVID.findall(value[:2000])
    ]


def _quoted(message: Message) -> tuple[str, ...]:
    """Message-IDs in the header of a mail that is quoted in a text."""
    texts = (part.text[:_MOST_TEXT] for part in message.parts if part.head.media_type.startswith("text/"))
    found = [identity for text in texts for identity in _QUOTED_ID.findall(text)]
    return tuple(dict.fromkeys(identity for identity in found if identity.isprintable()))[:_MOST_IDS]
