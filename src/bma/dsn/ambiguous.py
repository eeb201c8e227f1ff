"""Before a repeat: mails of which nobody knows whether they have arrived are looked for on the old server."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol

from bma.dsn.old_server import Answer, Found
from bma.errors import printable
from bma.mail.owner import Owner, this_process
from bma.store import Delivery, Event, Ledger, MailRecord, Outbox, State, record
from bma.store.evidence import campaigns_of

ASKED = "asked_old_server"
"""Kind of the event that says what the old server has answered."""


class Asked(Protocol):
    """Whoever can say whether a mail is in a box; :class:`~bma.dsn.old_server.OldServer` does."""

    def ask(self, box: str, address: str, mails: Mapping[str, date]) -> dict[str, Answer]: ...


@dataclass(frozen=True)
class Settled:
    """One ambiguous delivery and what was found. ``moved``: it is accepted now, or would be in check mode."""

    box: str
    step: str
    recipient: str
    message_id: str
    answer: Answer
    moved: bool


def ambiguous(
    ledger: Ledger, campaign: str | None, boxes: Collection[str] | None = None, owner: Owner | None = None
) -> list[tuple[MailRecord, Delivery]]:
    """The deliveries to boxes that may have arrived, those that a dead process was sending among them, of one campaign
    or of all.

    Rescue addresses are not on the old server, so it cannot be asked about them.
    """
    campaigns = campaigns_of(ledger) if campaign is None else [campaign]
    outbox = Outbox(ledger)
    mails = (mail for name in campaigns for some in outbox.mails(name, boxes).values() for mail in some)
    return list(_ambiguous(mails, owner or this_process()))


def _ambiguous(mails: Iterable[MailRecord], owner: Owner) -> Iterator[tuple[MailRecord, Delivery]]:
    for mail in mails:
        for delivery in mail.deliveries:
            orphaned = delivery.state is State.SENDING and owner.abandoned(delivery)
            if delivery.role == "box" and (orphaned or delivery.state is State.AMBIGUOUS):
                yield mail, delivery


def settle(
    ledger: Ledger,
    campaign: str | None,
    old: Asked,
    at: datetime,
    *,
    boxes: Collection[str] | None = None,
    owner: Owner | None = None,
    check: bool = False,
) -> list[Settled]:
    """Ask about every ambiguous delivery, and about no other; what is there is accepted.

    What is not there, or could not be asked about, stays as it is: a mail may still be on its way. One connection a
    box; without ambiguous deliveries there is none. In check mode the server is asked and nothing is written.
    """
    found: list[Settled] = []
    by_box: dict[tuple[str, str], list[tuple[MailRecord, Delivery]]] = {}
    for mail, delivery in ambiguous(ledger, campaign, boxes, owner):
        by_box.setdefault((mail.box, delivery.recipient), []).append((mail, delivery))
    for (box, address), open_ones in sorted(by_box.items()):
        answers = old.ask(box, address, {mail.message_id: _since(mail, delivery) for mail, delivery in open_ones})
        for mail, delivery in open_ones:
            found.append(_settled(ledger, mail, delivery, answers[mail.message_id], at, check=check))
    return found


def _since(mail: MailRecord, delivery: Delivery) -> date:
    # A rehearsal may have moved the clock of the ledger; the server goes by its own.
    return min((delivery.sending_at or mail.dated).date(), date.today())


def _settled(
    ledger: Ledger, mail: MailRecord, delivery: Delivery, answer: Answer, at: datetime, *, check: bool
) -> Settled:
    moved = answer.found is Found.THERE
    said = Settled(mail.box, f"{mail.step}.{mail.attempt}", delivery.recipient, mail.message_id, answer, moved)
    if check:
        return said
    if moved:
        moved = Outbox(ledger).move(delivery.id, State.ACCEPTED, at, answer.words)
    detail = f"{said.step} {delivery.role}: {answer.found}: {answer.words}"
    with ledger.writing() as connection:
        record(connection, [Event(at, mail.campaign, mail.box, ASKED, at.date(), detail, mail.id)])
    return replace(said, moved=moved)


def settled_text(found: Collection[Settled]) -> str:
    """For a terminal: a line a mail."""
    if not found:
        return "No mail is ambiguous: nothing was asked\n"
    lines = [f"{len(found)} ambiguous mails were asked about"]
    lines += [f"  {one.box} {one.step}: {one.answer.found}: {printable(one.answer.words)}" for one in found]
    return "\n".join(lines) + "\n"
