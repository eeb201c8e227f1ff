"""The reader finds what is wrong with a page: otherwise its silence about the shipped ones would say nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from tests.browser.reader import DESKTOP, PHONE, Opened

pytestmark = pytest.mark.browser
Show = Callable[..., AbstractContextManager[Opened]]

FITS = '<meta name="viewport" content="width=device-width">'
STYLE = "<style>:root{{color-scheme:light dark}}html{{background:Canvas}}{}</style>"


def written(body: str, head: str = FITS, style: str = "") -> str:
    styled = STYLE.format(style)
    return f"<!DOCTYPE html><html lang=fr><head><meta charset=utf-8><title>T</title>{head}{styled}</head>{body}</html>"


GOOD = "<body><main><h1>Titre</h1><p>Bonjour.</p></main></body>"


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_without_a_fault_has_none(show: Show, width: int, scheme: str) -> None:
    with show(written(GOOD), width, scheme=scheme) as page:
        assert page.violations() == page.misfits() == page.needs() == []
        assert page.text().split() == ["Titre", "Bonjour."]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("<body><main><h1>T</h1><p style='color:#999;background:#fff'>x</p></main></body>", "color-contrast"),
        ("<body><main><h1>T</h1><img src='data:,'></main></body>", "image-alt"),
        ("<body><main><h1>T</h1><a href='#x'></a></main></body>", "link-name"),
        ("<body><h1>T</h1></body>", "landmark"),
    ],
)
def test_what_some_people_cannot_read_is_found(show: Show, body: str, told: str) -> None:
    with show(written(body), DESKTOP) as page:
        assert told in "\n".join(page.violations())


def test_colours_are_judged_as_they_are_in_the_dark(show: Show) -> None:
    text = written(GOOD.replace("<p>", "<p style='color:#222'>"))
    with show(text, DESKTOP) as page:
        assert page.violations() == []
    with show(text, DESKTOP, scheme="dark") as page:
        assert "color-contrast" in page.violations()[0]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("<p style='width:50em'>wide</p>", "the page is"),
        ("<p>" + "https://example.org/" * 9 + "</p>", "beyond the edge"),
        ("<p style='overflow:hidden;white-space:nowrap'>" + "cut off " * 40 + "</p>", "cut sideways"),
        ("<p style='overflow:hidden;height:1em'>" + "cut off " * 40 + "</p>", "cut below"),
        ("<p style='width:3em;word-break:break-all'>établissements</p>", "broken in two: établissements"),
        ("<p style='font-size:13px'>small</p>", "letters of 13 px: small"),
        ("<details><summary>more</summary><small style='font-size:9px'>in it</small></details>", "letters of 9 px"),
    ],
)
def test_what_does_not_fit_is_found(show: Show, body: str, told: str) -> None:
    with show(written(f"<body>{body}</body>"), PHONE) as page:
        assert told in "\n".join(page.misfits())


def test_a_page_that_does_not_say_that_it_fits_a_telephone_is_found(show: Show) -> None:
    with show(written(GOOD, head=""), PHONE) as page:
        assert page.misfits() == ["laid out 980 px wide for a window of 360 px"]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("<body><img src='http://example.org/x.png' alt=''></body>", "http://example.org/x.png"),
        ("<body><p style='background:url(http://example.org/y.png)'>x</p></body>", "http://example.org/y.png"),
        ("<body><script>1</script></body>", "<script>1</script>"),
        ("<body><p onclick='x()'>x</p></body>", "onclick"),
    ],
)
def test_what_a_page_needs_from_elsewhere_is_found(show: Show, body: str, told: str) -> None:
    with show(written(body), DESKTOP) as page:
        assert told in "\n".join(page.needs())


def test_paper_is_a_medium_of_its_own(show: Show) -> None:
    with show(written(GOOD, style="@media print{p{display:none}}"), DESKTOP, media="print") as page:
        assert page.text().split() == ["Titre"]
        assert page.pdf().startswith(b"%PDF-")
