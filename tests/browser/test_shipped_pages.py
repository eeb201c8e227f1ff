"""Everything that is written for people can be read: on a telephone, on a desk, in the dark, by a screen reader, on
paper, without the network and without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

import pytest

from tests.browser.reader import ACROSS, DESKTOP, NARROWEST, PHONE, SMALLEST_PRINTED, UPRIGHT, Opened
from tests.browser.samples import CAMPAIGNS, MAILS, calendar, crowded_calendar, doctor, mail_index, mails

pytestmark = pytest.mark.browser
Show = Callable[..., AbstractContextManager[Opened]]
Keep = Callable[[Opened], None]

REPORTS = (
    *(f"calendar {name}" for name in CAMPAIGNS),
    "calendar crowded",
    *(f"doctor {x}" for x in ("good", "bad", "each")),
)
widths = pytest.mark.parametrize("width", [PHONE, DESKTOP])
FRENCH = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
schemes = pytest.mark.parametrize("scheme", ["light", "dark"])
mail = pytest.mark.parametrize(("campaign", "step"), MAILS)
reports = pytest.mark.parametrize("report", REPORTS)


@pytest.fixture(scope="session")
def text_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """``text_of("doctor good")``: a page that operators and managers are given."""
    found: dict[str, str] = {}

    def make(report: str) -> str:
        if report not in found:
            kind, _, name = report.partition(" ")
            folder: Path = tmp_path_factory.mktemp(report.replace(" ", "-"))
            if kind == "doctor":
                found[report] = doctor(name, folder)
            else:
                found[report] = crowded_calendar(folder) if name == "crowded" else calendar(name)
        return found[report]

    return make


@mail
@widths
def test_a_mail_can_be_read_by_everybody(show: Show, picture: Keep, campaign: str, step: str, width: int) -> None:
    with show(mails(campaign)[step].html, width) as page:
        picture(page)
        assert page.misfits() == []
        assert page.needs() == []
        assert page.violations() == []
        # No word is hidden by a style.
        assert words(page.text()) == words(page.does("document.body.textContent"))


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


@mail
def test_a_mail_is_not_cut_in_the_narrowest_window(show: Show, campaign: str, step: str) -> None:
    with show(mails(campaign)[step].html, NARROWEST) as page:
        assert page.misfits() == []


@mail
def test_a_mail_has_colours_of_its_own_for_those_who_prefer_the_dark(show: Show, campaign: str, step: str) -> None:
    """It has no dark style, so neither its letters nor what is behind them may be the reader's."""
    with show(mails(campaign)[step].html, PHONE, scheme="dark") as page:
        block = "getComputedStyle(document.querySelector('main > div'))"
        assert page.does(f"[{block}.color, {block}.backgroundColor]") == ["rgb(26, 26, 26)", "rgb(255, 255, 255)"]


@widths
def test_the_index_of_a_preview_can_be_read(show: Show, picture: Keep, width: int) -> None:
    with show(mail_index("example"), width) as page:
        picture(page)
        assert page.misfits() == []
        assert page.needs() == []
        assert page.violations() == []


@reports
@widths
@schemes
def test_a_report_can_be_read_by_everybody(
    show: Show, picture: Keep, text_of: Callable[[str], str], report: str, width: int, scheme: str
) -> None:
    with show(text_of(report), width, scheme=scheme) as page:
        picture(page)
        assert page.misfits() == []
        assert page.needs() == []
        assert page.violations() == []


@reports
def test_a_report_is_not_cut_in_the_narrowest_window(show: Show, text_of: Callable[[str], str], report: str) -> None:
    with show(text_of(report), NARROWEST) as page:
        assert page.misfits() == []


@reports
def test_a_report_is_not_cut_on_paper_and_has_no_dark_there(
    show: Show, picture: Keep, text_of: Callable[[str], str], report: str
) -> None:
    width = ACROSS if report.startswith("calendar") else UPRIGHT
    with show(text_of(report), width, media="print", scheme="dark") as page:
        picture(page)
        assert page.misfits(SMALLEST_PRINTED) == []
        assert page.violations() == []
        assert page.does("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        printed = page.pdf()
    assert printed.startswith(b"%PDF-")
    assert re.search(rb"/Type\s*/Page\b", printed)


@pytest.mark.parametrize("campaign", CAMPAIGNS)
def test_a_calendar_on_a_telephone_still_says_every_wave_and_its_day(
    show: Show, text_of: Callable[[str], str], campaign: str
) -> None:
    """The months become lists there: what stood in a cell is read with its day of the week."""
    with show(text_of(f"calendar {campaign}"), PHONE) as page:
        shown = page.does(
            "[...document.querySelectorAll('.month .wave')].map(one => ["
            "getComputedStyle(one, '::before').content, one.querySelector('time').dateTime,"
            " one.getClientRects().length])"
        )
        assert "Vague" in page.text()
        assert len(shown) == page.does("document.querySelector('.rows').tBodies[0].rows.length")
    for weekday, day, boxes in shown:
        assert boxes, day
        assert FRENCH[date.fromisoformat(day).weekday()] in weekday
