"""Where passwords are held, encrypted, from when they are made until they are delivered."""

from bma.password.holds.hold import Hold
from bma.password.holds.opening import HOLD_SCHEMA, open_hold

__all__ = ["HOLD_SCHEMA", "Hold", "open_hold"]
