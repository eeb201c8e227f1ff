"""The theoretical limit of an apply, and what is counted from the journal for it."""

from __future__ import annotations

import pytest

from bench.apply import Apply, extrapolated, formula, rows
from bench.limit import Delays, Ran, ran


def record(second: float, cmdlet: str) -> dict[str, str]:
    return {"time": f"2026-11-22T10:00:{second:06.3f}+00:00", "cmdlet": cmdlet}


def test_the_limit_is_opening_and_all_cmdlets_over_all_sessions() -> None:
    assert Delays(cmdlet=0.1, opening=2.0, sessions=8).limit(writes=2100, reads=80) == pytest.approx(2 + 26.25 + 1)


def test_the_journal_tells_writes_reads_and_the_reading_back() -> None:
    journal = [
        record(1, "Get-ExchangeServer"),
        record(2, "Get-Mailbox"),
        record(3, "New-Mailbox"),
        record(4, "Set-Mailbox"),
        record(6.5, "Get-Mailbox"),
    ]
    assert ran(journal) == Ran(writes=2, reads=3, read_back_seconds=2.5)


def test_a_run_that_wrote_nothing_has_no_limit() -> None:
    with pytest.raises(ValueError, match="written nothing"):
        ran([record(1, "Get-Mailbox")])


def test_a_sample_is_extrapolated_without_what_is_spent_once() -> None:
    assert extrapolated(once=2.0, sample_seconds=6.0, sample=20, boxes=700) == pytest.approx(212)


def test_the_formula_says_every_number_of_the_limit() -> None:
    told = formula(Apply(40.0, Ran(2100, 9, 0.4)), 700)
    assert "open 2.00 s + (700 boxes x 3.00 writing cmdlets + 9 reading cmdlets) x 0.10 s / 8 sessions" in told
    assert "= 28.4 s" in told


def test_an_apply_is_compared_with_its_own_limit_and_the_others_with_it() -> None:
    applies = [Apply(seconds, Ran(2100, 80, 0.4)) for seconds in (29.25, 58.5, 43.875)]
    told = {row.what: row for row in rows(700, 20, applies, [292.5, 292.5, 438.75], [585.0, 585.0, 877.5])}
    assert told["apply / limit"].measured.median == pytest.approx(1.5)
    assert told["apply / limit"].verdict == "not met"
    assert told["apply: cmdlets that write, a box"].measured.median == 3
    assert told["sequential pypsrp script / apply (from 20 boxes)"].measured.median == pytest.approx(10)
    assert told["module with a session a box / apply (from 20 boxes)"].measured.most == pytest.approx(20)
