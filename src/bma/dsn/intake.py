"""Reads a source of reports into the ledger. What was read is put away only after the ledger has it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bma.dsn.faults import MailboxError
from bma.dsn.matching import Match, match
from bma.dsn.reading import read_report
from bma.dsn.report import Kind, Report
from bma.dsn.source import Item, Source
from bma.errors import printable
from bma.store import Ledger, State
from bma.store.evidence import Effect, Evidence, effect_of, known, mails_of, record_evidence


class Fortune(StrEnum):
    """What became of a message: what it did to the ledger, or that somebody has to look at it."""

    MOVED = "moved"
    NOTED = "noted"
    KNOWN = "known"
    EARLY = "early"
    ASIDE = "aside"


_FORTUNES = {
    Effect.MOVED: Fortune.MOVED,
    Effect.NOTED: Fortune.NOTED,
    Effect.KNOWN: Fortune.KNOWN,
    Effect.EARLY: Fortune.EARLY,
    Effect.DENIED: Fortune.ASIDE,
}
_PUT_AWAY = frozenset({Fortune.MOVED, Fortune.NOTED, Fortune.KNOWN})


@dataclass(frozen=True)
class Said:
    """One message about one mail, or about none. ``name``: of the message in its source; ``why``: what it says, or
    why it was set aside. ``box`` and what follows are empty where no mail of ours is meant."""

    name: str
    kind: Kind
    fortune: Fortune
    why: str
    sender: str = ""
    subject: str = ""
    campaign: str = ""
    box: str = ""
    step: str = ""
    recipient: str = ""
    action: str = ""
    before: State | None = None
    after: State | None = None


@dataclass(frozen=True)
class Intake:
    """All that a source had to say. ``check``: the ledger was not touched; ``fault``: why it was not read whole."""

    name: str
    source: str
    check: bool
    messages: int
    said: tuple[Said, ...]
    fault: str = ""

    def of(self, *fortunes: Fortune) -> list[Said]:
        """Those of these fortunes."""
        return [said for said in self.said if said.fortune in fortunes]

    @property
    def changed(self) -> bool:
        """Whether the ledger has, or would have, something new."""
        return bool(self.of(Fortune.MOVED, Fortune.NOTED))

    def counts(self) -> dict[str, int]:
        """Fortune → how many."""
        return {str(fortune): count for fortune, count in sorted(Counter(said.fortune for said in self.said).items())}


@dataclass
class Reader:
    """Reads reports into a ledger, or, ``check``, says what reading them would do to it."""

    ledger: Ledger
    at: datetime
    check: bool
    _states: dict[int, State] = field(default_factory=dict)
    _seen: set[tuple[str, int]] = field(default_factory=set)

    def read(self, name: str, source: Source) -> Intake:
        """Raises LedgerError. A source that breaks off is told in the answer; the ledger keeps what came before."""
        told: list[Said] = []
        messages = 0
        fault = ""
        try:
            for batch in source.batches():
                messages += len(batch)
                finished: list[Item] = []
                for item in batch:
                    said = self._one(item)
                    told += said
                    if all(each.fortune in _PUT_AWAY for each in said):
                        finished.append(item)
                if not self.check:
                    source.done(finished)
        except MailboxError as error:
            fault = str(error)
        finally:
            source.close()
        return Intake(name, source.name, self.check, messages, tuple(told), fault)

    def _one(self, item: Item) -> list[Said]:
        if item.fault:
            return [Said(printable(item.name), Kind.UNREADABLE, Fortune.ASIDE, item.fault)]
        report = read_report(item.content)
        ids = [identity for place in report.message_ids for identity in place]
        matches, why = match(report, mails_of(self.ledger, report.envids, ids))
        if not matches:
            return [self._said(item, report, Fortune.ASIDE, why)]
        return [self._matched(item, report, found) for found in matches]

    def _matched(self, item: Item, report: Report, found: Match) -> Said:
        fate = found.fate
        evidence = Evidence(f"report_{fate.action}", fate.action.target, item.digest, fate.told)
        effect, before = self._effect(found, evidence)
        fortune = _FORTUNES[effect]
        why = fate.told
        if effect is Effect.DENIED:
            why = f"it says {fate.action}, and the ledger says that the mail has not left ({before})"
        elif effect is Effect.EARLY:
            why = "the mail is still being sent; it is read again in the next run"
        return self._said(item, report, fortune, why, found, before)

    def _effect(self, found: Match, evidence: Evidence) -> tuple[Effect, State]:
        delivery = found.delivery
        if not self.check:
            return record_evidence(self.ledger, found.mail, delivery, evidence, self.at)
        state = self._states.get(delivery.id, delivery.state)
        key = (evidence.digest, delivery.id)
        if key in self._seen or known(self.ledger, found.mail, delivery, evidence):
            return Effect.KNOWN, state
        effect = effect_of(state, evidence.target)
        if effect in {Effect.MOVED, Effect.NOTED}:
            self._seen.add(key)
        if effect is Effect.MOVED and evidence.target is not None:
            self._states[delivery.id] = evidence.target
        return effect, state

    @staticmethod
    def _said(
        item: Item, report: Report, fortune: Fortune, why: str, found: Match | None = None, before: State | None = None
    ) -> Said:
        name = printable(item.name)
        if found is None:
            return Said(name, report.kind, fortune, printable(why), report.sender, report.subject)
        mail, delivery, action = found.mail, found.delivery, found.fate.action
        after = action.target if fortune is Fortune.MOVED else before
        return Said(
            name,
            report.kind,
            fortune,
            printable(why),
            report.sender,
            report.subject,
            mail.campaign,
            mail.box,
            f"{mail.step}.{mail.attempt}",
            delivery.recipient,
            str(action),
            before,
            after,
        )


def read_all(ledger: Ledger, sources: Mapping[str, Source], at: datetime, *, check: bool) -> list[Intake]:
    """Read sources one after the other. Raises LedgerError; what was written by then stays."""
    reader = Reader(ledger, at, check)
    return [reader.read(name, source) for name, source in sources.items()]
