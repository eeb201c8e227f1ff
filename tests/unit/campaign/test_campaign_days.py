"""Days: selectors, closures, holidays, lots."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bma.campaign.days import Recurring, Span, each_day
from bma.campaign.holidays_of import school_years, unknown_school_days
from bma.campaign.lots import lots_of
from bma.campaign.quantity import parse_size, told_size
from bma.campaign.selector import selector
from tests.unit.campaign.campaigns import BASE, MAIL, MONDAYS, MOVED, campaign


def lot_days(folder: Path, **changes: Any) -> list[date]:
    return [lot.day for lot in lots_of(campaign(folder, **changes))]


def period(**changes: Any) -> dict[str, Any]:
    return BASE["periods"][0] | changes


@pytest.mark.parametrize(
    ("text", "groups", "meant"),
    [
        ("all", set(), True),
        ("ec", {"ec"}, True),
        ("ec", {"po"}, False),
        ("ec & bassin_namur", {"ec"}, False),
        ("ec&bassin_namur", {"ec", "bassin_namur"}, True),
        ("ec & !genre_specialise", {"ec"}, True),
        ("ec & !genre_specialise", {"ec", "genre_specialise"}, False),
        ("all & !po", {"ec"}, True),
        (["po", "ec000001"], {"ec", "ec000001"}, True),
        ("!all", {"ec"}, False),
    ],
)
def test_selectors(text: str | list[str], groups: set[str], meant: bool) -> None:
    found = selector(text, "x:1")
    assert found is not None
    assert found.matches(groups) is meant


@pytest.mark.parametrize("text", ["", "&", "ec &", "! ", "ec po", "!!ec", "e!c"])
def test_texts_that_are_no_selector(text: str) -> None:
    assert selector(text, "x:1") is None


@given(
    st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.dates(date(2001, 1, 1), date(2001, 12, 31)), st.integers(0, 300)
)
@settings(deadline=None)
def test_a_yearly_window_holds_the_days_it_says(day: date, first: date, length: int) -> None:
    last = first + timedelta(length)
    window = Recurring(((first.month, first.day), (last.month, last.day)))
    inside = any(
        date(year, first.month, first.day) <= day <= date(year + last.year - 2001, last.month, last.day)
        for year in (day.year - 1, day.year)
    )
    assert (day in window) is inside


def test_weekly_lots_take_the_first_free_day_of_their_week(tmp_path: Path) -> None:
    assert lot_days(tmp_path) == list(MONDAYS)
    closed = [
        {"name": "x", "from": "2026-03-09", "to": "2026-03-10"},
        {"name": "y", "from": "2026-03-16", "to": "2026-03-20"},
    ]
    assert lot_days(tmp_path, blackouts=closed) == [MONDAYS[0], date(2026, 3, 11), MONDAYS[3]]


def test_a_day_closed_for_some_is_taken_last(tmp_path: Path) -> None:
    duty = [{"name": "comptage", "boxes": "ec", "from": "2026-03-09", "to": "2026-03-09"}]
    assert lot_days(tmp_path, duties=duty)[1] == date(2026, 3, 10)


def test_daily_lots_leave_out_what_is_closed_for_everybody(tmp_path: Path) -> None:
    changes = {
        "periods": [period(rhythm={"every": "day", "days": ["mon", "tue", "thu"]}, to="2026-03-13")],
        "blackouts": [{"name": "x", "each_month": [3]}, {"name": "y", "each_week": ["thu"]}],
    }
    assert lot_days(tmp_path, **changes) == [date(2026, 3, 2), date(2026, 3, 9), date(2026, 3, 10)]


def test_two_periods_on_one_day_share_its_lot(tmp_path: Path) -> None:
    lots = lots_of(campaign(tmp_path, periods=[period(), period(name="again")], ramp_up=[5, 10]))
    assert [lot.periods for lot in lots] == [frozenset({0, 1})] * 4
    assert [lot.boxes for lot in lots] == [5, 10, 30, 30]


def test_mails_close_days(tmp_path: Path) -> None:
    mails = [MAIL | {"not_before": "2026-02-20", "not_after": {"date": "2026-03-05"}}, MOVED]
    assert lot_days(tmp_path, mails=mails) == [date(2026, 3, 9), MONDAYS[2]]


def test_public_holidays_are_belgiums(tmp_path: Path) -> None:
    periods = [period(**{"from": "2024-05-06", "to": "2024-05-24", "rhythm": {"every": "day", "days": ["mon", "thu"]}})]
    found = lot_days(tmp_path, periods=periods, calendar={"public_holidays": "all"})
    # Ascension and Whit Monday are closed; the rest is not.
    assert found == [date(2024, 5, day) for day in (6, 13, 16, 23)]


def test_the_school_years_of_the_data_are_plausible() -> None:
    years = school_years()
    assert [year.name for year in years] == ["2022-2023", "2023-2024", "2024-2025", "2025-2026"]
    for earlier, later in pairwise(years):
        assert later.days.first == earlier.days.last + timedelta(1)
    for year in years:
        for name, span in year.holidays:
            assert span.first in year.days, name
            assert span.last in year.days, name
            assert span.first <= span.last
            if "Fête" not in name and "été" not in name:
                # Two whole weeks, Monday to Friday.
                assert (span.first.weekday(), (span.last - span.first).days) == (0, 11), name
    assert date(2024, 10, 25) in dict(years[2].holidays)["Congé d’automne"]
    assert date(2024, 5, 6) in dict(years[1].holidays)["Vacances de printemps"]


def test_days_whose_holidays_nobody_knows() -> None:
    assert unknown_school_days(date(2024, 1, 1), date(2026, 6, 30), []) == []
    after = unknown_school_days(date(2026, 9, 1), date(2026, 9, 6), [])
    assert after == list(each_day(date(2026, 9, 1), date(2026, 9, 4)))
    assert unknown_school_days(date(2026, 9, 1), date(2026, 9, 6), [Span(date(2026, 10, 19), date(2026, 10, 30))]) == []


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("60 GB", 60 << 30),
        ("1.5MB", 3 << 19),
        ("0 B", 0),
        ("1048576", 1 << 20),
        ("1.5", None),
        ("x", None),
        ("-1 B", None),
    ],
)
def test_sizes(text: str, size: int | None) -> None:
    assert parse_size(text) == size
    if size:
        assert parse_size(told_size(size)) == size
