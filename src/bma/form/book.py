"""Answers in the ledger: all of them are kept, the latest of a box counts."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from sqlalchemy import Connection, insert, select, text, update

from bma.form.answer import Answer
from bma.store import Event, Ledger, record
from bma.store.form_tables import FORM_ANSWER
from bma.store.tables import EVENT

RECEIVED = "form_received"
UNKNOWN = "password_unknown"
WITHDRAWN = "password_unknown_withdrawn"
"""What a ``password_unknown`` becomes when a later answer says that the password is known after all."""


@dataclass(frozen=True)
class KnownAnswer:
    """An answer as the ledger has it. Contact, phone and rescue address are None when not given, or erased."""

    id: int
    box: str
    answered_at: datetime
    password_unknown: bool
    contact: str | None = field(repr=False)
    phone: str | None = field(repr=False)
    rescue: str | None = field(repr=False)
    source: str
    erased: bool


class AnswerBook:
    """The answers of one campaign. ``zone`` is where the days of answers are counted."""

    def __init__(self, ledger: Ledger, campaign: str, zone: tzinfo) -> None:
        self.ledger = ledger
        self.campaign = campaign
        self.zone = zone

    def latest(self, boxes: Collection[str] | None = None) -> dict[str, KnownAnswer]:
        """Box → the answer that counts; every box of the campaign unless some are named."""
        with self.ledger.reading() as connection:
            return latest(connection, self.campaign, boxes)

    def history(self, box: str) -> list[KnownAnswer]:
        """All answers of a box, the first one first."""
        with self.ledger.reading() as connection:
            return _answers(connection, self.campaign, [box])

    def unknown_to(self, answers: Iterable[tuple[str, Answer]]) -> list[tuple[str, Answer]]:
        """Those that were not imported before."""
        with self.ledger.reading() as connection:
            return self._new(connection, list(answers))

    def add(self, answers: Iterable[tuple[str, Answer]], at: datetime) -> list[tuple[str, Answer]]:
        """Keep the answers that are new, as (box, answer); all of them or none. Mails that wait for one are told."""
        with self.ledger.writing() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("LOCK TABLE form_answer IN SHARE ROW EXCLUSIVE MODE"))
            new = self._new(connection, list(answers))
            if new:
                connection.execute(insert(FORM_ANSWER), [self._row(box, answer, at) for box, answer in new])
                record(connection, [self._event(RECEIVED, box, answer.answered_at, at) for box, answer in new])
                self._passwords(connection, {box for box, _ in new}, at)
        return new

    def _new(self, connection: Connection, answers: list[tuple[str, Answer]]) -> list[tuple[str, Answer]]:
        query = select(FORM_ANSWER.c.digest).where(FORM_ANSWER.c.campaign == self.campaign)
        there = set(connection.scalars(query))
        new = []
        for box, answer in answers:
            digest = answer.digest(box)
            if digest not in there:
                there.add(digest)
                new.append((box, answer))
        return new

    def _row(self, box: str, answer: Answer, at: datetime) -> dict[str, object]:
        return {
            "campaign": self.campaign,
            "box": box,
            "answered_at": answer.answered_at,
            "imported_at": at,
            "password_unknown": answer.password_unknown,
            "contact": answer.contact,
            "phone": answer.phone,
            "rescue": answer.rescue,
            "source": answer.where[-400:],
            "digest": answer.digest(box),
        }

    def _event(self, kind: str, box: str, answered: datetime, at: datetime) -> Event:
        return Event(at, self.campaign, box, kind, answered.astimezone(self.zone).date())

    def _passwords(self, connection: Connection, boxes: Collection[str], at: datetime) -> None:
        """Say anew which of these boxes do not know their password: the latest answer counts, whenever it came in."""
        mine = (EVENT.c.campaign == self.campaign) & (EVENT.c.kind == UNKNOWN)
        waiting = set(connection.scalars(select(EVENT.c.box).where(mine)))
        for box, answer in latest(connection, self.campaign, boxes).items():
            if answer.password_unknown and box not in waiting:
                record(connection, [self._event(UNKNOWN, box, answer.answered_at, at)])
            if not answer.password_unknown and box in waiting:
                connection.execute(update(EVENT).where(mine, EVENT.c.box == box).values(kind=WITHDRAWN))


def latest(connection: Connection, campaign: str, boxes: Collection[str] | None = None) -> dict[str, KnownAnswer]:
    """Box → the answer that counts, inside a transaction."""
    return {answer.box: answer for answer in _answers(connection, campaign, boxes)}


def rescue_addresses(ledger: Ledger, campaign: str, boxes: Collection[str] | None = None) -> dict[str, str]:
    """Box → its rescue address, for those that have one: what mails to ``rescue`` need."""
    with ledger.reading() as connection:
        found = latest(connection, campaign, boxes)
    return {box: answer.rescue for box, answer in found.items() if answer.rescue}


def _answers(connection: Connection, campaign: str, boxes: Collection[str] | None) -> list[KnownAnswer]:
    query = select(FORM_ANSWER).where(FORM_ANSWER.c.campaign == campaign)
    if boxes is not None and len(boxes) <= _FEW:
        query = query.where(FORM_ANSWER.c.box.in_(boxes))
    rows = connection.execute(query.order_by(FORM_ANSWER.c.answered_at, FORM_ANSWER.c.id))
    return [
        KnownAnswer(
            row.id, row.box, row.answered_at, row.password_unknown, row.contact, row.phone, row.rescue, row.source,
            row.erased_at is not None,
        )
        for row in rows
        if boxes is None or row.box in boxes
    ]  # fmt: skip


_FEW = 400
"""From here on one query for all boxes is cheaper than naming them."""
