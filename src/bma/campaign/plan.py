"""A plan: who moves when, what has changed since the last one and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bma.campaign.load import Load
from bma.campaign.model import Campaign
from bma.errors import BmaError

NEW = "new"
"""The reason of a box that had no day before."""


class PlanError(BmaError):
    """A campaign that cannot be planned as it is; the text tells everything that is in the way, a line each."""


@dataclass(frozen=True)
class PlannedWave:
    """One wave. ``promised`` are those of its boxes whose holder was told this day."""

    name: str
    day: date
    pilot: bool
    boxes: tuple[str, ...]
    promised: frozenset[str]


@dataclass(frozen=True)
class Correction:
    """A box whose announced date no longer holds: its holder must be told."""

    promised: date
    reason: str


@dataclass(frozen=True)
class Move:
    """What has changed for one box: from which day to which (None: it had, or has, none), and why."""

    box: str
    before: date | None
    after: date | None
    reason: str


@dataclass(frozen=True)
class Plan:
    """The waves in the order of their days. ``left_out``: box → why it takes no part. ``inputs`` is a digest of the
    campaign, the boxes and the promises that the plan was made from; ``loads``: day → what its wave comes to."""

    campaign: Campaign
    waves: tuple[PlannedWave, ...]
    left_out: dict[str, str]
    corrections: dict[str, Correction]
    moves: tuple[Move, ...]
    inputs: str
    loads: dict[date, Load]
    warnings: tuple[str, ...] = ()

    @property
    def boxes(self) -> dict[str, PlannedWave]:
        """Box → its wave."""
        return {box: wave for wave in self.waves for box in wave.boxes}
