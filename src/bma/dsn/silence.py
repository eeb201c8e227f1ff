"""Who has not been reached by a day, and why: bounced, refused, unknown, under way, or never sent. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, tzinfo
from enum import StrEnum

from bma.campaign.model import Campaign, Mail
from bma.campaign.schema import EVENTS
from bma.store import MailRecord, State
from bma.store.states import ARRIVED


class Cause(StrEnum):
    """Why a mail has not reached its box, the worst first. ``LATER``: it has by now, after the day."""

    BOUNCED = "bounced"
    REFUSED = "refused"
    AMBIGUOUS = "ambiguous"
    DELAYED = "delayed"
    NOT_SENT = "not_sent"
    LATER = "later"


class Standing(StrEnum):
    """One mail of one box on a day."""

    REACHED = "reached"
    MISSED = "missed"
    WAIVED = "waived"
    NOT_DUE = "not_due"


@dataclass(frozen=True)
class Missing:
    """A mail that has not arrived. ``due``: when it was; ``why``: the words of whoever knows.

    ``rescue``: the state of the same mail to the rescue address, empty when it did not go there.
    """

    step: str
    cause: Cause
    why: str
    due: date
    rescue: str = ""


@dataclass(frozen=True)
class Past:
    """What the ledger knows of one box. ``mails`` in order; ``happened``: event → its day; ``delayed``: mails whose
    latest report says that they are still under way, with its words."""

    mails: Sequence[MailRecord] = ()
    happened: Mapping[str, date] = field(default_factory=dict)
    waived: Collection[str] = ()
    delayed: Mapping[int, str] = field(default_factory=dict)

    def attempts(self, step: str) -> list[MailRecord]:
        """The mails of a step, the latest last."""
        return [mail for mail in self.mails if mail.step == step]


_STATES = {
    State.BOUNCED: Cause.BOUNCED,
    State.FAILED: Cause.REFUSED,
    State.AMBIGUOUS: Cause.AMBIGUOUS,
    State.SENDING: Cause.AMBIGUOUS,
}


def standing(
    campaign: Campaign, mail: Mail, past: Past, cut_over: date | None, day: date, zone: tzinfo
) -> tuple[Standing, Missing | None]:
    """How one mail of a campaign stands for one box at the end of ``day``."""
    attempts = past.attempts(mail.id)
    due = due_day(campaign, mail, past, cut_over)
    if due is None or due > day:
        return Standing.NOT_DUE, None
    if mail.id in past.waived:
        return Standing.WAIVED, None
    missing = _missing(mail.id, attempts, past, due, day, zone)
    return (Standing.MISSED, missing) if missing else (Standing.REACHED, None)


def due_day(campaign: Campaign, mail: Mail, past: Past, cut_over: date | None) -> date | None:
    """The day on which a box should have got a mail; None for one whose event has not happened."""
    attempts = past.attempts(mail.id)
    if mail.event is None:
        return campaign.mail_day(mail, cut_over) if cut_over is not None else None
    if attempts:
        return attempts[-1].day
    if mail.event not in EVENTS or mail.event not in past.happened:
        return None
    happened = past.happened[mail.event]
    return max(happened, mail.not_before) if mail.not_before else happened


def _missing(
    step: str, attempts: Sequence[MailRecord], past: Past, due: date, day: date, zone: tzinfo
) -> Missing | None:
    rescue = _rescue(attempts)
    arrived = [mail for mail in attempts if mail.first.state in ARRIVED]
    waiting = [past.delayed[mail.id] for mail in arrived if mail.id in past.delayed and _only_accepted(mail)]
    if arrived and len(waiting) < len(arrived):
        first = min(_arrival(mail, zone) for mail in arrived if mail.id not in past.delayed or not _only_accepted(mail))
        if first <= day:
            return None
        return Missing(step, Cause.LATER, f"it was accepted on {first}", due, rescue)
    if waiting:
        return Missing(step, Cause.DELAYED, waiting[-1], due, rescue)
    if not attempts:
        return Missing(step, Cause.NOT_SENT, "it was never put into the outbox", due)
    return Missing(step, *_cause(attempts), due, rescue)


def _only_accepted(mail: MailRecord) -> bool:
    return mail.first.state is State.ACCEPTED


def _arrival(mail: MailRecord, zone: tzinfo) -> date:
    first = mail.first
    moment = first.accepted_at or first.sending_at or first.ended_at
    return moment.astimezone(zone).date() if moment else mail.day


def _cause(attempts: Sequence[MailRecord]) -> tuple[Cause, str]:
    """That of the latest attempt of which something is known."""
    for mail in reversed(attempts):
        first = mail.first
        if first.state in _STATES:
            more = ", and another attempt is planned" if mail is not attempts[-1] else ""
            return _STATES[first.state], (first.answer or "no reason was given") + more
    first = attempts[-1].first
    if first.state is State.WITHDRAWN:
        return Cause.NOT_SENT, first.answer or "it was withdrawn"
    return Cause.NOT_SENT, f"the relay puts it off: {first.answer}" if first.answer else "it waits in the outbox"


def _rescue(attempts: Sequence[MailRecord]) -> str:
    states = [delivery.state for mail in attempts for delivery in mail.deliveries if delivery.role == "rescue"]
    return str(states[-1]) if states else ""


def nothing_arrived(past: Past) -> bool:
    """Whether no mail of the campaign has ever reached the box."""
    return not any(mail.first.state in ARRIVED for mail in past.mails)
