"""States of a delivery, and which may follow which."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """``FAILED``: refused for good by the relay. ``AMBIGUOUS``: it may have arrived, nobody here can tell."""

    PLANNED = "planned"
    SENDING = "sending"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    FAILED = "failed"
    AMBIGUOUS = "ambiguous"
    WITHDRAWN = "withdrawn"


FOLLOWS: dict[State, frozenset[State]] = {
    State.PLANNED: frozenset({State.PLANNED, State.SENDING, State.FAILED, State.WITHDRAWN}),
    State.SENDING: frozenset({State.PLANNED, State.ACCEPTED, State.FAILED, State.AMBIGUOUS}),
    State.ACCEPTED: frozenset({State.DELIVERED, State.BOUNCED}),
    State.FAILED: frozenset({State.FAILED, State.PLANNED, State.SENDING, State.WITHDRAWN}),
    State.AMBIGUOUS: frozenset({State.SENDING, State.ACCEPTED, State.DELIVERED, State.BOUNCED}),
    State.DELIVERED: frozenset({State.BOUNCED}),
    State.BOUNCED: frozenset({State.DELIVERED}),
    State.WITHDRAWN: frozenset({State.PLANNED}),
}
"""A state that follows itself has new words of the relay. A bounce may come after a report of delivery, and the other
way round: relays on the way speak for themselves."""

OPEN = frozenset({State.PLANNED, State.FAILED})
"""It has certainly not arrived, and is still to be sent."""

ARRIVED = frozenset({State.ACCEPTED, State.DELIVERED})
"""It is with the holder as far as anybody can tell."""

MAY_HAVE_LEFT = frozenset({State.SENDING, State.ACCEPTED, State.DELIVERED, State.AMBIGUOUS})
"""What it tells is promised."""


def sources(target: State) -> frozenset[State]:
    """The states from which ``target`` may be reached."""
    return frozenset(state for state, following in FOLLOWS.items() if target in following)
