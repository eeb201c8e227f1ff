"""The outbox: mails are put into it before anything is sent, and every step of each is written down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Update, bindparam, delete, insert, select, text, update

from bma.store.events import Event, record
from bma.store.ledger import Ledger
from bma.store.mails import Delivery, Draft, MailRecord
from bma.store.states import OPEN, State, sources
from bma.store.tables import ATTACHMENT, DELIVERY, MAIL, PROMISE

_CHUNK = 400
"""Boxes named in one query: databases limit how many parameters a statement has."""

_LIGHT = [column for column in MAIL.c if column.name not in {"content", "planned_at"}]
_ENDS = {State.FAILED, State.DELIVERED, State.BOUNCED, State.WITHDRAWN}


class Outbox:
    """Mails in a ledger. All methods are transactions of their own."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def mails(self, campaign: str, boxes: Collection[str] | None = None) -> dict[str, list[MailRecord]]:
        """Box → its mails in the order in which they were planned; every box of the campaign unless some are named."""
        with self.ledger.reading() as connection:
            if boxes is None:
                return _mails(connection, MAIL.c.campaign == campaign)
            found: dict[str, list[MailRecord]] = {}
            for some in _chunks(sorted(boxes)):
                found |= _mails(connection, (MAIL.c.campaign == campaign) & MAIL.c.box.in_(some))
            return found

    def contents(self, ids: Iterable[int]) -> dict[int, bytes]:
        """Mail → its bytes, with placeholders for secrets."""
        found: dict[int, bytes] = {}
        with self.ledger.reading() as connection:
            for some in _chunks(sorted(ids)):
                rows = connection.execute(_CONTENTS, {"ids": some})
                found |= {row.id: bytes(row.content) for row in rows}
        return found

    def keep(self, files: Mapping[str, bytes]) -> None:
        """Keep the files that mails refer to by their digest."""
        if not files:
            return
        with self.ledger.writing() as connection:
            there = set(connection.scalars(select(ATTACHMENT.c.digest).where(ATTACHMENT.c.digest.in_(files))))
            rows = [{"digest": digest, "content": content} for digest, content in files.items() if digest not in there]
            if rows:
                connection.execute(insert(ATTACHMENT), rows)

    def files(self, digests: Collection[str]) -> dict[str, bytes]:
        """Digest → the file; those that are not kept are absent."""
        with self.ledger.reading() as connection:
            rows = connection.execute(select(ATTACHMENT).where(ATTACHMENT.c.digest.in_(digests)))
            return {row.digest: bytes(row.content) for row in rows}

    def plan(self, drafts: Sequence[Draft], at: datetime) -> None:
        """Put mails into the outbox. One that is there and of which no byte has left is written anew.

        One that has left in part is left as it is: its bytes may not change any more.
        """
        for some in _chunks(list(drafts)):
            with self.ledger.writing() as connection:
                if connection.dialect.name == "postgresql":
                    # Nobody else may plan the same mails, or take one in hand that is being written anew.
                    connection.execute(text("LOCK TABLE mail, delivery IN SHARE ROW EXCLUSIVE MODE"))
                _Planner(connection, at).plan(some)

    def claim(self, delivery: int, owner: str, until: datetime, at: datetime) -> bool:
        """Take a delivery in hand before its bytes are sent; False when somebody else was faster."""
        with self.ledger.writing() as connection:
            return _moved(
                connection,
                delivery,
                State.SENDING,
                at,
                owner=owner,
                lease_until=until,
                sending_at=at,
                tries=True,
            )

    def move(self, delivery: int, target: State, at: datetime, answer: str, owner: str | None = None) -> bool:
        """Write down what became of a delivery, with the words of whoever has told it.

        False, and nothing is written, when its state does not allow it, or when ``owner`` holds it no longer.
        """
        with self.ledger.writing() as connection:
            return _moved(connection, delivery, target, at, held_by=owner, answer=answer)


