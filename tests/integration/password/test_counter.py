"""The service desk's counter: what is refused is refused before anything is done, what breaks off is finished once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bma.errors import BmaError
from bma.form.answer import Answer
from bma.mail.office import Office, office
from bma.password import counter
from bma.password.book import PasswordBook
from bma.password.counter import Asked, Done, serve
from bma.password.desk import answers_of
from bma.store import Ledger, open_ledger
from bma.store.password_tables import Life
from bma.support.purging import Purged, purge
from bma.support.retention import kept_until
from lab.smtp import Rule, SmtpSink
from tests.conftest import ROOT
from tests.integration.mail.conftest import TEXTS

BOX, RESCUE = "ec000004", "secours@ailleurs.example"
TODAY = "2027-01-06"


@dataclass
class Keeper:
    """Stands for Exchange: remembers the passwords it was given."""

    given: list[str] = field(default_factory=list)

    def ask(self, operation: str, **request: Any) -> dict[str, Any]:
        assert operation == "password"
        if request["password"]:
            self.given.append(request["password"])
        return {"exists": True, "set": bool(request["password"])}


@dataclass
class Counter:
    """A desk with an inventory, a relay, a ledger and an Exchange."""

    made: Office
    keeper: Keeper
    sink: SmtpSink

    @contextmanager
    def ledger(self, **options: Any) -> Iterator[Ledger]:
        with open_ledger(self.made.ledger, **options) as opened:
            yield opened

    def serve(self, deliver: str = "rescue", *, check: bool = False, requester: str = "desk1") -> Done:
        with self.ledger(read_only=check) as ledger:
            return serve(self.made, ledger, self.keeper, Asked(BOX, requester, deliver, TODAY), check=check)  # type: ignore[arg-type]

    def lives(self) -> list[Life]:
        with self.ledger() as ledger:
            return [item.state for item in PasswordBook(ledger, "example").all().get(BOX, [])]

    def mails(self) -> list[str]:
        return [mail.recipients[0] for mail in self.sink.mails()]


@pytest.fixture
def desk(tmp_path: Path, sink: SmtpSink) -> Callable[..., Counter]:
    def build(approval: str = "none", *, rescue: str | None = RESCUE) -> Counter:
        relay = {"host": "localhost", "port": sink.port, "security": "none", "timeout": 10}
        variables: dict[str, Any] = {
            "bma_ledger": str(tmp_path / "ledger.sqlite"),
            "mail_relays": {"sgne": relay, "etnic": relay},
            "mail_links": TEXTS["links"],
            "mail_texts": TEXTS["texts"],
            "bma_password_life": {"approval": approval, "approvals": str(tmp_path / "approvals")},
            "bma_password_hold": {
                "kind": "age", "folder": str(tmp_path / "held"), "identity_file": str(tmp_path / "identity"),
            },
        }  # fmt: skip
        made = office([str(ROOT / "inventory/fase.yml")], variables.get)
        found = Counter(made, Keeper(), sink)
        if rescue is not None:
            given = Answer("a.csv:2", "ec", 4, datetime(2027, 1, 5, tzinfo=UTC), True, None, None, rescue)
            with found.ledger() as ledger:
                answers_of(made, ledger).add([(BOX, given)], datetime(2027, 1, 5, tzinfo=UTC))
        return found

    return build


def test_a_reset_is_set_mailed_and_kept_for_its_grace(desk: Callable[..., Counter]) -> None:
    here = desk()
    predicted = here.serve(check=True)
    assert predicted.changed
    assert (here.keeper.given, here.mails(), here.lives()) == ([], [], [])
    done = here.serve()
    assert (done.changed, done.failed) == (True, False)
    assert here.lives() == [Life.DELIVERED]
    assert here.mails() == [RESCUE]
    (mail,) = here.sink.mails()
    assert here.keeper.given[0].encode() in mail.content.replace(b"=\r\n", b"")
    assert b"X-BMA-Secret: yes" in mail.content
    assert RESCUE not in json.dumps(done.told)


def test_every_reset_is_a_mail_of_its_own(desk: Callable[..., Counter]) -> None:
    here = desk()
    here.serve()
    here.serve()
    assert here.lives() == [Life.SUPERSEDED, Life.DELIVERED]
    assert here.mails() == [RESCUE, RESCUE]
    first, second = (mail.content for mail in here.sink.mails())
    assert here.keeper.given[1].encode() in second.replace(b"=\r\n", b"")
    assert _header(first, b"Message-ID") != _header(second, b"Message-ID")


def test_a_refused_mail_is_sent_by_the_next_run_with_the_same_password(desk: Callable[..., Counter]) -> None:
    here = desk()
    here.sink.go_wrong(Rule("rcpt", "reply", 550, f"5.1.1 no <{RESCUE}>", match=RESCUE, times=0))
    failed = here.serve()
    assert failed.failed
    assert "5.1.1 no <(rescue)>" in failed.told[-1]
    assert here.lives() == [Life.SET]
    here.sink.go_wrong()
    assert not here.serve().failed
    assert here.lives() == [Life.DELIVERED]
    assert len(here.keeper.given) == 1
    assert here.mails() == [RESCUE]


def test_a_run_that_dies_after_the_mail_sends_no_second_one(
    desk: Callable[..., Counter], monkeypatch: pytest.MonkeyPatch
) -> None:
    here = desk()

    def dies(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(counter, "tidy", dies)
        with pytest.raises(KeyboardInterrupt):
            here.serve()
    assert here.lives() == [Life.SET]
    again = here.serve()
    assert "has left before" in again.told[-1]
    assert here.lives() == [Life.DELIVERED]
    assert (len(here.keeper.given), here.mails()) == (1, [RESCUE])


def test_a_run_that_dies_before_the_mail_is_finished_with_its_approval(
    desk: Callable[..., Counter], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    here = desk("required")
    (tmp_path / "approvals").mkdir()
    (tmp_path / "approvals" / "1.yml").write_text(
        f'box: {BOX}\nrequester: desk1\napprover: desk2\nuntil: "2027-01-06"\n'
    )

    def dies(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(counter, "_post", dies)
        with pytest.raises(KeyboardInterrupt):
            here.serve()
    # Somebody else may not take it over: that would need an approval of its own.
    with pytest.raises(BmaError, match="was used before"):
        here.serve(requester="desk3")
    assert here.serve().approver == "desk2"
    assert here.lives() == [Life.DELIVERED]
    assert (len(here.keeper.given), here.mails()) == (1, [RESCUE])


def test_what_cannot_be_delivered_is_refused_before_anything_is_done(desk: Callable[..., Counter]) -> None:
    here = desk(rescue=None)
    with pytest.raises(BmaError, match="no rescue address is known of it"):
        here.serve()
    assert (here.keeper.given, here.lives()) == ([], [])
    assert not here.serve("box").failed
    assert here.mails() == [f"{BOX}@adm.cfwb.be"]
    assert not here.serve("nobody").failed
    assert here.lives() == [Life.SUPERSEDED, Life.DESTROYED]
    assert len(here.mails()) == 1


def test_without_an_approval_nothing_is_done(desk: Callable[..., Counter]) -> None:
    here = desk("required")
    with pytest.raises(BmaError, match="no second person has approved"):
        here.serve()
    assert (here.keeper.given, here.mails(), here.lives()) == ([], [], [])


# -- the end of it all: the same desk, with something to erase


def purged(here: Counter, today: str, *, now: bool = False, check: bool = False) -> Purged:
    with here.ledger(read_only=check) as ledger:
        return purge(here.made, ledger, today, now=now, check=check)


def test_nothing_is_erased_before_its_time_unless_it_is_asked_for(desk: Callable[..., Counter], tmp_path: Path) -> None:
    here = desk()
    here.serve()
    # The example's last day is 29 January, and it keeps what it knows for 90 days.
    with pytest.raises(BmaError, match="is kept until 2027-04-29"):
        purged(here, "2027-04-29")
    assert here.lives() == [Life.DELIVERED]
    counted = purged(here, "2027-04-29", now=True, check=True)
    assert counted.sentence() == (
        "personal data, kept until 2027-04-29: 1 answer to the form, 1 text of a mail, 1 rescue address, "
        "1 event with a relay's words, 1 held password would be erased"
    )
    assert here.lives() == [Life.DELIVERED]
    done = purged(here, "2027-04-30")
    assert done.counts == counted.counts
    assert here.lives() == [Life.DESTROYED]
    assert list((tmp_path / "held").iterdir()) == []
    assert not purged(here, "2027-04-30").counts.any


def test_the_sites_own_days_count_where_the_campaign_says_none(desk: Callable[..., Counter]) -> None:
    campaign = desk().made.campaign
    silent = replace(campaign, said={key: value for key, value in campaign.said.items() if key != "retention_days"})
    assert kept_until(silent, 10, None) == campaign.last_day + timedelta(days=10)
    # A wave after the last day of the file counts.
    assert kept_until(silent, 10, campaign.last_day + timedelta(days=5)) == campaign.last_day + timedelta(days=15)
    assert kept_until(campaign, 10, None) == campaign.last_day + timedelta(days=90)


def _header(content: bytes, name: bytes) -> bytes:
    return next(line for line in content.split(b"\r\n") if line.startswith(name))
