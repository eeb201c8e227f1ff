"""In which stage of its migration a box is: it decides whom its holder must call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bma.mail.schedule import BoxState

BEFORE, DURING, AFTER = "before", "during", "after"
CUT_OVER_DONE = "cut_over_done"


@dataclass(frozen=True)
class Stage:
    """``confirmed``: whether the ledger says so; after the planned day without its word, the plan is believed."""

    name: str
    confirmed: bool = True


def stage_of(state: BoxState, today: date) -> Stage:
    """Before the first mail about it; during, until the cut-over; after it."""
    if CUT_OVER_DONE in state.happened:
        return Stage(AFTER)
    if state.cut_over is not None and today > state.cut_over:
        return Stage(AFTER, confirmed=False)
    return Stage(DURING if any(mail.told for mail in state.mails) else BEFORE)
