"""The planner: what it must hold whatever the boxes, and what it does with changes."""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bma.campaign import Asked, Campaign, Candidate, Correction, Plan, PlanError, lock_of, lock_text, plan
from bma.campaign.board import Item, rank_of
from bma.campaign.lots import lots_of
from bma.campaign.pilot import DIMENSIONS, features, size_bounds
from tests.unit.campaign.campaigns import BASE, MAIL, MONDAYS, again, box, boxes, campaign, days, moved

often = settings(
    deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def refusal(new: Campaign, candidates: Iterable[Candidate], **asked: Any) -> str:
    with pytest.raises(PlanError) as fault:
        plan(new, candidates, Asked(**asked))
    return str(fault.value)


def two_periods() -> list[dict[str, Any]]:
    plain = BASE["periods"][0]
    return [
        plain | {"name": "po", "boxes": "po", "to": "2026-03-13"},
        plain | {"name": "ec", "boxes": "ec", "from": "2026-03-09"},
    ]


@st.composite
def cases(draw: st.DrawFn) -> tuple[dict[str, Any], list[Candidate]]:
    """A campaign's changes, and boxes: some with room, some without."""
    candidates = boxes(draw(st.integers(0, 70)), draw(st.integers(0, 5)))
    changes: dict[str, Any] = {"capacity": {"boxes": draw(st.integers(4, 30))}}
    if draw(st.booleans()):
        changes["periods"] = two_periods()
    if draw(st.booleans()):
        changes["ramp_up"] = [draw(st.integers(1, changes["capacity"]["boxes"]))]
    if draw(st.booleans()):
        first = date(2026, 3, 2) + timedelta(draw(st.integers(0, 20)))
        window = {"from": str(first), "to": str(first + timedelta(draw(st.integers(0, 9))))}
        changes["duties"] = [{"name": "duty", "boxes": draw(st.sampled_from(["ec", "po"]))} | window]
    if draw(st.booleans()):
        changes["pilot"] = {"boxes": draw(st.integers(1, 4)), "date": "2026-02-23"}
    if draw(st.booleans()):
        changes["capacity"]["bytes"] = f"{draw(st.integers(300, 3000))} MB"
    if draw(st.booleans()):
        changes["capacity"]["calls"] = draw(st.integers(1, 5))
        changes["expected_calls"] = [{"boxes": "po", "per_box": 0.3}, {"boxes": "all", "per_box": 0.1}]
    rule = draw(st.sampled_from(["any", "together", "apart"]))
    if rule != "any":
        changes["po"] = {"boxes": rule, "at_most": draw(st.integers(1, 6))}
    return changes, candidates


def tried(new: Campaign, candidates: list[Candidate], **asked: Any) -> Plan | None:
    try:
        return plan(new, candidates, Asked(**asked))
    except PlanError:
        return None


def require_legal(new: Campaign, candidates: list[Candidate], made: Plan) -> None:
    """Every box once, on a day that is open for it; no lot beyond its limits."""
    assert Counter(name for wave in made.waves for name in wave.boxes) == Counter(c.name for c in candidates)
    lots = {lot.day: lot for lot in lots_of(new)}
    known = {candidate.name: candidate for candidate in candidates}
    for wave in made.waves:
        held = [known[name] for name in wave.boxes]
        lot = lots[wave.day]
        assert wave.pilot is lot.pilot
        assert len(held) <= lot.boxes
        assert lot.bytes is None or sum(c.bytes for c in held) <= lot.bytes
        assert lot.calls is None or made.loads[wave.day].calls <= lot.calls
        if new.together == "apart" and not made.corrections and not wave.promised:
            assert max(Counter(c.po for c in held).values()) <= (new.at_most or 1)
        for candidate in held:
            closures = [c for c in new.closures if c.boxes.matches(candidate.groups)]
            assert not any(wave.day in closure.days for closure in closures)
            periods = [p for p in new.periods if p.boxes.matches(candidate.groups)]
            assert lot.pilot or any(wave.day in period.days for period in periods)


@given(cases())
@often
def test_a_plan_is_legal_and_planning_again_changes_nothing(
    tmp_path: Path, case: tuple[dict[str, Any], list[Candidate]]
) -> None:
    changes, candidates = case
    new = campaign(tmp_path, **changes)
    made = tried(new, candidates)
    if made is None:
        return
    require_legal(new, candidates, made)
    second = again(made, new, reversed(candidates))
    assert lock_text(second) == lock_text(made)
    assert second.moves == ()


def matching(new: Campaign, candidates: list[Candidate]) -> bool:
    """Whether all boxes can be placed, by number alone: the textbook's augmenting paths, one box at a time."""
    lots = lots_of(new)
    held: dict[int, list[Candidate]] = {lot.index: [] for lot in lots}

    def allowed(candidate: Candidate) -> list[int]:
        closed = [c for c in new.closures if c.boxes.matches(candidate.groups)]
        named = [i for i, p in enumerate(new.periods) if p.boxes.matches(candidate.groups)]
        free = [lot for lot in lots if not any(lot.day in c.days for c in closed)]
        return [lot.index for lot in free if lot.periods & set(named[:1])]

    def place(candidate: Candidate, seen: set[int]) -> bool:
        for lot in allowed(candidate):
            if lot in seen:
                continue
            seen.add(lot)
            if len(held[lot]) < lots[lot].boxes:
                held[lot].append(candidate)
                return True
            for other in list(held[lot]):
                held[lot].remove(other)
                if place(other, seen):
                    held[lot].append(candidate)
                    return True
                held[lot].append(other)
        return False

    return all(place(candidate, set()) for candidate in candidates)


@given(cases())
@often
def test_by_number_of_boxes_there_is_a_plan_whenever_one_is_possible(
    tmp_path: Path, case: tuple[dict[str, Any], list[Candidate]]
) -> None:
    changes, candidates = case
    for key in ("pilot", "po"):
        changes.pop(key, None)
    changes["capacity"] = {"boxes": changes["capacity"]["boxes"]}
    new = campaign(tmp_path, **changes)
    assert (tried(new, candidates) is not None) is matching(new, candidates)


@given(cases(), st.integers(1, 3))
@often
def test_a_box_more_moves_no_other(tmp_path: Path, case: tuple[dict[str, Any], list[Candidate]], more: int) -> None:
    changes, candidates = case
    changes["capacity"] = {"boxes": 40}
    for key in ("ramp_up", "po"):
        changes.pop(key, None)
    new = campaign(tmp_path, **changes)
    made = tried(new, candidates)
    if made is None:
        return
    added = [box(f"ec{900 + number:06d}") for number in range(more)]
    later = tried(new, [*candidates, *added], before=lock_of(made))
    if later is None:
        assert "pilot" not in changes
        return
    taken = {box.name for box in candidates} & {n for w in later.waves if w.pilot for n in w.boxes}
    assert moved(made, later) <= taken - {n for w in made.waves if w.pilot for n in w.boxes}
    if sum(len(wave.boxes) for wave in made.waves if wave.pilot) == changes.get("pilot", {"boxes": 0})["boxes"]:
        assert moved(made, later) == set()


@given(cases(), st.integers(0, 10))
@often
def test_a_promise_moves_by_force_only(tmp_path: Path, case: tuple[dict[str, Any], list[Candidate]], seed: int) -> None:
    changes, candidates = case
    made = tried(campaign(tmp_path, **changes), candidates)
    if made is None or not candidates:
        return
    chance = random.Random(seed)
    told = {name: day for name, day in days(made).items() if chance.random() < 0.5}
    day = chance.choice([wave.day for wave in made.waves])
    closed = [{"name": "panne", "from": str(day), "to": str(day)}]
    changes.pop("pilot", None)
    harder = campaign(tmp_path, **changes, blackouts=closed)
    kept = tried(harder, candidates, before=lock_of(made), promises=told)
    if kept is not None:
        assert {name: days(kept)[name] for name in told} == told
        assert kept.corrections == {}
    forced = tried(harder, candidates, before=lock_of(made), promises=told, force=True)
    if forced is not None:
        require_legal(harder, candidates, forced)
        assert {name for name, d in told.items() if days(forced)[name] != d} == set(forced.corrections)
        # What was accepted once needs no force again.
        assert days(again(forced, harder, candidates, promises=told)) == days(forced)


@given(st.integers(1, 5), st.integers(40, 120))
@often
def test_lots_are_balanced(tmp_path: Path, seed: int, count: int) -> None:
    candidates = boxes(count, seed)
    made = plan(campaign(tmp_path), candidates)
    known = {c.name: c for c in candidates}
    held = [[known[name] for name in wave.boxes] for wave in made.waves]
    assert len(held) == 4

    def spread(counts: list[float]) -> float:
        return max(counts) - min(counts)

    assert spread([len(lot) for lot in held]) <= 3
    for attribute in ("reseau", "bassin"):
        for label in {getattr(c, attribute) for c in candidates}:
            assert spread([sum(getattr(c, attribute) == label for c in lot) for lot in held]) <= 4, label
    sizes = [sum(c.bytes for c in lot) for lot in held]
    assert spread(sizes) <= max(c.bytes for c in candidates)


def test_the_pilot_is_representative(tmp_path: Path) -> None:
    candidates = boxes(600, 3)
    new = campaign(tmp_path, capacity={"boxes": 200}, pilot={"boxes": 40, "date": "2026-02-23"})
    made = plan(new, candidates)
    sample = set(next(wave.boxes for wave in made.waves if wave.pilot))
    assert len(sample) == 40
    items = [Item((c,), (), frozenset(), 0, 0) for c in candidates]
    bounds = size_bounds(items)
    for index, dimension in enumerate(DIMENSIONS):
        whole = Counter(features(item, bounds)[index] for item in items)
        inside = Counter(features(item, bounds)[index] for item in items if item.name in sample)
        for value, count in whole.items():
            assert abs(inside[value] - count * 40 / 600) <= 2, (dimension, value)


def test_the_plan_does_not_depend_on_the_interpreter_or_the_order() -> None:
    """The same digest in processes with other hash seeds, the boxes in another order each."""
    code = (
        "import sys, random; sys.path.insert(0, sys.argv[1])\n"
        "from campaigns import *; import tempfile, pathlib, hashlib\n"
        "from bma.campaign import lock_text\n"
        "c = boxes(300); random.Random(int(sys.argv[2])).shuffle(c)\n"
        "n = campaign(pathlib.Path(tempfile.mkdtemp()), capacity={'boxes': 90},\n"
        " pilot={'boxes': 9, 'date': '2026-02-23'})\n"
        "print(hashlib.sha256(lock_text(plan(n, c)).encode()).hexdigest())\n"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code, str(Path(__file__).parent), str(seed)],
            env=os.environ | {"PYTHONHASHSEED": str(seed)},
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        ).stdout
        for seed in range(3)
    }
    assert len(found) == 1


