"""Which delivery of ours a report is about: by envelope id first, then by Message-ID and recipient. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bma.dsn.report import Action, Fate, Kind, Report
from bma.dsn.status import unxtext
from bma.store import Delivery, MailRecord

_BEST_FIRST = (
    Action.READ,
    Action.DELIVERED,
    Action.RELAYED,
    Action.EXPANDED,
    Action.DELAYED,
    Action.FAILED,
    Action.ANSWERED,
)


@dataclass(frozen=True)
class Match:
    """What a report says of one delivery."""

    mail: MailRecord
    delivery: Delivery
    fate: Fate


def match(report: Report, mails: Sequence[MailRecord]) -> tuple[list[Match], str]:
    """The deliveries that a report is about, and why there are none when there are none.

    ``mails`` are those of the ledger that the report's envelope ids and Message-IDs lead to.
    """
    if not report.fates:
        return [], _speechless(report)
    enveloped = [
        (mail, delivery) for mail in mails for delivery in mail.deliveries if delivery.envid in set(report.envids)
    ]
    named = _named(report, mails)
    if not enveloped and not named:
        return [], _stranger(report)
    if enveloped and named and {mail.id for mail, _ in enveloped}.isdisjoint(mail.id for mail in named):
        return [], "its envelope id and its Message-ID are of different mails"
    found = _of_envelopes(report.fates, enveloped)
    if not enveloped:
        found = _of_mails(report.fates, named)
    if not found:
        told = ", ".join(sorted({fate.recipient or "nobody" for fate in report.fates})[:3])
        went = ", ".join(sorted({delivery.recipient for mail in named or mails for delivery in mail.deliveries})[:3])
        return [], f"it is about {told}, and the mail that it names went to {went}: was it forwarded?"
    return found, ""


def _speechless(report: Report) -> str:
    return {
        Kind.LETTER: "it is no report: somebody has to read it",
        Kind.UNREADABLE: "it is no message",
        Kind.ODD: "it looks like a bounce and names no recipient",
        Kind.RECEIPT: "it is a receipt that says nothing",
    }.get(report.kind, "it says of nobody what has happened") + (", and it was too large to be read whole" * report.cut)


def _stranger(report: Report) -> str:
    ids = [*report.envids, *(identity for place in report.message_ids for identity in place)]
    if not ids:
        return f"it is a {report.kind} that names no mail"
    more = f" and {len(ids) - 2} more" if len(ids) > 2 else ""
    return f"it is a {report.kind} about a mail that is not in the ledger: {', '.join(ids[:2])}{more}"


def _named(report: Report, mails: Sequence[MailRecord]) -> list[MailRecord]:
    """The mails of the surest place in which the report names some of ours."""
    by_id: Mapping[str, MailRecord] = {mail.message_id: mail for mail in mails}
    for place in report.message_ids:
        found = [by_id[identity] for identity in place if identity in by_id]
        if found:
            # A thread names its whole past; the mail that is answered comes first.
            return found[:1]
    return []


def _of_envelopes(fates: Sequence[Fate], enveloped: Iterable[tuple[MailRecord, Delivery]]) -> list[Match]:
    """An envelope id is of one recipient, so whatever stands alone is about it, whatever its address has become."""
    found = []
    for mail, delivery in enveloped:
        fate = _about(delivery, fates) or (fates[0] if len(fates) == 1 else None)
        if fate is not None:
            found.append(Match(mail, delivery, fate))
    return found


def _of_mails(fates: Sequence[Fate], mails: Sequence[MailRecord]) -> list[Match]:
    found = []
    for mail in mails:
        for delivery in mail.deliveries:
            fate = _about(delivery, fates)
            if fate is not None:
                found.append(Match(mail, delivery, fate))
    return found


def _about(delivery: Delivery, fates: Sequence[Fate]) -> Fate | None:
    """What is said of a delivery's recipient: where it was passed on to several, the best news."""
    ours = [fate for fate in fates if delivery.recipient.casefold() in _addresses(fate)]
    if not ours:
        return None
    best = min(ours, key=lambda fate: _BEST_FIRST.index(fate.action))
    return best if len(ours) == 1 else replace(best, words=f"{best.words} (best of {len(ours)} recipients)".strip())


def _addresses(fate: Fate) -> set[str]:
    said = {fate.recipient, fate.original, unxtext(fate.original)}
    return {address.casefold() for address in said if address}
