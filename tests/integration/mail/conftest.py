"""A relay, ledgers of both kinds, and a small campaign whose boxes are sent four mails."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from bma.campaign import Campaign, read_campaign
from bma.mail import Addressee, Plan, Post, Report, Settings, Templates, Wishes, Writer, clock, settings
from bma.mail.owner import Owner
from bma.mail.secret import SecretText
from bma.store import Ledger, open_ledger
from lab.smtp import SmtpSink
from tests.conftest import ROOT
from tests.postgres import new_database, postgresql

CUT_OVER = date(2027, 1, 25)
STEPS = ("announcement", "password", "confirmation", "last")
TEMPLATES = ROOT / "inventory/campaigns/templates"
TEXTS = {
    "links": {
        "new_interface": "https://bma.example.org/owa",
        "form": "https://form.example.org/bma",
        "tutorials": [{"title": "Premiers pas", "url": "https://bma.example.org/premiers-pas"}],
    },
    "texts": {"quota": "2 Go"},
}
_numbers = itertools.count()


@dataclass
class Passwords:
    """A provider of passwords: every box has one, ``generation`` of them."""

    generation: int = 1
    gone: bool = False

    def reference(self, box: str, step: str) -> str | None:
        return None if self.gone else f"{box}/{self.generation}"

    def secret(self, reference: str) -> SecretText | None:
        now = reference.endswith(f"/{self.generation}") and not self.gone
        return SecretText(f"canari-{reference.partition('/')[0]}-<&>é", reference) if now else None


@dataclass(repr=False)
class World:
    """Boxes, a plan, a relay and a ledger that can be opened again and again, each time as another process."""

    sink: SmtpSink
    url: str
    campaign: Campaign
    settings: Settings
    boxes: dict[str, Addressee]
    plan: Plan
    passwords: Passwords = field(default_factory=Passwords)

    def open(self, **options: object) -> Ledger:
        return open_ledger(self.url, **options)  # type: ignore[arg-type]

    def post(self, ledger: Ledger, today: str) -> Post:
        writer = Writer(self.campaign, self.settings, Templates(TEMPLATES), self.passwords)
        owner = Owner(f"test {next(_numbers)} 0")
        moment = clock(today, self.settings.zone)
        return Post(ledger, writer, self.plan, self.boxes, moment, lambda _: self.sink.password(), owner)

    def run(self, today: str, **wishes: object) -> Report:
        with self.open() as ledger:
            return self.post(ledger, today).run(Wishes(**wishes))  # type: ignore[arg-type]

    def predict(self, today: str, **wishes: object) -> Report:
        with self.open(read_only=True) as ledger:
            return self.post(ledger, today).predict(Wishes(**wishes))  # type: ignore[arg-type]

    def day(self, step: str) -> str:
        (mail,) = (mail for mail in self.campaign.mails if mail.id == step)
        return str(self.campaign.mail_day(mail, CUT_OVER))

    def arrived(self) -> list[tuple[str, str]]:
        """(box, step) of every mail that the relay has accepted, in order."""
        found = []
        for mail in self.sink.mails():
            mark = next(line for line in mail.content.split(b"\r\n") if line.startswith(b"X-BMA-Mail: "))
            _, box, step, _ = mark.decode().removeprefix("X-BMA-Mail: ").split()
            found.append((box, step))
        return found


def boxes(count: int) -> dict[str, Addressee]:
    names = [f"ec{number:06d}" for number in range(1, count + 1)]
    return {name: Addressee(name, f"{name}@adm.example.org", f"École n° {name[2:]}", "ec") for name in names}


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with postgresql() as url:
        yield url


@pytest.fixture
def ledger_of_this_kind(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], str]:
    """``ledger_of_this_kind("sqlite")``: the place of an empty ledger."""

    def place(kind: str) -> str:
        if kind == "sqlite":
            return str(tmp_path / "ledger.sqlite")
        return new_database(request.getfixturevalue("postgres_server"), f"ledger_{next(_numbers)}")

    return place


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger_url(request: pytest.FixtureRequest, ledger_of_this_kind: Callable[[str], str]) -> str:
    """An empty ledger of each kind."""
    return ledger_of_this_kind(request.param)


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[SmtpSink]:
    with SmtpSink(tmp_path / "lab") as relay:
        yield relay


@pytest.fixture
def world(sink: SmtpSink, ledger_url: str) -> Callable[..., World]:
    """``world(boxes=3)``: the example campaign for some boxes that all move on the same day."""
    return lambda count=3, **relay: build(sink, ledger_url, count, **relay)


def build(sink: SmtpSink, url: str, count: int, **relay: object) -> World:
    """A world over plain SMTP unless said otherwise."""
    given = {"host": "localhost", "port": sink.port, "security": "none", "timeout": 10, **relay}
    known = settings({"relays": {"sgne": given, "etnic": given}, **TEXTS})
    campaign = read_campaign(ROOT / "inventory/campaigns/example.yml")
    there = boxes(count)
    return World(sink, url, campaign, known, there, Plan(dict.fromkeys(there, CUT_OVER)))
