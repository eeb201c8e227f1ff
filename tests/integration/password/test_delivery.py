"""From the hold into the mail, and out of the world once it has arrived; in both kinds of ledger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from bma.form.answer import Answer
from bma.form.book import AnswerBook, rescue_addresses
from bma.mail import Outcome
from bma.password.book import PasswordBook, Request
from bma.password.delivery import HeldSecrets, erase_ended, settle
from bma.password.fulfil import fulfil
from bma.password.giving import Given, Giver
from bma.password.holds.age import AgeFolder
from bma.password.options import Lifetime
from bma.password.rules import Rules
from bma.password.sources import Generated, Named
from bma.store import Ledger, Outbox, State
from bma.store.password_tables import Life
from bma.support.retention import ERASED, Counts, count, erase
from lab.smtp import Rule
from tests.canary import leaks, leaks_in
from tests.integration.mail.conftest import World
from tests.unit.password.exchange import Mailboxes

RESCUE = "canari.secours@ailleurs.example"
BOX = "ec000001"


class Desk:
    """A world with passwords that are real, and an Exchange that remembers them."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world = world
        self.folder = folder
        self.mailboxes = Mailboxes()
        self.lifetime = Lifetime()
        self.hold = AgeFolder(folder / "held", folder / "keys" / "identity")
        self.hold.require_ready()

    def named(self) -> list[Named]:
        return [Named(box.name, box.address, box.organisation) for box in self.world.boxes.values()]

    def giver(self, ledger: Ledger, today: str) -> Giver:
        book = PasswordBook(ledger, self.world.campaign.name)
        at = datetime.fromisoformat(today).replace(hour=12, tzinfo=UTC)
        return Giver(book, self.hold, Generated(Rules()), self.lifetime, self.mailboxes.set, lambda: at)

    def passwords(self, today: str) -> object:
        with self.world.open() as ledger:
            answers = AnswerBook(ledger, self.world.campaign.name, self.world.settings.zone)
            return fulfil(self.giver(ledger, today), self.world.campaign, answers, self.named())

    def mails(self, today: str) -> object:
        with self.world.open() as ledger:
            giver = self.giver(ledger, today)
            self.world.passwords = HeldSecrets(giver.book, self.hold)  # type: ignore[assignment]
            rescue = rescue_addresses(ledger, self.world.campaign.name)
            self.world.boxes = {n: replace(box, rescue=rescue.get(n)) for n, box in self.world.boxes.items()}
            report = self.world.post(ledger, today).run()
            settle(giver.book, self.lifetime, giver.clock())
            erase_ended(giver.book, self.hold, giver.clock())
            return report

    def lives(self) -> dict[str, list[Life]]:
        with self.world.open() as ledger:
            there = PasswordBook(ledger, self.world.campaign.name).all()
            return {box: [item.state for item in items] for box, items in there.items()}

    def texts(self, address: str) -> list[str]:
        """What the mails to an address say."""
        found = []
        for mail in self.world.sink.mails():
            if address in mail.recipients:
                body = message_from_bytes(mail.content, policy=policy.default).get_body(("plain",))
                assert body is not None
                found.append(body.get_content())
        return found


@pytest.fixture
def desk(world: Callable[..., World], tmp_path: Path) -> Desk:
    return Desk(world(2), tmp_path)


def refusal(address: str) -> Rule:
    """The relay wants no mail to an address, and says so with it."""
    return Rule("rcpt", "reply", 550, f"5.1.1 no <{address}> here", match=address, times=0)


def up_to_the_password(desk: Desk) -> str:
    """Send what comes before; the day of the password's mail."""
    desk.mails(desk.world.day("announcement"))
    return desk.world.day("password")


def test_the_mail_tells_the_password_that_opens_the_box_and_then_it_is_gone(desk: Desk, tmp_path: Path) -> None:
    day = up_to_the_password(desk)
    desk.passwords(day)
    desk.mails(day)
    address = desk.world.boxes[BOX].address
    password = desk.mailboxes.opens(address)
    assert password in desk.texts(address)[-1]
    assert desk.lives() == {name: [Life.DELIVERED] for name in desk.world.boxes}
    assert len(desk.hold.references()) == 2
    # Two days without a mail that comes back.
    later = str((datetime.fromisoformat(day) + timedelta(days=2)).date())
    desk.passwords(later)
    assert desk.lives() == {name: [Life.DESTROYED] for name in desk.world.boxes}
    assert desk.hold.references() == set()
    assert len(desk.mailboxes.given[address]) == 1
    # Only the relay has it: it is in no file of ours.
    assert leaks_in(password, tmp_path, besides=tmp_path.glob("lab/smtp/**/*")) == []