class _Planner:
    def __init__(self, connection: Connection, at: datetime) -> None:
        self.connection = connection
        self.at = at

    def plan(self, drafts: Sequence[Draft]) -> None:
        there = self._there(drafts)
        for draft in drafts:
            if draft.key in there:
                self._anew(draft, there[draft.key])
            else:
                self._insert(draft)

    def _there(self, drafts: Sequence[Draft]) -> dict[tuple[str, str, str, int], MailRecord]:
        campaigns = {draft.campaign for draft in drafts}
        boxes = {draft.box for draft in drafts}
        found = _mails(self.connection, MAIL.c.campaign.in_(campaigns) & MAIL.c.box.in_(boxes))
        return {(mail.campaign, mail.box, mail.step, mail.attempt): mail for mails in found.values() for mail in mails}

    def _insert(self, draft: Draft) -> None:
        done = self.connection.execute(insert(MAIL).values(**_columns(draft), planned_at=self.at))
        assert done.inserted_primary_key is not None
        self._rest(int(done.inserted_primary_key[0]), draft, "mail_planned")

    def _anew(self, draft: Draft, mail: MailRecord) -> None:
        if not mail.draft:
            return
        recipients = {delivery.role: delivery.recipient for delivery in mail.deliveries}
        open_still = all(delivery.state in OPEN for delivery in mail.deliveries)
        if (
            mail.digest == draft.digest
            and mail.secret == draft.secret
            and recipients == draft.recipients
            and open_still
        ):
            return
        self.connection.execute(update(MAIL).where(MAIL.c.id == mail.id).values(**_columns(draft)))
        self.connection.execute(delete(DELIVERY).where(DELIVERY.c.mail_id == mail.id))
        self.connection.execute(delete(PROMISE).where(PROMISE.c.mail_id == mail.id))
        self._rest(mail.id, draft, "mail_rewritten")

    def _rest(self, mail_id: int, draft: Draft, kind: str) -> None:
        rows = [
            {
                "mail_id": mail_id,
                "role": role,
                "recipient": recipient,
                "envid": draft.envids[role],
                "state": State.PLANNED,
                "tries": 0,
            }
            for role, recipient in draft.recipients.items()
        ]
        self.connection.execute(insert(DELIVERY), rows)
        if draft.announces and draft.cut_over is not None:
            row = {"mail_id": mail_id, "campaign": draft.campaign, "box": draft.box, "day": draft.cut_over}
            self.connection.execute(insert(PROMISE), [row])
        event = Event(self.at, draft.campaign, draft.box, kind, draft.day, f"{draft.step}.{draft.attempt}", mail_id)
        record(self.connection, [event])


def _columns(draft: Draft) -> dict[str, Any]:
    names = (column.name for column in MAIL.c if column.name not in {"id", "planned_at"})
    return {name: getattr(draft, name) for name in names}


def _moved(
    connection: Connection, delivery: int, target: State, at: datetime, held_by: str | None = None, **values: Any
) -> bool:
    times = {State.ACCEPTED: "accepted_at"} | dict.fromkeys(_ENDS, "ended_at")
    if target in times:
        values[times[target]] = at
    if target is not State.SENDING:
        values |= {"owner": None, "lease_until": None}
    said = {"key": delivery, "state": target, "held_by": held_by, **values}
    said.pop("tries", None)
    statement = _to_move(target, held_by is not None, tuple(sorted(values)))
    if held_by is None:
        del said["held_by"]
    if connection.execute(statement, said).rowcount != 1:
        return False
    mail = connection.execute(_WHOSE, {"key": delivery}).one()
    detail = f"{mail.step}.{mail.attempt} {mail.role}: {values.get('answer') or ''}".strip(": ")
    record(connection, [Event(at, mail.campaign, mail.box, f"mail_{target}", at.date(), detail, mail.id)])
    return True


_CONTENTS = select(MAIL.c.id, MAIL.c.content).where(MAIL.c.id.in_(bindparam("ids", expanding=True)))
_WHOSE = (
    select(MAIL.c.id, MAIL.c.campaign, MAIL.c.box, MAIL.c.step, MAIL.c.attempt, DELIVERY.c.role)
    .join(DELIVERY)
    .where(DELIVERY.c.id == bindparam("key"))
)


@cache
def _to_move(target: State, held: bool, names: tuple[str, ...]) -> Update:
    """The statement that moves a delivery: made once, since making it takes longer than running it."""
    allowed = update(DELIVERY).where(DELIVERY.c.id == bindparam("key"), DELIVERY.c.state.in_(sources(target)))
    if held:
        allowed = allowed.where(DELIVERY.c.owner == bindparam("held_by"))
    changes: dict[str, Any] = {name: bindparam(name) for name in names if name != "tries"}
    if "tries" in names:
        changes["tries"] = DELIVERY.c.tries + 1
    return allowed.values(state=bindparam("state"), **changes)


def _mails(connection: Connection, condition: Any) -> dict[str, list[MailRecord]]:
    rows = connection.execute(select(*_LIGHT).where(condition).order_by(MAIL.c.id)).all()
    deliveries: Mapping[int, list[Delivery]] = defaultdict(list)
    query = select(DELIVERY).join(MAIL).where(condition).order_by(DELIVERY.c.id)
    for row in connection.execute(query):
        deliveries[row.mail_id].append(_delivery(row))
    found: dict[str, list[MailRecord]] = defaultdict(list)
    for row in rows:
        found[row.box].append(MailRecord(**row._mapping, deliveries=tuple(deliveries[row.id])))
    return dict(found)


def _delivery(row: Row[Any]) -> Delivery:
    said = {name: value for name, value in row._mapping.items() if name != "mail_id"}
    return Delivery(**said | {"state": State(said["state"])})


def _chunks(items: Sequence[Any]) -> list[list[Any]]:
    return [list(items[start : start + _CHUNK]) for start in range(0, len(items), _CHUNK)]
