"""One mail over a line, with the ledger before and after every step."""

from __future__ import annotations

from dataclasses import dataclass, field

from bma.mail.faults import RelayError
from bma.mail.forecast import Due
from bma.mail.line import Answer, Envelope, Fate, Line
from bma.mail.message import files_in, fill
from bma.mail.moment import Clock
from bma.mail.outcome import Outcome
from bma.mail.owner import Owner
from bma.mail.secret import SecretText, masked
from bma.mail.writing import Writer
from bma.store import Delivery, LedgerError, MailRecord, Outbox, State

_GIVE_UP = 5
"""Mails in a row on which the line broke, after which the relay is left alone for this run."""

_OUTCOMES = {
    Fate.ACCEPTED: Outcome.SENT,
    Fate.REFUSED: Outcome.REFUSED,
    Fate.DEFERRED: Outcome.DEFERRED,
    Fate.LOST: Outcome.DEFERRED,
    Fate.AMBIGUOUS: Outcome.AMBIGUOUS,
    Fate.TAKEN: Outcome.NOT_TRIED,
}
_STATES = {
    Fate.ACCEPTED: State.ACCEPTED,
    Fate.REFUSED: State.FAILED,
    Fate.DEFERRED: State.PLANNED,
    Fate.LOST: State.PLANNED,
    Fate.AMBIGUOUS: State.AMBIGUOUS,
}
_WEIGHT = (Outcome.SENT, Outcome.NOT_TRIED, Outcome.DEFERRED, Outcome.REFUSED, Outcome.AMBIGUOUS)


@dataclass
class Sender:
    """Sends mails of the outbox over one line."""

    outbox: Outbox
    line: Line
    writer: Writer
    clock: Clock
    owner: Owner
    _broken: int = 0
    _files: dict[str, bytes] = field(default_factory=dict)

    def send(self, due: Due, record: MailRecord | None) -> tuple[Outcome, str]:
        """One mail to all recipients that have not got it; the worst of what became of it, and the relay's words.

        Raises :class:`~bma.mail.faults.RelayError` when the relay cannot be used, LedgerError when the ledger cannot.
        """
        if record is None:
            return Outcome.NOT_TRIED, "somebody else has changed it in the outbox"
        if not self._open_now(due):
            return Outcome.WAITING, f"its hours are over: {due.mail.opens:%H:%M} to {due.mail.closes:%H:%M}"
        secret, why = self._secret(record)
        if why:
            return Outcome.HELD, why
        content = self._content(record, secret)
        if not content:
            return Outcome.HELD, "its text was erased with what was known of people"
        found = [self._deliver(due, record, delivery, content, secret) for delivery in self._left(record)]
        return max(found, key=lambda item: _WEIGHT.index(item[0]), default=(Outcome.NOT_TRIED, "it has been sent"))

    def _open_now(self, due: Due) -> bool:
        """Hours pass while thousands of mails are sent."""
        now = self.clock()
        return now.hour is None or due.mail.opens <= now.hour < due.mail.closes

    @staticmethod
    def _left(record: MailRecord) -> list[Delivery]:
        return [
            delivery
            for delivery in record.deliveries
            if delivery.state in {State.PLANNED, State.FAILED, State.AMBIGUOUS}
        ]

    def _secret(self, record: MailRecord) -> tuple[SecretText | None, str]:
        if record.secret is None:
            return None, ""
        secret = self.writer.secrets.secret(record.secret)
        if secret is None or secret.reference != record.secret:
            return None, "its password is not held any more, or was replaced"
        return secret, ""

    def _content(self, record: MailRecord, secret: SecretText | None) -> bytes:
        content = self.outbox.contents([record.id])[record.id]
        needed = files_in(content) - self._files.keys()
        if needed:
            self._files |= self.outbox.files(needed)
        return fill(content, secret, self._files)

    def _deliver(
        self, due: Due, record: MailRecord, delivery: Delivery, content: bytes, secret: SecretText | None
    ) -> tuple[Outcome, str]:
        if self._broken >= _GIVE_UP:
            raise RelayError(
                f"the line to {self.line.relay.host} broke {self._broken} times in a row", hint="Run again"
            )
        self.line.open()
        claimed = False

        def claim() -> bool:
            nonlocal claimed
            claimed = self.outbox.claim(delivery.id, self.owner.name, self.owner.lease(), self.clock().at)
            return claimed

        answer = self.line.send(self._envelope(due, delivery), content, claim)
        answer = Answer(answer.fate, masked(answer.said, secret))
        self._broken = self._broken + 1 if answer.fate in {Fate.LOST, Fate.AMBIGUOUS} else 0
        return self._written_down(record, delivery, answer, claimed=claimed)

    def _envelope(self, due: Due, delivery: Delivery) -> Envelope:
        sender = self.line.relay.envelope_sender or self.writer.campaign.senders[due.mail.sender].address
        return Envelope(sender.replace("{envid}", delivery.envid), delivery.recipient, delivery.envid)

    def _written_down(
        self, record: MailRecord, delivery: Delivery, answer: Answer, *, claimed: bool
    ) -> tuple[Outcome, str]:
        fate = answer.fate
        if delivery.state is State.AMBIGUOUS and fate in {Fate.REFUSED, Fate.DEFERRED, Fate.LOST}:
            # This try has not arrived; whether the one before it has is as unknown as it was.
            fate = Fate.AMBIGUOUS
        if fate is Fate.TAKEN or (fate is Fate.AMBIGUOUS and not claimed):
            return _OUTCOMES[fate], answer.said
        if not self._move(record, delivery, _STATES[fate], answer.said, claimed=claimed) and claimed:
            return Outcome.AMBIGUOUS, f"another process had taken it over; the relay said {answer.said}"
        return _OUTCOMES[fate], answer.said

    def _move(self, record: MailRecord, delivery: Delivery, target: State, said: str, *, claimed: bool) -> bool:
        owner = self.owner.name if claimed else None
        try:
            return self.outbox.move(delivery.id, target, self.clock().at, said, owner)
        except LedgerError as error:
            raise LedgerError(
                f"{record.box}, mail {record.step}: the relay answered {said!r}, and that could not be written down: "
                f"{error}",
                hint="It will be told as ambiguous" if target is State.ACCEPTED else None,
            ) from error
