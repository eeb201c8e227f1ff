"""What can be wrong with passwords and with where they are held."""

from __future__ import annotations

from bma.errors import BmaError


class PasswordError(BmaError):
    """A password cannot be made, had, set or reset. No text of it holds a password."""


class HoldError(PasswordError):
    """The place that holds passwords cannot be used: nothing is set or sent without it."""
