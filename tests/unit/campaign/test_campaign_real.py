"""The shipped campaigns: on the fictional list, and on the real one when it lies beside the checkout."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from bma.campaign import Asked, Candidate, Request, candidates_of, lock_of, lock_text, make_plan, plan, read_campaign
from bma.campaign.known import require_known
from bma.campaign.lots import lots_of
from bma.errors import DocumentError
from bma.referential import Referential, Settings, read_referential, read_settings
from tests.unit.campaign.campaigns import again, days, moved

ROOT = Path(__file__).parents[3]
SHIPPED = ROOT / "inventory" / "campaigns"
REAL = ROOT.parent / "shared" / "data" / "fase" / "signaletique-fase-2023-10.csv"
BOTH = ("circular-2024-autumn", "faq-2024-spring")

there = pytest.mark.skipif(not REAL.exists(), reason="the real list is not beside the checkout")


def test_the_shipped_waves_are_what_the_planner_writes() -> None:
    planned = make_plan(Request((ROOT / "inventory" / "fase.yml",)))
    assert planned.before == planned.after
    assert planned.plan.moves == ()
    assert [(wave.name, wave.pilot, len(wave.boxes)) for wave in planned.plan.waves] == [
        ("01", True, 12),
        ("02", False, 17),
        ("03", False, 53),
    ]


GOLDEN = """\
Migration des BMA, printemps 2024 (faq-2024-spring)