def test_ranks_never_change() -> None:
    expected = int.from_bytes(hashlib.sha256(b"circular-2024-autumn\0ec001347").digest()[:8], "big")
    assert rank_of("circular-2024-autumn", "ec001347") == expected


def test_a_smaller_lot_loses_what_it_must_and_no_more(tmp_path: Path) -> None:
    candidates = boxes(100)
    made = plan(campaign(tmp_path), candidates)
    later = again(made, campaign(tmp_path, ramp_up=[10]), candidates)
    before = len(made.waves[0].boxes)
    assert len(moved(made, later)) == before - 10
    assert {move.before for move in later.moves} == {MONDAYS[0]}
    assert {move.reason for move in later.moves} == {"2026-03-02 holds fewer boxes now"}


def test_closed_and_new_boxes_at_once_move_the_least(tmp_path: Path) -> None:
    """As many moves as boxes that have to go: the others stay."""
    candidates = boxes(110)
    made = plan(campaign(tmp_path), candidates)
    later_boxes = [*candidates[5:], *(box(f"ec{900 + n:06d}") for n in range(5))]
    later = again(made, campaign(tmp_path), later_boxes)
    assert moved(made, later) == set()
    gone = {move.box: move.reason for move in later.moves if move.after is None}
    assert set(gone.values()) == {"is not in the inventory any more"}
    assert len(gone) == 5


