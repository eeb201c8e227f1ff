"""``python -m bench``: everything that is measured, as ratios between things run side by side.

Exit status: 0 when it was measured, whatever the verdicts; 1 when something did not do what it should.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from bench.apply import bench_apply
from bench.check import bench_check
from bench.deserialize import bench_deserialize
from bench.machine import describe
from bench.mails import bench_mails
from bench.plan import QUICK, Say, Sizes
from bench.process import ROOT, BenchError
from bench.report import text, write
from bench.table import Row
from bench.waves import bench_plan

BENCHES: dict[str, Callable[[Path, Sizes, Say], list[Row]]] = {
    "check": bench_check,
    "apply": bench_apply,
    "deserialize": bench_deserialize,
    "mails": bench_mails,
    "plan": bench_plan,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and write the reports; the exit status."""
    said = _parser().parse_args(arguments)
    # A plain SIGTERM would leave the lab behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    began = time.monotonic()
    machine = describe()
    notes: list[str] = []
    rows: list[Row] = []
    try:
        for name in said.only or BENCHES:
            rows += _measured(name, sizes(said), notes)
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    notes.append(f"measured in {(time.monotonic() - began) / 60:.1f} minutes; {_repeats(sizes(said))}")
    print(text(machine, rows, notes))
    write(said.output, machine, rows, notes)
    return 0


def sizes(said: argparse.Namespace) -> Sizes:
    """The sizes that the options ask for."""
    chosen = QUICK if said.quick else Sizes()
    if said.boxes:
        chosen = replace(chosen, boxes=said.boxes)
    if said.repeat:
        chosen = replace(chosen, check_rounds=said.repeat, apply_rounds=said.repeat, read_rounds=said.repeat)
    return chosen


def _measured(name: str, chosen: Sizes, notes: list[str]) -> list[Row]:
    began = time.monotonic()

    def say(told: str) -> None:
        print(f"{time.monotonic() - began:6.0f} s  {name}: {told}", file=sys.stderr, flush=True)
        if told.startswith("limit = "):
            notes.append(told)

    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        return BENCHES[name](Path(folder), chosen, say)


def _repeats(chosen: Sizes) -> str:
    return f"rounds: check {chosen.check_rounds}, apply {chosen.apply_rounds}, deserialize {chosen.read_rounds}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, for a fast look")
    parser.add_argument("--only", action="append", choices=list(BENCHES), help="one bench; may be said again")
    parser.add_argument("--boxes", type=_positive, metavar="N", help="boxes of the check (default: the whole list)")
    parser.add_argument("--repeat", type=_positive, metavar="N", help="rounds of every bench")
    parser.add_argument(
        "--output", type=Path, default=ROOT / "reports" / "bench", metavar="DIR", help="for the reports"
    )
    return parser


def _positive(said: str) -> int:
    value = int(said)
    if value < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return value


if __name__ == "__main__":
    sys.exit(main())
