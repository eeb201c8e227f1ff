"""How much is measured, and how often."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bench.workspace import REAL_BOXES


@dataclass(frozen=True)
class Sizes:
    """Boxes of a check, new boxes of an apply, the sample made by the slow ways, mailboxes read; rounds of each."""

    boxes: int = REAL_BOXES
    new_boxes: int = 700
    sample: int = 20
    mailboxes: int = 3500
    library_sample: int = 200
    check_rounds: int = 3
    apply_rounds: int = 3
    read_rounds: int = 5


QUICK = Sizes(
    boxes=400, new_boxes=70, sample=10, mailboxes=500, library_sample=50, check_rounds=2, apply_rounds=2, read_rounds=3
)

Say = Callable[[str], None]
"""Told what happens, for people who wait."""
