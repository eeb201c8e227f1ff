"""What the calendar says in French is typed as it is printed."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bma.campaign import Request, make_plan
from bma.mail.typography import lint

ROOT = Path(__file__).parents[3]
CAMPAIGNS = tuple(sorted(path.stem for path in (ROOT / "inventory/campaigns").glob("*.yml")))


class French(HTMLParser):
    """The texts of a page, those left out that say they are in another language; and its labels."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._foreign: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if dict(attrs).get("lang", "fr") != "fr" or tag == "style":
            self._foreign = tag
        self.texts += [value for name, value in attrs if name == "data-label" and value]

    def handle_endtag(self, tag: str) -> None:
        if tag == self._foreign:
            self._foreign = None

    def handle_data(self, data: str) -> None:
        if self._foreign is None and data.strip():
            self.texts.append(data)


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_the_calendar_is_french_as_it_is_printed(name: str) -> None:
    reports = make_plan(Request((ROOT / "inventory/fase.yml",), campaign=name)).reports()
    texts = French(reports["calendar.html"]).texts
    assert len(texts) > 100
    told = re.findall(r"(?m)^(?:SUMMARY|DESCRIPTION):(.*)$", re.sub(r"\r\n ", "", reports["calendar.ics"]))
    assert len(told) > 10
    for text in [*texts, *told]:
        assert not lint(text.strip().replace("\\,", ",").replace("\\;", ";")), text
