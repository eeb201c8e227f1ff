"""Mails a second with the ledger, beside the bare client library on one connection: ``python -m bench.mails``.

The relay runs in a process of its own, as one does; both contestants send the same bytes over plain SMTP.
"""

from __future__ import annotations

import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from bench.plan import QUICK, Say, Sizes
from bench.process import ROOT, BenchError
from bench.side_by_side import Spread, interleaved, ratios
from bench.table import Row, plain
from bma.campaign import read_campaign
from bma.mail import Addressee, NoSecrets, Plan, Post, Settings, Templates, Writer, clock, settings
from bma.store import Outbox, open_ledger

CUT_OVER, TODAY = date(2027, 1, 25), "2027-01-11"
_RELAY = (
    "import sys, pathlib; from lab.smtp import SmtpSink; "
    "sink = SmtpSink(pathlib.Path(sys.argv[1])).start(); print(sink.port, flush=True); sys.stdin.read(); sink.stop()"
)


def bench_mails(folder: Path, sizes: Sizes, say: Say) -> list[Row]:
    """The rows: seconds a thousand mails for each contestant, and the one as a multiple of the other."""
    count = sizes.new_boxes
    boxes = {f"ec{number:06d}": _box(number) for number in range(1, count + 1)}
    with _relay(folder / "lab") as port:
        relay = {"host": "localhost", "port": port, "security": "none", "mails_per_connection": 100_000}
        known = settings(
            {
                "relays": {"sgne": relay, "etnic": relay},
                "links": {
                    "new_interface": "https://bma.example.org/",
                    "form": "https://bma.example.org/",
                    "tutorials": [],
                },
                "texts": {"quota": "2 Go"},
            }
        )
        rounds = iter(range(1_000_000))
        contents: list[tuple[str, str, bytes]] = []

        def ledgered() -> float:
            return _with_the_ledger(folder / f"ledger-{next(rounds)}.sqlite", known, boxes, contents)

        ledgered()
        contestants = {"with the ledger": ledgered, "bare smtplib": lambda: _bare(port, contents)}
        took = interleaved(contestants, sizes.read_rounds, say)
    thousand = 1000 / count
    return [
        Row("a thousand mails with the ledger, written and sent", _scaled(took["with the ledger"], thousand), "s"),
        Row("the same bytes by bare smtplib on one connection", _scaled(took["bare smtplib"], thousand), "s"),
        Row("with the ledger / bare", ratios(took["with the ledger"], took["bare smtplib"])),
    ]


def _scaled(values: list[float], by: float) -> Spread:
    return Spread.of([value * by for value in values])


def _box(number: int) -> Addressee:
    name = f"ec{number:06d}"
    return Addressee(name, f"{name}@adm.example.org", f"École {number}", "ec")


def _with_the_ledger(
    path: Path, known: Settings, boxes: dict[str, Addressee], contents: list[tuple[str, str, bytes]]
) -> float:
    campaign = read_campaign(ROOT / "inventory/campaigns/example.yml")
    templates = Templates(ROOT / "inventory/campaigns/templates")
    plan = Plan(dict.fromkeys(boxes, CUT_OVER))
    with open_ledger(path) as ledger:
        post = Post(ledger, Writer(campaign, known, templates, NoSecrets()), plan, boxes, clock(TODAY, known.zone))
        began = time.perf_counter()
        report = post.run()
        took = time.perf_counter() - began
        if report.counts().get("sent") != len(boxes):
            raise BenchError(f"not all mails were sent: {report.counts()}")
        if not contents:
            mails = [mail for found in Outbox(ledger).mails(campaign.name).values() for mail in found]
            kept = Outbox(ledger).contents(mail.id for mail in mails)
            contents += [("sgne@example.org", mail.first.recipient, kept[mail.id]) for mail in mails]
    return took


def _bare(port: int, contents: list[tuple[str, str, bytes]]) -> float:
    began = time.perf_counter()
    with smtplib.SMTP("localhost", port, timeout=60) as smtp:
        for sender, recipient, content in contents:
            smtp.sendmail(sender, [recipient], content)
    return time.perf_counter() - began


@contextmanager
def _relay(folder: Path) -> Iterator[int]:
    process: subprocess.Popen[Any] = subprocess.Popen(
        [sys.executable, "-c", _RELAY, str(folder)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.stdin.close()
        process.wait(30)
        process.stdout.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="bma-bench-") as name:
        print(plain(bench_mails(Path(name), QUICK if "--quick" in sys.argv else Sizes(), print)))
