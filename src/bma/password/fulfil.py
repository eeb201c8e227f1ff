"""A run over the passwords of a campaign: what is over is erased, what is wanted is made and set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bma.campaign.model import Campaign
from bma.form.book import AnswerBook
from bma.password.book import Request
from bma.password.delivery import erase_ended, settle
from bma.password.giving import Given, Giver, Outcome
from bma.password.needs import unwanted, wanted
from bma.password.sources import Named
from bma.store.password_tables import Life


@dataclass(frozen=True)
class Report:
    """A run. ``outcomes``: one a box that has, or is to get, a password. ``erased``: how many are held no longer."""

    check: bool
    outcomes: tuple[Outcome, ...]
    erased: int
    states: dict[str, int]

    @property
    def changed(self) -> bool:
        """Whether a password was, or would be, set or erased."""
        return bool(self.erased) or any(outcome.given is Given.SET for outcome in self.outcomes)

    @property
    def failed(self) -> list[Outcome]:
        """The boxes that did not get theirs although they could have."""
        return [outcome for outcome in self.outcomes if outcome.given in {Given.FAILED, Given.BUSY}]

    def sentence(self) -> str:
        """The run in one line, such as ``12 passwords would be set, 1 box has no mailbox yet``."""
        counts = Counter(outcome.given for outcome in self.outcomes)
        words = {
            Given.SET: "would be set" if self.check else "set",
            Given.THERE: "set before",
            Given.MISSING: "waiting for a mailbox",
            Given.BUSY: "in the hands of another run",
            Given.FAILED: "would fail" if self.check else "failed",
        }
        told = [f"{counts[given]} {word}" for given, word in words.items() if counts[given]]
        erased = [f"{self.erased} {'would be ' if self.check else ''}erased"] if self.erased else []
        return f"passwords: {', '.join([*told, *erased]) or 'nothing to do'}"


def predict(giver: Giver, campaign: Campaign, answers: AnswerBook, boxes: Sequence[Named]) -> Report:
    """What :func:`fulfil` would do; nothing is written or held, Exchange is only looked at."""
    unknown = _unknown(answers)
    there = giver.book.all()
    dropped = {item.box for item in unwanted(campaign, unknown, there)}
    named = [box for box in boxes if box.name not in dropped]
    fresh = wanted(campaign, [box.name for box in named], unknown, there)
    outcomes = giver.predict(named, fresh)
    return Report(True, tuple(outcomes), len(dropped) + len(giver.book.to_erase()), _states(giver))


def fulfil(giver: Giver, campaign: Campaign, answers: AnswerBook, boxes: Sequence[Named]) -> Report:
    """Move every password of the campaign on, and give those of ``boxes`` that are wanted.

    Raises :class:`~bma.password.faults.HoldError` or :class:`~bma.store.LedgerError` when nothing can go on.
    """
    giver.hold.require_ready()
    unknown = _unknown(answers)
    now = giver.clock()
    settle(giver.book, giver.lifetime, now)
    for item in unwanted(campaign, unknown, giver.book.all()):
        giver.book.move(item, Life.SUPERSEDED, now, "the holder knows theirs after all")
    fresh = wanted(campaign, [box.name for box in boxes], unknown, giver.book.all())
    outcomes = giver.give(boxes, [Request(box) for box in fresh])
    erased = erase_ended(giver.book, giver.hold, giver.clock())
    return Report(False, tuple(outcomes), erased, _states(giver))


def _unknown(answers: AnswerBook) -> set[str]:
    return {box for box, answer in answers.latest().items() if answer.password_unknown}


def _states(giver: Giver) -> dict[str, int]:
    return dict(Counter(str(item.state) for items in giver.book.all().values() for item in items))
