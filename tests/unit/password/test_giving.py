"""A password is made once, held, set, and never set twice for one state; the ledger never has a word of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bma.mail.owner import Owner
from bma.password.book import PasswordBook, Request, live_of
from bma.password.delivery import HeldSecrets, erase_ended
from bma.password.faults import HoldError, PasswordError
from bma.password.giving import Given, Giver
from bma.password.holds.age import AgeFolder
from bma.password.options import Lifetime
from bma.password.record import FOLLOWS, RESET, TO_NOBODY, TO_RESCUE
from bma.password.rules import Rules
from bma.password.sources import Generated, Named
from bma.store import Ledger, events_of, open_ledger
from bma.store.password_tables import Life
from tests.canary import leaks, leaks_in
from tests.unit.password.conftest import NOW
from tests.unit.password.exchange import Mailboxes

BOX = Named("ec001394", "ec001394@adm.cfwb.be", "École Ondine")
OTHER = Named("po001347", "po001347@adm.cfwb.be", "Commune de Val-Fougeraie")
DEAD = "elsewhere 1 1"


@pytest.fixture
def mailboxes() -> Mailboxes:
    return Mailboxes()


def giver_of(book: PasswordBook, hold: AgeFolder, mailboxes: Mailboxes, **more: Any) -> Giver:
    given = {"clock": lambda: NOW, "lifetime": Lifetime()} | more
    return Giver(book, hold, Generated(Rules()), given["lifetime"], mailboxes.set, given["clock"])


@pytest.fixture
def giver(book: PasswordBook, hold: AgeFolder, mailboxes: Mailboxes) -> Giver:
    return giver_of(book, hold, mailboxes)


def the(book: PasswordBook, box: str = BOX.name) -> Any:
    return book.all([box])[box][-1]


def test_a_password_is_made_held_set_and_may_then_be_mailed(giver: Giver, mailboxes: Mailboxes) -> None:
    assert [outcome.given for outcome in giver.give([BOX], [Request(BOX.name)])] == [Given.SET]
    item = the(giver.book)
    assert (item.state, item.number) == (Life.SET, 1)
    secrets = HeldSecrets(giver.book, giver.hold)
    assert secrets.reference(BOX.name, "password") == item.reference
    found = secrets.secret(item.reference)
    assert found is not None
    assert found.reveal() == mailboxes.opens(BOX.address)
    assert mailboxes.change == {False}


def test_a_second_run_sets_nothing(giver: Giver, mailboxes: Mailboxes) -> None:
    giver.give([BOX], [Request(BOX.name)])
    again = giver.give([BOX], [Request(BOX.name)])
    assert [outcome.given for outcome in again] == [Given.THERE]
    assert len(mailboxes.given[BOX.address]) == 1
    assert len(giver.book.all()[BOX.name]) == 1


def test_nothing_of_it_is_in_the_ledger_or_beside_it(giver: Giver, mailboxes: Mailboxes, tmp_path: Path) -> None:
    mailboxes.refused.add(OTHER.address)
    outcomes = giver.give([BOX, OTHER], [Request(BOX.name), Request(OTHER.name)])
    password = mailboxes.opens(BOX.address)
    assert leaks_in(password, tmp_path) == []
    assert not leaks(password, repr(outcomes), repr(giver.book.all()), repr(giver), str(giver.hold))


def test_a_prediction_makes_and_writes_nothing(giver: Giver, mailboxes: Mailboxes, tmp_path: Path) -> None:
    mailboxes.missing.add(OTHER.address)
    found = giver.predict([BOX, OTHER], [BOX.name, OTHER.name])
    assert [(outcome.box, outcome.given) for outcome in found] == [
        (BOX.name, Given.SET),
        (OTHER.name, Given.MISSING),
    ]
    assert mailboxes.given == {}
    assert giver.book.all() == {}
    assert list((tmp_path / "held").iterdir()) == []


def test_a_box_without_mailbox_waits_with_its_password(giver: Giver, mailboxes: Mailboxes) -> None:
    mailboxes.missing.add(BOX.address)
    assert giver.give([BOX], [Request(BOX.name)])[0].given is Given.MISSING
    held = giver.hold.get(the(giver.book).reference)
    assert held is not None
    assert HeldSecrets(giver.book, giver.hold).reference(BOX.name, "password") is None
    mailboxes.missing.clear()
    assert giver.give([BOX], [])[0].given is Given.SET
    assert mailboxes.given[BOX.address] == [held.clear]


def test_a_lost_session_leaves_the_same_password_for_the_next_run(giver: Giver, mailboxes: Mailboxes) -> None:
    mailboxes.broken.add(BOX.address)
    failed = giver.give([BOX, OTHER], [Request(BOX.name), Request(OTHER.name)])
    assert [outcome.given for outcome in failed] == [Given.FAILED, Given.SET]
    held = giver.hold.get(the(giver.book).reference)
    assert held is not None
    assert not leaks(held.clear, failed[0].why, str(the(giver.book).answer))
    mailboxes.broken.clear()
    assert giver.give([BOX], [])[0].given is Given.SET
    assert mailboxes.given[BOX.address] == [held.clear]


def test_a_password_that_exchange_refuses_is_given_up_and_another_made(giver: Giver, mailboxes: Mailboxes) -> None:
    mailboxes.refused.add(BOX.address)
    failed = giver.give([BOX], [Request(BOX.name)])
    assert failed[0].why == "Set-Mailbox: *** does not meet the policy"
    first = the(giver.book)
    assert first.state is Life.FAILED
    assert erase_ended(giver.book, giver.hold, NOW) == 1
    assert giver.hold.references() == set()
    mailboxes.refused.clear()
    assert giver.give([BOX], [Request(BOX.name)])[0].given is Given.SET
    assert the(giver.book).number == 2
    assert the(giver.book).reference != first.reference


def test_what_is_gone_from_the_hold_is_told_and_replaced(giver: Giver, mailboxes: Mailboxes) -> None:
    mailboxes.missing.add(BOX.address)
    giver.give([BOX], [Request(BOX.name)])
    giver.hold.erase(the(giver.book).reference)
    mailboxes.missing.clear()
    assert "held is gone" in giver.give([BOX], [])[0].why
    assert the(giver.book).state is Life.FAILED
    assert giver.give([BOX], [Request(BOX.name)])[0].given is Given.SET


def test_what_another_living_process_sets_is_left_to_it(giver: Giver, mailboxes: Mailboxes) -> None:
    mailboxes.missing.add(BOX.address)
    giver.give([BOX], [Request(BOX.name)])
    mailboxes.missing.clear()
    item = the(giver.book)
    assert giver.book.claim(item, DEAD, datetime.max.replace(tzinfo=NOW.tzinfo) - timedelta(days=1), NOW)
    # Another machine's process: nobody here can tell whether it lives, until its time is over.
    assert giver.give([BOX], [])[0].given is Given.BUSY
    assert mailboxes.given == {}
    with pytest.raises(PasswordError, match="another process is setting a password"):
        giver.book.plan([Request(BOX.name, RESET, TO_NOBODY)], NOW)


def test_what_a_dead_process_was_setting_is_set_again_with_the_same(giver: Giver, mailboxes: Mailboxes) -> None:
    mailboxes.missing.add(BOX.address)
    giver.give([BOX], [Request(BOX.name)])
    held = giver.hold.get(the(giver.book).reference)
    mailboxes.missing.clear()
    giver.book.claim(the(giver.book), DEAD, datetime.now(UTC) - timedelta(minutes=1), NOW)
    assert the(giver.book).state is Life.SETTING
    assert giver.give([BOX], [])[0].given is Given.SET
    assert held is not None
    assert mailboxes.given[BOX.address] == [held.clear]


def test_only_one_of_two_takes_a_dead_process_over(giver: Giver, mailboxes: Mailboxes) -> None:
    mailboxes.missing.add(BOX.address)
    giver.give([BOX], [Request(BOX.name)])
    giver.book.claim(the(giver.book), DEAD, datetime.now(UTC) - timedelta(minutes=1), NOW)
    item = the(giver.book)
    assert giver.book.claim(item, "one 1 1", NOW + timedelta(minutes=1), NOW)
    assert not giver.book.claim(item, "two 2 2", NOW + timedelta(minutes=1), NOW)


def test_states_follow_each_other_as_the_table_says_and_no_other_way(book: PasswordBook) -> None:
    (item,) = book.plan([Request(BOX.name)], NOW)
    for target in Life:
        if target not in FOLLOWS[Life.PLANNED]:
            with pytest.raises(ValueError, match="is not followed by"):
                book.move(item, target, NOW)
    assert book.move(item, Life.HELD, NOW)
    # Somebody who has not seen that it has moved on.
    assert not book.move(item, Life.FAILED, NOW)
    assert the(book).state is Life.HELD


def test_a_reset_takes_the_place_of_what_was_there(giver: Giver, mailboxes: Mailboxes) -> None:
    giver.give([BOX], [Request(BOX.name)])
    first = the(giver.book)
    giver.give([BOX], [Request(BOX.name, RESET, TO_RESCUE, "desk1")])
    assert giver.book.of(first.reference).state is Life.SUPERSEDED  # type: ignore[union-attr]
    secrets = HeldSecrets(giver.book, giver.hold)
    assert secrets.secret(first.reference) is None
    current = secrets.reference(BOX.name, "password-reset")
    assert current == the(giver.book).reference
    assert secrets.secret(current).reveal() == mailboxes.opens(BOX.address)  # type: ignore[union-attr]
    erase_ended(giver.book, giver.hold, NOW)
    assert giver.hold.references() == {current}


def test_an_approval_is_used_once(book: PasswordBook) -> None:
    book.plan([Request(BOX.name, RESET, TO_NOBODY, "a", "b", "digest")], NOW)
    with pytest.raises(PasswordError, match="approval was used before"):
        book.plan([Request(OTHER.name, RESET, TO_NOBODY, "a", "b", "digest")], NOW)
    assert OTHER.name not in book.all()


def test_every_step_is_told_as_an_event_without_the_password(giver: Giver, mailboxes: Mailboxes) -> None:
    giver.give([BOX], [Request(BOX.name)])
    with giver.book.ledger.reading() as connection:
        kinds = [event.kind for event in events_of(connection, "example", box=BOX.name)]
    assert kinds == ["password_planned", "password_held", "password_setting", "password_set"]


# -- whatever breaks, whenever it breaks


class Killed(BaseException):
    """The process is gone: nothing after it runs."""


class Fuse:
    """Kills at the n-th deed, before or after it is done."""

    def __init__(self, at: int, *, after: bool) -> None:
        self.left = at
        self.after = after

    def __call__(self, deed: Callable[..., Any]) -> Callable[..., Any]:
        def done(*args: Any, **more: Any) -> Any:
            self.left -= 1
            if self.left == 0 and not self.after:
                raise Killed
            found = deed(*args, **more)
            if self.left == 0:
                raise Killed
            return found

        return done


def broken_run(ledger: Ledger, folder: Path, mailboxes: Mailboxes, fuse: Fuse) -> None:
    book, hold = PasswordBook(ledger, "example"), AgeFolder(folder / "held", folder / "identity")
    for name in ("plan", "move", "claim"):
        setattr(book, name, fuse(getattr(book, name)))
    for name in ("put", "get"):
        setattr(hold, name, fuse(getattr(hold, name)))
    giver = giver_of(book, hold, mailboxes)
    giver.set_in_exchange = fuse(mailboxes.set)
    giver.owner = Owner(DEAD, lambda: datetime.now(UTC) - timedelta(days=1))
    giver.sessions = 1
    with pytest.raises(Killed):
        giver.give([BOX], [Request(BOX.name)])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deaths=st.lists(st.tuples(st.integers(1, 9), st.booleans()), max_size=4))
def test_after_any_deaths_the_box_opens_with_what_is_held(
    deaths: list[tuple[int, bool]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("deaths")
    mailboxes = Mailboxes()
    with open_ledger(folder / "ledger.sqlite") as ledger:
        for at, after in deaths:
            try:
                broken_run(ledger, folder, mailboxes, Fuse(at, after=after))
            except pytest.fail.Exception:
                break  # it was through before that deed
        book, hold = PasswordBook(ledger, "example"), AgeFolder(folder / "held", folder / "identity")
        giver_of(book, hold, mailboxes).give([BOX], [Request(BOX.name)])
        (item,) = book.all()[BOX.name]
        assert item.state is Life.SET
        held = hold.get(item.reference)
        assert held is not None
        assert set(mailboxes.given[BOX.address]) == {held.clear}
        # Once a death, at the very most: never again once it was written down.
        assert len(mailboxes.given[BOX.address]) <= len(deaths) + 1
        before = len(mailboxes.given[BOX.address])
        giver_of(book, hold, mailboxes).give([BOX], [Request(BOX.name)])
        assert len(mailboxes.given[BOX.address]) == before
        assert leaks_in(held.clear, folder) == []


def test_a_hold_that_cannot_be_written_stops_before_anything_is_set(giver: Giver, mailboxes: Mailboxes) -> None:
    giver.hold.put = lambda *_: (_ for _ in ()).throw(HoldError("no room left"))  # type: ignore[method-assign]
    with pytest.raises(HoldError, match="no room left"):
        giver.give([BOX], [Request(BOX.name)])
    assert mailboxes.given == {}
    assert live_of(giver.book.all()[BOX.name]).state is Life.PLANNED  # type: ignore[union-attr]


def test_change_at_next_logon_is_passed_on(giver: Giver, mailboxes: Mailboxes) -> None:
    giver.lifetime = replace(giver.lifetime, change_at_next_logon=True)
    giver.give([BOX], [Request(BOX.name)])
    assert mailboxes.change == {True}
