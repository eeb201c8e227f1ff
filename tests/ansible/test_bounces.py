"""``playbooks/bounces.yml`` and ``playbooks/undelivered.yml``, as an operator runs them."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bma.store import Draft, State, open_ledger
from tests.peers.dovecot import Dovecot, dovecot, missing
from tests.unit.dsn import reports

pytestmark = pytest.mark.playbook

CANARY = "canari-7b1f-mot-de-passe"
ADDRESS = "ec000603@adm.cfwb.be"
Play = Callable[..., subprocess.CompletedProcess[str]]


def draft(box: str) -> Draft:
    """The first mail of the shipped example campaign, to a box of its first wave."""
    one = reports.draft(box)
    identity = one.message_id.replace(f"<{reports.CAMPAIGN}.", "<example.")
    return replace(one, campaign="example", message_id=identity, recipients={"box": f"{box}@adm.cfwb.be"})


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """A ledger in which two boxes have been sent their first mail, and one may have been."""
    path = tmp_path / "ledger.sqlite"
    with open_ledger(path) as opened:
        for box, state in (("ec000603", State.ACCEPTED), ("ec000004", State.ACCEPTED), ("ec000954", State.AMBIGUOUS)):
            one = draft(box)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(reports, "CAMPAIGN", "example")
                reports.put(opened, one, state)
    return path


def state_of(path: Path, box: str) -> State:
    with open_ledger(path, read_only=True) as opened, pytest.MonkeyPatch.context() as patch:
        patch.setattr(reports, "CAMPAIGN", "example")
        return reports.states(opened, box)[0]


@pytest.fixture
def play(ansible: Play, ledger: Path, tmp_path: Path) -> Play:
    def run(playbook: str, *options: object, **said: object) -> subprocess.CompletedProcess[str]:
        known = {"bma_ledger": str(ledger), "bounces_reports": str(tmp_path / "bounces")}
        known |= {"undelivered_reports": str(tmp_path / "undelivered")}
        extra = tmp_path / "said.json"
        extra.write_text(json.dumps(known | said), encoding="utf-8")
        return ansible("playbook", f"playbooks/{playbook}.yml", "-e", f"@{extra}", *options)

    return run


@pytest.fixture(scope="module")
def imap() -> Iterator[Dovecot]:
    why = missing()
    if why:
        pytest.skip(why)
    with dovecot() as running:
        yield running


def bounce(box: str = "ec000603") -> bytes:
    one = draft(box)
    return reports.postfix([reports.recipient(one.recipients["box"])], None, one.message_id)


def test_a_directory_of_reports(play: Play, ledger: Path, tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "1.eml").write_bytes(bounce())
    (folder / "2.eml").write_bytes(b"From: d@example.org\nSubject: {{ lookup('pipe', 'id') }}\n\n?")
    said = {"bounces_sources": {"files": {"directory": str(folder)}}}
    check = play("bounces", "--check", "--diff", **said)
    assert check.returncode == 0, check.stdout + check.stderr
    assert f"-ec000603 announcement.1 to {ADDRESS}: accepted" in check.stdout
    assert f"+ec000603 announcement.1 to {ADDRESS}: bounced: 5.1.1 unknown user" in check.stdout
    assert "changed=1" in check.stdout
    assert (state_of(ledger, "ec000603"), (tmp_path / "bounces").exists()) == (State.ACCEPTED, False)

    done = play("bounces", **said)
    assert done.returncode == 0, done.stdout + done.stderr
    assert state_of(ledger, "ec000603") is State.BOUNCED
    assert "2.eml: letter from d@example.org, “{{ lookup('pipe', 'id') }}”: it is no report" in done.stdout
    assert "uid=" not in done.stdout
    report = json.loads((tmp_path / "bounces/bounces.json").read_text(encoding="utf-8"))
    (source,) = report["sources"]
    assert source["counts"] == {"aside": 1, "moved": 1}
    assert [one["message"] for one in source["said"] if one["fortune"] == "aside"] == ["2.eml"]
    assert (folder / "BMA-Read/1.eml").exists()

    again = play("bounces", **said)
    assert "changed=0" in again.stdout


def test_a_mailbox_and_the_old_server_without_a_trace_of_their_passwords(
    play: Play, ledger: Path, imap: Dovecot, tmp_path: Path
) -> None:
    where = {"host": "localhost", "port": imap.tls, "ca_file": str(imap.ca_file)}
    imap.add("sgne", CANARY)
    imap.add("ec000954", CANARY)
    imap.put("sgne", "1.x", bounce())
    imap.put("ec000954", "1.x", reports.lines(f"Message-ID: {draft('ec000954').message_id}", "", "Bonjour"))
    said = {
        "bounces_sources": {"sgne": where | {"username": "sgne"}},
        "bounces_passwords": {"sgne": CANARY},
        "old_server": where | {"username": "{box}"},
        "old_server_password": CANARY,
    }
    for options in (["--check", "--diff", "-vvvv"], ["-vvvv"], ["-vvvv"]):
        done = play("bounces", *options, **said)
        assert done.returncode == 0, done.stdout + done.stderr
        for told in (CANARY, base64.b64encode(CANARY.encode()).decode()):
            assert told not in done.stdout + done.stderr
    assert state_of(ledger, "ec000603") is State.BOUNCED
    assert state_of(ledger, "ec000954") is State.ACCEPTED
    wrong = play("bounces", "-vvvv", **said | {"bounces_passwords": {"sgne": CANARY[::-1]}})
    assert wrong.returncode != 0
    assert "refuses the account" in wrong.stdout
    assert "Traceback" not in wrong.stdout + wrong.stderr
    assert CANARY[::-1] not in wrong.stdout + wrong.stderr


def test_nothing_to_do_is_refused(play: Play) -> None:
    done = play("bounces")
    assert done.returncode != 0
    assert "Neither bounces_sources nor old_server is set" in done.stdout


def test_who_was_not_reached(play: Play, ledger: Path, tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "1.eml").write_bytes(bounce())
    assert play("bounces", bounces_sources={"files": {"directory": str(folder)}}).returncode == 0
    phones = tmp_path / "phones.csv"
    phones.write_text("box;phone;contact\nec000603;+32 81 12 34 56;Secrétariat\n", encoding="utf-8")
    said = {"day": "2027-01-05", "undelivered_contacts": str(phones)}
    check = play("undelivered", "--check", **said)
    assert check.returncode == 0, check.stdout + check.stderr
    assert not (tmp_path / "undelivered").exists()

    done = play("undelivered", "-v", **said)
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads((tmp_path / "undelivered/undelivered.json").read_text(encoding="utf-8"))
    assert found["causes"]["bounced"] == ["ec000603"]
    assert found["causes"]["ambiguous"] == ["ec000954"]
    assert "ec000004" not in [one["box"] for one in found["boxes"]]
    assert "1 × came back" in done.stdout
    assert "call: +32 81 12 34 56 Secrétariat" in done.stdout
    sheet = (tmp_path / "undelivered/undelivered.csv").read_text(encoding="utf-8-sig")
    assert next(line for line in sheet.splitlines() if line.startswith("ec000603")).split(";")[9] == "0032 81 12 34 56"
    assert "changed=0" in play("undelivered", **said).stdout


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"day": "24 mai"}, "is no day"),
        ({"steps": ["anouncement"]}, "there is no mail anouncement in the campaign; known: announcement"),
        ({"campaign": "faq-2024-spring"}, "the waves in force are those of example"),
        ({"campaign": "nowhere"}, "there is no campaign nowhere"),
        ({"bma_ledger": "mysql://x"}, "a ledger cannot be kept in mysql"),
    ],
)
def test_what_is_wrong_is_told_without_a_traceback(play: Play, said: dict[str, object], why: str) -> None:
    done = play("undelivered", **said)
    assert done.returncode != 0
    assert why in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
