"""A new password for one box: approved, made, held, set, delivered to whom it was asked for, or to nobody."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time, tzinfo
from pathlib import Path

from sqlalchemy import select

from bma.campaign.model import Campaign, Mail
from bma.password.approval import Approval, approval_for
from bma.password.book import PasswordBook, Request, live_of
from bma.password.delivery import RESET_STEP, erase_ended
from bma.password.faults import PasswordError
from bma.password.giving import Given, Giver, Outcome
from bma.password.options import Lifetime
from bma.password.record import RESET, TO_BOX, TO_NOBODY, TO_RESCUE, PasswordRecord
from bma.password.sources import Named
from bma.store.password_tables import PASSWORD, Life

DELIVERIES = (TO_RESCUE, TO_BOX, TO_NOBODY)
_LAST_HOUR = time(23, 59, 59)


@dataclass(frozen=True)
class Wish:
    """What is asked for. ``rescue``: the rescue address of the box, None when none is known."""

    box: Named
    requester: str
    deliver: str
    rescue: str | None


def reset_mail(campaign: Campaign, deliver: str) -> Mail:
    """The mail that tells a new password after a reset: the campaign's own, sent at once and to the one recipient.

    Raises :class:`~bma.password.faults.PasswordError` when the campaign has no such mail.
    """
    model = campaign.mail_for("password_unknown") or next(
        (mail for mail in campaign.mails if "password" in mail.template), None
    )
    if model is None:
        raise PasswordError(
            f"{campaign.path}: no mail of this campaign tells a password", hint="Reset with deliver=nobody"
        )
    return replace(
        model,
        id=RESET_STEP,
        days=None,
        event=None,
        recipients=("rescue",) if deliver == TO_RESCUE else ("box",),
        opens=time(0),
        closes=_LAST_HOUR,
        not_before=None,
        too_late_days=None,
        too_late=None,
        announces=False,
    )


def require_possible(wish: Wish) -> None:
    """Refuse, before anything is done, what could not be delivered."""
    if wish.deliver not in DELIVERIES:
        raise PasswordError(f"deliver: {wish.deliver!r:.40} is not one of {', '.join(DELIVERIES)}")
    if not wish.requester.strip():
        raise PasswordError("say who asks for it: -e requester=…")
    if wish.deliver == TO_RESCUE and wish.rescue is None:
        raise PasswordError(
            f"{wish.box.name}: no rescue address is known of it",
            hint="Ask the holder to fill in the form and import it (playbooks/form.yml); or deliver to box, or nobody",
        )


def approved(book: PasswordBook, wish: Wish, lifetime: Lifetime, now: datetime, zone: tzinfo) -> Approval | None:
    """The approval that this reset uses up; None where policy asks for none."""
    if lifetime.approval == "none":
        return None
    with book.ledger.reading() as connection:
        used = set(connection.scalars(select(PASSWORD.c.approval).where(PASSWORD.c.approval.is_not(None))))
    return approval_for(Path(lifetime.approvals), wish.box.name, wish.requester, now, zone, used)


def unfinished(book: PasswordBook, wish: Wish) -> PasswordRecord | None:
    """The reset of this box by this person that an earlier run has begun and not brought to an end."""
    item = live_of(book.all([wish.box.name]).get(wish.box.name, ()))
    mine = (
        item is not None and item.purpose == RESET and (item.requester, item.deliver) == (wish.requester, wish.deliver)
    )
    begun = item is not None and item.state in {Life.PLANNED, Life.HELD, Life.SETTING, Life.SET}
    return item if mine and begun else None


def reset(giver: Giver, wish: Wish, approval: Approval | None) -> Outcome:
    """Give the box its new password and say what became of it; the one before opens nothing from then on.

    A reset that broke off is finished with the password and the approval that it had.
    """
    request = Request(
        wish.box.name,
        RESET,
        wish.deliver,
        wish.requester,
        approval.approver if approval else None,
        approval.digest if approval else None,
    )
    begun = unfinished(giver.book, wish)
    found = giver.give([wish.box], [] if begun else [request])
    outcome = found[0] if found else Outcome(wish.box.name, Given.FAILED, "nothing is known of it")
    if outcome.given in {Given.SET, Given.THERE} and wish.deliver == TO_NOBODY:
        item = unfinished(giver.book, wish)
        if item is not None:
            giver.book.move(item, Life.DESTROYED, giver.clock(), "shown to nobody")
    erase_ended(giver.book, giver.hold, giver.clock())
    return outcome


def told(item: PasswordRecord | None) -> dict[str, object]:
    """A password's life in words that may be shown."""
    if item is None:
        return {"state": "none"}
    moments = {
        "planned": item.planned_at, "held": item.held_at, "set": item.set_at, "delivered": item.delivered_at,
        "ended": item.ended_at, "erased": item.erased_at,
    }  # fmt: skip
    shown = {f"{name}_at": at.isoformat() for name, at in moments.items() if at is not None}
    return {"state": str(item.state), "number": item.number, "purpose": item.purpose, "answer": item.answer} | shown
