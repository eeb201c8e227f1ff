"""What the product writes for people: made from what is shipped, with names and links as long as real ones get."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bma.campaign import Asked, Request, make_plan, plan, read_campaign
from bma.campaign.page import page as calendar_page
from bma.doctor.check import STATUSES, Check, Result, Theme
from bma.doctor.examination import examine
from bma.doctor.page import html as doctor_page
from bma.doctor.registry import THEMES
from bma.doctor.report import report
from bma.doctor.scope import scope_from
from bma.doctor.site import Site
from bma.exchange.connection import connection
from bma.mail import Addressee, Templates, Writer, settings
from bma.mail.preview import Page, index, pages
from lab import ExchangeLab
from tests.conftest import ROOT
from tests.unit.campaign.campaigns import MONDAYS, box, boxes, said, written
from tests.unit.doctor.fake_site import Endpoint, fake_site

SHIPPED = ROOT / "inventory/campaigns"
CAMPAIGNS = tuple(sorted(path.stem for path in SHIPPED.glob("*.yml")))
BOX = Addressee(
    "ec001347",
    "ec001347@adm.example.org",
    "École d'enseignement secondaire spécialisé de la Communauté des Trois-Provinces, implantation de l'Étang-aux-Œufs",
    "ec",
    "07",
    "secretariat.de.direction.ecole.secondaire.specialisee@trois-provinces.example.org",
)
LONG_LINK = "https://tutoriels.bma.example/" + "AccesALaNouvelleBoiteMailAdministrative" * 2 + "?langue=fr"
MAILS = tuple((name, mail.id) for name in CAMPAIGNS for mail in read_campaign(SHIPPED / f"{name}.yml").mails)


@cache
def mails(name: str) -> dict[str, Page]:
    """Step → mail, every mail of a shipped campaign with the shipped settings; one link is made long."""
    shipped = yaml.safe_load((ROOT / "inventory/group_vars/all/mail.yml").read_text(encoding="utf-8"))
    relay = {"host": "relay.example.org"}
    links = shipped["mail_links"] | {"form": LONG_LINK}
    links["tutorials"] = [*links["tutorials"], {"title": "Un titre " + "long " * 30, "url": LONG_LINK}]
    known = settings({"relays": {"sgne": relay, "etnic": relay}, "links": links, "texts": shipped["mail_texts"]})
    writer = Writer(read_campaign(SHIPPED / f"{name}.yml"), known, Templates(SHIPPED / "templates"), None)  # type: ignore[arg-type]
    return {page.step: page for page in pages(writer, {BOX.name: BOX}, {BOX.name: date(2027, 2, 1)})}


def mail_index(name: str) -> str:
    """The page that leads to the mails of a preview."""
    return index(name, list(mails(name).values()))


def calendar(name: str) -> str:
    """The calendar of a shipped campaign, for the fictional list."""
    return calendar_page(make_plan(Request((ROOT / "inventory/fase.yml",), campaign=name)).plan)


def crowded_calendar(folder: Path) -> str:
    """A calendar of thousands of boxes that has everything in it that a calendar can have, with long names."""
    everything = {
        "title": "Migration des boîtes mail administratives de l’enseignement fondamental et secondaire",
        "source": "Circulaire d’essai, https://www.circulaires.example/" + "document" * 9,
        "capacity": {"boxes": 1300},
        "duties": [{"name": "Rentrée " + "scolaire " * 9, "boxes": "po", "from": "2026-03-12", "to": "2026-03-13"}],
        "exclude": [{"boxes": "ec009999", "reason": "fermée" + " depuis longtemps" * 9}],
        "pins": [{"box": "ec000001", "date": "2026-03-16", "reason": "Élections " * 9}],
        "pilot": {"boxes": 12, "date": "2026-02-23"},
    }
    candidates = [*boxes(4000), box("ec009999", groups=frozenset({"ec009999"}))]
    asked = Asked(promises={"ec000001": MONDAYS[0]}, force=True)
    made = calendar_page(plan(read_campaign(written(folder, said(**everything))), candidates, asked))
    for heading in ("Dates annoncées qui changent", "Boîtes qui ne participent pas", "Rentrée"):
        assert heading in made
    return made


@cache
def doctor(kind: str, folder: Path) -> str:
    """The doctor's page. ``kind``: ``good``, a lab that is as it should be; ``bad``, one that cannot be reached;
    ``each``, every result there is, observed in many words."""
    return doctor_page({"good": _lab, "bad": _nobody, "each": _each}[kind](folder))


def _lab(folder: Path) -> dict[str, Any]:
    with ExchangeLab(folder) as endpoint:
        endpoint.seed([{"name": "ec000001", "address": "ec000001@adm.cfwb.be"}])
        return _examined(endpoint, endpoint.https_uri)


def _nobody(folder: Path) -> dict[str, Any]:
    with ExchangeLab(folder) as endpoint:
        uri = endpoint.https_uri
    return _examined(endpoint, uri)


def _examined(endpoint: ExchangeLab, uri: str) -> dict[str, Any]:
    who = endpoint.account("migration")
    given = {"uri": uri, "auth": "negotiate", "username": who.name, "password": who.password()}
    site = connection(given | {"ca_file": endpoint.ca_file}, read_only=True)
    scope = scope_from({"boxes": ["ec000001@adm.cfwb.be"], "label": "wave 01"})
    return report(examine(Site(site, scope), THEMES))


def _each(_folder: Path) -> dict[str, Any]:
    words = "CN=BMA Role Assignment Policy,CN=Policies,CN=RBAC,CN=" + "First_Organization_" * 6 + " and more words" * 9
    checks = [_check(number, Result(status, words, {"seen": [words]})) for number, status in enumerate(STATUSES)]
    return report(examine(fake_site(Endpoint()), (Theme("Every result", tuple(checks)),)))


def _check(number: int, result: Result) -> Check:
    looks: Callable[[Any], Result] = lambda _site: result  # noqa: E731
    return Check(f"DOC-{number}", f"Check {number} of something", f"`Get-Something-{number}`.", "Do something", looks)
