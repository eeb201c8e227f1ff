"""What comes back about mails that have left: each message moves the ledger once, however often it is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, select

from bma.store.events import Event, record
from bma.store.ledger import Ledger
from bma.store.mails import Delivery, MailRecord
from bma.store.outbox import _mails, _moved
from bma.store.states import FOLLOWS, State
from bma.store.tables import DELIVERY, EVENT, MAIL


class Effect(StrEnum):
    """``EARLY``: the mail is being sent this moment, so the report must be read again later. ``DENIED``: the ledger
    says that the mail never left."""

    MOVED = "moved"
    NOTED = "noted"
    KNOWN = "known"
    EARLY = "early"
    DENIED = "denied"


@dataclass(frozen=True)
class Evidence:
    """``kind``: that of the event, such as ``report_failed``. ``digest`` names the message that says it; ``words``
    are what it says, on one line. ``target``: the state that it proves, None when it proves none."""

    kind: str
    target: State | None
    digest: str
    words: str

    def detail(self, role: str) -> str:
        """What the event says."""
        return f"{self.digest} {role}: {self.words}"


def mails_of(ledger: Ledger, envids: Sequence[str], message_ids: Sequence[str]) -> list[MailRecord]:
    """The mails of these envelope ids and Message-IDs, in whatever campaign; at most a few hundred may be named."""
    if not envids and not message_ids:
        return []
    enveloped = select(DELIVERY.c.mail_id).where(DELIVERY.c.envid.in_(envids))
    with ledger.reading() as connection:
        found = _mails(connection, MAIL.c.id.in_(enveloped) | MAIL.c.message_id.in_(message_ids))
    return [mail for mails in found.values() for mail in mails]


def campaigns_of(ledger: Ledger) -> list[str]:
    """The campaigns that the ledger has mails of."""
    with ledger.reading() as connection:
        return list(connection.execute(select(MAIL.c.campaign).distinct().order_by(MAIL.c.campaign)).scalars())


def effect_of(state: State, target: State | None) -> Effect:
    """What evidence for ``target`` does to a delivery in ``state``, when it is new."""
    if state is State.SENDING:
        return Effect.EARLY
    if state in {State.PLANNED, State.FAILED, State.WITHDRAWN}:
        return Effect.DENIED
    return Effect.MOVED if target is not None and target in FOLLOWS[state] else Effect.NOTED


def known(ledger: Ledger, mail: MailRecord, delivery: Delivery, evidence: Evidence) -> bool:
    """Whether the ledger has this very evidence."""
    with ledger.reading() as connection:
        return _known(connection, mail, delivery.role, evidence.digest)


def record_evidence(
    ledger: Ledger, mail: MailRecord, delivery: Delivery, evidence: Evidence, at: datetime
) -> tuple[Effect, State]:
    """Write evidence down, and move the delivery where it proves another state; its effect and the state before.

    One transaction: the ledger has all of it, or nothing of it.
    """
    with ledger.writing() as connection:
        row = connection.execute(
            # Two who read the same mailbox: the second waits here, and finds it known.
            select(DELIVERY.c.state).where(DELIVERY.c.id == delivery.id).with_for_update()
        ).one_or_none()
        if row is None:
            return Effect.DENIED, delivery.state
        state = State(row.state)
        if _known(connection, mail, delivery.role, evidence.digest):
            return Effect.KNOWN, state
        effect = effect_of(state, evidence.target)
        if effect is Effect.MOVED and evidence.target is not None:
            _moved(connection, delivery.id, evidence.target, at, answer=evidence.words)
        if effect in {Effect.MOVED, Effect.NOTED}:
            detail = evidence.detail(delivery.role)
            record(connection, [Event(at, mail.campaign, mail.box, evidence.kind, at.date(), detail, mail.id)])
        return effect, state


def _known(connection: Connection, mail: MailRecord, role: str, digest: str) -> bool:
    query = select(EVENT.c.id).where(
        EVENT.c.campaign == mail.campaign,
        EVENT.c.box == mail.box,
        EVENT.c.mail_id == mail.id,
        EVENT.c.detail.startswith(f"{digest} {role}:", autoescape=True),
    )
    return connection.execute(query.limit(1)).first() is not None
