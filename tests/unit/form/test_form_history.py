"""Whatever order answers come in, the ledger ends up knowing the same."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bma.form import Answer, AnswerBook
from bma.store import events_of, open_ledger
from tests.unit.form.conftest import NOW, ZONE

ANSWERS = st.lists(
    st.tuples(st.sampled_from(["ec000004", "po000153"]), st.integers(0, 400), st.booleans()),
    max_size=8,
    unique_by=lambda item: item[:2],
)


def answer(box: str, hours: int, *, unknown: bool) -> Answer:
    at = datetime(2027, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
    return Answer("a.csv:2", "ec", int(box[2:]), at, unknown, None, None, f"a{hours}@ailleurs.example")


@settings(max_examples=40, deadline=None)
@given(given_=ANSWERS, order=st.randoms(use_true_random=False), cuts=st.integers(1, 4))
def test_the_order_of_imports_makes_no_difference(
    given_: list[tuple[str, int, bool]], order: object, cuts: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    answers = [(box, answer(box, hours, unknown=unknown)) for box, hours, unknown in given_]
    shuffled = list(answers)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    with open_ledger(tmp_path_factory.mktemp("form") / "ledger.sqlite") as ledger:
        book = AnswerBook(ledger, "faq", ZONE)
        for start in range(cuts):
            book.add(shuffled[start::cuts], NOW)
        # Once more, all of them: nothing is new.
        assert book.add(answers, NOW) == []
        known = book.latest()
        with ledger.reading() as connection:
            unknown_now = {event.box for event in events_of(connection, "faq", ["password_unknown"])}
            received = [event.box for event in events_of(connection, "faq", ["form_received"])]
    for box in ("ec000004", "po000153"):
        own = sorted((item for item in given_ if item[0] == box), key=lambda item: item[1])
        assert (box in known) is bool(own)
        if own:
            assert known[box].rescue == f"a{own[-1][1]}@ailleurs.example"
            assert (box in unknown_now) is own[-1][2]
        assert received.count(box) == len(own)


def test_days_are_counted_where_the_ministry_is(tmp_path_factory: pytest.TempPathFactory) -> None:
    with open_ledger(tmp_path_factory.mktemp("form") / "ledger.sqlite") as ledger:
        AnswerBook(ledger, "faq", ZONE).add([("ec000004", answer("ec000004", 23, unknown=True))], NOW)
        with ledger.reading() as connection:
            assert {event.day for event in events_of(connection, "faq")} == {date(2027, 1, 2)}
