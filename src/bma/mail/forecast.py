"""What a run would send, in which order, written out: nothing is sent before all of it could be written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bma.campaign.model import Mail
from bma.mail.facts import Addressee
from bma.mail.moment import Moment
from bma.mail.schedule import BoxState, Judgement, Verdict, judge
from bma.mail.writing import Occasion, Writer
from bma.store import Delivery, Draft, MailRecord, State


@dataclass(frozen=True)
class Due:
    """One mail to be sent. ``draft`` is None for one that has left in part or may have: its bytes are in the ledger."""

    mail: Mail
    judgement: Judgement
    draft: Draft | None

    @property
    def key(self) -> tuple[str, str]:
        """Box and step."""
        return self.judgement.box, self.judgement.step


@dataclass(frozen=True)
class Forecast:
    """``rounds``: at most one mail a box each, the next one for those whose mail has been accepted. ``others``: the
    judgements of all mails that are not sent."""

    rounds: tuple[tuple[Due, ...], ...]
    others: tuple[Judgement, ...]

    @property
    def drafts(self) -> list[Draft]:
        """Every mail that is to be put into the outbox."""
        return [due.draft for some in self.rounds for due in some if due.draft is not None]


def forecast(
    writer: Writer, states: Mapping[str, BoxState], boxes: Mapping[str, Addressee], now: Moment, steps: frozenset[str]
) -> Forecast:
    """Play the run on paper, as if every mail were accepted. ``steps``: those to send, all when it is empty.

    Raises :class:`~bma.mail.faults.MailError` for the first mail that cannot be written.
    """
    mails = {mail.id: mail for mail in writer.campaign.mails}
    active = {name: _lacking(writer, state, boxes[name]) for name, state in states.items()}
    rounds: list[tuple[Due, ...]] = []
    others: dict[tuple[str, str], Judgement] = {}
    while active:
        due: list[Due] = []
        following: dict[str, BoxState] = {}
        for name, state in active.items():
            for judgement in judge(writer.campaign, state, now):
                key = name, judgement.step
                if judgement.verdict is Verdict.DUE and (not steps or judgement.step in steps):
                    sent = _written(writer, mails[judgement.step], judgement, state, boxes[name])
                    due.append(sent)
                    following[name] = _accepted(state, sent)
                    others.pop(key, None)
                elif judgement.step not in state.tried:
                    others[key] = judgement
        if due:
            rounds.append(tuple(due))
        active = following
    return Forecast(tuple(rounds), tuple(others.values()))


def _lacking(writer: Writer, state: BoxState, box: Addressee) -> BoxState:
    found = {mail.id: what for mail in writer.campaign.mails if (what := writer.lacking(mail, box)) is not None}
    return replace(state, lacking=found)


def _written(writer: Writer, mail: Mail, judgement: Judgement, state: BoxState, box: Addressee) -> Due:
    assert state.cut_over is not None
    assert judgement.day is not None
    if judgement.record is not None and not judgement.record.draft:
        return Due(mail, judgement, None)
    before = state.promise if state.promise != state.cut_over else None
    occasion = Occasion(judgement.attempt, judgement.day, state.cut_over, before)
    return Due(mail, judgement, writer.draft(mail, box, occasion))


def _accepted(state: BoxState, due: Due) -> BoxState:
    """What would be known of the box once this mail is accepted."""
    record = _record(due)
    kept = [mail for mail in state.mails if (mail.step, mail.attempt) != (record.step, record.attempt)]
    return replace(
        state,
        mails=[*kept, record],
        promise=record.cut_over if record.announces else state.promise,
        tried={*state.tried, record.step},
        again=[step for step in state.again if step != record.step],
    )


def _record(due: Due) -> MailRecord:
    if due.draft is None:
        assert due.judgement.record is not None
        there = due.judgement.record
        done = tuple(replace(delivery, state=State.ACCEPTED) for delivery in there.deliveries)
        return replace(there, deliveries=done)
    draft = due.draft
    deliveries = tuple(
        Delivery(0, role, address, draft.envids[role], State.ACCEPTED) for role, address in draft.recipients.items()
    )
    return MailRecord(
        0, draft.campaign, draft.box, draft.step, draft.attempt, draft.sender, draft.message_id, draft.dated, draft.day,
        draft.cut_over, draft.announces, draft.subject, draft.digest, draft.secret, deliveries,
    )  # fmt: skip
