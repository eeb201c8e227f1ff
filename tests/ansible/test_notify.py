"""The playbooks of mails, as operators run them."""

from __future__ import annotations

import base64
import json
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
import yaml

from lab.smtp import Rule, SmtpSink

pytestmark = [pytest.mark.wire, pytest.mark.playbook]

Ansible = Callable[..., subprocess.CompletedProcess[str]]
Playbook = Callable[..., "Ran"]

DAY = "2026-12-28"
"""When the pilot of the shipped waves is told its day."""


@dataclass
class Ran:
    status: int
    output: str

    def line(self) -> str:
        """What the report says first."""
        found = re.search(r"(?m)^2\d{3}-\d\d-\d\d[^:]*(?::\d\d)?: (.*)$", self.output)
        return found[1] if found else self.output


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[SmtpSink]:
    with SmtpSink(tmp_path / "lab", login_required=True) as relay:
        yield relay


@pytest.fixture
def playbook(
    ansible: Callable[..., subprocess.CompletedProcess[str]], sink: SmtpSink, tmp_path: Path
) -> Callable[..., Ran]:
    """``playbook("notify", "-e", …)`` on the shipped inventory, with the test's relay and ledger."""
    relay = {
        "host": "localhost", "port": sink.port, "security": "starttls", "ca_file": str(sink.ca_file),
        "username": "mailer@lab.example",
    }  # fmt: skip
    variables = {
        "bma_lab_dir": str(sink.state_dir),
        "bma_ledger": str(tmp_path / "ledger.sqlite"),
        "mail_reports": str(tmp_path / "reports"),
        "preview_folder": str(tmp_path / "preview"),
        "mail_relays": {"sgne": relay, "etnic": relay},
    }
    (tmp_path / "variables.yml").write_text(yaml.safe_dump(variables))

    def run(name: str, *options: object) -> Ran:
        path = name if "/" in name else f"playbooks/{name}.yml"
        done = ansible("playbook", path, "-e", f"@{tmp_path / 'variables.yml'}", *options)
        return Ran(done.returncode, done.stdout + done.stderr)

    return run


def test_check_send_send_check(playbook: Playbook, sink: SmtpSink, tmp_path: Path) -> None:
    predicted = playbook("notify", "-e", f"today={DAY}", "--check", "--diff")
    assert (predicted.status, predicted.line()) == (0, "12 would be sent")
    assert "+Objet\xa0: Votre boîte mail administrative migre le lundi 11\xa0janvier\xa02027" in predicted.output
    assert sink.mails() == []
    assert not (tmp_path / "ledger.sqlite").exists()
    sent = playbook("notify", "-e", f"today={DAY}")
    assert (sent.status, sent.line()) == (0, "12 sent")
    assert len(sink.mails()) == 12
    assert {mail.login for mail in sink.mails()} == {"mailer@lab.example"}
    for again in (playbook("notify", "-e", f"today={DAY}"), playbook("notify", "-e", f"today={DAY}", "--check")):
        assert (again.status, again.line()) == (0, "nothing is due")
        assert "changed=0" in again.output
    assert len(sink.mails()) == 12
    told = json.loads((tmp_path / "reports/mails.json").read_text())
    assert told["steps"]["announcement"]["done"] == 12


def test_a_limit_and_an_hour(playbook: Playbook, sink: SmtpSink) -> None:
    assert playbook("notify", "-e", f"today={DAY}T07:30", "--limit", "ec000004").line() == "nothing is due"
    assert playbook("notify", "-e", f"today={DAY}T08:30", "--limit", "ec000004").line() == "1 sent"
    assert [mail.recipients for mail in sink.mails()] == [["ec000004@adm.cfwb.be"]]


def test_a_refused_recipient_is_named_once_and_the_others_are_sent(playbook: Playbook, sink: SmtpSink) -> None:
    sink.go_wrong(Rule(at="rcpt", do="reply", code=550, text="no such user", match="ec000603@*", times=0))
    ran = playbook("notify", "-e", f"today={DAY}")
    assert ran.status != 0
    assert ran.line() == "11 sent, 1 refused"
    assert "refused: announcement: 550 no such user: 1 × ec000603" in ran.output
    assert "Traceback" not in ran.output


