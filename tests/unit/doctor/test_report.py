"""The report and its pages: complete, honest about results, without secrets, and markup is never anybody else's."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from bma.doctor.check import STATUSES, Check, Result, Theme
from bma.doctor.examination import examine
from bma.doctor.page import html, markdown
from bma.doctor.report import report, summary
from bma.doctor.scope import scope_from
from bma.errors import BmaError
from tests.unit.doctor.fake_site import PASSWORD, Endpoint, fake_site

HOSTILE = f"<script>alert(1)</script> | [x](javascript:y) `code` *bold* {{{{ 7 * 7 }}}} \x1b[31m {PASSWORD} é"


def told(*results: Result, **scope: Any) -> dict[str, Any]:
    """A report with these results."""
    checks = [
        Check(
            f"DOC-{number}", f"Check {number}", f"`Get-{number}`.", "Do something", lambda _site, result=result: result
        )
        for number, result in enumerate(results)
    ]
    endpoint = Endpoint()
    return report(examine(fake_site(endpoint, **scope), (Theme("A theme", tuple(checks)),)))


class Page(HTMLParser):
    """Tags of a page, its text, and whether every tag that must be closed is."""

    VOID = frozenset({"meta", "br"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


EACH = tuple(Result(status, f"it is {status}", {"value": status}) for status in STATUSES)


def test_counts_and_checks_are_all_there() -> None:
    found = told(*EACH)
    assert found["counts"] == dict.fromkeys(STATUSES, 1)
    assert [check["result"] for check in found["checks"]] == list(STATUSES)
    assert found["checks"][0]["looks_at"] == "Get-0."
    json.dumps(found)


def test_what_is_good_needs_no_advice_and_the_rest_has_it() -> None:
    advice = {check["result"]: check["advice"] for check in told(*EACH)["checks"]}
    assert advice == {"bad": "Do something", "warning": "Do something", "unknown": None, "good": None}


def test_advice_of_the_result_comes_first() -> None:
    (check,) = told(Result("bad", "no", advice="Do this"))["checks"]
    assert check["advice"] == "Do this"


@pytest.mark.parametrize("render", [html, markdown, summary, json.dumps], ids=["html", "markdown", "terminal", "json"])
def test_no_page_has_the_password_even_where_it_was_echoed(render: Any) -> None:
    text = render(told(Result("bad", HOSTILE, {PASSWORD: [HOSTILE]}, HOSTILE)))
    assert PASSWORD not in text
    assert "***" in text.replace("\\*", "*")
    assert "migration@example.be" in json.dumps(told(EACH[0]))


def test_html_takes_nothing_for_markup_that_was_observed() -> None:
    page = Page(html(told(Result("bad", HOSTILE, {"a": HOSTILE}, HOSTILE), boxes=["a@b.be"], label="<b>wave</b>")))
    assert not page.of("script")
    assert not page.of("b")
    assert any("<script>alert(1)</script>" in words for words in page.words)
    assert "\x1b" not in "".join(page.words)
    assert any("{{ 7 * 7 }}" in words for words in page.words)


def test_html_needs_nothing_from_anywhere() -> None:
    text = html(told(*EACH))
    page = Page(text)
    assert not page.open
    assert not [name for name, _ in page.tags if name in ("script", "link", "img", "iframe", "a")]
    assert not re.search(r"url\(|@import|https?://(?!ex01\.example)", text)
    assert {"http-equiv", "content"} <= page.of("meta")[2].keys()
    assert page.of("meta")[2]["content"] == "default-src 'none'; style-src 'unsafe-inline'"


def test_html_can_be_read_by_a_screen_reader_and_on_paper() -> None:
    text = html(told(*EACH))
    page = Page(text)
    assert page.of("html") == [{"lang": "en"}]
    assert [name for name, _ in page.tags if name in ("h1", "main", "title")] == ["title", "main", "h1"]
    assert len(page.of("caption")) == len(page.of("table")) == 1
    assert {attributes.get("scope") for attributes in page.of("th")} == {"col", "row"}
    # The result is a word, not a colour alone.
    assert {words for words in page.words if words in STATUSES} == set(STATUSES)
    assert "@media print" in text


def test_markdown_takes_nothing_for_markup_that_was_observed() -> None:
    text = markdown(told(Result("bad", HOSTILE)))
    assert "<script>" not in text.replace("\\<", "")
    assert not re.search(r"(?<!\\)\[x\]", text)
    rows = [line for line in text.splitlines() if line.startswith("| Check")]
    assert [len(re.findall(r"(?<!\\)\|", row)) for row in rows] == [5]


def test_markdown_lists_what_is_not_good_before_the_tables() -> None:
    text = markdown(told(*EACH))
    assert [line for line in text.splitlines() if line.startswith("## ")] == [
        "## Bad", "## Warning", "## Unknown", "## A theme",
    ]  # fmt: skip


def test_the_terminal_groups_by_result_and_tells_the_same_once() -> None:
    same = Result("unknown", "there is no mailbox")
    lines = summary(told(*EACH, same, same)).splitlines()
    assert [line for line in lines if not line.startswith(" ")] == [
        "BAD", "WARNING", "UNKNOWN", "https://ex01.example/PowerShell: 1 bad, 1 warning, 3 unknown, 1 good",
    ]  # fmt: skip
    assert "  DOC-4, DOC-5: there is no mailbox" in lines


def test_the_safe_number_of_sessions_is_told() -> None:
    from bma.doctor.limits import LIMITS

    found = report(examine(fake_site(Endpoint(most=3)), (LIMITS,)))
    assert found["safe_sessions"] == 3
    for render in (html, markdown, summary):
        assert "afe number of sessions: 3" in render(found)


@pytest.mark.parametrize(
    ("options", "where"),
    [
        ({"boxes": ["nobody"]}, "boxes"),
        ({"boxes": ["a'@b.be"]}, "boxes"),
        ({"expected_size": "much"}, "expected_size"),
        ({"expected_size": "Unlimited"}, "expected_size"),
    ],
)
def test_a_scope_that_cannot_be_is_refused_with_its_place(options: dict[str, Any], where: str) -> None:
    with pytest.raises(BmaError) as refused:
        scope_from(options)
    assert refused.value.where == where


def test_a_scope_is_read() -> None:
    scope = scope_from({"boxes": ["EC000001@adm.Example.be"], "expected_size": "80 MB"})
    assert (scope.domain, scope.expected_size) == ("adm.example.be", 80 << 20)
