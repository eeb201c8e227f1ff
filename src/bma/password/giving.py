"""Giving boxes their passwords: made, held, set in Exchange, each step written down before the next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from bma.errors import BmaError
from bma.mail.owner import Owner, this_process
from bma.password.book import PasswordBook, Request, live_of
from bma.password.faults import HoldError, PasswordError
from bma.password.holds import Hold
from bma.password.options import Lifetime
from bma.password.record import PasswordRecord
from bma.password.sources import Named, Source
from bma.resources.commands import Secret
from bma.store import Delivery, LedgerError, State
from bma.store.password_tables import Life

SetInExchange = Callable[[str, Secret | None, bool], Mapping[str, Any]]
"""(address, password, change at next logon) → ``exists``, ``set``, and ``reason`` and ``told`` for what was refused.
Without a password it only looks. Raises :class:`~bma.errors.BmaError` when it cannot be known whether it was set."""


class Given(StrEnum):
    """What became of one box. ``MISSING``: it has no mailbox yet; its password waits."""

    SET = "set"
    THERE = "there"
    MISSING = "missing"
    BUSY = "busy"
    FAILED = "failed"


@dataclass(frozen=True)
class Outcome:
    """One box: what became of it and why, in words that hold no password."""

    box: str
    given: Given
    why: str = ""


@dataclass
class Giver:
    """Gives passwords to boxes of one campaign. ``clock`` is the campaign's, ``owner`` this process."""

    book: PasswordBook
    hold: Hold
    source: Source
    lifetime: Lifetime
    set_in_exchange: SetInExchange
    clock: Callable[[], datetime]
    owner: Owner = field(default_factory=this_process)
    sessions: int = 8

    def predict(self, boxes: Sequence[Named], wanted: Iterable[str]) -> list[Outcome]:
        """What :meth:`give` would do: nothing is made, held or written; Exchange is only looked at."""
        fresh = set(wanted)
        live = {name: live_of(items) for name, items in self.book.all([box.name for box in boxes]).items()}

        def one(box: Named) -> Outcome | None:
            item = live.get(box.name)
            if box.name not in fresh and (item is None or item.state not in _UNFINISHED):
                return None
            try:
                answer = self.set_in_exchange(box.address, None, False)
            except BmaError as fault:
                return Outcome(box.name, Given.FAILED, str(fault))
            return Outcome(box.name, Given.SET) if answer["exists"] else Outcome(box.name, Given.MISSING, _NO_MAILBOX)

        return [outcome for outcome in self._beside(one, boxes) if outcome is not None]

    def give(self, boxes: Sequence[Named], requests: Iterable[Request]) -> list[Outcome]:
        """Plan what is requested, then bring every password of ``boxes`` that is under way to where it is set.

        One box that fails stops no other. Raises :class:`~bma.password.faults.HoldError` and
        :class:`~bma.store.LedgerError`, with nothing set after it.
        """
        self.hold.require_ready()
        self.book.plan(requests, self.clock(), self._abandoned)
        live = {name: live_of(items) for name, items in self.book.all([box.name for box in boxes]).items()}

        def one(box: Named) -> Outcome | None:
            item = live.get(box.name)
            return None if item is None else self._one(box, item)

        return [outcome for outcome in self._beside(one, boxes) if outcome is not None]

    def _beside(self, one: Callable[[Named], Outcome | None], boxes: Sequence[Named]) -> list[Outcome | None]:
        with ThreadPoolExecutor(self.sessions) as pool:
            return list(pool.map(one, boxes))

    def _one(self, box: Named, item: PasswordRecord) -> Outcome:
        if item.state not in _UNFINISHED:
            return Outcome(box.name, Given.THERE)
        try:
            if item.state is Life.PLANNED:
                item = self._held(box, item)
            return self._set(box, item)
        except (HoldError, LedgerError):
            raise
        except PasswordError as fault:
            return Outcome(box.name, Given.FAILED, str(fault))

    def _held(self, box: Named, item: PasswordRecord) -> PasswordRecord:
        """Make the password and hold it; one that a process has held before it died is the one."""
        if self.hold.get(item.reference) is None:
            self.hold.put(item.reference, self.source.password(box))
        self.book.move(item, Life.HELD, self.clock())
        return replace(item, state=Life.HELD)

    def _set(self, box: Named, item: PasswordRecord) -> Outcome:
        if item.state is Life.SETTING and not self._abandoned(item):
            return Outcome(box.name, Given.BUSY, "another process is setting it")
        # What is set is what was read back: a hold that would give another one must not be found out by the holder.
        password = self.hold.get(item.reference)
        if password is None:
            held = self._claimed(item)
            self.book.move(held, Life.FAILED, self.clock(), "what was held is gone", self.owner.name)
            raise PasswordError(f"what {self.hold.name} held is gone", where=box.name, hint="Run again for a new one")
        if not self.book.claim(item, self.owner.name, self.owner.lease(), self.clock()):
            return Outcome(box.name, Given.BUSY, "another process was faster")
        mine = replace(item, state=Life.SETTING)
        try:
            answer = self.set_in_exchange(box.address, password, self.lifetime.change_at_next_logon)
        except BmaError as fault:
            self.book.move(mine, Life.HELD, self.clock(), _without(password, str(fault)), self.owner.name)
            return Outcome(box.name, Given.FAILED, _without(password, str(fault)))
        return self._written(box, mine, password, answer)

    def _claimed(self, item: PasswordRecord) -> PasswordRecord:
        self.book.claim(item, self.owner.name, self.owner.lease(), self.clock())
        return replace(item, state=Life.SETTING)

    def _written(self, box: Named, item: PasswordRecord, password: Secret, answer: Mapping[str, Any]) -> Outcome:
        if answer["set"]:
            self.book.move(item, Life.SET, self.clock(), None, self.owner.name)
            return Outcome(box.name, Given.SET)
        if not answer["exists"]:
            self.book.move(item, Life.HELD, self.clock(), _NO_MAILBOX, self.owner.name)
            return Outcome(box.name, Given.MISSING, _NO_MAILBOX)
        told = _without(password, str(answer.get("told") or "Exchange gave no reason"))
        # A password that Exchange does not want will not be wanted the next time either; another one may be.
        refused = "Password" in str(answer.get("reason") or "")
        self.book.move(item, Life.FAILED if refused else Life.HELD, self.clock(), told, self.owner.name)
        return Outcome(box.name, Given.FAILED, told)

    def _abandoned(self, item: PasswordRecord) -> bool:
        held = Delivery(item.id, "", "", "", State.SENDING, owner=item.owner, lease_until=item.lease_until)
        return self.owner.abandoned(held)


_UNFINISHED = frozenset({Life.PLANNED, Life.HELD, Life.SETTING})
_NO_MAILBOX = "it has no mailbox yet: playbooks/wave.yml makes it"


def _without(password: Secret, text: str) -> str:
    return text.replace(password.clear, "***")
