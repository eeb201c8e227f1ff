"""A check of all boxes, every section of each, beside the floor and beside the same reading without Ansible."""

from __future__ import annotations

from pathlib import Path

from bench.bulk_read import bulk_read
from bench.endpoint import Endpoint
from bench.plan import Say, Sizes
from bench.playbook import FLOOR, WAVE, play
from bench.process import Cost
from bench.side_by_side import Spread, interleaved, ratios
from bench.table import Row
from bench.workspace import Workspace, workspace

TARGET = 1.5


def bench_check(folder: Path, sizes: Sizes, say: Say) -> list[Row]:
    """The rows: the floor for a box, and what a check adds to it. Every box exists and is conform; no latency."""
    site = workspace(folder, sizes.boxes)
    with Endpoint(site.lab) as endpoint:
        site.point_to(endpoint.uri)
        say(f"seeding {len(site.boxes)} conform boxes")
        endpoint.seed(site.conform())
        endpoint.plant(site.opened())
        return _measured(site, endpoint, sizes.check_rounds, say)


def _measured(site: Workspace, endpoint: Endpoint, rounds: int, say: Say) -> list[Row]:
    unchanged = {"unchanged": len(site.boxes)}

    asked: list[tuple[int, int]] = []

    def reading() -> Cost:
        took = bulk_read(endpoint, [box.address for box in site.boxes], site.log("bulk_read"))
        return Cost(took["seconds"], took["cpu"])

    def check() -> Cost:
        endpoint.forget()
        requests = endpoint.requests()
        cost = play(WAVE, site, "--limit", "all", "--check", expect=unchanged)
        asked.append((endpoint.requests() - requests, len(endpoint.journal())))
        return cost

    results = interleaved(
        {
            "floor": lambda: play(FLOOR, site, expect=unchanged),
            "check": check,
            "bulk read": reading,
        },
        rounds,
        say,
    )
    boxes = len(site.boxes)
    trips = [
        Row("check: round trips a box", Spread.of([requests / boxes for requests, _ in asked])),
        Row("check: cmdlets a box", Spread.of([cmdlets / boxes for _, cmdlets in asked])),
    ]
    return [*rows(boxes, results["floor"], results["check"], results["bulk read"]), *trips]


def rows(boxes: int, floor: list[Cost], check: list[Cost], reading: list[Cost]) -> list[Row]:
    """The figures of the rounds."""
    floors = [cost.seconds for cost in floor]
    checks = [cost.seconds for cost in check]
    readings = [cost.seconds for cost in reading]
    less = [one - other for one, other in zip(checks, readings, strict=True)]
    cpu = ratios([cost.cpu for cost in check], [cost.cpu for cost in floor])
    return [
        Row(f"floor: {boxes} boxes, one task each that does nothing", Spread.of(floors), "s"),
        Row("floor: a box", Spread.of([seconds * 1000 / boxes for seconds in floors]), "ms"),
        Row(f"check of {boxes} boxes, all conform", Spread.of(checks), "s"),
        Row(f"the same reading of {boxes} boxes, without Ansible", Spread.of(readings), "s"),
        Row("check / floor", ratios(checks, floors)),
        Row("(check - reading) / floor", ratios(less, floors), target=TARGET),
        Row("check / floor, CPU of Ansible's processes", cpu),
    ]
