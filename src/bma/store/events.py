"""What has happened to boxes, in order. Mails that wait for an event are due from the day of the first one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, insert, select

from bma.store.tables import EVENT

WAIVED = "waived"
"""An operator has decided that the box goes without a mail; ``detail`` is the step."""


@dataclass(frozen=True)
class Event:
    """``kind``: an event of campaign files (``form_received`` …), ``waived``, or ``mail_…`` for the life of a mail."""

    at: datetime
    campaign: str
    box: str
    kind: str
    day: date
    detail: str = ""
    mail_id: int | None = None


def record(connection: Connection, events: Iterable[Event]) -> None:
    """Write down events, in order."""
    rows = [
        {
            "at": event.at,
            "campaign": event.campaign,
            "box": event.box,
            "kind": event.kind,
            "day": event.day,
            "detail": event.detail,
            "mail_id": event.mail_id,
        }
        for event in events
    ]
    if rows:
        connection.execute(insert(EVENT), rows)


def events_of(connection: Connection, campaign: str, kinds: Sequence[str] = (), box: str | None = None) -> list[Event]:
    """The events of a campaign in order, all kinds and boxes unless said otherwise."""
    query = select(EVENT).where(EVENT.c.campaign == campaign).order_by(EVENT.c.id)
    if kinds:
        query = query.where(EVENT.c.kind.in_(kinds))
    if box is not None:
        query = query.where(EVENT.c.box == box)
    return [
        Event(row.at, row.campaign, row.box, row.kind, row.day, row.detail, row.mail_id)
        for row in connection.execute(query)
    ]