def test_password_mails_are_marked_for_the_copy_and_no_other(desk: Desk) -> None:
    day = up_to_the_password(desk)
    desk.passwords(day)
    desk.mails(day)
    marked = {box: [b"X-BMA-Secret: yes" in mail for mail in mails] for box, mails in sent(desk).items()}
    assert marked == {name: [False, True] for name in desk.world.boxes}


def sent(desk: Desk) -> dict[str, list[bytes]]:
    """Box → the mails that it was sent, in order."""
    return {
        name: [mail.content for mail in desk.world.sink.mails() if box.address in mail.recipients]
        for name, box in desk.world.boxes.items()
    }


def test_no_mail_tells_a_password_that_exchange_does_not_have(desk: Desk) -> None:
    day = up_to_the_password(desk)
    desk.mailboxes.missing.add(desk.world.boxes[BOX].address)
    desk.passwords(day)
    report = desk.mails(day)
    told = {item.box: item.outcome for item in report.told if item.step == "password"}  # type: ignore[attr-defined]
    assert told == {BOX: Outcome.HELD, "ec000002": Outcome.SENT}
    assert desk.lives()[BOX] == [Life.HELD]


def test_a_refused_mail_keeps_the_password_for_the_next_try(desk: Desk) -> None:
    day = up_to_the_password(desk)
    desk.passwords(day)
    desk.world.sink.go_wrong(refusal(desk.world.boxes[BOX].address))
    desk.mails(day)
    assert desk.lives()[BOX] == [Life.SET]
    desk.world.sink.go_wrong()
    desk.mails(day)
    assert desk.lives()[BOX] == [Life.DELIVERED]
    address = desk.world.boxes[BOX].address
    assert desk.mailboxes.opens(address) in desk.texts(address)[-1]


def test_a_mail_that_comes_back_keeps_the_password_until_it_is_too_old(desk: Desk) -> None:
    day = up_to_the_password(desk)
    desk.passwords(day)
    desk.mails(day)
    with desk.world.open() as ledger:
        mail = Outbox(ledger).mails(desk.world.campaign.name, [BOX])[BOX][-1]
        Outbox(ledger).move(mail.first.id, State.BOUNCED, datetime.now(UTC), "550 no such box")
    later = datetime.fromisoformat(day)
    desk.passwords(str((later + timedelta(days=3)).date()))
    assert desk.lives() == {BOX: [Life.SET], "ec000002": [Life.DESTROYED]}
    assert len(desk.hold.references()) == 1
    # Held for thirty days at the very most; then nobody knows it, and the box is given another.
    desk.passwords(str((later + timedelta(days=31)).date()))
    assert desk.lives()[BOX] == [Life.DESTROYED, Life.SET]


def test_reports_of_delivery_end_it_at_once(desk: Desk) -> None:
    day = up_to_the_password(desk)
    desk.passwords(day)
    desk.mails(day)
    with desk.world.open() as ledger:
        for mails in Outbox(ledger).mails(desk.world.campaign.name).values():
            Outbox(ledger).move(mails[-1].first.id, State.DELIVERED, datetime.now(UTC), "2.1.5")
    desk.passwords(day)
    assert desk.lives() == {name: [Life.DESTROYED] for name in desk.world.boxes}


@pytest.fixture
def asked(desk: Desk) -> Desk:
    """A campaign whose holders say in the form that they do not know their password, as one has."""
    campaign = desk.world.campaign
    mails = tuple(
        replace(mail, days=None, event="password_unknown", recipients=("box", "rescue"), too_late_days=None)
        if mail.id == "password"
        else mail
        for mail in campaign.mails
    )
    desk.world.campaign = replace(campaign, password="new_if_unknown", form=True, mails=mails)
    return desk


def answer(desk: Desk, day: int, *, unknown: bool, rescue: str | None = RESCUE) -> None:
    with desk.world.open() as ledger:
        book = AnswerBook(ledger, desk.world.campaign.name, desk.world.settings.zone)
        given = Answer("a.csv:2", "ec", 1, datetime(2027, 1, day, 9, tzinfo=UTC), unknown, "Ada Exemple", "02", rescue)
        book.add([(BOX, given)], datetime(2027, 1, day, 10, tzinfo=UTC))


def test_only_who_does_not_know_it_gets_one_at_both_addresses(asked: Desk) -> None:
    asked.mails(asked.world.day("announcement"))
    answer(asked, 18, unknown=True)
    asked.passwords("2027-01-19")
    asked.mails("2027-01-19")
    assert asked.lives() == {BOX: [Life.DELIVERED]}
    password = asked.mailboxes.opens(asked.world.boxes[BOX].address)
    for address in (asked.world.boxes[BOX].address, RESCUE):
        assert password in asked.texts(address)[-1]