@pytest.mark.parametrize(
    ("option", "told"),
    [
        ("mail_relays={}", "mail_relays: {} should be non-empty"),
        ('{"mail_relays": {"sgne": {"host": "a", "prt": 1}}}', "mail_relays.sgne.prt: unknown key; known: ca_file"),
        ('{"mail_templates": "/nowhere"}', "/nowhere/date-announced.txt.j2: there is no such template"),
        ("today=yesterday", "today: 'yesterday' is no day"),
        ("steps=['nothing']", "there is no mail nothing in the campaign; known: announcement, password"),
        ("bma_ledger=/proc/nowhere/ledger", "the ledger /proc/nowhere/ledger cannot be written"),
        ("campaign=nothing", "there is no campaign nothing; known: circular-2024-autumn"),
        ("mail_timezone=Mars/Base", "mail_timezone: there is no time zone 'Mars/Base'"),
    ],
)
def test_what_is_wrong_is_told_in_one_line_and_nothing_is_sent(
    playbook: Playbook, sink: SmtpSink, option: str, told: str
) -> None:
    option = '{"mail_relays": {}}' if option == "mail_relays={}" else option
    option = '{"steps": ["nothing"]}' if option.startswith("steps") else option
    ran = playbook("notify", "-e", f"today={DAY}", "-e", option)
    assert ran.status != 0
    assert told in " ".join(ran.output.split())
    assert "Traceback" not in ran.output
    assert sink.mails() == []


def test_one_box_by_the_role(playbook: Playbook, sink: SmtpSink, tmp_path: Path) -> None:
    play = tmp_path / "play.yml"
    tasks = [{"ansible.builtin.import_role": {"name": "staged_mail"}, "name": "Tell"}]
    variables = {"staged_mail_steps": ["announcement"], "staged_mail_today": DAY}
    hosts = {"name": "Boxes", "hosts": "ec000004:po000373", "gather_facts": False, "vars": variables, "tasks": tasks}
    play.write_text(yaml.safe_dump([hosts]))
    predicted = playbook(str(play), "--check")
    assert predicted.status == 0
    assert sink.mails() == []
    ran = playbook(str(play))
    assert ran.status == 0
    assert re.search(r"ec000004 .*changed=1", ran.output)
    assert re.search(r"po000373 .*changed=0", ran.output)
    assert [mail.recipients for mail in sink.mails()] == [["ec000004@adm.cfwb.be"]]
    sink.go_wrong(Rule(at="stored"))
    failed = playbook(str(play), "-e", "staged_mail_today=2027-01-04", "--limit", "po000373")
    assert failed.status != 0
    assert "mail announcement ambiguous" in failed.output


def test_a_preview_is_files_and_an_index(playbook: Playbook, tmp_path: Path) -> None:
    ran = playbook("preview", "--limit", "ec000004,po000373")
    assert ran.status == 0
    folder = tmp_path / "preview"
    index = (folder / "index.html").read_text()
    for box in ("ec000004", "po000373"):
        for step in ("announcement", "password", "confirmation", "last", "correction"):
            for kind in ("eml", "html", "txt"):
                assert (folder / box / f"{step}.{kind}").stat().st_size > 500
            assert f"href='{box}/{step}.html'" in index
    assert "WARNING]: ec000004, mail" not in ran.output
    assert not (tmp_path / "ledger.sqlite").exists()
    refused = playbook("preview")
    assert refused.status != 0
    assert "say which boxes" in refused.output


@pytest.mark.parametrize("options", [[], ["--check", "--diff"], ["-e", "mail_relays={sgne: {host: nowhere.invalid}}"]])
def test_the_password_of_a_relay_is_nowhere(
    playbook: Playbook, sink: SmtpSink, tmp_path: Path, options: list[str]
) -> None:
    sink.password_file.write_text("canari+relais/é\n")
    ran = playbook("notify", "-e", f"today={DAY}", "-vvvvv", *options)
    canary = "canari+relais/é"
    wide = base64.b64encode(canary.encode("utf-16-le"))
    forms = [canary.encode(), canary.encode("latin-1"), quote(canary).encode(), json.dumps(canary).encode()[1:-1]]
    forms += [base64.b64encode(canary.encode()).rstrip(b"="), wide.rstrip(b"=")]
    shown = ran.output.encode()
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path != sink.password_file)
    for form in forms:
        assert form not in shown
        assert form not in kept


def test_a_day_that_was_mailed_is_a_promise_to_the_planner(playbook: Playbook, tmp_path: Path) -> None:
    assert playbook("notify", "-e", f"today={DAY}").line() == "12 sent"
    reports = ["-e", f"plan_reports={tmp_path / 'plan'}", "-e", "plan_today=none", "--check", "--diff"]
    ran = playbook("plan", *reports)
    assert ran.status == 0
    # The pilot's boxes, and no others, are remembered as told.
    assert re.search(r"(?m)^01 pilot .* 12$", ran.output)
    assert ran.output.count("+    promised: all") == 1
    moved = playbook("plan", "-e", "campaign_start=2027-03-01", *reports)
    assert moved.status != 0
    assert "was told 2027-01-11" in moved.output
