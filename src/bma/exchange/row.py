"""One mailbox as Exchange answered it, believed only as far as it can be."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bma.errors import BmaError
from bma.exchange.clixml import WireObject, text_of

_BOX_NAME = re.compile(r"(ec|po)[0-9]{6}")


class OddAnswerError(BmaError):
    """Exchange answered an object that lacks what it is known by, or another than was asked for."""


@dataclass(frozen=True)
class MailboxRow:
    """One mailbox. ``guid`` is the one name that cannot be mistaken; ``addresses`` are in small letters."""

    guid: str
    identity: str
    addresses: tuple[str, ...]
    properties: Mapping[str, Any]

    def belongs_to_another(self, address: str) -> str | None:
        """Whose mailbox this is, where ``address`` is only one of its aliases; ``None`` where it is the box's own.

        A box whose primary address was changed by hand is still the box: its account, alias or name say so.
        """
        own = str(text_of(self.properties.get("PrimarySmtpAddress")) or "").lower()
        name, _, domain = own.partition("@")
        if own == address:
            return None
        if domain == address.partition("@")[2] and _BOX_NAME.fullmatch(name):
            return own
        said = (text_of(self.properties.get(wire)) for wire in ("UserPrincipalName", "Alias", "Name"))
        return None if {address, address.partition("@")[0]} & {str(text).lower() for text in said} else own

    @property
    def kind(self) -> str | None:
        """What sort of mailbox it is where it is not a person's, such as a room's."""
        kind = text_of(self.properties.get("RecipientTypeDetails"))
        return None if kind in (None, "UserMailbox", "LinkedMailbox") else kind


def mailbox_row(item: Any) -> MailboxRow:
    """The row of what ``Get-Mailbox`` or ``New-Mailbox`` answered.

    Raises :class:`OddAnswerError` where it has no GUID, no name or no list of addresses.
    """
    properties = item.properties if isinstance(item, WireObject) else {}
    guid, identity = properties.get("Guid"), text_of(properties.get("Identity"))
    addresses = properties.get("EmailAddresses")
    if not isinstance(guid, uuid.UUID) or not guid.int or not identity or not isinstance(addresses, list):
        raise OddAnswerError("Exchange answered a mailbox without identity or addresses")
    return MailboxRow(str(guid), identity, tuple(smtp_addresses(addresses)), properties)


def smtp_addresses(answered: Any) -> Iterator[str]:
    """The SMTP addresses of an ``EmailAddresses`` collection, in small letters; X500, SIP and others are left out."""
    for entry in answered if isinstance(answered, list) else ():
        prefix, separator, address = str(text_of(entry)).partition(":")
        if separator and prefix.lower() == "smtp":
            yield address.lower()


def answering_server(item: Any) -> str | None:
    """The domain controller that an object came from."""
    server = item.get("OriginatingServer") if isinstance(item, WireObject) else None
    return server if isinstance(server, str) and re.fullmatch(r"[A-Za-z0-9.-]+", server) else None
