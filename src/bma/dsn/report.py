"""What a message in the mailbox of reports says, as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bma.store import State


class Kind(StrEnum):
    """What a message is."""

    DELIVERY = "delivery report"
    RECEIPT = "read receipt"
    ODD = "bounce in a form of its own"
    AUTOMATIC = "automatic reply"
    LETTER = "letter"
    UNREADABLE = "unreadable"


class Action(StrEnum):
    """What a report says has happened: the words of RFC 3464, and two for what is no delivery report."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RELAYED = "relayed"
    EXPANDED = "expanded"
    READ = "read"
    ANSWERED = "answered"

    @property
    def target(self) -> State:
        """The state of a delivery of which this is said.

        Whatever answers a mail proves that the relay has had it. Where it went on to a server that reports nothing,
        more than that is not known.
        """
        if self is Action.FAILED:
            return State.BOUNCED
        return State.DELIVERED if self in {Action.DELIVERED, Action.READ} else State.ACCEPTED


@dataclass(frozen=True)
class Fate:
    """What is said of one recipient. ``original``: the address that the mail was sent to, when the report tells it.

    ``recipient`` is empty when the report names none. ``status`` is an enhanced code such as 5.1.1, or empty;
    ``words`` the reason on one line.
    """

    recipient: str
    action: Action
    status: str = ""
    words: str = ""
    original: str = ""

    @property
    def told(self) -> str:
        """Code and reason for people."""
        parts = [self.status if self.status not in self.words else "", self.words]
        return " ".join(part for part in parts if part) or "no reason was given"


@dataclass(frozen=True)
class Report:
    """A message read. ``envids``: the envelope ids it may be about; ``message_ids``: each list is a place where it
    names mails, the surest first. ``sender`` and ``subject`` are for people. ``cut``: not all of it was read.
    """

    kind: Kind
    fates: tuple[Fate, ...] = ()
    envids: tuple[str, ...] = ()
    message_ids: tuple[tuple[str, ...], ...] = ()
    sender: str = ""
    subject: str = ""
    cut: bool = False
