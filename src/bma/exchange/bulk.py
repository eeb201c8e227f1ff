"""Readings of a whole mail domain, each made once for everybody who asks."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from bma.errors import BmaError
from bma.exchange.clixml import WireObject
from bma.exchange.inquiry import Inquiry, quoted
from bma.exchange.reading import SOURCES, Properties, Source, by_box
from bma.exchange.rounds import Rounds
from bma.exchange.row import MailboxRow, OddAnswerError, mailbox_row

MAX_AGE_SECONDS = 900
"""How old a bulk reading may be before it is made again, for runs that take long between two batches."""
FAILURE_SECONDS = 60
"""How long a bulk reading that failed is not tried again."""
PIPE_FROM = 0.5
"""From what share of a domain's mailboxes on a run has a cmdlet open them all, one after the other in one pipeline.

Below it, only those of the run are opened, by all sessions side by side."""

_Rows = Mapping[str, list[Properties]]


@dataclass(frozen=True)
class _Reading:
    """One reading of a domain: every mailbox by each of its addresses, and what is inside them."""

    made: float
    mailboxes: Mapping[str, list[MailboxRow]]
    complete: bool
    """Whether every mailbox could be understood; else one that is not found may still be there."""
    inside: Mapping[str, _Rows]
    """Get cmdlet to what it answered, by the identity of the box."""
    rounds: Rounds


@dataclass
class _Domain:
    """The readings of one mail domain, and the lock behind which they are made."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    reading: _Reading | None = None
    failure: BmaError | None = None
    failed: float = 0.0
    obstacles: Mapping[str, str] | None = None


class Bulk:
    """Bulk readings by mail domain. Safe to use from many threads."""

    def __init__(self, inquiry: Inquiry) -> None:
        self._inquiry = inquiry
        self._domains: dict[str, _Domain] = {}
        self._lock = threading.Lock()
        self._expected: tuple[str, ...] = ()

    def expect(self, names: Collection[str]) -> None:
        """Say which boxes the run is about, by their local parts and in its order."""
        self._expected = tuple(name.lower() for name in names)

    def mailboxes(self, address: str, sections: Collection[str]) -> tuple[list[MailboxRow], bool]:
        """The mailboxes with that address, and whether all of the domain could be understood.

        ``sections``: what will be asked of them with :meth:`rows`. Raises what the reading raises.
        """
        reading = self._reading(address, sections)
        return reading.mailboxes.get(address, []), reading.complete

    def rows(self, source: Source, address: str, identity: str) -> list[Properties] | None:
        """What ``source`` answered for one box; ``None`` where it has to be asked for by itself."""
        reading = self._domain(address).reading
        if reading is None:
            return None
        if source.cmdlet in reading.inside:
            return reading.inside[source.cmdlet].get(identity)
        return reading.rounds.rows(source, identity)

    def obstacles(self, address: str, read: Callable[[], Mapping[str, str]]) -> Mapping[str, str]:
        """What ``read`` finds for the whole domain of the address, asked for once."""
        domain = self._domain(address)
        with domain.lock:
            if domain.obstacles is None:
                domain.obstacles = read()
            return domain.obstacles

    def forget(self) -> None:
        """Drop all readings."""
        for domain in list(self._domains.values()):
            with domain.lock:
                if domain.reading:
                    domain.reading.rounds.end()
                domain.reading = domain.obstacles = domain.failure = None

    def _domain(self, address: str) -> _Domain:
        with self._lock:
            return self._domains.setdefault(address.partition("@")[2], _Domain())

    def _reading(self, address: str, sections: Collection[str]) -> _Reading:
        domain = self._domain(address)
        with domain.lock:
            now = time.monotonic()
            if domain.failure is not None and now - domain.failed < FAILURE_SECONDS:
                # Told to all boxes at once: trying in turn, each for as long as the last, would take hours.
                raise domain.failure
            if domain.reading is None or now - domain.reading.made > MAX_AGE_SECONDS:
                try:
                    domain.reading = self._read(address.partition("@")[2], sections)
                    domain.failure = None
                except BmaError as fault:
                    domain.failure, domain.failed = fault, time.monotonic()
                    raise
            return domain.reading

    def _read(self, name: str, sections: Collection[str]) -> _Reading:
        made = time.monotonic()
        ending = f"EmailAddresses -like {quoted('*@' + name)}"
        sources = {source for section in sections for source in SOURCES.get(section, ())}
        # Pinned before the threads start, so that all of them ask the same domain controller.
        self._inquiry.servers()
        with ThreadPoolExecutor(max(1, len(sources))) as beside:

            def of_all(wanted: Iterable[Source]) -> dict[str, Future[tuple[Any, ...]]]:
                return {source.cmdlet: beside.submit(self._inquiry.of_many, source, ending) for source in wanted}

            inside = of_all(source for source in sources if source.filtered)
            by_address, complete = _by_address(self._inquiry.search("Get-Mailbox", ending))
            rounds = Rounds(self._inquiry, self._of_run(name, by_address))
            if not self._expected or len(rounds) >= PIPE_FROM * len(by_address):
                inside |= of_all(source for source in sources if source.piped)
        answered = {cmdlet: by_box(reading.result()) for cmdlet, reading in inside.items()}
        return _Reading(made, by_address, complete, answered, rounds)

    def _of_run(self, domain: str, found: Mapping[str, list[MailboxRow]]) -> Iterator[tuple[str, str]]:
        for name in self._expected:
            for row in found.get(f"{name}@{domain}", ()):
                yield row.identity, row.guid


def _by_address(mailboxes: Iterable[WireObject]) -> tuple[dict[str, list[MailboxRow]], bool]:
    """The mailboxes by each of their addresses, and whether every one of them could be understood."""
    found: dict[str, list[MailboxRow]] = {}
    complete = True
    for mailbox in mailboxes:
        try:
            row = mailbox_row(mailbox)
        except OddAnswerError:
            complete = False
            continue
        for address in row.addresses:
            found.setdefault(address, []).append(row)
    return found, complete
