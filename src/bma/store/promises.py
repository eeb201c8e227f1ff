"""The dates that holders were told, as the outbox knows them: what the planner asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from bma.store.ledger import Ledger
from bma.store.states import MAY_HAVE_LEFT
from bma.store.tables import DELIVERY, PROMISE


@dataclass(frozen=True)
class MailedPromises:
    """``bma.campaign.promises.Promises`` out of a ledger.

    A date is promised from the moment that the mail which tells it may have left: a mail of which nobody knows
    whether it has arrived counts, one that came back does not.
    """

    ledger: Ledger
    campaign: str

    def announced(self) -> Mapping[str, date]:
        """Box → the date that was last mailed to it."""
        with self.ledger.reading() as connection:
            return announced(connection, self.campaign)


def announced(connection: Connection, campaign: str) -> dict[str, date]:
    """Box → the date that was last mailed to it, inside a transaction."""
    told = (
        select(DELIVERY.c.id)
        .where(DELIVERY.c.mail_id == PROMISE.c.mail_id, DELIVERY.c.state.in_(MAY_HAVE_LEFT))
        .exists()
    )
    rows = connection.execute(
        select(PROMISE.c.box, PROMISE.c.day).where(PROMISE.c.campaign == campaign, told).order_by(PROMISE.c.id)
    )
    return {box: day for box, day in rows}  # noqa: C416 - rows are no pairs to the type checker
