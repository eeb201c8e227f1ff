"""The lives of passwords in the ledger: every step is on the disk before the next is taken."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from bma.password.faults import PasswordError
from bma.password.record import CAMPAIGN, ENDED, LIVE, PasswordRecord, sources
from bma.store import Event, Ledger, record
from bma.store.password_tables import PASSWORD, Life

_TIMES = {
    Life.HELD: "held_at",
    Life.SET: "set_at",
    Life.DELIVERED: "delivered_at",
    Life.DESTROYED: "ended_at",
    Life.FAILED: "ended_at",
    Life.SUPERSEDED: "ended_at",
}
_COLUMNS = [PASSWORD.c[field.name] for field in fields(PasswordRecord)]


@dataclass(frozen=True)
class Request:
    """A password that is wanted. ``approval``: the digest of the approval that is used up for it."""

    box: str
    purpose: str = CAMPAIGN
    deliver: str = CAMPAIGN
    requester: str | None = None
    approver: str | None = None
    approval: str | None = None


def _over(item: PasswordRecord) -> bool:
    """Whether whoever has it in hand has had all the time that it can need; by the real clock, as processes live."""
    return item.lease_until is None or item.lease_until < datetime.now(UTC)


class PasswordBook:
    """The passwords of one campaign. All methods are transactions of their own."""

    def __init__(self, ledger: Ledger, campaign: str) -> None:
        self.ledger = ledger
        self.campaign = campaign

    def all(self, boxes: Collection[str] | None = None) -> dict[str, list[PasswordRecord]]:
        """Box → its passwords in the order of their numbers; every box of the campaign unless some are named."""
        with self.ledger.reading() as connection:
            return self._all(connection, boxes)

    def of(self, reference: str) -> PasswordRecord | None:
        """The password of a reference."""
        with self.ledger.reading() as connection:
            row = connection.execute(select(*_COLUMNS).where(PASSWORD.c.reference == reference)).one_or_none()
            return None if row is None else _record(row)

    def plan(
        self, requests: Iterable[Request], at: datetime, abandoned: Callable[[PasswordRecord], bool] = _over
    ) -> list[PasswordRecord]:
        """Write down that these boxes are to get a password, unless they have one that is still wanted.

        A request that is no campaign's takes the place of every password the box has. ``abandoned`` tells whether the
        process that is setting one is gone. Raises :class:`~bma.password.faults.PasswordError` for an approval that was
        used before, and for a password that a living process is setting.
        """
        planned = []
        with self.ledger.writing() as connection:
            self._alone(connection)
            for request in requests:
                there = self._all(connection, [request.box]).get(request.box, [])
                live = [other for other in there if other.live]
                if live and request.purpose == CAMPAIGN:
                    continue
                for other in live:
                    self._supersede(connection, other, at, abandoned)
                planned.append(self._insert(connection, request, len(there) + 1, at))
        return planned

    def move(
        self, item: PasswordRecord, target: Life, at: datetime, answer: str | None = None, owner: str | None = None
    ) -> bool:
        """Write down the next state; False, and nothing is written, when it is not where ``item`` says any more.

        ``owner``: who must hold it for that.
        """
        with self.ledger.writing() as connection:
            return self._move(connection, item, target, at, answer, owner)

    def claim(self, item: PasswordRecord, owner: str, until: datetime, at: datetime) -> bool:
        """Take a password in hand before it is given to Exchange; False when somebody else was faster."""
        values = {"owner": owner, "lease_until": until}
        condition = PASSWORD.c.state == item.state
        if item.state is Life.SETTING:
            # Whoever had it in hand is gone: only one may take it over.
            condition &= PASSWORD.c.owner == item.owner
            condition &= PASSWORD.c.lease_until == item.lease_until
        with self.ledger.writing() as connection:
            done = connection.execute(
                update(PASSWORD).where(PASSWORD.c.id == item.id, condition).values(state=Life.SETTING, **values)
            )
            if done.rowcount == 1 and item.state is not Life.SETTING:
                self._tell(connection, item, Life.SETTING, at, None)
            return done.rowcount == 1

    def to_erase(self) -> list[PasswordRecord]:
        """Those whose life is over and that may still be held, of every campaign."""
        query = select(*_COLUMNS).where(PASSWORD.c.state.in_(ENDED), PASSWORD.c.erased_at.is_(None))
        with self.ledger.reading() as connection:
            return [_record(row) for row in connection.execute(query)]

    def erased(self, item: PasswordRecord, at: datetime) -> None:
        """Write down that what was held is gone."""
        with self.ledger.writing() as connection:
            connection.execute(update(PASSWORD).where(PASSWORD.c.id == item.id).values(erased_at=at))

    def _all(self, connection: Connection, boxes: Collection[str] | None) -> dict[str, list[PasswordRecord]]:
        query = select(*_COLUMNS).where(PASSWORD.c.campaign == self.campaign).order_by(PASSWORD.c.number)
        if boxes is not None and len(boxes) <= _FEW:
            query = query.where(PASSWORD.c.box.in_(boxes))
        found: dict[str, list[PasswordRecord]] = {}
        for row in connection.execute(query):
            if boxes is None or row.box in boxes:
                found.setdefault(row.box, []).append(_record(row))
        return found

    @staticmethod
    def _alone(connection: Connection) -> None:
        """Two that plan at once must see each other's passwords; SQLite lets one write at a time anyway."""
        if connection.dialect.name == "postgresql":
            connection.execute(text("LOCK TABLE password IN SHARE ROW EXCLUSIVE MODE"))

    def _supersede(
        self, connection: Connection, item: PasswordRecord, at: datetime, abandoned: Callable[[PasswordRecord], bool]
    ) -> None:
        if item.state is Life.SETTING and not abandoned(item):
            raise PasswordError(
                f"{item.box}: another process is setting a password of it right now", hint="Wait until it has ended"
            )
        self._move(connection, item, Life.SUPERSEDED, at, "another password takes its place", None)

    def _insert(self, connection: Connection, request: Request, number: int, at: datetime) -> PasswordRecord:
        # The random part tells it from what another ledger of the same campaign holds in the same place.
        reference = f"{self.campaign}.{request.box}.{number}.{secrets.token_hex(4)}"
        values = {
            "campaign": self.campaign,
            "box": request.box,
            "number": number,
            "purpose": request.purpose,
            "deliver": request.deliver,
            "state": Life.PLANNED,
            "reference": reference,
            "requester": request.requester,
            "approver": request.approver,
            "approval": request.approval,
            "planned_at": at,
        }
        try:
            with connection.begin_nested():
                connection.execute(insert(PASSWORD).values(**values))
        except IntegrityError as error:
            if request.approval is None:
                raise
            raise PasswordError(
                f"{request.box}: this approval was used before", hint="Every reset needs an approval of its own"
            ) from error
        row = connection.execute(select(*_COLUMNS).where(PASSWORD.c.reference == reference)).one()
        item = _record(row)
        self._tell(connection, item, Life.PLANNED, at, request.purpose)
        return item

    def _move(
        self,
        connection: Connection,
        item: PasswordRecord,
        target: Life,
        at: datetime,
        answer: str | None,
        owner: str | None,
    ) -> bool:
        if item.state not in sources(target):
            raise ValueError(f"{item.state} is not followed by {target}")
        values: dict[str, Any] = {"state": target, "answer": answer, "owner": None, "lease_until": None}
        if target in _TIMES and not (item.state is Life.SETTING and target is Life.HELD):
            values[_TIMES[target]] = at
        if item.state is Life.DELIVERED and target is Life.SET:
            del values["set_at"]
            values["delivered_at"] = None
        there = update(PASSWORD).where(PASSWORD.c.id == item.id, PASSWORD.c.state == item.state)
        if owner is not None:
            there = there.where(PASSWORD.c.owner == owner)
        if connection.execute(there.values(**values)).rowcount != 1:
            return False
        self._tell(connection, item, target, at, answer)
        return True

    @staticmethod
    def _tell(connection: Connection, item: PasswordRecord, state: Life, at: datetime, answer: str | None) -> None:
        detail = f"{item.number}" + (f": {answer}" if answer else "")
        record(connection, [Event(at, item.campaign, item.box, f"password_{state}", at.date(), detail)])


_FEW = 400
"""From here on one query for all boxes is cheaper than naming them."""


def live_of(items: Iterable[PasswordRecord]) -> PasswordRecord | None:
    """The one password of a box that may still be wanted."""
    return next((item for item in reversed(list(items)) if item.state in LIVE), None)


def _record(row: Any) -> PasswordRecord:
    return PasswordRecord(**{**row._mapping, "state": Life(row.state)})
