"""The planner of waves: how long it takes, how that grows, and how many boxes a change moves beside the fewest."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from bench.plan import Say, Sizes
from bench.process import ROOT, BenchError
from bench.side_by_side import Spread, interleaved, ratios
from bench.table import Row
from bma.campaign import Asked, Campaign, Candidate, Plan, lock_of, plan, read_campaign

MANY = 25
"""The large list has as many times the boxes of the small one."""

_TARGET_GROWTH = 1.5
_TARGET_MOVES = 1.0


def bench_plan(folder: Path, sizes: Sizes, say: Say) -> list[Row]:
    """The rows: seconds for a list of the real size and for a large one, and moves after a change of both."""
    small, large = sizes.boxes, sizes.boxes * MANY
    tasks = {count: (campaign(folder, count), boxes(count)) for count in (small, large)}
    took = interleaved(
        {"small": lambda: _seconds(*tasks[small]), "large": lambda: _seconds(*tasks[large])}, sizes.read_rounds, say
    )
    growth = ratios(took["large"], [seconds * MANY for seconds in took["small"]])
    return [
        Row(f"plan of {small:,} boxes", Spread.of(took["small"]), "s"),
        Row(f"plan of {large:,} boxes", Spread.of(took["large"]), "s"),
        Row(f"the same a box, {large:,} / {small:,}", growth, target=_TARGET_GROWTH),
        *(_moves(folder, *tasks[count], say) for count in tasks),
    ]


def campaign(folder: Path, count: int, first: int | None = None) -> Campaign:
    """A campaign with nine weekly lots that have some room to spare; ``first``: what the first lot holds."""
    shipped = read_campaign(ROOT / "inventory/campaigns/circular-2024-autumn.yml").said
    people = ("senders", "mails", "desks", "contacts", "password", "form")
    period = {
        "name": "everybody",
        "boxes": "all",
        "from": "2026-03-02",
        "to": "2026-05-03",
        "rhythm": {"every": "week", "days": ["mon"]},
    }
    said: dict[str, Any] = {
        "campaign": "bench",
        "title": "Bench",
        "periods": [period],
        "capacity": {"boxes": count * 13 // 100},
        **{key: shipped[key] for key in people},
    }
    if first is not None:
        said["ramp_up"] = [first]
    path = folder / f"campaign-{count}-{first}.yml"
    path.write_text(json.dumps(said))
    return read_campaign(path)


def boxes(count: int) -> list[Candidate]:
    """Boxes with the réseaux and bassins of the real list in about its proportions; sizes log-normal."""
    chance = random.Random(1)
    reseaux = ("WBE", "Communal", "Libre confessionnel", "Libre non confessionnel", "Provincial", "COCOF")
    return [
        Candidate(
            f"{'po' if number % 4 == 0 else 'ec'}{number:06d}",
            "po" if number % 4 == 0 else "ec",
            chance.randint(1, count // 4),
            chance.choices(reseaux, (372, 1242, 1219, 92, 90, 12))[0],
            chance.choice(("Fondamental", "Fondamental", "Secondaire")),
            f"bassin {chance.randint(1, 10)}",
            min(80 << 20, int(chance.lognormvariate(16.5, 1.2))),
            frozenset(),
        )
        for number in range(1, count + 1)
    ]


def _seconds(asked: Campaign, candidates: Sequence[Candidate]) -> float:
    began = time.perf_counter()
    plan(asked, candidates)
    return time.perf_counter() - began


def _moves(folder: Path, asked: Campaign, candidates: list[Candidate], say: Say) -> Row:
    """One box in a hundred is gone, three in two hundred are new, the first lot holds a third less.

    What the first lot holds too much has to move, and nothing else has: all others fit where they are.
    """
    before = plan(asked, candidates)
    gone = {box.name for box in candidates[::100]}
    some = candidates[: len(candidates) * 3 // 200]
    new = [replace(box, name=f"ec{900_000 + number:06d}") for number, box in enumerate(some)]
    smaller = campaign(folder, len(candidates), asked.capacity.boxes * 2 // 3)
    after = plan(smaller, [*(box for box in candidates if box.name not in gone), *new], Asked(before=lock_of(before)))
    old, now = _days(before), _days(after)
    moved = sum(old[name] != now[name] for name in old.keys() & now.keys())
    least = sum(name not in gone for name in before.waves[0].boxes) - smaller.ramp_up[0]
    if least <= 0 or old.keys() & now.keys() != old.keys() - gone:
        raise BenchError("the change does not change what it should")
    say(f"{moved} boxes of {len(candidates)} moved, {least} had to")
    return Row(f"moves / least possible, {len(candidates):,} boxes", Spread.of([moved / least]), target=_TARGET_MOVES)


def _days(made: Plan) -> dict[str, date]:
    return {name: wave.day for name, wave in made.boxes.items()}