def test_a_late_answer_changes_what_is_to_come_and_not_what_was_sent(asked: Desk) -> None:
    asked.mails(asked.world.day("announcement"))
    answer(asked, 18, unknown=True)
    asked.mailboxes.missing.add(asked.world.boxes[BOX].address)
    asked.passwords("2027-01-19")
    assert asked.lives() == {BOX: [Life.HELD]}
    answer(asked, 19, unknown=False)
    asked.passwords("2027-01-20")
    assert asked.lives() == {BOX: [Life.SUPERSEDED]}
    assert asked.hold.references() == set()
    answer(asked, 20, unknown=True)
    asked.mailboxes.missing.clear()
    asked.passwords("2027-01-20")
    asked.mails("2027-01-20")
    sent = len(asked.world.sink.mails())
    answer(asked, 21, unknown=False, rescue="autre@ailleurs.example")
    asked.passwords("2027-01-21")
    asked.mails("2027-01-21")
    assert asked.lives() == {BOX: [Life.SUPERSEDED, Life.DELIVERED]}
    assert len(asked.world.sink.mails()) == sent


def test_a_purge_leaves_the_proof_and_not_the_person(asked: Desk, tmp_path: Path) -> None:
    asked.mails(asked.world.day("announcement"))
    answer(asked, 18, unknown=True)
    asked.passwords("2027-01-19")
    asked.world.sink.go_wrong(refusal(RESCUE))
    asked.mails("2027-01-19")
    campaign = asked.world.campaign.name
    with asked.world.open() as ledger:
        before = Outbox(ledger).mails(campaign)
        with ledger.reading() as connection:
            assert leaks(RESCUE, repr(connection.exec_driver_sql("SELECT * FROM delivery").all()))
    with asked.world.open(read_only=True) as ledger:
        counted = count(ledger, campaign)
    assert (counted.answers, counted.recipients) == (1, 1)
    assert counted.events > 0
    with asked.world.open() as ledger:
        assert erase(ledger, campaign, datetime.now(UTC)) == counted
        assert erase(ledger, campaign, datetime.now(UTC)) == Counts()
        after = Outbox(ledger).mails(campaign)
        with ledger.reading() as connection:
            for table in ("mail", "delivery", "event", "form_answer", "promise"):
                shown = repr(connection.exec_driver_sql(f"SELECT * FROM {table}").all())
                assert not leaks(RESCUE, shown), table
                assert "Ada Exemple" not in shown
    keep = ("message_id", "digest", "dated", "day", "subject", "cut_over")
    assert [[getattr(mail, name) for name in keep] for mail in before[BOX]] == [
        [getattr(mail, name) for name in keep] for mail in after[BOX]
    ]
    assert {delivery.recipient for mail in after[BOX] for delivery in mail.deliveries} == {
        asked.world.boxes[BOX].address,
        ERASED,
    }
    # Not only out of reach: gone from the file, and from what SQLite has beside it.
    for name in (RESCUE, "Ada Exemple"):
        assert leaks_in(name, tmp_path, besides=tmp_path.glob("lab/smtp/**/*")) == []


def test_nothing_is_sent_of_what_was_erased(asked: Desk) -> None:
    asked.mails(asked.world.day("announcement"))
    answer(asked, 18, unknown=True)
    asked.passwords("2027-01-19")
    asked.world.sink.go_wrong(refusal(RESCUE))
    asked.mails("2027-01-19")
    with asked.world.open() as ledger:
        erase(ledger, asked.world.campaign.name, datetime.now(UTC))
    asked.world.sink.go_wrong()
    sent = len(asked.world.sink.mails())
    asked.mails("2027-01-19")
    assert not [mail for mail in asked.world.sink.mails()[sent:] if not mail.content.strip()]


def test_two_runs_at_once_give_one_password(desk: Desk) -> None:
    from concurrent.futures import ThreadPoolExecutor

    day = desk.world.day("password")

    def run(_: int) -> list[Given]:
        with desk.world.open() as ledger:
            giver = desk.giver(ledger, day)
            return [outcome.given for outcome in giver.give(desk.named(), [Request(BOX), Request("ec000002")])]

    with ThreadPoolExecutor(4) as several:
        found = list(several.map(run, range(4)))
    assert desk.lives() == {name: [Life.SET] for name in desk.world.boxes}
    for box in desk.world.boxes.values():
        assert len(set(desk.mailboxes.given[box.address])) == 1
    assert sum(given is Given.SET for outcomes in found for given in outcomes) >= 2