def test_a_weekly_lot_moves_within_its_week_with_its_name(tmp_path: Path) -> None:
    candidates = boxes(60)
    made = plan(campaign(tmp_path), candidates)
    closed = [{"name": "panne", "from": "2026-03-09", "to": "2026-03-09"}]
    later = again(made, campaign(tmp_path, blackouts=closed), candidates)
    assert [(w.name, w.day, w.boxes) for w in later.waves] == [
        (w.name, date(2026, 3, 10) if w.day == MONDAYS[1] else w.day, w.boxes) for w in made.waves
    ]


def test_names_stay_and_new_days_fit_between_them(tmp_path: Path) -> None:
    candidates = boxes(100)
    closed = [{"name": "panne", "from": "2026-03-09", "to": "2026-03-13"}]
    made = plan(campaign(tmp_path, blackouts=closed, capacity={"boxes": 40}), candidates)
    assert [wave.name for wave in made.waves] == ["01", "02", "03"]
    later = again(made, campaign(tmp_path), candidates)
    assert {wave.day: wave.name for wave in later.waves} == dict(zip(MONDAYS, ["01", "01a", "02", "03"], strict=True))


def test_pins_are_kept_and_pins_to_closed_days_are_refused(tmp_path: Path) -> None:
    candidates = boxes(40)
    pins = [{"box": "ec000001", "date": "2026-03-16", "reason": "asked for it"}]
    made = plan(campaign(tmp_path, pins=pins), candidates)
    assert days(made)["ec000001"] == MONDAYS[2]
    duty = [{"name": "comptage", "boxes": "ec", "from": "2026-03-16", "to": "2026-03-18"}]
    text = refusal(campaign(tmp_path, pins=pins, duties=duty), candidates)
    assert "campaign.yml:" in text
    assert "ec000001 is pinned, but 2026-03-16 is closed for it: comptage" in text
    assert "ec000999 is not in the inventory" in refusal(
        campaign(tmp_path, pins=[pins[0] | {"box": "ec000999"}]), candidates
    )


