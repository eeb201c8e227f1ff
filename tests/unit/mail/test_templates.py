"""Templates: what they may use, what they must not, and what the shipped ones say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bma.campaign import Campaign, read_campaign
from bma.mail import Addressee, Templates, Writer, settings
from bma.mail.faults import MailError
from bma.mail.preview import Page, pages
from bma.mail.secret import HIDDEN
from bma.mail.typography import PROFILES, lint
from bma.mail.writing import Occasion
from tests.conftest import ROOT

TEMPLATES = ROOT / "inventory/campaigns/templates"
CAMPAIGNS = ("example", "circular-2024-autumn", "faq-2024-spring")
SETTINGS = settings(
    {
        "relays": {"sgne": {"host": "relay.example.org"}, "etnic": {"host": "relay.example.org"}},
        "links": {
            "new_interface": "https://bma.example.org/owa",
            "form": "https://form.example.org/bma",
            "tutorials": [{"title": "Premiers pas", "url": "https://bma.example.org/premiers-pas"}],
        },
        "texts": {"quota": "2 Go"},
    }
)
BOX = Addressee("ec000001", "ec000001@adm.example.org", "École de l'Étang <1>", "ec", "01", "secours@example.org")
CUT_OVER = date(2027, 2, 1)


def campaign(name: str) -> Campaign:
    return read_campaign(ROOT / f"inventory/campaigns/{name}.yml")


def shown(name: str) -> Iterator[Page]:
    writer = Writer(campaign(name), SETTINGS, Templates(TEMPLATES), None)  # type: ignore[arg-type]
    return pages(writer, {BOX.name: BOX}, {BOX.name: CUT_OVER})


class Text(HTMLParser):
    """The words of a page, and where its links lead."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.tags: list[str] = []
        self._skip = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._skip += tag == "title"
        if tag == "a":
            self.links.append((dict(attrs)["href"] or "", ""))

    def handle_endtag(self, tag: str) -> None:
        self._skip -= tag == "title"

    def handle_data(self, data: str) -> None:
        if not self._skip:
            self.words.append(data)
        if self.links and not self.links[-1][1]:
            self.links[-1] = self.links[-1][0], data


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_every_mail_of_the_shipped_campaigns_is_french_as_it_is_printed(name: str) -> None:
    found = list(shown(name))
    assert len(found) == len(campaign(name).mails)
    for page in found:
        assert not page.oddities, page.step
        assert not lint("".join(Text(page.html).words)), page.step


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_page_and_text_say_the_same(name: str) -> None:
    """Every date, address, phone number, link and password of one is in the other."""
    facts = re.compile(r"https?://[^\s<]+|[\w.+-]+@[\w.-]+\w|\+\d[\d ()]+\d|\d{1,2}(?:er)?\xa0\w+\xa0\d{4}|•+|\d\xa0Go")
    for page in shown(name):
        parsed = Text(page.html)
        links = " ".join(link.removeprefix("mailto:") for link, _ in parsed.links)
        assert set(facts.findall(page.text)) == set(facts.findall("".join(parsed.words) + " " + links)), page.step
        headings = [line for line in page.text.splitlines() if line.isupper() and len(line) > 8]
        assert [line.replace("Œ", "œ").casefold() for line in headings] == [
            heading.casefold() for heading in re.findall(r"<h2[^>]*>([^<]+)</h2>", page.html)
        ], page.step


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_pages_can_be_read_by_everybody(name: str) -> None:
    for page in shown(name):
        parsed = Text(page.html)
        assert '<html lang="fr">' in page.html
        assert parsed.tags.count("h1") == 1
        assert parsed.tags.count("title") == 1
        assert not {"img", "table", "script", "style", "font"} & set(parsed.tags)
        for link, text in parsed.links:
            assert text.strip().casefold() not in {"", "ici", "cliquez ici", "lien", "ce lien"}, link
        for colour in re.findall(r"(?<!background)(?:color):(#\w+)", page.html):
            assert _contrast(colour, "#ffffff") >= 4.5, colour


