"""What a plan is asked for, beside the campaign and the boxes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bma.campaign.lock import Lock


@dataclass(frozen=True)
class Asked:
    """What a plan is asked for, beside the campaign and the boxes.

    ``before``: the plan in force. ``promises``: box → the day its holder was told, as the ledger knows it. ``today``:
    days before it are over, boxes cannot be put on days too near to it; None plans as if no day had passed.
    ``force``: promises that cannot be kept are broken, and corrective mails planned. ``afresh``: boxes that were
    promised nothing are planned anew.
    """

    before: Lock = Lock()  # noqa: RUF009 - it cannot be changed
    promises: Mapping[str, date] | None = None
    today: date | None = None
    force: bool = False
    afresh: bool = False