def test_a_pin_against_a_promise_needs_force(tmp_path: Path) -> None:
    candidates = boxes(40)
    pins = [{"box": "ec000001", "date": "2026-03-16", "reason": "asked for it"}]
    told = {"ec000001": MONDAYS[0]}
    assert "ec000001 was told 2026-03-02" in refusal(campaign(tmp_path, pins=pins), candidates, promises=told)
    forced = plan(campaign(tmp_path, pins=pins), candidates, Asked(promises=told, force=True))
    assert forced.corrections == {"ec000001": Correction(MONDAYS[0], "pinned to 2026-03-16: asked for it")}


def test_without_a_mail_that_tells_it_no_date_is_moved(tmp_path: Path) -> None:
    new = campaign(tmp_path, pins=[{"box": "ec000001", "date": "2026-03-16", "reason": "x"}], mails=[MAIL])
    text = refusal(new, boxes(40), promises={"ec000001": MONDAYS[0]}, force=True)
    assert "no mail waits for the event date_moved" in text


def test_a_correction_ends_when_the_new_day_was_told(tmp_path: Path) -> None:
    new = campaign(tmp_path, pins=[{"box": "ec000001", "date": "2026-03-16", "reason": "x"}])
    forced = plan(new, boxes(40), Asked(promises={"ec000001": MONDAYS[0]}, force=True))
    later = again(forced, new, boxes(40), promises={"ec000001": MONDAYS[2]})
    assert later.corrections == {}
    assert later.waves[2].promised == {"ec000001"}


