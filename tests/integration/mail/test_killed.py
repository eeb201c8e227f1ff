"""The process that sends is killed, with no chance to tidy up, at moments of the kernel's choosing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from bma.mail import Outcome
from lab.smtp import Rule, SmtpSink
from tests.conftest import ROOT
from tests.integration.mail.conftest import build

PROGRAM = """
import json, sys
from types import SimpleNamespace
from bma.mail.owner import this_process
from tests.integration.mail.conftest import build
port, url, today = int(sys.argv[1]), sys.argv[2], sys.argv[3]
world = build(SimpleNamespace(port=port, password=lambda: ""), url, 8)
with world.open() as ledger:
    post = world.post(ledger, today)
    post.owner = this_process()
    print("ready", flush=True)
    post.run()
"""


def test_after_kill_9_each_mail_has_arrived_once_or_is_named(sink: SmtpSink, tmp_path: Path) -> None:
    world = build(sink, str(tmp_path / "ledger.sqlite"), 8)
    today = world.day("announcement")
    sink.go_wrong(Rule(at="content", do="delay", ms=40, times=0), Rule(at="stored", do="delay", ms=40, times=0))
    for pause in (0.05, 0.13, 0.21):
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(sink.port), world.url, today],
            cwd=ROOT, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        before = len(sink.mails())
        deadline = time.monotonic() + 20
        while len(sink.mails()) == before and time.monotonic() < deadline and process.poll() is None:
            time.sleep(0.005)
        time.sleep(pause)
        process.send_signal(signal.SIGKILL)
        process.wait(20)
        process.stdout.close()
    sink.go_wrong()
    report = world.run(today)
    for _ in range(5):
        # A relay that was too slow on a busy machine is asked again, as an operator would.
        if not report.of(Outcome.DEFERRED) and not report.of(Outcome.NOT_TRIED):
            break
        report = world.run(today)
    named = {told.box for told in report.of(Outcome.AMBIGUOUS)}
    counts = Counter(box for box, _ in world.arrived())
    assert 1 <= len(named) <= 3, json.dumps(report.counts())
    for box in world.boxes:
        assert counts[box] == 1 or (box in named and counts[box] <= 1)
    world.run(today, ambiguous="repeat")
    assert {box for box, _ in world.arrived()} == set(world.boxes)
