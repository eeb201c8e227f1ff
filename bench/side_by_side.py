"""Contestants run in turn, A B A B …, so that what else the machine does falls on all of them alike."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

Result = TypeVar("Result")


@dataclass(frozen=True)
class Spread:
    """The median of several rounds, and the least and the most of them; without a unit of its own."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """The spread of at least one value; ``ValueError`` for none."""
        if not values:
            raise ValueError("no round was measured")
        return cls(statistics.median(values), min(values), max(values))


def interleaved(
    contestants: Mapping[str, Callable[[], Result]], rounds: int, say: Callable[[str], None]
) -> dict[str, list[Result]]:
    """The results of each contestant, one a round; ``say`` is told what runs next."""
    results: dict[str, list[Result]] = {name: [] for name in contestants}
    for number in range(1, rounds + 1):
        for name, run in contestants.items():
            say(f"round {number} of {rounds}: {name}")
            results[name].append(run())
    return results


def ratios(above: Sequence[float], below: Sequence[float]) -> Spread:
    """How often ``below`` goes into ``above``, round by round: never one round's best against another's worst."""
    return Spread.of([one / other for one, other in zip(above, below, strict=True)])