def test_the_wave_file_remembers_promises(tmp_path: Path) -> None:
    candidates = boxes(40)
    told = {"ec000001": MONDAYS[1], "ec000002": MONDAYS[1]}
    made = plan(campaign(tmp_path), candidates, Asked(promises=told))
    closed = [{"name": "panne", "from": "2026-03-09", "to": "2026-03-13"}]
    text = refusal(campaign(tmp_path, blackouts=closed), candidates, before=lock_of(made))
    assert "ec000001 was told 2026-03-09, and 2026-03-09 has no lot any more" in text
    assert "ec000002 was told" in text


def test_too_small_for_its_promises(tmp_path: Path) -> None:
    candidates = boxes(40)
    told = {c.name: MONDAYS[0] for c in candidates[:20]}
    smaller = campaign(tmp_path, capacity={"boxes": 12})
    assert "promised and pinned for 2026-03-02 is more than its lot holds (20 boxes)" in refusal(
        smaller, candidates, promises=told
    )
    forced = plan(smaller, candidates, Asked(promises=told, force=True))
    assert len(forced.corrections) == 8
    assert {c.reason for c in forced.corrections.values()} == {"the lot of 2026-03-02 holds less now"}


def test_boxes_of_a_po_together(tmp_path: Path) -> None:
    candidates = boxes(100)
    new = campaign(tmp_path, po={"boxes": "together"}, capacity={"boxes": 60})
    made = plan(new, candidates)
    of_po: dict[int | None, set[date]] = {}
    for candidate in candidates:
        of_po.setdefault(candidate.po, set()).add(days(made)[candidate.name])
    assert {len(found) for found in of_po.values()} == {1}
    # A box that changes its PO goes to the others of the new one, and nobody else moves.
    changed = candidates[0]
    other = next(c for c in candidates if days(made)[c.name] != days(made)[changed.name])
    later_boxes = [replace(changed, po=other.po), *candidates[1:]]
    later = again(made, new, later_boxes)
    assert moved(made, later) == {changed.name}
    assert days(later)[changed.name] == days(made)[other.name]
    assert [move.reason for move in later.moves] == ["moves with its PO"]


def test_a_large_po_is_spread_when_it_may_be(tmp_path: Path) -> None:
    candidates = [box(f"ec{n:06d}", po=5) for n in range(1, 80)]
    text = refusal(campaign(tmp_path, po={"boxes": "together"}), candidates)
    assert "capacity.boxes: 79 boxes can only move on 4 days" in text
    assert "say po.at_most" in text
    made = plan(campaign(tmp_path, po={"boxes": "together", "at_most": 20}), candidates)
    assert [len(wave.boxes) for wave in made.waves] == [20, 20, 20, 19]


def test_boxes_of_a_po_apart(tmp_path: Path) -> None:
    candidates = [box(f"ec{n:06d}", po=n % 5) for n in range(1, 61)]
    made = plan(campaign(tmp_path, po={"boxes": "apart", "at_most": 4}), candidates)
    for wave in made.waves:
        assert max(Counter(int(name[2:]) % 5 for name in wave.boxes).values()) <= 4
    text = refusal(campaign(tmp_path, po={"boxes": "apart", "at_most": 2}), candidates)
    assert (
        "PO 1 has 12 boxes for 4 days (2026-03-02 to 2026-03-23), with 2 a lot that is 8: 4 too many. Allow 3" in text
    )


