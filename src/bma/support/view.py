"""Everything that the desk needs to know of one box, as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bma.campaign.model import Campaign, Desk
from bma.campaign.schema import TOPICS
from bma.form.book import KnownAnswer
from bma.mail.facts import Addressee
from bma.mail.moment import Moment
from bma.mail.schedule import BoxState, Verdict, judge
from bma.mail.writing import Writer
from bma.password.record import PasswordRecord
from bma.referential import Box
from bma.store import State
from bma.support.stage import Stage, stage_of


@dataclass(frozen=True)
class Past:
    """A mail to one recipient. ``to``: the address of the box, or the role of another recipient."""

    step: str
    subject: str
    role: str
    to: str
    state: State
    at: datetime | None
    answer: str


@dataclass(frozen=True)
class Coming:
    """A mail that is still to come. ``day``: when it is due, None when that depends on ``why``."""

    step: str
    verdict: Verdict
    day: date | None
    why: str


@dataclass(frozen=True)
class View:
    """One box. ``contacts``: topic → who answers it now."""

    box: Box
    campaign: Campaign
    wave: str
    cut_over: date | None
    promised: date | None
    stage: Stage
    past: tuple[Past, ...]
    coming: tuple[Coming, ...]
    password: PasswordRecord | None
    answer: KnownAnswer | None
    contacts: Mapping[str, Desk]


@dataclass(frozen=True)
class Known:
    """What is known of a box, from wherever. ``passwords`` in the order of their numbers."""

    state: BoxState
    passwords: Sequence[PasswordRecord]
    answer: KnownAnswer | None


def view(box: Box, addressee: Addressee, known: Known, writer: Writer, now: Moment) -> View:
    """The view of one box at a moment."""
    campaign = writer.campaign
    stage = stage_of(known.state, now.day)
    lacking = {mail.id: what for mail in campaign.mails if (what := writer.lacking(mail, addressee)) is not None}
    judged = judge(campaign, replace(known.state, lacking=lacking), now)
    return View(
        box,
        campaign,
        addressee.wave,
        known.state.cut_over,
        known.state.promise,
        stage,
        tuple(_past(known.state)),
        tuple(
            Coming(item.step, item.verdict, item.day, _impersonal(item.why, known.state))
            for item in judged
            if item.verdict is not Verdict.DONE
        ),
        known.passwords[-1] if known.passwords else None,
        known.answer,
        {topic: campaign.contact(stage.name, topic) for topic in TOPICS},
    )


def _past(state: BoxState) -> list[Past]:
    found = []
    for mail in state.mails:
        for delivery in mail.deliveries:
            at = delivery.accepted_at or delivery.sending_at or delivery.ended_at
            own = delivery.role == "box"
            found.append(
                Past(
                    mail.step,
                    mail.subject,
                    delivery.role,
                    delivery.recipient if own else "",
                    delivery.state,
                    at,
                    _impersonal(delivery.answer or "", state),
                )
            )
    return found


def _impersonal(text: str, state: BoxState) -> str:
    """Words of relays without the addresses of people, which they repeat."""
    for mail in state.mails:
        for delivery in mail.deliveries:
            if delivery.role != "box":
                text = text.replace(delivery.recipient, f"({delivery.role})")
    return text
