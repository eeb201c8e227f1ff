"""How passwords get into mails, and when they have been delivered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property

from bma.mail.secret import SecretText
from bma.password.book import PasswordBook, live_of
from bma.password.holds import Hold
from bma.password.options import Lifetime
from bma.password.record import AS_THE_CAMPAIGN_SAYS, TO_NOBODY, USABLE, PasswordRecord
from bma.store import Delivery, MailRecord, Outbox, State
from bma.store.password_tables import Life
from bma.store.states import ARRIVED

RESET_STEP = "password-reset"
"""The mail of a reset: no campaign has it, since it goes to one box when somebody asks for it."""


class HeldSecrets:
    """``bma.mail.Secrets`` out of the ledger and a hold: only passwords that Exchange has are ever mailed."""

    def __init__(self, book: PasswordBook, hold: Hold, boxes: Collection[str] | None = None) -> None:
        """``boxes``: those that will be asked for, all of the campaign unless some are named."""
        self._book = book
        self._hold = hold
        self._boxes = boxes

    def reference(self, box: str, step: str) -> str | None:
        """The reference of the password that this mail is to carry now; None when there is none that opens the box."""
        item = live_of(self._passwords.get(box, ()))
        if item is None or item.state not in USABLE or item.deliver == TO_NOBODY:
            return None
        return item.reference if _fits(item, step) else None

    def secret(self, reference: str) -> SecretText | None:
        """The password, when it still opens the box and is still held."""
        item = self._book.of(reference)
        if item is None or item.state not in USABLE:
            return None
        found = self._hold.get(reference)
        return None if found is None else SecretText(found.clear, reference)

    @cached_property
    def _passwords(self) -> dict[str, list[PasswordRecord]]:
        return self._book.all(self._boxes)


def _fits(item: PasswordRecord, step: str) -> bool:
    """A reset goes out in its own mail; the campaign's mail may carry it too where it would reach the box anyway."""
    if step == RESET_STEP:
        return item.deliver != AS_THE_CAMPAIGN_SAYS
    return True


def settle(
    book: PasswordBook, lifetime: Lifetime, now: datetime, boxes: Collection[str] | None = None
) -> list[PasswordRecord]:
    """Move passwords on as far as their mails and their time allow; those that have moved, as they were before.

    Those of every box of the campaign, unless some are named.
    """
    mails = _carriers(Outbox(book.ledger), book.campaign, boxes)
    moved = []
    for items in book.all(boxes).values():
        for item in items:
            target = _next(item, mails.get(item.reference, ()), lifetime, now)
            if target is not None and book.move(item, target[0], now, target[1]):
                moved.append(item)
                if target[0] is Life.DELIVERED and lifetime.grace_days == 0:
                    book.move(replace(item, state=Life.DELIVERED), Life.DESTROYED, now, "delivered")
    return moved


def _carriers(outbox: Outbox, campaign: str, boxes: Collection[str] | None) -> Mapping[str, Sequence[MailRecord]]:
    """Reference → the mails that carry it, of each step the last attempt: one that came back was sent anew by it."""
    found: dict[str, dict[str, MailRecord]] = defaultdict(dict)
    for mails in outbox.mails(campaign, boxes).values():
        for mail in mails:
            if mail.secret is not None:
                found[mail.secret][mail.step] = mail
    return {reference: list(steps.values()) for reference, steps in found.items()}


def _next(
    item: PasswordRecord, mails: Sequence[MailRecord], lifetime: Lifetime, now: datetime
) -> tuple[Life, str] | None:
    deliveries = [delivery for mail in mails for delivery in mail.deliveries if delivery.state is not State.WITHDRAWN]
    if item.state is Life.SET and deliveries and all(delivery.state in ARRIVED for delivery in deliveries):
        return Life.DELIVERED, "its mails were accepted"
    if item.state is Life.DELIVERED:
        return _after_delivery(item, deliveries, lifetime, now)
    since = item.held_at
    if item.state in {Life.HELD, Life.SET} and since and now > since + timedelta(days=lifetime.most_days):
        return Life.DESTROYED, f"not delivered within {lifetime.most_days:g} days"
    return None


def _after_delivery(
    item: PasswordRecord, deliveries: Sequence[Delivery], lifetime: Lifetime, now: datetime
) -> tuple[Life, str] | None:
    if any(delivery.state is State.BOUNCED for delivery in deliveries):
        return Life.SET, "a mail with it came back"
    assert item.delivered_at is not None
    if deliveries and all(delivery.state is State.DELIVERED for delivery in deliveries):
        return Life.DESTROYED, "delivered, says every report"
    if now >= item.delivered_at + timedelta(days=lifetime.grace_days):
        return Life.DESTROYED, "delivered, and no mail came back"
    return None


def erase_ended(book: PasswordBook, hold: Hold, now: datetime) -> int:
    """Erase what is held of passwords whose life is over; how many there were."""
    ended = book.to_erase()
    for item in ended:
        hold.erase(item.reference)
        book.erased(item, now)
    return len(ended)