@pytest.mark.parametrize(
    ("capacity", "expected"),
    [
        (
            {"boxes": 20},
            "capacity.boxes: 100 boxes can only move on 4 days (2026-03-02 to 2026-03-23), which hold 80: 20",
        ),
        (
            {"boxes": 90, "bytes": "500 MB"},
            "capacity.bytes: the boxes for 4 days (2026-03-02 to 2026-03-23) come to 3.9 GB",
        ),
        (
            {"boxes": 90, "calls": 2},
            "capacity.calls: the boxes for 4 days (2026-03-02 to 2026-03-23) come to 10, these hold 8",
        ),
    ],
)
def test_what_does_not_fit_is_told_with_its_cure(tmp_path: Path, capacity: dict[str, Any], expected: str) -> None:
    candidates = [box(f"ec{n:06d}") for n in range(1, 101)]
    changes: dict[str, Any] = {"capacity": capacity, "expected_calls": [{"boxes": "all", "per_box": 0.1}]}
    text = refusal(campaign(tmp_path, **changes), candidates)
    assert expected in text
    assert "add" in text


def test_the_cure_that_is_told_cures(tmp_path: Path) -> None:
    candidates = [box(f"ec{n:06d}") for n in range(1, 101)]
    text = refusal(campaign(tmp_path, capacity={"boxes": 20}, ramp_up=[5]), candidates)
    assert "raise it from 20 to 32" in text
    assert plan(campaign(tmp_path, capacity={"boxes": 32}, ramp_up=[5]), candidates)
    assert tried(campaign(tmp_path, capacity={"boxes": 31}, ramp_up=[5]), candidates) is None


def test_boxes_without_a_day_are_told_with_the_reason(tmp_path: Path) -> None:
    plain = BASE["periods"][0]
    duties = [{"name": "comptage", "boxes": "ec000001", "from": "2026-03-01", "to": "2026-03-31"}]
    new = campaign(tmp_path, periods=[plain | {"boxes": "ec"}], duties=duties)
    candidates = [box("ec000001", groups=frozenset({"ec", "ec000001"})), box("po000001"), box("po000002")]
    text = refusal(new, candidates)
    assert "ec000001 has no day: every lot of everybody is on a day that is closed for it" in text
    assert "po000001, po000002 have no day: no period names it" in text


def test_excluded_boxes_are_left_out_with_their_reason(tmp_path: Path) -> None:
    out = [{"boxes": "ec000001", "reason": "moved by hand"}]
    candidates = [box("ec000001", groups=frozenset({"ec000001"})), box("ec000002")]
    told = {"ec000001": MONDAYS[0]}
    made = plan(campaign(tmp_path, exclude=out), candidates, Asked(promises=told))
    assert (made.left_out, list(made.boxes)) == ({"ec000001": "moved by hand"}, ["ec000002"])
    assert "ec000001 takes no part, but its holder was told 2026-03-02" in made.warnings[0]


def test_a_new_number_takes_over_day_and_promise(tmp_path: Path) -> None:
    candidates = [box(f"ec{n:06d}") for n in range(1, 40)]
    made = plan(campaign(tmp_path), candidates, Asked(promises={"ec000001": MONDAYS[2]}))
    later_boxes = [*candidates[1:], box("ec095786")]
    later = again(made, campaign(tmp_path, renumbered={"ec095786": "ec000001"}), later_boxes)
    assert days(later)["ec095786"] == MONDAYS[2]
    assert "ec095786" in later.waves[2].promised
    assert {move.box: move.reason for move in later.moves} == {
        "ec000001": "has become ec095786",
        "ec095786": "was ec000001",
    }


