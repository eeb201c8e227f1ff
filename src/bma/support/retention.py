"""The end of what is known of people: erased from the ledger, while what proves that mails were sent remains."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, FromClause, String, Table, and_, cast, func, literal, select, update

from bma.campaign.model import Campaign
from bma.errors import BmaError
from bma.store import Ledger
from bma.store.form_tables import FORM_ANSWER
from bma.store.states import OPEN, State
from bma.store.tables import DELIVERY, EVENT, MAIL

ERASED = "(erased)"


@dataclass(frozen=True)
class Counts:
    """How many of each are, or would be, erased. ``mails``: those whose text is; ``recipients``: rescue addresses."""

    answers: int = 0
    mails: int = 0
    recipients: int = 0
    events: int = 0
    held: int = 0

    @property
    def any(self) -> bool:
        """Whether there is anything to erase."""
        return any(asdict(self).values())

    def sentence(self, *, check: bool) -> str:
        """The counts in one line."""
        names = {
            "answers": ("answer to the form", "answers to the form"),
            "mails": ("text of a mail", "texts of mails"),
            "recipients": ("rescue address", "rescue addresses"),
            "events": ("event with a relay's words", "events with relays' words"),
            "held": ("held password", "held passwords"),
        }
        found = [f"{number} {names[key][number != 1]}" for key, number in asdict(self).items() if number]
        return f"{', '.join(found) or 'nothing'}{' would be' if check else ''} erased"


def kept_until(campaign: Campaign, days: int, planned: date | None) -> date:
    """The last day on which what is known of people is kept: ``days`` after the campaign's last, or after ``planned``,
    its last wave, where that is later."""
    said = campaign.said.get("retention_days")
    return max(campaign.last_day, planned or date.min) + timedelta(days if said is None else int(said))


def require_over(campaign: Campaign, until: date, today: date) -> None:
    """Refuse to erase anything before its time. Raises :class:`~bma.errors.BmaError`."""
    if today <= until:
        raise BmaError(
            f"what is known of people in the campaign {campaign.name} is kept until {until}",
            hint="Nothing was erased. To erase it earlier, say so: -e purge_now=true",
        )


def count(ledger: Ledger, campaign: str) -> Counts:
    """What :func:`erase` would erase."""
    with ledger.reading() as connection:
        return _counted(connection, campaign)


def erase(ledger: Ledger, campaign: str, at: datetime) -> Counts:
    """Erase contacts, phone numbers, rescue addresses, and the texts of mails, which name them; all or nothing.

    Message-IDs, envelope ids, digests, dates, states and the addresses of boxes remain. The bytes leave the file of an
    SQLite ledger at once; PostgreSQL gives their room to others.
    """
    with ledger.writing() as connection:
        found = _counted(connection, campaign)
        _erase(connection, campaign, at)
    if found.any:
        ledger.shrink(FORM_ANSWER.name, MAIL.name, DELIVERY.name, EVENT.name)
    return found


def _answers(campaign: str) -> ColumnElement[bool]:
    return and_(FORM_ANSWER.c.campaign == campaign, FORM_ANSWER.c.erased_at.is_(None))


def _mails(campaign: str) -> ColumnElement[bool]:
    return and_(MAIL.c.campaign == campaign, func.length(MAIL.c.content) > 0)


def _of_people(campaign: str) -> ColumnElement[bool]:
    mine = DELIVERY.c.mail_id.in_(select(MAIL.c.id).where(MAIL.c.campaign == campaign))
    return and_(mine, DELIVERY.c.role != "box", DELIVERY.c.recipient != ERASED)


def _words(campaign: str) -> ColumnElement[bool]:
    """Events about mails to others than the box: relays repeat the address in their answers."""
    return and_(EVENT.c.campaign == campaign, EVENT.c.detail.like("% rescue: %"))


def _counted(connection: Connection, campaign: str) -> Counts:
    def number(table: FromClause, condition: ColumnElement[bool]) -> int:
        return int(connection.execute(select(func.count()).select_from(table).where(condition)).scalar_one())

    return Counts(
        number(FORM_ANSWER, _answers(campaign)),
        number(MAIL, _mails(campaign)),
        number(DELIVERY, _of_people(campaign)),
        number(EVENT, _words(campaign)),
    )


def _erase(connection: Connection, campaign: str, at: datetime) -> None:
    # The digest of an answer would let anybody try addresses until one fits.
    connection.execute(
        update(FORM_ANSWER)
        .where(_answers(campaign))
        .values(
            contact=None, phone=None, rescue=None, source="", erased_at=at, digest=_numbered("erased ", FORM_ANSWER)
        )
    )
    mine = DELIVERY.c.mail_id.in_(select(MAIL.c.id).where(MAIL.c.campaign == campaign))
    # A mail without its text must not be sent any more; should it be wanted, it is written anew.
    connection.execute(update(DELIVERY).where(mine, DELIVERY.c.state.in_(OPEN)).values(state=State.WITHDRAWN))
    connection.execute(update(DELIVERY).where(_of_people(campaign)).values(recipient=ERASED, answer=None))
    connection.execute(update(MAIL).where(_mails(campaign)).values(content=b""))
    for row in connection.execute(select(EVENT.c.id, EVENT.c.detail).where(_words(campaign))).all():
        kept = row.detail.partition(" rescue: ")[0] + " rescue:"
        connection.execute(update(EVENT).where(EVENT.c.id == row.id).values(detail=kept))


def _numbered(prefix: str, table: Table) -> ColumnElement[str]:
    return literal(prefix) + cast(table.c.id, String)