def _contrast(first: str, second: str) -> float:
    lights = sorted((_luminance(first), _luminance(second)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_who_tells_a_date_has_said_so_and_the_other_way_round(name: str) -> None:
    """A date that is told without being a promise would move without anybody being told."""
    announcing = {mail.id for mail in campaign(name).mails if mail.announces}
    telling = {page.step for page in shown(name) if "2027" in page.text}
    assert telling == announcing


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_names_from_outside_are_neither_templates_nor_markup(name: str) -> None:
    writer = Writer(campaign(name), SETTINGS, Templates(TEMPLATES), None)  # type: ignore[arg-type]
    evil = "{{ 7*7 }} <script>x</script> [[secret:password]] [[file:" + "0" * 64 + "]]\r\nBcc: all@example.org"
    box = Addressee("ec000001", "ec000001@adm.example.org", evil, "ec")
    for page in pages(writer, {box.name: box}, {box.name: CUT_OVER}):
        assert "{{ 7*7 }}" in page.text
        assert "<script>" not in page.html
        assert "\nBcc" not in page.text
        assert page.text.count(HIDDEN) == (page.step == "password")


def write(folder: Path, text: str, page: str = "{{ subject }}") -> Templates:
    (folder / "t.txt.j2").write_text(text)
    (folder / "t.html.j2").write_text(page)
    return Templates(folder)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{% block subject %}a{% endblock %}{{ nobody }}", "uses what no template knows: nobody; known: box, cut_over"),
        ("{% block subject %}a{% endblock %}{% if false %}{{ hidden }}{% endif %}", "hidden"),
        ("no subject", "has no block subject"),
        ("{% block subject %}{{ box.addres }}{% endblock %}", "t.txt.j2:1: 'dict object' has no attribute 'addres'"),
        ("{% block subject %}a{% endblock %}\n{{ links.nowhere }}", "t.txt.j2:2: 'dict object' has no attribute"),
        ("{% block subject %}{% endfor %}", "t.txt.j2:1: "),
        ("{% extends 'other.txt.j2' %}", "other.txt.j2: there is no such template"),
        ("{% block subject %}{{ ''.__class__.__mro__ }}{% endblock %}", "access to attribute '__class__'"),
        ("{% block subject %}{{ cut_over | shout }}{% endblock %}", "No filter named 'shout'"),
    ],
)
def test_a_template_that_cannot_be_is_refused_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    templates = write(tmp_path, text)
    known = {"box": {"address": "a@b"}, "cut_over": CUT_OVER, "links": {}}
    with pytest.raises(MailError) as refused:
        templates.render("t", known)
    assert told in str(refused.value)
    assert str(tmp_path) in str(refused.value)


def test_all_templates_are_looked_at_before_the_first_mail(tmp_path: Path) -> None:
    with pytest.raises(MailError) as refused:
        Templates(tmp_path).require_all(campaign("example"))
    missing = {"date-announced", "new-password", "date-confirmed", "last-on-the-old-interface", "date-moved"}
    assert {line.rpartition("/")[2].partition(".")[0] for line in str(refused.value).splitlines()} == missing


ODD_ADDRESSES = (
    "é@example.org", "ec1@exämple.org", "a b@example.org", '"a"@example.org', "a@b@c.d", "a@", "@b.org",
    "a@example.org\r\nBcc: b@example.org", "x" * 65 + "@example.org", "a@example.org>", "a..b@example.org", "a@-b.org",
)  # fmt: skip


@pytest.mark.parametrize("address", ODD_ADDRESSES)
def test_addresses_that_not_every_relay_understands_are_refused(address: str) -> None:
    writer = Writer(campaign("example"), SETTINGS, Templates(TEMPLATES), None)  # type: ignore[arg-type]
    mail = campaign("example").mails[0]
    box = Addressee("ec000001", address, "École", "ec")
    with pytest.raises(MailError, match="ec000001, mail announcement"):
        writer.draft(mail, box, Occasion(1, CUT_OVER, CUT_OVER, None))


@pytest.mark.parametrize(
    ("text", "profile", "wrong"),
    [
        ("Bonjour\xa0: oui\xa0; non\xa0! vrai\xa0? «\xa0là\xa0»", "nbsp", 0),
        ("Bonjour : oui", "nbsp", 1),
        ("Bonjour: oui", "nbsp", 1),
        ("« là »", "nbsp", 2),
        ("l'eau", "nbsp", 1),
        ("Vraiment\u202f?", "thin", 0),
        ("Vraiment\xa0?", "thin", 1),
        ("Vraiment?", "none", 0),
        ("https://a.example:80/x?y=1 à 08:30, a.b@c.example", "nbsp", 0),
        ("attendre...", "nbsp", 1),
        ("A partir de demain, l’Ecole", "nbsp", 2),
        ("ECOLE, ETABLISSEMENT, Equipe, Ca va", "nbsp", 4),
        ("École, à l’étape, ÉTAT, Enseignement, ENTRE, Ceci", "nbsp", 0),
        ("4 000 boîtes de 2 Go", "nbsp", 2),
        ("4\u202f000 boîtes de 2\xa0Go, +32 (0)2 800 10 10, 1 boîte", "nbsp", 0),
    ],
)
def test_the_typography_is_judged_by_its_profile(text: str, profile: str, wrong: int) -> None:
    assert profile in PROFILES
    assert len(lint(text, profile)) == wrong
