"""Faults of mails."""

from __future__ import annotations

from bma.errors import BmaError


class MailError(BmaError):
    """A mail that cannot be written, or a setting of mails that is wrong. Nothing has been sent because of it."""


class RelayError(BmaError):
    """A relay that cannot be spoken to: nothing was sent over this connection."""
