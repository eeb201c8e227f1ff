"""What is in Exchange, read for a whole wave at a time.

Boxes are asked for one by one, by thousands of tasks, and answered from a handful of bulk queries. What this run
has written is read again, by itself, before it is answered.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from bma.errors import BmaError
from bma.exchange.clixml import WireObject, text_of
from bma.exchange.pool import SessionPool
from bma.exchange.row import MailboxRow, OddAnswerError, answering_server, mailbox_row, smtp_addresses
from bma.resources.commands import Command
from bma.resources.mailbox import BOX, MAILBOX, REGIONAL
from bma.resources.observation import observe, unreadable
from bma.resources.plan import ActualBox

BULK_FROM = 40
"""From how many boxes on reading all of them in bulk is cheaper than reading each."""
MAX_AGE_SECONDS = 900
"""How old a bulk reading may be before it is made again, for runs that take long between two batches."""
BULK_SECONDS = 1800
FAILURE_SECONDS = 60
"""How long a bulk reading that failed is not tried again."""

# What is looked at of 228 properties.
_KEPT = frozenset(
    {
        "Guid",
        "Identity",
        "EmailAddresses",
        "DisplayName",
        "OriginatingServer",
        "RecipientTypeDetails",
        "UserPrincipalName",
    }
    | {setting.wire for resource in BOX for setting in resource.settings}
)


class AddressTakenError(BmaError):
    """The address of a box belongs to something that is not its mailbox."""


@dataclass(frozen=True)
class _Reading:
    """One bulk reading of a domain: every mailbox by each of its addresses, and the configuration inside them."""

    made: float
    mailboxes: Mapping[str, list[MailboxRow]]
    complete: bool
    """Whether every mailbox could be understood; else one that is not found may still be there."""
    regional: Mapping[str, Mapping[str, Any]]


@dataclass
class _Domain:
    """The readings of one mail domain, and the lock behind which they are made once for everybody."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    reading: _Reading | None = None
    failure: BmaError | None = None
    failed: float = 0.0
    obstacles: Mapping[str, str] | None = None


