"""The result as rows: what was measured, what was wanted of it, and whether that is met."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bench.side_by_side import Spread

HEADINGS = ("what", "measured: median (least–most)", "target", "verdict")


@dataclass(frozen=True)
class Row:
    """One figure. ``unit`` follows the number: ``×`` for a ratio, ``s`` or ``ms`` for a time.

    ``target`` is the most that the median may be, ``None`` for a figure that is only told.
    """

    what: str
    measured: Spread
    unit: str = "×"
    target: float | None = None

    @property
    def verdict(self) -> str:
        """``met``, ``not met``, or nothing where there is no target."""
        if self.target is None:
            return ""
        return "met" if self.measured.median <= self.target else "not met"

    def cells(self) -> tuple[str, str, str, str]:
        """The row as text, in the order of :data:`HEADINGS`."""
        spread = self.measured
        told = f"{number(spread.median)} {self.unit} ({number(spread.least)}–{number(spread.most)})"
        target = "" if self.target is None else f"≤ {self.target:g} {self.unit}"
        return self.what, told, target, self.verdict

    def as_json(self) -> dict[str, Any]:
        """The row with unrounded numbers."""
        spread = self.measured
        numbers = {"median": spread.median, "least": spread.least, "most": spread.most}
        return {"what": self.what, **numbers, "unit": self.unit, "target": self.target, "verdict": self.verdict}


def number(value: float) -> str:
    """``value`` with about three digits that mean something."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def plain(rows: Sequence[Row]) -> str:
    """The rows as a plain-text table."""
    lines = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    told = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    return "\n".join([told[0], "  ".join("-" * width for width in widths), *told[1:]])


def markdown(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table."""
    lines = [HEADINGS, ("---",) * len(HEADINGS), *(row.cells() for row in rows)]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
