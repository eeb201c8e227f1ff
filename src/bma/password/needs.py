"""Which boxes of a campaign are to be given a new password, and from which it is not wanted any more. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from bma.campaign.model import Campaign
from bma.password.record import CAMPAIGN, PasswordRecord
from bma.store.password_tables import Life

_MAY_STILL_BE_DROPPED = frozenset({Life.PLANNED, Life.HELD})
"""Once Exchange has the new password the old one is gone, whatever the holder remembers."""


def wanted(
    campaign: Campaign,
    boxes: Iterable[str],
    unknown: Collection[str],
    there: Mapping[str, Sequence[PasswordRecord]],
) -> list[str]:
    """The boxes that get a new password now. ``unknown``: those whose holder does not know theirs, says the form.

    A box that was given one that reached its holder needs no other; one whose password has failed, or that was given
    up before it reached anybody, does.
    """
    if campaign.password == "unchanged":  # noqa: S105 - the name of a rule
        return []
    concerned = [box for box in boxes if campaign.password == "new" or box in unknown]  # noqa: S105
    return [box for box in concerned if not _has_one(there.get(box, ()))]


def _has_one(passwords: Sequence[PasswordRecord]) -> bool:
    return any(item.live or item.delivered_at is not None for item in passwords)


def unwanted(
    campaign: Campaign, unknown: Collection[str], there: Mapping[str, Sequence[PasswordRecord]]
) -> list[PasswordRecord]:
    """Passwords that were made because the holder did not know theirs, who has found it in time."""
    if campaign.password != "new_if_unknown":  # noqa: S105 - the name of a rule
        return []
    return [
        item
        for box, items in there.items()
        if box not in unknown
        for item in items
        if item.purpose == CAMPAIGN and item.state in _MAY_STILL_BE_DROPPED
    ]
