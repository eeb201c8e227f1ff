"""Faults of mailboxes that are read."""

from __future__ import annotations

from bma.errors import BmaError


class MailboxError(BmaError):
    """A mailbox, a folder or a directory cannot be read. What was written down before stays; run again."""