wave  day              boxes  ec  po    size  calls  announced
01    2024-05-13  Mon     27  21   6  960 MB      4          0
02    2024-05-21  Tue     27  21   6  960 MB      4          0
03    2024-05-27  Mon     28  20   8  960 MB      4          0
82 boxes in 3 waves
"""


def test_the_table_of_the_faq_on_the_fictional_list() -> None:
    planned = make_plan(Request((ROOT / "inventory" / "fase.yml",), campaign="faq-2024-spring"))
    assert planned.reports()["waves.txt"].startswith(GOLDEN)


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize("start", [None, date(2027, 1, 5)])
def test_every_campaign_plans_the_fictional_list(name: str, start: date | None) -> None:
    planned = make_plan(Request((ROOT / "inventory" / "fase.yml",), campaign=name, start=start))
    assert len(planned.plan.boxes) == 82
    assert planned.plan.campaign.first_day == (start or planned.plan.campaign.first_day)


def test_an_unknown_campaign_is_told_with_those_that_there_are() -> None:
    with pytest.raises(DocumentError, match=r"there is no campaign autumn; known: circular-2024-autumn, example, faq"):
        make_plan(Request((ROOT / "inventory" / "fase.yml",), campaign="autumn"))


def test_a_campaign_has_the_name_of_its_file(tmp_path: Path) -> None:
    path = tmp_path / "other.yml"
    path.write_bytes((SHIPPED / "example.yml").read_bytes())
    with pytest.raises(DocumentError, match=r"other\.yml: the campaign is called example, its file other"):
        make_plan(Request((ROOT / "inventory" / "fase.yml",), campaign=str(path)))


def test_unknown_names_are_told_with_their_lines_all_at_once(tmp_path: Path) -> None:
    text = (SHIPPED / "circular-2024-autumn.yml").read_text(encoding="utf-8")
    text = text.replace("boxes: niveau_fondamental & ec", "boxes: niveau_fondamentl & ec")
    text = text.replace("    boxes: po\n", "    boxes: pos\n")
    path = tmp_path / "c.yml"
    extra = "exclude:\n  - {boxes: ec999999, reason: x}\n  - {boxes: wave_01, reason: x}\n"
    extra += "pins:\n  - {box: ec999998, date: 2024-10-01, reason: x}\nrenumbered: {ec999997: ec000004}\n"
    path.write_text(text + extra, encoding="utf-8")
    referential = read_referential(read_settings(ROOT / "inventory" / "fase.yml"), date(2026, 1, 1))
    with pytest.raises(DocumentError) as fault:
        require_known(read_campaign(path), referential)
    lines = str(fault.value).splitlines()
    last = text.count("\n")
    assert f"{path}:11: period organising bodies: there is no group pos in the inventory" in lines[0]
    duty = next(number for number, line in enumerate(text.splitlines(), start=1) if "fondamentl" in line)
    assert any(f"{path}:{duty}: duty DAccE: there is no group niveau_fondamentl in" in line for line in lines)
    assert any("close to it: niveau_fondamental" in line for line in lines)
    assert f"{path}:{last + 2}: exclude: there is no box ec999999 in the inventory" in lines
    assert any("wave_01: waves are what is planned" in line for line in lines)
    assert f"{path}:{last + 5}: pins: there is no box ec999998 in the inventory" in lines
    assert any("renumbered: there is no box ec999997" in line for line in lines)
    assert any("renumbered: ec000004 is still in the inventory" in line for line in lines)


@pytest.fixture(scope="module")
def real() -> Referential:
    return read_referential(Settings((REAL,)), date(2024, 1, 1))


def sized(name: str, real: Referential) -> list[Candidate]:
    chance = random.Random(7)
    sizes = {box: min(80 << 20, int(chance.lognormvariate(16.5, 1.2))) for box in sorted(real.boxes)}
    return candidates_of(real, read_campaign(SHIPPED / f"{name}.yml"), sizes)


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.real_data
@there
def test_all_real_boxes_are_planned(name: str, real: Referential) -> None:
    new, boxes = read_campaign(SHIPPED / f"{name}.yml"), sized(name, real)
    require_known(new, real)
    made = plan(new, boxes)
    assert sorted(made.boxes) == sorted(real.boxes)
    assert len(made.boxes) == 4064
    lots = {lot.day: lot for lot in lots_of(new)}
    for wave in made.waves:
        load, lot = made.loads[wave.day], lots[wave.day]
        assert load.boxes <= lot.boxes
        assert lot.bytes is None or load.bytes <= lot.bytes
        assert lot.calls is None or load.calls <= lot.calls
    steady = [made.loads[wave.day] for wave in made.waves if wave.day >= date(2024, 11, 1) or name != BOTH[0]]
    counts = [load.boxes for load in steady]
    assert max(counts) - min(counts) <= 5
    for label in {label for load in steady for label in load.bassins}:
        of_label = [load.bassins.get(label, 0) for load in steady]
        assert max(of_label) - min(of_label) <= 4, label
    sizes = [load.bytes for load in steady]
    assert max(sizes) <= 1.05 * min(sizes)
    assert lock_text(again(made, new, boxes)) == lock_text(made)


@pytest.mark.real_data
@there
def test_a_change_of_the_real_campaign_moves_the_least(real: Referential) -> None:
    new, boxes = read_campaign(SHIPPED / "circular-2024-autumn.yml"), sized("circular-2024-autumn", real)
    made = plan(new, boxes)
    pilot = {name for wave in made.waves if wave.pilot for name in wave.boxes}
    gone = set(random.Random(1).sample(sorted(set(made.boxes) - pilot), 40))
    later = plan(new, [box for box in boxes if box.name not in gone], Asked(before=lock_of(made)))
    assert moved(made, later) == set()
    assert days(later).keys() == days(made).keys() - gone


@pytest.mark.real_data
@there
def test_the_real_pilot_is_representative(real: Referential) -> None:
    made = plan(read_campaign(SHIPPED / "circular-2024-autumn.yml"), sized("circular-2024-autumn", real))
    pilot = made.loads[made.waves[0].day]
    whole = [Counter[str](), Counter[str](), Counter[str]()]
    for load in made.loads.values():
        for counter, part in zip(whole, (load.kinds, load.reseaux, load.bassins), strict=True):
            counter.update(part)
    for counter, part in zip(whole, (pilot.kinds, pilot.reseaux, pilot.bassins), strict=True):
        for label, count in counter.items():
            assert abs(part.get(label, 0) - count * 40 / 4064) <= 2, label
