"""What is in Exchange, read for a whole wave at a time.

Boxes are asked for one by one, by thousands of tasks, and answered from a handful of bulk queries. What this run
has written is read again, by itself, before it is answered.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from bma.errors import BmaError
from bma.exchange.bulk import Bulk
from bma.exchange.clixml import text_of
from bma.exchange.inquiry import Inquiry, quoted
from bma.exchange.pool import SessionPool
from bma.exchange.reading import Properties, Source, observation
from bma.exchange.row import MailboxRow, OddAnswerError, mailbox_row, smtp_addresses
from bma.resources.box import BOX
from bma.resources.observation import Unknown
from bma.resources.plan import ActualBox

BULK_FROM = 40
"""From how many boxes on reading all of them in bulk is cheaper than reading each."""

ALL_SECTIONS = frozenset(section.key for section in BOX)


class AddressTakenError(BmaError):
    """The address of a box belongs to something that is not its mailbox."""


class Fleet:
    """The boxes in Exchange as last read. Safe to use from many threads."""

    def __init__(self, pool: SessionPool) -> None:
        self.inquiry = Inquiry(pool)
        self._bulk = Bulk(self.inquiry)
        self._written: set[str] = set()

    @property
    def domain_controller(self) -> str | None:
        """The domain controller that this run reads from and writes to: another one may lag behind what it does."""
        return self.inquiry.domain_controller

    def servers(self) -> tuple[Any, ...]:
        """The Exchange servers, as the first reading of the run, whose domain controller the run then keeps to."""
        return self.inquiry.servers()

    def expect(self, names: Collection[str]) -> None:
        """Say which boxes the run is about, by their local parts and in its order: they will be read ahead."""
        self._bulk.expect(names)

    def actual(self, address: str, scope: int, sections: Collection[str] = ALL_SECTIONS) -> ActualBox | None:
        """The box with that address, or ``None`` where Exchange has no mailbox for it.

        ``scope`` is how many boxes the run is about; ``sections`` what is wanted of them. Raises
        :class:`AddressTakenError` where two mailboxes share the address or it is an alias of another box's,
        :class:`~bma.exchange.row.OddAnswerError`, and what :meth:`SessionPool.run` and a failing Get cmdlet raise.
        """
        address = address.lower()
        if scope < BULK_FROM or address in self._written:
            return self.read(address, sections)
        found, complete = self._bulk.mailboxes(address, sections)
        if not found and not complete:
            return self.read(address, sections)
        return self._one(address, found, sections, bulk=True)

    def read(self, address: str, sections: Collection[str] = ALL_SECTIONS) -> ActualBox | None:
        """The box with that address, asked for now, by itself."""
        address = address.lower()
        objects = self.inquiry.search("Get-Mailbox", f"EmailAddresses -eq {_smtp(address)}")
        found = [mailbox_row(item) for item in objects]
        if any(address not in row.addresses for row in found):
            raise OddAnswerError("Exchange answered another mailbox than was asked for", where=address)
        return self._one(address, found, sections, bulk=False)

    def obstacle(self, address: str, scope: int) -> str | None:
        """What stands in the way of creating a mailbox with that address, told by name; ``None`` for nothing."""
        address = address.lower()
        if scope < BULK_FROM:
            return self._obstacles(f"-eq {_smtp(address)}", f"-eq {quoted(address)}").get(address)
        ending = f"-like {quoted('*@' + address.partition('@')[2])}"
        return self._bulk.obstacles(address, lambda: self._obstacles(ending, ending)).get(address)

    def holder(self, alias: str) -> tuple[str, str] | None:
        """The GUID and the name of whatever has the SMTP address ``alias``; ``None`` for nothing."""
        for item in self.inquiry.search("Get-Recipient", f"EmailAddresses -eq {_smtp(alias)}"):
            return str(item.get("Guid")), f"{text_of(item.get('RecipientTypeDetails'))} {text_of(item.get('Identity'))}"
        return None

    def wrote(self, address: str) -> None:
        """Say that this run has changed the box: no earlier reading speaks for it any more."""
        self._written.add(address.lower())

    def forget(self) -> None:
        """Drop all readings, so that the next question is answered by Exchange as it is then."""
        self._bulk.forget()
        self._written.clear()

    def _one(self, address: str, found: list[MailboxRow], sections: Collection[str], *, bulk: bool) -> ActualBox | None:
        if len(found) > 1:
            names = ", ".join(sorted(row.identity for row in found))
            raise AddressTakenError(f"{len(found)} mailboxes have this address: {names}", where=address)
        if not found:
            return None
        (row,) = found
        other = row.belongs_to_another(address)
        if other:
            raise AddressTakenError(
                f"already an alias of the mailbox of {other}",
                where=address,
                hint="Take the alias away, or exclude the box",
            )
        if row.kind:
            raise AddressTakenError(f"its mailbox {row.identity} is a {row.kind}", where=address)

        def rows(source: Source) -> list[Properties] | Unknown:
            known = self._bulk.rows(source, address, row.identity) if bulk else None
            return known if known is not None else self.inquiry.of_one(source, row.guid)

        observations = {
            section.key: self.inquiry.with_recipients(observation(section.key, row.properties, rows))
            for section in BOX
            if section.key in sections
        }
        return ActualBox(row.guid, observations, self.domain_controller)

    def _obstacles(self, addresses: str, logons: str) -> Mapping[str, str]:
        """Every address in use by another kind of object than a mailbox, and by what."""
        taken: dict[str, str] = {}
        others = "RecipientTypeDetails -ne 'UserMailbox'"
        for item in self.inquiry.search("Get-Recipient", f"EmailAddresses {addresses} -and {others}"):
            what = f"already an address of {text_of(item.get('RecipientTypeDetails'))} {text_of(item.get('Identity'))}"
            taken.update(dict.fromkeys(smtp_addresses(item.get("EmailAddresses")), what))
        users = f"UserPrincipalName {logons} -and RecipientTypeDetails -eq 'User'"
        for item in self.inquiry.search("Get-User", users):
            logon = str(text_of(item.get("UserPrincipalName"))).lower()
            taken.setdefault(logon, f"already the logon name of account {text_of(item.get('Identity'))}")
        return taken


def _smtp(address: str) -> str:
    return quoted(f"smtp:{address}")