def test_during_the_campaign_what_is_over_stays_and_late_arrivals_are_told_in_time(tmp_path: Path) -> None:
    candidates = boxes(60)
    made = plan(campaign(tmp_path), candidates)
    today = date(2026, 3, 10)
    closed = [{"name": "afterwards", "from": "2026-03-02", "to": "2026-03-02"}]
    added = [box(f"ec{900 + n:06d}") for n in range(4)]
    later = again(made, campaign(tmp_path, blackouts=closed), [*candidates, *added], today=today)
    assert moved(made, later) == set()
    # Five days' notice: the lot of the 16th is the first that a box can still be told of.
    assert {days(later)[c.name] for c in added} <= {MONDAYS[2], MONDAYS[3]}
    end = again(made, campaign(tmp_path), [*candidates, *added[:0]], today=date(2026, 3, 20))
    assert days(end) == days(made)
    text = refusal(campaign(tmp_path), [*candidates, *added], before=lock_of(made), today=date(2026, 3, 20))
    assert "have no day: the last day for it in everybody is 2026-03-23, and a box must be known by 2026-03-25" in text


def test_late_arrivals_go_to_a_later_period(tmp_path: Path) -> None:
    plain = BASE["periods"][0]
    periods = [plain, plain | {"name": "late", "from": "2026-04-06", "to": "2026-04-17"}]
    new = campaign(tmp_path, periods=periods)
    made = plan(new, boxes(60))
    assert {wave.day for wave in made.waves} == set(MONDAYS)
    later = again(made, new, [*boxes(60), box("ec000900")], today=date(2026, 3, 20))
    assert days(later)["ec000900"] in {date(2026, 4, 6), date(2026, 4, 13)}


def test_a_campaign_that_is_over_is_a_rehearsal(tmp_path: Path) -> None:
    made = plan(campaign(tmp_path), boxes(10), Asked(today=date(2027, 1, 1)))
    assert len(made.boxes) == 10
    assert "planned as a rehearsal" in made.warnings[0]


def test_planning_afresh_keeps_only_what_was_promised(tmp_path: Path) -> None:
    candidates = boxes(100)
    made = plan(campaign(tmp_path), candidates, Asked(promises={"ec000001": MONDAYS[3]}))
    skewed = again(made, campaign(tmp_path, ramp_up=[12]), candidates)
    assert len(skewed.waves[0].boxes) == 12
    afresh = again(skewed, campaign(tmp_path), candidates, afresh=True)
    assert {len(wave.boxes) for wave in afresh.waves} <= {24, 25, 26}
    assert days(afresh)["ec000001"] == MONDAYS[3]


def test_another_campaign_does_not_overwrite_announced_days(tmp_path: Path) -> None:
    candidates = boxes(40)
    made = plan(campaign(tmp_path), candidates, Asked(promises={"ec000001": MONDAYS[0]}))
    other = campaign(tmp_path, campaign="other")
    assert "the waves in force are those of test" in refusal(other, candidates, before=lock_of(made))
    forced = again(made, other, candidates, force=True)
    assert "the waves of test are replaced by those of other" in forced.warnings[0]


def test_the_pilot_replaces_a_box_that_is_gone_by_one(tmp_path: Path) -> None:
    new = campaign(tmp_path, pilot={"boxes": 8, "date": "2026-02-23"})
    candidates = boxes(60)
    made = plan(new, candidates)
    gone = made.waves[0].boxes[0]
    later = again(made, new, [c for c in candidates if c.name != gone])
    assert len(later.waves[0].boxes) == 8
    assert len(moved(made, later)) == 1


def test_a_promise_to_a_box_that_is_gone_is_told(tmp_path: Path) -> None:
    told = {"ec000001": MONDAYS[0], "ec000099": MONDAYS[1]}
    new = campaign(tmp_path, renumbered={"ec000002": "ec000001"})
    made = plan(new, [box("ec000002")], Asked(promises=told))
    assert made.warnings == ("ec000099 was told 2026-03-09 and is not in the inventory",)
    assert made.waves[0].promised == {"ec000002"}


def test_no_boxes_make_an_empty_plan(tmp_path: Path) -> None:
    assert plan(campaign(tmp_path), []).waves == ()