class Fleet:
    """The boxes in Exchange as last read. Safe to use from many threads."""

    def __init__(self, pool: SessionPool) -> None:
        self._pool = pool
        self._domains: dict[str, _Domain] = {}
        self._lock = threading.Lock()
        self._written: set[str] = set()
        self._pin_lock = threading.Lock()
        self._pinned_to: str | None = None
        self._servers: tuple[Any, ...] | None = None

    @property
    def domain_controller(self) -> str | None:
        """The domain controller that this run reads from and writes to: another one may lag behind what it does."""
        self.servers()
        return self._pinned_to

    def servers(self) -> tuple[Any, ...]:
        """The Exchange servers, as the first reading of the run, whose domain controller the run then keeps to."""
        with self._pin_lock:
            if self._servers is None:
                self._servers = self._pool.run(Command("Get-ExchangeServer")).objects
                self._pinned_to = next(filter(None, map(answering_server, self._servers)), None)
            return self._servers

    def actual(self, address: str, scope: int) -> ActualBox | None:
        """The box with that address, or ``None`` where Exchange has no mailbox for it.

        ``scope`` is how many boxes the run is about. Raises :class:`AddressTakenError` where two mailboxes share
        the address or it is an alias of another box's, :class:`~bma.exchange.row.OddAnswerError`, and what
        :meth:`SessionPool.run` and a failing Get cmdlet raise.
        """
        address = address.lower()
        if scope < BULK_FROM or address in self._written:
            return self.read(address)
        reading = self._reading(address)
        found = reading.mailboxes.get(address, [])
        if not found and not reading.complete:
            return self.read(address)
        return self._one(address, found, reading.regional)

    def read(self, address: str) -> ActualBox | None:
        """The box with that address, asked for now, by itself."""
        address = address.lower()
        found = [mailbox_row(item) for item in self._get("Get-Mailbox", f"EmailAddresses -eq {_smtp(address)}")]
        if any(address not in row.addresses for row in found):
            raise OddAnswerError("Exchange answered another mailbox than was asked for", where=address)
        return self._one(address, found, {})

    def obstacle(self, address: str, scope: int) -> str | None:
        """What stands in the way of creating a mailbox with that address, told by name; ``None`` for nothing."""
        address = address.lower()
        if scope < BULK_FROM:
            return self._obstacles(f"-eq {_smtp(address)}", f"-eq {_quoted(address)}").get(address)
        domain = self._domain(address)
        with domain.lock:
            if domain.obstacles is None:
                ending = _quoted("*@" + address.partition("@")[2])
                domain.obstacles = self._obstacles(f"-like {ending}", f"-like {ending}")
        return domain.obstacles.get(address)

    def wrote(self, address: str) -> None:
        """Say that this run has changed the box: no earlier reading speaks for it any more."""
        self._written.add(address.lower())

    def forget(self) -> None:
        """Drop all readings, so that the next question is answered by Exchange as it is then."""
        for domain in list(self._domains.values()):
            with domain.lock:
                domain.reading = domain.obstacles = domain.failure = None
        self._written.clear()

    def _domain(self, address: str) -> _Domain:
        with self._lock:
            return self._domains.setdefault(address.partition("@")[2], _Domain())

    def _reading(self, address: str) -> _Reading:
        domain = self._domain(address)
        with domain.lock:
            now = time.monotonic()
            if domain.failure is not None and now - domain.failed < FAILURE_SECONDS:
                # Told to all boxes at once: trying in turn, each for as long as the last, would take hours.
                raise domain.failure
            if domain.reading is None or now - domain.reading.made > MAX_AGE_SECONDS:
                try:
                    domain.reading, domain.failure = self._read_domain(address.partition("@")[2]), None
                except BmaError as fault:
                    domain.failure, domain.failed = fault, time.monotonic()
                    raise
            return domain.reading

    def _read_domain(self, name: str) -> _Reading:
        made = time.monotonic()
        ending = f"EmailAddresses -like {_quoted('*@' + name)}"
        with ThreadPoolExecutor(1) as beside:
            regional = beside.submit(self._regional_of, ending, self._pin())
            mailboxes = self._get("Get-Mailbox", ending)
        by_address: dict[str, list[MailboxRow]] = {}
        complete = True
        for mailbox in mailboxes:
            try:
                row = mailbox_row(mailbox)
            except OddAnswerError:
                complete = False
                continue
            for address in row.addresses:
                by_address.setdefault(address, []).append(row)
        return _Reading(made, by_address, complete, regional.result())

    def _get(self, cmdlet: str, where: str) -> list[WireObject]:
        parameters = {"ResultSize": "Unlimited", "Filter": where} | self._pin()
        answer = self._pool.run(Command(cmdlet, parameters), seconds=BULK_SECONDS, keep=_KEPT).or_raise()
        return [item for item in answer.objects if isinstance(item, WireObject)]

    def _regional_of(self, where: str, pin: Mapping[str, str]) -> dict[str, Mapping[str, Any]]:
        """The regional configuration of many mailboxes, piped from one cmdlet into the other inside Exchange.

        A mailbox that could not be opened is missing here, and is asked for by itself when its turn comes.
        """
        mailboxes = Command("Get-Mailbox", {"ResultSize": "Unlimited", "Filter": where, **pin})
        answer = self._pool.run(mailboxes, Command(REGIONAL.get_cmdlet), seconds=BULK_SECONDS, keep=_KEPT)
        rows = [item for item in answer.objects if isinstance(item, WireObject)]
        return {str(text_of(row.get("Identity"))): row.properties for row in rows}

    def _one(
        self, address: str, found: list[MailboxRow], regional: Mapping[str, Mapping[str, Any]]
    ) -> ActualBox | None:
        if len(found) > 1:
            names = ", ".join(sorted(row.identity for row in found))
            raise AddressTakenError(f"{len(found)} mailboxes have this address: {names}", where=address)
        if not found:
            return None
        (row,) = found
        other = row.other_box(address)
        if other:
            raise AddressTakenError(
                f"already an alias of the mailbox of {other}",
                where=address,
                hint="Take the alias away, or exclude the box",
            )
        inside = regional.get(row.identity)
        observations = {
            MAILBOX.key: observe(MAILBOX, row.properties),
            REGIONAL.key: observe(REGIONAL, inside) if inside is not None else self._regional(row.guid),
        }
        return ActualBox(row.guid, observations, self.domain_controller)

    def _regional(self, identity: str) -> Mapping[str, Any]:
        command = Command(REGIONAL.get_cmdlet, {"Identity": identity} | self._pin())
        answer = self._pool.run(command, keep=_KEPT)
        rows = [item for item in answer.objects if isinstance(item, WireObject)]
        if answer.errors or not rows:
            reason = str(answer.errors[0]) if answer.errors else f"{command.cmdlet} answered nothing"
            return unreadable(REGIONAL, reason)
        return observe(REGIONAL, rows[0].properties)

    def _obstacles(self, addresses: str, logons: str) -> dict[str, str]:
        """Every address in use by another kind of object than a mailbox, and by what."""
        taken: dict[str, str] = {}
        others = "RecipientTypeDetails -ne 'UserMailbox'"
        for item in self._get("Get-Recipient", f"EmailAddresses {addresses} -and {others}"):
            what = f"already an address of {text_of(item.get('RecipientTypeDetails'))} {text_of(item.get('Identity'))}"
            taken.update(dict.fromkeys(smtp_addresses(item.get("EmailAddresses")), what))
        for item in self._get("Get-User", f"UserPrincipalName {logons} -and RecipientTypeDetails -eq 'User'"):
            logon = str(text_of(item.get("UserPrincipalName"))).lower()
            taken.setdefault(logon, f"already the logon name of account {text_of(item.get('Identity'))}")
        return taken

    def _pin(self) -> dict[str, str]:
        return {"DomainController": self.domain_controller} if self.domain_controller else {}


def _smtp(address: str) -> str:
    return _quoted(f"smtp:{address}")


def _quoted(text: str) -> str:
    """A value inside an OPATH filter: in single quotes, those inside doubled."""
    return "'" + text.replace("'", "''") + "'"
