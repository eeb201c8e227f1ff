"""Both published campaigns from their first day to their last, on a generated list, with the clock moved."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bma.campaign import Campaign, Request, make_plan, read_campaign
from bma.campaign.files import write_changed
from bma.mail import Addressee, Outcome, Plan, Post, Templates, Wishes, Writer, clock, settings
from bma.mail.owner import Owner
from bma.referential import find_inventory, read_referential, read_settings
from bma.store import Event, MailedPromises, Outbox, open_ledger, record
from lab import referential
from lab.smtp import Rule, SmtpSink
from tests.conftest import ROOT
from tests.integration.mail.conftest import TEMPLATES, TEXTS, Passwords

pytestmark = pytest.mark.slow

CAMPAIGNS = ("circular-2024-autumn", "faq-2024-spring")


@dataclass
class Site:
    """A list, its waves, and what its boxes have in the campaign."""

    campaign: Campaign
    boxes: dict[str, Addressee]
    plan: Plan
    forgotten: dict[str, date]

    @property
    def days(self) -> list[date]:
        """Every day on which something is due, the days before and after them, and some on which nothing is."""
        due = {day for _, day in self.expected()}
        around = {day + timedelta(by) for day in due for by in (0, 1)}
        return sorted(around | {min(due) - timedelta(30), max(due) + timedelta(30)})

    def expected(self) -> Counter[tuple[str, date]]:
        """(step, day) → how many mails, worked out from the plan alone."""
        found: Counter[tuple[str, date]] = Counter()
        for box, cut_over in self.plan.days.items():
            for mail in self.campaign.mails:
                day = self.campaign.mail_day(mail, cut_over)
                if mail.event == "password_unknown" and box in self.forgotten:
                    day = self.forgotten[box]
                if day is not None:
                    found[mail.id, day] += 2 if self.boxes[box].rescue and "rescue" in mail.recipients else 1
        return found


@pytest.fixture(params=CAMPAIGNS)
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Site:
    folder = tmp_path / "inventory"
    (folder / "referential").mkdir(parents=True)
    shutil.copytree(ROOT / "inventory/campaigns", folder / "campaigns")
    (folder / "referential/list.csv").write_bytes(referential.generate(60, 7))
    (folder / "fase.yml").write_text("plugin: fase\nreferential: referential/list.csv\n")
    planned = make_plan(Request((folder / "fase.yml",), request.param, today=None))
    write_changed({planned.path: planned.after}, dry=False)
    inventory = read_settings(find_inventory([folder / "fase.yml"]))
    campaign = read_campaign(folder / f"campaigns/{request.param}.yml")
    days = {box: wave.day for box, wave in planned.plan.boxes.items()}
    found = read_referential(inventory, campaign.first_day).boxes
    # Every seventh holder does not know the password, and says so ten days before the cut-over.
    forgotten = {box: days[box] - timedelta(10) for box in sorted(days)[::7]} if campaign.form else {}
    boxes = {}
    for name, box in found.items():
        rescue = f"secours-{name}@example.org" if name in forgotten else None
        boxes[name] = Addressee(name, box.address, box.unit.title, box.unit.kind, "", rescue)
    return Site(campaign, boxes, Plan(days), forgotten)


def run(site: Site, sink: SmtpSink, url: str, today: date, number: int, **wishes: str) -> Counter[str]:
    relay = {"host": "localhost", "port": sink.port, "security": "none", "timeout": 10}
    known = settings({"relays": {"sgne": relay, "etnic": relay}, **TEXTS})
    with open_ledger(url) as ledger:
        new = [
            Event(datetime.now(UTC), site.campaign.name, box, "password_unknown", day)
            for box, day in site.forgotten.items()
            if day == today
        ]
        if number == 0:
            with ledger.writing() as connection:
                record(connection, new)
        writer = Writer(site.campaign, known, Templates(TEMPLATES), Passwords())
        owner = Owner(f"test {today.toordinal()}-{number} 0")
        post = Post(ledger, writer, site.plan, site.boxes, clock(str(today), known.zone), owner=owner)
        report = post.run(Wishes(**wishes))  # type: ignore[arg-type]
        assert not report.of(Outcome.LATE, Outcome.HELD), report.of(Outcome.LATE, Outcome.HELD)[:3]
        return Counter(told.step for told in report.of(Outcome.SENT))


def marks(sink: SmtpSink) -> list[tuple[str, str, str]]:
    """(box, step, recipient) of every mail that has arrived, in order."""
    found = []
    for mail in sink.mails():
        line = next(line for line in mail.content.split(b"\r\n") if line.startswith(b"X-BMA-Mail: "))
        _, box, step, _ = line.decode().removeprefix("X-BMA-Mail: ").split()
        found.append((box, step, mail.recipients[0]))
    return found


def in_order(site: Site, sink: SmtpSink) -> None:
    order = [mail.id for mail in site.campaign.mails if mail.event is None]
    for box in site.boxes:
        seen = list(dict.fromkeys(step for found, step, _ in marks(sink) if found == box and step in order))
        assert seen == order


def test_all_mails_of_all_boxes_on_their_days_and_none_twice(site: Site, sink: SmtpSink, ledger_url: str) -> None:
    arrived: Counter[tuple[str, date]] = Counter()
    before = 0
    for today in site.days:
        run(site, sink, ledger_url, today, 0)
        there = marks(sink)
        arrived.update((step, today) for _, step, _ in there[before:])
        before = len(there)
    assert arrived == site.expected()
    assert max(Counter(marks(sink)).values()) == 1
    in_order(site, sink)
    with open_ledger(ledger_url) as ledger:
        announced = MailedPromises(ledger, site.campaign.name).announced()
    told = any(mail.announces and mail.event is None for mail in site.campaign.mails)
    assert announced == (dict(site.plan.days) if told else {})


def test_the_same_with_a_relay_that_breaks_at_random(site: Site, sink: SmtpSink, tmp_path: Path) -> None:
    """A day is run until nothing is left, mails that may have arrived are repeated: none is missing, a second copy has
    the same bytes as the first, and only of mails that were named as ambiguous is there one."""
    chance = random.Random(2024)
    url = str(tmp_path / "ledger.sqlite")
    for today in sorted({day for _, day in site.expected()}):
        for number in range(2):
            wrong = [_some_rule(chance), Rule(at="stored", skip=chance.randint(0, 9))]
            sink.go_wrong(*(wrong if number == 0 else []))
            run(site, sink, url, today, number, ambiguous="repeat")
    sink.go_wrong()
    counts = Counter(marks(sink))
    expected: Counter[str] = Counter()
    for (step, _), number in site.expected().items():
        expected[step] += number
    assert Counter(step for _, step, _ in counts) == expected
    in_order(site, sink)
    copies: dict[tuple[str, str, str], set[bytes]] = {}
    for mark, mail in zip(marks(sink), sink.mails(), strict=True):
        copies.setdefault(mark, set()).add(mail.content)
    assert all(len(contents) == 1 for contents in copies.values())
    with open_ledger(url) as ledger:
        repeated = {
            (mail.box, mail.step, delivery.recipient)
            for mails in Outbox(ledger).mails(site.campaign.name).values()
            for mail in mails
            for delivery in mail.deliveries
            if delivery.tries > 1
        }
    assert {mark for mark, number in counts.items() if number > 1} <= repeated
    assert any(number > 1 for number in counts.values()), "no fault has struck where it hurts"


def _some_rule(chance: random.Random) -> Rule:
    skip = chance.randint(0, 3)
    stage = chance.choice(["connect", "mail", "rcpt", "data", "content", "stored", "answered", "in", "out"])
    if stage in {"in", "out"}:
        return Rule(at=stage, bytes=chance.randint(1, 9000 if stage == "in" else 600))
    if chance.random() < 0.4 and stage not in {"answered", "stored"}:
        return Rule(at=stage, do="reply", code=chance.choice([421, 451, 452]), skip=skip)
    return Rule(at=stage, skip=skip)
