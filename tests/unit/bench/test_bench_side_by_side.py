"""The arithmetic of contestants that run in turn."""

from __future__ import annotations

import pytest

from bench.side_by_side import Spread, interleaved, ratios


def test_contestants_take_turns_round_by_round() -> None:
    ran: list[str] = []
    contestants = {name: lambda name=name: ran.append(name) or name.upper() for name in ("a", "b")}
    said: list[str] = []
    assert interleaved(contestants, 2, said.append) == {"a": ["A", "A"], "b": ["B", "B"]}
    assert ran == ["a", "b", "a", "b"]
    assert said[-1] == "round 2 of 2: b"


def test_a_ratio_compares_what_ran_in_the_same_round() -> None:
    # A machine that was twice as slow in the second round changes nothing.
    assert ratios([3.0, 6.0, 3.6], [2.0, 4.0, 2.0]) == Spread(1.5, 1.5, 1.8)


def test_ratios_need_as_many_rounds_on_both_sides() -> None:
    with pytest.raises(ValueError):
        ratios([1.0, 2.0], [1.0])


def test_no_round_has_no_spread() -> None:
    with pytest.raises(ValueError, match="no round"):
        Spread.of([])
