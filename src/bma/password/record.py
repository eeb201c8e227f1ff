"""The life of one password as a value, and which states may follow which."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bma.store.password_tables import Life

CAMPAIGN, RESET = "campaign", "reset"
"""Purposes: what the campaign gives to boxes, and what the service desk gives to one."""

AS_THE_CAMPAIGN_SAYS, TO_RESCUE, TO_BOX, TO_NOBODY = "campaign", "rescue", "box", "nobody"
"""To whom a password is delivered."""

FOLLOWS: dict[Life, frozenset[Life]] = {
    Life.PLANNED: frozenset({Life.HELD, Life.FAILED, Life.SUPERSEDED}),
    Life.HELD: frozenset({Life.SETTING, Life.FAILED, Life.SUPERSEDED, Life.DESTROYED}),
    Life.SETTING: frozenset({Life.SET, Life.HELD, Life.FAILED, Life.SUPERSEDED}),
    Life.SET: frozenset({Life.DELIVERED, Life.FAILED, Life.SUPERSEDED, Life.DESTROYED}),
    Life.DELIVERED: frozenset({Life.SET, Life.DESTROYED, Life.SUPERSEDED}),
    Life.DESTROYED: frozenset(),
    Life.FAILED: frozenset(),
    Life.SUPERSEDED: frozenset(),
}
"""A delivered password is ``SET`` again when its mail comes back."""

LIVE = frozenset({Life.PLANNED, Life.HELD, Life.SETTING, Life.SET, Life.DELIVERED})
"""It may still be wanted."""

USABLE = frozenset({Life.SET, Life.DELIVERED})
"""It opens the box, and is held."""

ENDED = frozenset(Life) - LIVE


def sources(target: Life) -> frozenset[Life]:
    """The states from which ``target`` may be reached."""
    return frozenset(state for state, following in FOLLOWS.items() if target in following)


@dataclass(frozen=True)
class PasswordRecord:
    """One password as the ledger knows it: everything but the password. ``answer``: the last word about it."""

    id: int
    campaign: str
    box: str
    number: int
    purpose: str
    deliver: str
    state: Life
    reference: str
    requester: str | None
    approver: str | None
    owner: str | None
    lease_until: datetime | None
    answer: str | None
    planned_at: datetime
    held_at: datetime | None
    set_at: datetime | None
    delivered_at: datetime | None
    ended_at: datetime | None
    erased_at: datetime | None

    @property
    def live(self) -> bool:
        """Whether it may still be wanted."""
        return self.state in LIVE
