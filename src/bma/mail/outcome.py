"""What a run has done, or would do, about each mail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """``DEFERRED``: the relay asks to come again. ``NOT_TRIED``: its relay could not be used, or it had to wait for a
    mail that has just failed."""

    SENT = "sent"
    DONE = "done"
    WAITING = "waiting"
    DEFERRED = "deferred"
    NOT_TRIED = "not_tried"
    REFUSED = "refused"
    AMBIGUOUS = "ambiguous"
    LATE = "late"
    HELD = "held"


FAILS = frozenset({Outcome.DEFERRED, Outcome.NOT_TRIED, Outcome.REFUSED, Outcome.AMBIGUOUS})
"""Something is left to do that this run was to do."""

ASKS = frozenset({Outcome.LATE, Outcome.HELD})
"""Nothing went wrong in this run, and somebody has to decide."""


@dataclass(frozen=True)
class Told:
    """One mail of one box. ``to``: the recipients; ``why``: the relay's words, or what is in the way."""

    box: str
    step: str
    outcome: Outcome
    to: tuple[str, ...] = ()
    why: str = ""
    sender: str = ""
    subject: str = ""
    message_id: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Report:
    """A run. ``faults``: relays that could not be used, each told once. ``check``: nothing was sent."""

    moment: str
    check: bool
    told: tuple[Told, ...]
    faults: tuple[str, ...] = ()

    def of(self, *outcomes: Outcome) -> list[Told]:
        """The mails with one of these outcomes."""
        return [told for told in self.told if told.outcome in outcomes]

    @property
    def changed(self) -> bool:
        """Whether a mail was, or would be, sent."""
        return bool(self.of(Outcome.SENT))

    @property
    def failed(self) -> bool:
        """Whether something is left undone that was due."""
        return bool(self.of(*FAILS)) or bool(self.faults)

    def counts(self) -> dict[str, int]:
        """Outcome → how many mails, those that did not occur left out."""
        return dict(Counter(str(told.outcome) for told in self.told))

    def steps(self) -> dict[str, dict[str, int]]:
        """Step → outcome → how many mails."""
        found: dict[str, Counter[str]] = {}
        for told in self.told:
            found.setdefault(told.step, Counter())[str(told.outcome)] += 1
        return {step: dict(counts) for step, counts in found.items()}


def sentence(report: Report) -> str:
    """The run in one line, such as ``12 sent, 3 held``; mails that wait or are done are left out."""
    counts = report.counts()
    shown = [
        f"{counts[outcome]} {word(outcome, report.check)}"
        for outcome in Outcome
        if outcome in counts and outcome not in {Outcome.WAITING, Outcome.DONE}
    ]
    return ", ".join(shown) or "nothing is due"


def word(outcome: Outcome, check: bool) -> str:
    """An outcome as people read it; in a prediction nothing has happened yet."""
    words = {Outcome.SENT: "would be sent" if check else "sent", Outcome.NOT_TRIED: "not tried"}
    return words.get(outcome, str(outcome))


def named(boxes: Iterable[str], most: int = 8) -> str:
    """Some boxes by name, and how many more there are."""
    names = sorted(set(boxes))
    return ", ".join(names) if len(names) <= most else f"{', '.join(names[:most])} and {len(names) - most} more"
