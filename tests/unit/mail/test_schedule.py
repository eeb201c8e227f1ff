"""Which mail is due: never early, late, twice, out of order, or against what the box was told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bma.campaign import Campaign, read_campaign
from bma.mail import BoxState, Judgement, Moment, Verdict, judge
from bma.store import Delivery, MailRecord, State
from tests.conftest import ROOT

ZONE = ZoneInfo("Europe/Brussels")
CUT_OVER = date(2027, 1, 25)
CAMPAIGN = read_campaign(ROOT / "inventory/campaigns/example.yml")
ORDERED = ("announcement", "password", "confirmation", "last")


def at(day: str, hour: str | None = None) -> Moment:
    return Moment(date.fromisoformat(day), time.fromisoformat(hour) if hour else None, ZONE)


def sent(
    step: str,
    state: State = State.ACCEPTED,
    *,
    attempt: int = 1,
    cut_over: date = CUT_OVER,
    rescue: State | None = None,
) -> MailRecord:
    announces = step in {"announcement", "confirmation", "correction"}
    deliveries = [Delivery(1, "box", "a@example.org", "e1", state, answer="said")]
    deliveries += [Delivery(2, "rescue", "b@example.org", "e2", rescue)] if rescue else []
    moment = datetime(2027, 1, 1, tzinfo=UTC)
    return MailRecord(
        1, "example", "ec000001", step, attempt, "sgne", "<x@y>", moment, cut_over, cut_over, announces, "s", "d", None,
        tuple(deliveries),
    )  # fmt: skip


def box(*mails: MailRecord, **known: object) -> BoxState:
    promise = next((mail.cut_over for mail in reversed(mails) if mail.announces and mail.told), None)
    return BoxState("ec000001", CUT_OVER, mails, **{"promise": promise, **known})  # type: ignore[arg-type]


def of(state: BoxState, now: Moment, step: str, campaign: Campaign = CAMPAIGN) -> Judgement:
    return next(judgement for judgement in judge(campaign, state, now) if judgement.step == step)


def verdicts(state: BoxState, now: Moment) -> dict[str, str]:
    return {judgement.step: str(judgement.verdict) for judgement in judge(CAMPAIGN, state, now)}


@pytest.mark.parametrize(
    ("day", "hour", "verdict"),
    [
        ("2027-01-10", None, "waiting"),
        ("2027-01-11", None, "due"),
        ("2027-01-11", "07:59", "waiting"),
        ("2027-01-11", "08:00", "due"),
        ("2027-01-11", "15:59", "due"),
        ("2027-01-11", "16:00", "waiting"),
        ("2027-01-20", None, "due"),
        ("2027-01-21", None, "late"),
    ],
)
def test_a_mail_is_due_in_its_days_and_hours_and_at_no_other_time(day: str, hour: str | None, verdict: str) -> None:
    assert of(box(), at(day, hour), "announcement").verdict == verdict


def test_a_day_that_is_not_worked_gives_way_to_the_one_before_it() -> None:
    """Two days before a Monday is a Saturday."""
    done = box(sent("announcement"), sent("password"))
    assert of(done, at("2027-01-22"), "confirmation").verdict is Verdict.DUE
    assert of(done, at("2027-01-21"), "confirmation").verdict is Verdict.WAITING


def test_a_box_without_a_day_is_told_nothing() -> None:
    assert judge(CAMPAIGN, replace(box(), cut_over=None), at("2027-01-20")) == []


def test_a_mail_waits_for_the_one_before_it() -> None:
    assert verdicts(box(), at("2027-01-20")) == {
        "announcement": "due", "password": "held", "confirmation": "waiting", "last": "waiting", "correction": "done",
    }  # fmt: skip
    assert of(box(sent("announcement")), at("2027-01-20"), "password").verdict is Verdict.DUE


@pytest.mark.parametrize("state", [State.BOUNCED, State.AMBIGUOUS, State.SENDING, State.PLANNED, State.FAILED])
def test_a_mail_that_is_not_there_holds_up_the_ones_after_it(state: State) -> None:
    known = box(sent("announcement", state), promise=CUT_OVER)
    assert of(known, at("2027-01-20"), "password").verdict is Verdict.HELD


def test_a_late_mail_holds_up_the_ones_after_it_until_somebody_decides() -> None:
    late = box()
    assert verdicts(late, at("2027-01-22"))["announcement"] == "late"
    assert verdicts(late, at("2027-01-22"))["password"] == "held"
    waived = replace(late, waived=("announcement",))
    assert of(waived, at("2027-01-22"), "password").verdict is Verdict.DUE


@pytest.mark.parametrize(
    ("state", "verdict"),
    [
        (State.ACCEPTED, "done"),
        (State.DELIVERED, "done"),
        (State.BOUNCED, "held"),
        (State.AMBIGUOUS, "ambiguous"),
        (State.SENDING, "waiting"),
        (State.PLANNED, "due"),
        (State.FAILED, "due"),
        (State.WITHDRAWN, "due"),
    ],
)
def test_what_was_sent_is_not_sent_again(state: State, verdict: str) -> None:
    assert of(box(sent("announcement", state)), at("2027-01-12"), "announcement").verdict == verdict


def test_an_ambiguous_mail_is_repeated_as_the_same_attempt_and_never_too_late() -> None:
    unsure = box(sent("announcement", State.AMBIGUOUS), repeat=True)
    again = of(unsure, at("2027-01-12"), "announcement")
    assert (again.verdict, again.attempt, again.record) == (Verdict.DUE, 1, unsure.mails[0])
    assert of(unsure, at("2027-01-21"), "announcement").verdict is Verdict.LATE


def test_an_ambiguous_mail_that_tells_a_date_which_has_moved_is_not_repeated() -> None:
    unsure = box(sent("announcement", State.AMBIGUOUS, cut_over=date(2027, 1, 19)), repeat=True)
    assert of(unsure, at("2027-01-12"), "announcement").verdict is Verdict.AMBIGUOUS


def test_a_mail_asked_for_again_is_a_new_attempt() -> None:
    known = box(sent("announcement"), again=("announcement",))
    again = of(known, at("2027-01-12"), "announcement")
    assert (again.verdict, again.attempt, again.day) == (Verdict.DUE, 2, date(2027, 1, 12))
    assert of(known, at("2027-01-21"), "announcement").verdict is Verdict.LATE


def test_a_date_that_has_moved_is_corrected_before_anything_else() -> None:
    told = box(sent("announcement", cut_over=date(2027, 1, 18)))
    found = verdicts(told, at("2027-01-20"))
    assert (found["correction"], found["password"]) == ("due", "held")
    assert "it was told 2027-01-18, and the plan says 2027-01-25" in of(told, at("2027-01-20"), "password").why
    corrected = box(sent("announcement", cut_over=date(2027, 1, 18)), sent("correction"))
    found = verdicts(corrected, at("2027-01-20"))
    assert (found["correction"], found["password"]) == ("done", "due")


def test_a_date_that_moves_twice_is_corrected_twice() -> None:
    twice = box(sent("announcement", cut_over=date(2027, 1, 18)), sent("correction", cut_over=date(2027, 1, 19)))
    again = of(twice, at("2027-01-20"), "correction")
    assert (again.verdict, again.attempt) == (Verdict.DUE, 2)


@pytest.mark.parametrize("state", [State.AMBIGUOUS, State.BOUNCED])
def test_nothing_follows_a_correction_that_may_not_have_arrived(state: State) -> None:
    unsure = box(sent("announcement", cut_over=date(2027, 1, 18)), sent("correction", state))
    found = verdicts(unsure, at("2027-01-20"))
    assert found["correction"] != "due"
    assert found["password"] == "held"


def test_a_date_that_moves_before_it_was_told_needs_no_correction() -> None:
    draft = box(sent("announcement", State.PLANNED, cut_over=date(2027, 1, 18)))
    found = verdicts(draft, at("2027-01-12"))
    assert (found["announcement"], found["correction"]) == ("due", "done")


def test_a_ledger_that_lacks_a_promise_of_the_plan_is_not_believed() -> None:
    found = of(box(believed=CUT_OVER), at("2027-01-12"), "announcement")
    assert found.verdict is Verdict.HELD
    assert "is it the right ledger?" in found.why


def test_a_rescue_address_that_is_refused_holds_nothing_up() -> None:
    partly = box(sent("announcement", rescue=State.FAILED))
    found = judge(CAMPAIGN, partly, at("2027-01-20"))
    assert [judgement.step for judgement in found if judgement.verdict is Verdict.DUE] == ["announcement"]
    tried = replace(partly, tried=("announcement",))
    assert of(tried, at("2027-01-20"), "password").verdict is Verdict.DUE


def test_a_mail_that_waits_for_an_event_is_due_from_its_day_on() -> None:
    spring = read_campaign(ROOT / "inventory/campaigns/faq-2024-spring.yml")
    known = replace(box(sent("form")), cut_over=date(2024, 5, 14))
    assert of(known, at("2024-05-02"), "password", spring).verdict is Verdict.WAITING
    asked = replace(known, happened={"password_unknown": date(2024, 5, 2)})
    assert of(asked, at("2024-05-01"), "password", spring).verdict is Verdict.WAITING
    assert of(asked, at("2024-05-02"), "password", spring).verdict is Verdict.DUE


def test_a_secret_that_is_not_there_holds_its_mail() -> None:
    known = box(sent("announcement"), lacking={"password": "no password is held for it yet"})
    assert of(known, at("2027-01-20"), "password").why == "no password is held for it yet"


STATES = st.sampled_from(list(State))


@st.composite
def histories(draw: st.DrawFn) -> BoxState:
    mails = []
    for step in (*ORDERED, "correction"):
        for attempt in range(1, draw(st.integers(0, 2)) + 1):
            told = CUT_OVER - timedelta(draw(st.sampled_from([0, 0, 7])))
            mails.append(sent(step, draw(STATES), attempt=attempt, cut_over=told))
    return box(
        *mails,
        tried=draw(st.sets(st.sampled_from(ORDERED), max_size=1)),
        waived=draw(st.sets(st.sampled_from(ORDERED), max_size=1)),
        repeat=draw(st.booleans()),
    )


@given(histories(), st.integers(-20, 5), st.one_of(st.none(), st.times()))
def test_whatever_has_happened_what_is_due_may_be_sent(known: BoxState, days: int, hour: time | None) -> None:
    """Said once more, without the code that decides."""
    now = Moment(CUT_OVER + timedelta(days), hour, ZONE)
    found = judge(CAMPAIGN, known, now)
    assert [judgement.step for judgement in found] == [mail.id for mail in CAMPAIGN.mails]
    due = [judgement for judgement in found if judgement.verdict is Verdict.DUE]
    assert len(due) <= 1
    for judgement in due:
        mail = next(mail for mail in CAMPAIGN.mails if mail.id == judgement.step)
        attempts = known.attempts(mail.id)
        states = [attempt.first.state for attempt in attempts]
        if judgement.step == "correction":
            assert known.promise not in {None, CUT_OVER}
        else:
            assert known.promise in {None, CUT_OVER}
            assert State.ACCEPTED not in states[-1:]
            assert State.DELIVERED not in states[-1:]
            earliest = CAMPAIGN.mail_day(mail, CUT_OVER)
            assert earliest is not None
            assert earliest <= now.day
            assert mail.too_late_days is not None
            assert now.day <= CUT_OVER + timedelta(mail.too_late_days)
            for earlier in ORDERED[: ORDERED.index(mail.id)]:
                last = known.attempts(earlier)[-1:]
                there = any(attempt.first.state in {State.ACCEPTED, State.DELIVERED} for attempt in last)
                assert there or earlier in known.waived
        assert hour is None or mail.opens <= hour < mail.closes
        assert State.SENDING not in states[-1:]
        assert known.repeat or State.AMBIGUOUS not in states[-1:]
        assert mail.id not in known.waived
        assert mail.id not in known.tried
