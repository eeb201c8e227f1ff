"""A run: what is due is put into the outbox, then sent, one connection a relay, every step written down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bma.mail.facts import Addressee
from bma.mail.faults import MailError, RelayError
from bma.mail.forecast import Due, Forecast, forecast
from bma.mail.known import Plan, states
from bma.mail.line import Line, Password
from bma.mail.message import text_of
from bma.mail.moment import Clock
from bma.mail.outcome import Outcome, Report, Told
from bma.mail.owner import Owner, this_process
from bma.mail.schedule import BoxState, Judgement, Verdict
from bma.mail.sending import Sender
from bma.mail.writing import Writer, recipients
from bma.store import WAIVED, Event, Ledger, MailRecord, Outbox, State, record

_VERDICTS = {
    Verdict.DUE: Outcome.WAITING,
    Verdict.WAITING: Outcome.WAITING,
    Verdict.DONE: Outcome.DONE,
    Verdict.LATE: Outcome.LATE,
    Verdict.HELD: Outcome.HELD,
    Verdict.AMBIGUOUS: Outcome.AMBIGUOUS,
}


@dataclass(frozen=True)
class Wishes:
    """What an operator asks for beyond what is due.

    ``steps``: only these; ``again``: of these steps a new attempt is sent; ``ambiguous``: what becomes of mails that
    may have arrived: ``tell`` (nothing), ``repeat`` (the same mail again) or ``arrived`` (somebody has looked).
    """

    steps: Collection[str] = ()
    again: Collection[str] = ()
    waive: Collection[str] = ()
    ambiguous: str = "tell"


@dataclass
class Post:
    """Sends the mails of one campaign to some boxes. ``passwords``: of a sender's relay, asked for when connecting."""

    ledger: Ledger
    writer: Writer
    plan: Plan
    boxes: Mapping[str, Addressee]
    clock: Clock
    passwords: Callable[[str], str | None] = lambda sender: None  # noqa: ARG005
    owner: Owner = field(default_factory=this_process)
    line: Callable[..., Line] = Line

    def predict(self, wishes: Wishes | None = None) -> Report:
        """What :meth:`run` would do now, with the text of every mail and of what was sent before it."""
        found = self._forecast(wishes or Wishes())
        told = [self._predicted(due) for some in found.rounds for due in some]
        before = self._texts_before(found)
        told = [replace(item, before=before.get((item.box, item.step), "")) for item in told]
        return self._report([*told, *map(_other, found.others)], (), check=True)

    def run(self, wishes: Wishes | None = None) -> Report:
        """Send what is due. Raises LedgerError, with nothing sent after it, when the ledger cannot be written."""
        wishes = wishes or Wishes()
        self._require_relays()
        outbox = Outbox(self.ledger)
        self._settle(outbox, wishes)
        found = self._forecast(wishes)
        outbox.keep(self._files())
        outbox.plan(found.drafts, self.clock().at)
        self._withdraw(outbox, found)
        told: list[Told] = []
        faults: dict[str, str] = {}
        stopped: set[str] = set()
        for some in found.rounds:
            there = {due.key for due in some if due.judgement.record is not None and due.judgement.record.arrived}
            for item in self._round(outbox, some, stopped, faults):
                told.append(item)
                # What only a rescue address has not got yet holds nothing up.
                if item.outcome is not Outcome.SENT and (item.box, item.step) not in there:
                    stopped.add(item.box)
        return self._report([*told, *map(_other, found.others)], tuple(faults.values()), check=False)

    def _report(self, told: Sequence[Told], faults: tuple[str, ...], *, check: bool) -> Report:
        order = {mail.id: index for index, mail in enumerate(self.writer.campaign.mails)}
        return Report(
            str(self.clock()), check, tuple(sorted(told, key=lambda item: (item.box, order[item.step]))), faults
        )

    def _require_relays(self) -> None:
        for sender in sorted({mail.sender for mail in self.writer.campaign.mails}):
            self.writer.settings.relay(sender)

    def _files(self) -> dict[str, bytes]:
        return {file.digest: file.content for files in self.writer.settings.attachments.values() for file in files}

    # -- before anything is sent

    def _forecast(self, wishes: Wishes) -> Forecast:
        self.writer.templates.require_all(self.writer.campaign)
        unknown = {*wishes.steps, *wishes.again, *wishes.waive} - {mail.id for mail in self.writer.campaign.mails}
        if unknown:
            known = ", ".join(mail.id for mail in self.writer.campaign.mails)
            raise MailError(f"there is no mail {', '.join(sorted(unknown))} in the campaign; known: {known}")
        found = states(self.ledger, self.writer.campaign, self.plan, list(self.boxes))
        wished = {name: self._wished(state, wishes) for name, state in found.items()}
        return forecast(self.writer, wished, self.boxes, self.clock(), frozenset(wishes.steps))

    def _wished(self, state: BoxState, wishes: Wishes) -> BoxState:
        return replace(
            state,
            mails=[self._orphaned(mail) for mail in state.mails],
            again=wishes.again,
            waived={*state.waived, *wishes.waive},
            repeat=wishes.ambiguous == "repeat",
        )

    def _orphaned(self, mail: MailRecord) -> MailRecord:
        """A prediction sees what a run would first write down: that whoever was sending it is gone."""
        deliveries = tuple(
            replace(one, state=State.AMBIGUOUS) if one.state is State.SENDING and self.owner.abandoned(one) else one
            for one in mail.deliveries
        )
        return replace(mail, deliveries=deliveries)

    def _settle(self, outbox: Outbox, wishes: Wishes) -> None:
        """What a dead process was sending may have arrived; what an operator has looked up is written down."""
        at = self.clock().at
        for mails in outbox.mails(self.writer.campaign.name, list(self.boxes)).values():
            for mail in mails:
                for delivery in mail.deliveries:
                    if delivery.state is State.SENDING and self.owner.abandoned(delivery):
                        outbox.move(delivery.id, State.AMBIGUOUS, at, "the process that was sending it has ended")
                    if delivery.state in {State.AMBIGUOUS, State.SENDING} and wishes.ambiguous == "arrived":
                        outbox.move(delivery.id, State.DELIVERED, at, "an operator says that it has arrived")
        self._waive(wishes)

    def _waive(self, wishes: Wishes) -> None:
        if not wishes.waive:
            return
        moment = self.clock()
        name = self.writer.campaign.name
        known = states(self.ledger, self.writer.campaign, self.plan, list(self.boxes))
        new = [
            Event(moment.at, name, box, WAIVED, moment.day, step)
            for box in self.boxes
            for step in sorted(wishes.waive)
            if step not in known[box].waived
        ]
        with self.ledger.writing() as connection:
            record(connection, new)

    def _withdraw(self, outbox: Outbox, found: Forecast) -> None:
        """A mail that was planned and is now too late is not left lying in the outbox."""
        for judgement in found.others:
            if judgement.verdict is Verdict.LATE and judgement.record is not None:
                for delivery in judgement.record.open:
                    outbox.move(delivery.id, State.WITHDRAWN, self.clock().at, judgement.why)

    # -- sending

    def _round(
        self, outbox: Outbox, some: Sequence[Due], stopped: Collection[str], faults: dict[str, str]
    ) -> Iterator[Told]:
        senders: dict[str, list[Due]] = defaultdict(list)
        for due in some:
            if due.judgement.box in stopped:
                yield self._told(due, Outcome.NOT_TRIED, "the mail before it was not accepted")
            else:
                senders[due.mail.sender].append(due)
        for name, dues in senders.items():
            yield from self._over(outbox, name, dues, faults)

    def _over(self, outbox: Outbox, name: str, dues: list[Due], faults: dict[str, str]) -> Iterator[Told]:
        """All mails of one sender, over its relay."""
        password: Password = lambda: self.passwords(name)  # noqa: E731
        line = self.line(self.writer.settings.relay(name), password)
        sender = Sender(outbox, line, self.writer, self.clock, self.owner)
        try:
            records = self._records(outbox, dues)
            for due in dues:
                if name in faults:
                    yield self._told(due, Outcome.NOT_TRIED, faults[name])
                    continue
                try:
                    outcome, why = sender.send(due, records.get((*due.key, due.judgement.attempt)))
                except RelayError as error:
                    faults[name] = str(error)
                    outcome, why = Outcome.NOT_TRIED, faults[name]
                yield self._told(due, outcome, why)
        finally:
            line.close()

    def _records(self, outbox: Outbox, dues: Sequence[Due]) -> dict[tuple[str, str, int], MailRecord]:
        """The mails as they are in the outbox now: whoever plans at the same time may have been faster."""
        found = outbox.mails(self.writer.campaign.name, {due.judgement.box for due in dues})
        return {(mail.box, mail.step, mail.attempt): mail for mails in found.values() for mail in mails}

    # -- telling

    def _told(self, due: Due, outcome: Outcome, why: str = "") -> Told:
        judgement = due.judgement
        mail = due.draft or judgement.record
        assert mail is not None
        to = recipients(due.mail, self.boxes[judgement.box])
        return Told(
            judgement.box, judgement.step, outcome, _shown(to), _impersonal(why, to), due.mail.sender, mail.subject,
            mail.message_id,
        )  # fmt: skip

    def _predicted(self, due: Due) -> Told:
        told = self._told(due, Outcome.SENT)
        return (
            replace(told, after=text_of(due.draft.content)) if due.draft else replace(told, why="the same mail again")
        )

    def _texts_before(self, found: Forecast) -> dict[tuple[str, str], str]:
        """(box, step) → the text of the mail of that step that the box was sent before, where there was one."""
        ids: dict[tuple[str, str], int] = {}
        due = {due.key for some in found.rounds for due in some}
        boxes = {box for box, _ in due}
        for mails in Outbox(self.ledger).mails(self.writer.campaign.name, boxes).values():
            ids |= {(mail.box, mail.step): mail.id for mail in mails if mail.told and (mail.box, mail.step) in due}
        contents = Outbox(self.ledger).contents(ids.values())
        return {key: text_of(contents[number]) for key, number in ids.items()}


def _other(judgement: Judgement) -> Told:
    record = judgement.record
    to = {delivery.role: delivery.recipient for delivery in record.deliveries} if record else {}
    identity = record.message_id if record else ""
    why = _impersonal(judgement.why, to) or ("not asked for" if judgement.verdict is Verdict.DUE else "")
    return Told(judgement.box, judgement.step, _VERDICTS[judgement.verdict], _shown(to), why, message_id=identity)


def _shown(to: Mapping[str, str]) -> tuple[str, ...]:
    """Recipients for reports: a rescue address is a person's, and reports are read by many."""
    return tuple(text if role == "box" else f"({role})" for role, text in to.items())


def _impersonal(why: str, to: Mapping[str, str]) -> str:
    """The relay's words without the rescue address, which it may have repeated."""
    for role, text in to.items():
        why = why if role == "box" else why.replace(text, f"({role})")
    return why
