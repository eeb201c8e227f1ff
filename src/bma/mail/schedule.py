"""Which mail is due for which box: never early, late, twice, out of order, or against what the box was told. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from bma.campaign.model import Campaign, Mail
from bma.mail.moment import Moment
from bma.store import MailRecord, State

MOVED = "date_moved"


class Verdict(StrEnum):
    """``WAITING``: its time has not come. ``HELD``: something is in the way that somebody must look at."""

    DUE = "due"
    WAITING = "waiting"
    DONE = "done"
    LATE = "late"
    HELD = "held"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True)
class BoxState:
    """What is known of one box. ``mails``: those in the ledger, in order. ``promise``: the date it was told last.

    ``cut_over`` is the date of the plan, None when the plan has none. ``believed``: the date that the plan believes it
    was told. ``happened``: event → its day. ``waived``: steps that it goes without. ``again``: steps that are to be
    sent once more. ``lacking``: step → what is missing for it. ``tried``: steps that this run has tried already.
    ``repeat``: whether a mail that may have arrived is sent again, as the same mail.
    """

    name: str
    cut_over: date | None
    mails: Sequence[MailRecord] = ()
    promise: date | None = None
    believed: date | None = None
    happened: Mapping[str, date] = field(default_factory=dict)
    waived: Collection[str] = ()
    again: Collection[str] = ()
    lacking: Mapping[str, str] = field(default_factory=dict)
    tried: Collection[str] = ()
    repeat: bool = False

    def attempts(self, step: str) -> list[MailRecord]:
        """The mails of a step, the latest last."""
        return [mail for mail in self.mails if mail.step == step]


@dataclass(frozen=True)
class Judgement:
    """What is to be done about one mail of one box. ``day``: when it was due; ``why``: for people."""

    box: str
    step: str
    verdict: Verdict
    why: str = ""
    attempt: int = 1
    day: date | None = None
    record: MailRecord | None = None


def judge(campaign: Campaign, box: BoxState, now: Moment) -> list[Judgement]:
    """Every mail of the campaign for one box, in the order of the campaign.

    At most one is due: the next one is due once this one has been accepted.
    """
    if box.cut_over is None:
        return []
    found: list[Judgement] = []
    behind: Judgement | None = None
    for mail in campaign.mails:
        judgement = _judge(campaign, mail, box, box.cut_over, now)
        if behind is not None and judgement.verdict is Verdict.DUE and mail.event is None:
            judgement = replace(judgement, verdict=Verdict.HELD, why=_behind(behind))
        found.append(judgement)
        there = judgement.verdict is Verdict.DONE or (judgement.record is not None and judgement.record.arrived)
        if mail.event is None and not there and behind is None:
            behind = judgement
    corrections = {mail.id for mail in campaign.mails if mail.event == MOVED}
    return _one_at_a_time(_promise_first(found, box, corrections))


def _behind(other: Judgement) -> str:
    told = {
        Verdict.DUE: "which is due first",
        Verdict.WAITING: "whose time has not come",
        Verdict.LATE: "which is too late",
        Verdict.HELD: "which is held",
        Verdict.AMBIGUOUS: "of which nobody knows whether it has arrived",
    }
    return f"waits for {other.step}, {told[other.verdict]}"


def _promise_first(found: list[Judgement], box: BoxState, corrections: Collection[str]) -> list[Judgement]:
    """Nothing but the correction goes to a box that was told another date, or may not have been told the right one."""
    wrong = _broken(box)
    for judgement in found:
        if judgement.step in corrections and judgement.verdict in {Verdict.AMBIGUOUS, Verdict.HELD}:
            wrong = wrong or _behind(judgement)
    if not wrong:
        return found
    return [
        replace(judgement, verdict=Verdict.HELD, why=wrong)
        if judgement.verdict is Verdict.DUE and judgement.step not in corrections
        else judgement
        for judgement in found
    ]


def _broken(box: BoxState) -> str:
    if box.believed is not None and not any(mail.announces for mail in box.mails):
        return (
            f"the plan says that it was told {box.believed}, and this ledger has no mail that says so: is it the right "
            "ledger?"
        )
    if box.promise is not None and box.promise != box.cut_over:
        return f"it was told {box.promise}, and the plan says {box.cut_over}: it must be sent a correction first"
    return ""


def _one_at_a_time(found: list[Judgement]) -> list[Judgement]:
    first = True
    done = []
    for judgement in found:
        if judgement.verdict is Verdict.DUE:
            if not first:
                judgement = replace(judgement, verdict=Verdict.WAITING, why="another one goes first")
            first = False
        done.append(judgement)
    return done


def _judge(campaign: Campaign, mail: Mail, box: BoxState, cut_over: date, now: Moment) -> Judgement:
    attempts = box.attempts(mail.id)
    last = attempts[-1] if attempts else None
    base = Judgement(box.name, mail.id, Verdict.WAITING, attempt=last.attempt if last else 1, record=last)
    if mail.id in box.waived:
        return replace(base, verdict=Verdict.DONE, why="the box goes without it")
    if last is not None and not last.draft:
        settled = _settled(mail, box, last, base)
        if settled is not None:
            return settled
        if not _unfinished(box, last):
            base = replace(base, attempt=last.attempt + 1, record=None)
    return _timely(campaign, mail, box, cut_over, now, base)


def _settled(mail: Mail, box: BoxState, last: MailRecord, base: Judgement) -> Judgement | None:
    """The judgement of a mail that has left, at least in part; None when it is to be sent (again)."""
    states = {delivery.state for delivery in last.deliveries}
    if _unfinished(box, last):
        return None
    if State.SENDING in states:
        return replace(base, why="another process is sending it")
    if State.AMBIGUOUS in states:
        return replace(base, verdict=Verdict.AMBIGUOUS, why="it may have arrived, and nobody has written down whether")
    if mail.id in box.again or (mail.event == MOVED and last.cut_over != box.cut_over):
        return None
    if last.first.state is State.BOUNCED:
        return replace(base, verdict=Verdict.HELD, why=f"it came back: {last.first.answer or 'no reason was given'}")
    return replace(base, verdict=Verdict.DONE)


def _unfinished(box: BoxState, last: MailRecord) -> bool:
    """Whether some of its deliveries are to be made (again) with the bytes that it has."""
    states = {delivery.state for delivery in last.deliveries}
    if last.cut_over not in {None, box.cut_over} or State.SENDING in states:
        return False
    if State.AMBIGUOUS in states:
        return box.repeat
    return bool(last.open)


def _timely(campaign: Campaign, mail: Mail, box: BoxState, cut_over: date, now: Moment, base: Judgement) -> Judgement:
    day, why = _due_day(campaign, mail, box, cut_over, now)
    if mail.id in box.again:
        day = now.day
    if day is None:
        return replace(base, verdict=Verdict.DONE if not why else Verdict.WAITING, why=why or "nothing to tell")
    base = replace(base, day=day)
    last_day = mail.last_day(cut_over)
    if last_day is not None and now.day > last_day:
        return replace(base, verdict=Verdict.LATE, why=f"{last_day} was the last day for it")
    if now.day < day:
        return replace(base, why=f"due on {day}")
    if now.hour is not None and not mail.opens <= now.hour < mail.closes:
        return replace(base, why=f"leaves between {mail.opens:%H:%M} and {mail.closes:%H:%M}")
    if mail.id in box.tried:
        return replace(base, verdict=Verdict.HELD, why="has just been tried")
    if mail.id in box.lacking:
        return replace(base, verdict=Verdict.HELD, why=box.lacking[mail.id])
    return replace(base, verdict=Verdict.DUE, why=MOVED if mail.event == MOVED else "")


def _due_day(campaign: Campaign, mail: Mail, box: BoxState, cut_over: date, now: Moment) -> tuple[date | None, str]:
    """The day on which it is due; None, with what it waits for, when that has not happened."""
    if mail.event is None:
        return campaign.mail_day(mail, cut_over), ""
    if mail.event == MOVED:
        if box.promise is None or box.promise == cut_over:
            return None, ""
        return now.day, ""
    day = box.happened.get(mail.event)
    if day is None:
        return None, f"waits for {mail.event}"
    return (max(day, mail.not_before) if mail.not_before else day), ""
