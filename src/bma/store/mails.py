"""Mails of the ledger as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bma.store.states import ARRIVED, MAY_HAVE_LEFT, OPEN, State


@dataclass(frozen=True, slots=True)
class Delivery:
    """One mail to one recipient. ``role``: ``box`` or ``rescue``. ``answer``: the relay's last words."""

    id: int
    role: str
    recipient: str
    envid: str
    state: State
    tries: int = 0
    answer: str | None = None
    owner: str | None = None
    lease_until: datetime | None = None
    sending_at: datetime | None = None
    accepted_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MailRecord:
    """One mail as the ledger has it, without its bytes; ``deliveries`` in the order of the recipients."""

    id: int
    campaign: str
    box: str
    step: str
    attempt: int
    sender: str
    message_id: str
    dated: datetime
    day: date
    cut_over: date | None
    announces: bool
    subject: str
    digest: str
    secret: str | None
    deliveries: tuple[Delivery, ...]

    @property
    def draft(self) -> bool:
        """Whether not a byte of it has left: it may still be written anew."""
        return all(delivery.state in OPEN | {State.WITHDRAWN} for delivery in self.deliveries)

    @property
    def open(self) -> tuple[Delivery, ...]:
        """The deliveries that are still to be made."""
        return tuple(delivery for delivery in self.deliveries if delivery.state in OPEN)

    @property
    def first(self) -> Delivery:
        """The delivery that counts for the order of mails: the one to the box where there is one."""
        return next((delivery for delivery in self.deliveries if delivery.role == "box"), self.deliveries[0])

    @property
    def arrived(self) -> bool:
        """Whether it is with the holder, as far as can be told."""
        return self.first.state in ARRIVED

    @property
    def told(self) -> bool:
        """Whether somebody may have read it."""
        return any(delivery.state in MAY_HAVE_LEFT for delivery in self.deliveries)


@dataclass(frozen=True)
class Draft:
    """A mail that is to be put into the outbox. ``recipients``: role → address; ``envids``: role → ENVID."""

    campaign: str
    box: str
    step: str
    attempt: int
    sender: str
    message_id: str
    dated: datetime
    day: date
    cut_over: date | None
    announces: bool
    subject: str
    content: bytes
    digest: str
    secret: str | None
    recipients: dict[str, str]
    envids: dict[str, str]

    @property
    def key(self) -> tuple[str, str, str, int]:
        """What there is one mail of."""
        return self.campaign, self.box, self.step, self.attempt
