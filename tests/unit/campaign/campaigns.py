"""Small campaigns and boxes for the tests."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from bma.campaign import Asked, Campaign, Candidate, Lock, Plan, lock_of, plan, read_campaign

MAIL = {
    "id": "announcement",
    "sender": "sgne",
    "template": "date-announced",
    "trigger": {"days": -14},
    "recipients": ["box"],
    "window": {"from": "08:00", "to": "16:00"},
    "not_after": {"days": -5},
    "announces": True,
}
MOVED = MAIL | {"id": "correction", "trigger": {"event": "date_moved"}, "announces": True}
del MOVED["not_after"]

BASE: dict[str, Any] = {
    "campaign": "test",
    "title": "Campagne d’essai",
    "periods": [
        {
            "name": "everybody",
            "boxes": "all",
            "from": "2026-03-02",
            "to": "2026-03-27",
            "rhythm": {"every": "week", "days": ["mon", "tue", "wed"]},
        }
    ],
    "capacity": {"boxes": 30},
    "senders": {"sgne": {"name": "SGNE", "address": "sgne@example.org"}},
    "mails": [MAIL, MOVED],
    "password": "new",
    "form": False,
    "desks": {"sgne": {"name": "SGNE"}},
    "contacts": {
        stage: dict.fromkeys(("procedure", "technical", "password"), "sgne") for stage in ("before", "during", "after")
    },
}
"""Four weekly lots, on 2, 9, 16 and 23 March 2026, of 30 boxes each."""

MONDAYS = tuple(date(2026, 3, day) for day in (2, 9, 16, 23))


def said(**changes: Any) -> dict[str, Any]:
    """:data:`BASE` with other keys; None takes a key away."""
    whole = deepcopy(BASE) | changes
    return {key: value for key, value in whole.items() if value is not None}


def written(folder: Path, content: Mapping[str, Any] | str) -> Path:
    path = folder / "campaign.yml"
    path.write_text(content if isinstance(content, str) else json.dumps(content, indent=1), encoding="utf-8")
    return path


def campaign(folder: Path, start: date | None = None, **changes: Any) -> Campaign:
    return read_campaign(written(folder, said(**changes)), start)


RESEAUX = ("WBE", "Subventionné communal", "Libre confessionnel")
BASSINS = ("Namur", "Liège", "Bruxelles", "Verviers")


def box(name: str, **values: Any) -> Candidate:
    kind = name[:2]
    plain = Candidate(name, kind, 7, "WBE", "Fondamental", "Namur", 40 << 20, frozenset({kind}))
    return replace(plain, **values)


def boxes(count: int, seed: int = 1) -> list[Candidate]:
    """Boxes as various as real ones; the same for the same numbers."""
    chance = random.Random(seed)
    found = []
    for number in range(1, count + 1):
        kind = "po" if number % 4 == 0 else "ec"
        found.append(
            Candidate(
                f"{kind}{number:06d}",
                kind,
                chance.randint(1, max(1, count // 6)),
                chance.choices(RESEAUX, (2, 5, 4))[0],
                chance.choice(("Fondamental", "Secondaire")),
                chance.choices(BASSINS, (4, 3, 2, 1))[0],
                int(chance.lognormvariate(17, 1)),
                frozenset({kind}),
            )
        )
    return found


def days(made: Plan) -> dict[str, date]:
    return {name: wave.day for name, wave in made.boxes.items()}


def again(made: Plan, new: Campaign, candidates: Iterable[Candidate], **asked: Any) -> Plan:
    """The next plan after ``made``."""
    return plan(new, candidates, Asked(before=lock_of(made), **asked))


def moved(before: Plan, after: Plan) -> set[str]:
    """Boxes of both plans that have another day now."""
    old, new = days(before), days(after)
    return {name for name in old.keys() & new.keys() if old[name] != new[name]}


NO_LOCK = Lock()
