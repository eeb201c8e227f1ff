"""What the ledger and the plan know of boxes, as the schedule wants it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from bma.campaign.model import Campaign
from bma.campaign.schema import EVENTS
from bma.mail.schedule import BoxState
from bma.store import WAIVED, Ledger, Outbox, announced, events_of


@dataclass(frozen=True)
class Plan:
    """Who moves when. ``days``: box → its cut-over. ``believed``: box → the date that the plan believes it was told."""

    days: Mapping[str, date]
    believed: Mapping[str, date] = field(default_factory=dict)


def states(ledger: Ledger, campaign: Campaign, plan: Plan, boxes: Collection[str]) -> dict[str, BoxState]:
    """The states of ``boxes``, in their order."""
    mails = Outbox(ledger).mails(campaign.name, boxes if len(boxes) < _FEW else None)
    happened: dict[str, dict[str, date]] = defaultdict(dict)
    waived: dict[str, set[str]] = defaultdict(set)
    with ledger.reading() as connection:
        promises = announced(connection, campaign.name)
        for event in events_of(connection, campaign.name, [*EVENTS, WAIVED]):
            if event.kind == WAIVED:
                waived[event.box].add(event.detail)
            else:
                happened[event.box].setdefault(event.kind, event.day)
    return {
        box: BoxState(
            box,
            plan.days.get(box),
            mails.get(box, ()),
            promises.get(box),
            plan.believed.get(box),
            happened.get(box, {}),
            frozenset(waived.get(box, ())),
        )
        for box in boxes
    }


_FEW = 400
"""From here on one query for all boxes of the campaign is cheaper than naming them."""
