"""The wave playbook, as operators, pipelines and auditors run it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from lab import ExchangeLab
from tests.ansible.conftest import Ran, keepers, organized
from tests.conftest import BIN, ROOT

pytestmark = [pytest.mark.wire, pytest.mark.playbook]

Wave = Callable[..., Ran]


def cmdlets(exchange: ExchangeLab) -> set[str]:
    return {line["cmdlet"] for line in exchange.journal()}


def test_the_quartet_check_apply_apply_check(wave: Wave, exchange: ExchangeLab) -> None:
    predicted = wave("--check", "--diff")
    assert (predicted.status, predicted.boxes) == (0, {"created": 12, "changed": 0, "unchanged": 0, "failed": 0})
    assert "+mailbox.prohibit_send_receive_quota: 2 GB" in predicted.output
    assert all(name.startswith("Get-") for name in cmdlets(exchange))
    assert {line["account"] for line in exchange.journal()} == {"audit@lab.example"}

    applied = wave()
    assert (applied.status, applied.boxes) == (0, {"created": 12, "changed": 0, "unchanged": 0, "failed": 0})
    assert exchange.counters()["mailboxes"] == 12

    exchange.clear_journal()
    for again in (wave(), wave("--check")):
        assert (again.status, again.boxes) == (0, {"created": 0, "changed": 0, "unchanged": 12, "failed": 0})
    assert all(name.startswith("Get-") for name in cmdlets(exchange))


def test_drift_is_found_and_repaired_and_nothing_else_is_touched(wave: Wave, exchange: ExchangeLab) -> None:
    wave()
    exchange.console("Set-Mailbox -Identity ec000004 -ForwardingSmtpAddress elsewhere@example.org")
    exchange.clear_journal()
    found = wave("--check", "--diff")
    assert found.boxes == {"created": 0, "changed": 1, "unchanged": 11, "failed": 0}
    assert "-mailbox.forwarding_smtp_address: elsewhere@example.org" in found.output
    assert wave().boxes == {"created": 0, "changed": 1, "unchanged": 11, "failed": 0}
    written = [line for line in exchange.journal() if not line["cmdlet"].startswith("Get-")]
    assert [(line["cmdlet"], set(line["parameters"])) for line in written] == [
        ("Set-Mailbox", {"Identity", "ForwardingSmtpAddress", "DomainController"})
    ]


def test_many_boxes_are_read_in_bulk(wave: Wave, exchange: ExchangeLab) -> None:
    assert wave("--limit=all").boxes == {"created": 82, "changed": 0, "unchanged": 0, "failed": 0}
    exchange.clear_journal()
    assert wave("--limit=all", "--check").boxes["unchanged"] == 82
    searches = [line for line in exchange.journal() if not line["cmdlet"].endswith("Rule")]
    # One a section and what feeds it, the servers and the rights, and a look at the last box of each round of rules.
    assert len(searches) <= 25


def test_check_mode_needs_no_endpoint_that_accepts_writes(wave: Wave, exchange: ExchangeLab) -> None:
    exchange.set_knob("refuse_writes", "true")
    assert wave("--check").boxes["created"] == 12
    assert not [line for line in exchange.journal() if line["outcome"] == "refused"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["-e", "wave=99"], "there is no wave 99; known: 01, 02, 03"),
        (["-e", "wave=01", "--limit=po000373"], "no box of --limit po000373 is in wave 01"),
    ],
)
def test_an_unknown_wave_or_limit_is_said(wave: Wave, options: list[str], told: str) -> None:
    ran = wave(*options)
    assert ran.status != 0
    assert told in ran.output
    assert "Traceback" not in ran.output


def test_a_limit_that_names_nothing_is_said_with_what_is_close(wave: Wave) -> None:
    ran = wave("--limit=EC000004")
    assert ran.status != 0
    told = "--limit EC000004: there is no box or group of that name; close to it: ec000004"
    assert told in " ".join(ran.output.split())


def test_neither_wave_nor_limit_is_refused(
    ansible: Callable[..., subprocess.CompletedProcess[str]], exchange: ExchangeLab
) -> None:
    done = ansible("playbook", "playbooks/wave.yml", "-e", f"bma_lab_dir={exchange.state_dir}")
    assert done.returncode != 0
    assert "say which boxes: -e wave=… (01, 02, 03) or --limit …" in done.stdout + done.stderr
    assert exchange.counters()["http_requests"] == 0


def test_a_policy_error_is_told_with_its_line_before_anything_is_done(
    wave: Wave, exchange: ExchangeLab, tmp_path: Path
) -> None:
    policy = tmp_path / "policy.yml"
    policy.write_text("---\nbma_policy:\n  mailbox:\n    prohibit_send_quota: 2 gigs\n")
    ran = wave("-e", f"bma_policy_files={policy}")
    assert ran.status != 0
    assert f"{policy}:4: bma_policy.mailbox.prohibit_send_quota: '2 gigs' is not understood" in ran.output
    assert exchange.counters()["http_requests"] == 0


def test_a_slip_in_the_yaml_of_a_policy_file_is_told_with_its_line(
    wave: Wave, exchange: ExchangeLab, tmp_path: Path
) -> None:
    inventory = tmp_path / "inventory"
    shutil.copytree(ROOT / "inventory", inventory)
    policy = inventory / "group_vars/all/policy.yml"
    policy.write_text("bma_policy:\n  mailbox:\n    issue_warning_quota: 1 GB\n regional:\n")
    ran = wave("-i", inventory / "fase.yml")
    assert ran.status != 0
    assert f"{policy}:4: not valid YAML" in " ".join(ran.output.split())
    assert exchange.counters()["http_requests"] == 0


def test_the_policy_of_a_group_is_judged_before_anything_is_done(
    wave: Wave, exchange: ExchangeLab, tmp_path: Path
) -> None:
    inventory = tmp_path / "inventory"
    shutil.copytree(ROOT / "inventory", inventory)
    policy = inventory / "group_vars/po/policy.yml"
    policy.parent.mkdir()
    policy.write_text("bma_policy:\n  regionale: {}\n")
    ran = wave("-i", inventory / "fase.yml")
    assert ran.status != 0
    assert f"{policy}:2: bma_policy.regionale: unknown key" in ran.output
    assert exchange.counters()["http_requests"] == 0


def test_a_policy_error_in_a_variable_is_told_as_well(wave: Wave, exchange: ExchangeLab) -> None:
    ran = wave("-e", '{"bma_policy": {"mailbox": {"prohibit_send_quota": "2 gigs"}}}')
    assert ran.status != 0
    assert "bma_policy.mailbox.prohibit_send_quota: '2 gigs' is not understood" in ran.output
    assert exchange.counters()["mailboxes"] == 0


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("exchange_password", "wrong", "Check exchange_username, exchange_password and exchange_auth"),
        ("exchange_uri", "https://localhost:1/PowerShell", "nothing listens on localhost:1"),
        ("exchange_uri", "https://{host}/wsman", "there is no Exchange PowerShell at /wsman"),
        ("exchange_ca_file", "", "the certificate of the endpoint is not trusted"),
        ("exchange_ca_file", "/nowhere.pem", "exchange_ca_file: there is no file /nowhere.pem"),
        ("exchange_auth", "digest", "exchange_auth: 'digest' is not one of"),
    ],
)
def test_why_exchange_cannot_be_reached_is_told_once_in_one_line(
    wave: Wave, exchange: ExchangeLab, variable: str, value: str, told: str
) -> None:
    value = value.replace("{host}", f"localhost:{exchange.https_port}")
    ran = wave("-e", f"{variable}={value}", "-e", "exchange_audit_auth=")
    assert ran.status != 0
    messages = [line for line in ran.output.splitlines() if line.startswith("fatal:")]
    assert len(messages) == 1
    assert told in messages[0]
    assert "Traceback" not in ran.output
    assert exchange.counters()["mailboxes"] == 0


def test_an_address_taken_by_another_object_fails_its_box_alone(wave: Wave, exchange: ExchangeLab) -> None:
    exchange.seed([{"name": "Other", "address": "ec000603@adm.cfwb.be", "kind": "contact"}])
    predicted = wave("--check")
    ran = wave("-e", "wave_max_fail_percentage=50", "-e", "wave_serial=100")
    for outcome in (predicted, ran):
        assert outcome.status != 0
        assert "ec000603@adm.cfwb.be: already an address of MailContact" in outcome.output
    assert ran.boxes == {"created": 11, "changed": 0, "unchanged": 0, "failed": 1}
    assert re.search(r"1 × the box: already an address of MailContact \S+Other.*: ec000603", ran.output)


def test_the_retry_file_has_what_is_left_to_do_and_nothing_else(
    wave: Wave, exchange: ExchangeLab, tmp_path: Path
) -> None:
    retry = tmp_path / "retry/wave.retry"
    exchange.seed([{"name": "Other", "address": "ec000603@adm.cfwb.be", "kind": "contact"}])
    assert wave("--check").status != 0
    assert wave("-e", "exchange_password=wrong").status != 0
    assert not retry.exists()
    stopped = wave()
    assert (stopped.boxes["created"], stopped.boxes["failed"], stopped.boxes["missed"]) == (4, 1, 7)
    assert len(retry.read_text().split()) == 8
    assert f"what is left to do: --limit @{retry}" in stopped.output
    wave(f"--limit=@{retry}", "-e", "wave_serial=100")
    assert retry.read_text().split() == ["ec000603"]
    exchange.console("Remove-MailContact -Identity Other -Confirm:$false")
    exchange.reset()
    organized(exchange)
    assert wave().boxes["created"] == 12
    assert not retry.exists()


def test_an_interrupted_wave_is_summed_up(exchange: ExchangeLab, tmp_path: Path) -> None:
    exchange.set_knob("latency", "New-Mailbox", 1500)
    playbook = _started(exchange, tmp_path, "-e", "exchange_sessions=1")
    deadline = time.monotonic() + 60
    while exchange.counters()["mailboxes"] < 2 and time.monotonic() < deadline:
        time.sleep(0.1)
    playbook.send_signal(signal.SIGINT)
    output, _ = playbook.communicate(timeout=60)
    assert re.search(r"(?m)^\d+ created, .* not reached$", output)
    assert "what is left to do" in output


def _started(exchange: ExchangeLab, tmp_path: Path, *options: str) -> subprocess.Popen[str]:
    organized(exchange)
    here = ["-e", f"bma_lab_dir={exchange.state_dir}", "-e", f"exchange_uri={exchange.https_uri}"]
    return subprocess.Popen(
        [BIN / "ansible-playbook", "playbooks/wave.yml", "-e", "wave=01", *here, *options],
        cwd=ROOT,
        env={
            **os.environ,
            "XDG_RUNTIME_DIR": str(tmp_path),
            "PATH": f"{BIN}:{os.environ['PATH']}",
            "ANSIBLE_RETRY_FILES_SAVE_PATH": str(tmp_path / "retry"),
            "ANSIBLE_NOCOLOR": "1",
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def test_an_auditor_needs_no_other_password(wave: Wave, exchange: ExchangeLab) -> None:
    (exchange.state_dir / "migration.password").rename(exchange.state_dir / "elsewhere")
    assert wave("--check").boxes["created"] == 12
    (exchange.state_dir / "elsewhere").rename(exchange.state_dir / "migration.password")


def test_the_password_of_one_account_never_goes_to_the_other(wave: Wave, exchange: ExchangeLab) -> None:
    ran = wave("--check", "-e", "exchange_audit_password=")
    assert ran.status != 0
    assert "exchange_audit_password: is not set, and negotiate needs one" in ran.output
    assert exchange.counters()["http_requests"] == 0


def test_the_endpoint_dying_in_mid_wave_and_a_second_run(wave: Wave, exchange: ExchangeLab) -> None:
    exchange.faults.add(do="die", match={"cmdlet": "New-Mailbox", "nth": 6}, when="after")
    broken = wave("-e", "wave_serial=100", "-e", "wave_max_fail_percentage=100")
    assert broken.status != 0
    assert broken.boxes["failed"] + broken.boxes.get("missed", 0) + broken.boxes["created"] == 12
    assert broken.boxes["failed"] > 0
    # What a box reads depends on where its request was when the endpoint died.
    assert re.search("nothing listens|session with Exchange broke|no session could be opened", broken.output)
    exchange.faults.clear()
    exchange.restart()
    made = exchange.counters()["mailboxes"]
    assert 0 < made < 12
    finished = wave()
    assert finished.status == 0
    assert finished.boxes["created"] == 12 - made
    created = [line["parameters"]["Name"] for line in exchange.journal() if line["cmdlet"] == "New-Mailbox"]
    assert len(set(created)) == len(created) == 12


def test_a_batch_that_fails_stops_the_wave_and_the_rest_is_named(wave: Wave, exchange: ExchangeLab) -> None:
    rule = {"class": "ADOperationException", "text": "No."}
    exchange.faults.add(do="cmdlet_error", match={"cmdlet": "New-Mailbox"}, times=0, **rule)
    ran = wave()
    assert ran.status != 0
    assert ran.boxes["failed"] == 5
    assert ran.boxes["missed"] == 7
    assert "5 × New-Mailbox: No." in ran.output


def test_nothing_is_left_behind_when_the_playbook_ends(wave: Wave, exchange: ExchangeLab, tmp_path: Path) -> None:
    wave()
    assert keepers(tmp_path) == set()
    assert exchange.counters()["sessions"] == 0
    assert list((tmp_path / f"bma-{os.getuid()}").iterdir()) == []


def test_nothing_is_left_behind_when_the_playbook_is_killed(exchange: ExchangeLab, tmp_path: Path) -> None:
    exchange.set_knob("latency", "New-Mailbox", 3000)
    playbook = _started(exchange, tmp_path)
    deadline = time.monotonic() + 60
    while exchange.counters()["sessions"] < 2 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert keepers(tmp_path)
    os.kill(playbook.pid, signal.SIGKILL)
    playbook.wait()
    _gone(tmp_path, exchange)


def _gone(runtime: Path, exchange: ExchangeLab) -> None:
    deadline = time.monotonic() + 45
    while time.monotonic() < deadline:
        if not keepers(runtime) and exchange.counters()["sessions"] == 0:
            return
        time.sleep(0.1)
    raise AssertionError(f"left: {keepers(runtime)}, sessions at the endpoint: {exchange.counters()['sessions']}")


def test_no_password_is_shown_at_any_verbosity(
    wave: Wave, exchange: ExchangeLab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = [exchange.account(name).password() for name in ("migration", "audit")]
    log = tmp_path / "ansible.log"
    monkeypatch.setenv("ANSIBLE_LOG_PATH", str(log))
    outputs = [
        wave("--check", "--diff", "-vvvvv").output,
        wave("-vvvvv", "-e", "wave_serial=100").output,
        wave("-vvvvv", "-e", "exchange_uri=https://localhost:1/PowerShell").output,
    ]
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and "lab" not in path.parts]
    for secret in secrets:
        assert not any(secret in output for output in outputs)
        assert not any(secret.encode() in content for content in files)
    assert b"ec000004" in log.read_bytes()


def test_a_name_that_looks_like_a_template_stays_text(wave: Wave, exchange: ExchangeLab) -> None:
    names = subprocess.run(
        ["grep", "-rhoE", r"[^;]*\{\{[^;]*", "inventory/referential"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "{{" in names
    assert wave("--limit=all").status == 0
    shown = [box["DisplayName"] for box in exchange.console("Get-Mailbox -ResultSize Unlimited").output]
    assert any("{{" in name for name in shown)


EXPORT = ROOT.parent / "shared/data/fase/signaletique-fase-2023-10.csv"


@pytest.mark.slow
@pytest.mark.real_data
@pytest.mark.skipif(not EXPORT.is_file(), reason="the real referential is not beside this checkout")
def test_all_boxes_of_the_real_referential(wave: Wave, exchange: ExchangeLab, tmp_path: Path) -> None:
    inventory = tmp_path / "inventory"
    inventory.mkdir()
    (inventory / "fase.yml").write_text(f"plugin: fase\nreferential: {EXPORT}\n")
    (inventory / "group_vars").symlink_to(ROOT / "inventory/group_vars")
    ran = wave("-i", inventory / "fase.yml", "--limit=all", timeout=1800)
    assert (ran.status, ran.boxes) == (0, {"created": 4064, "changed": 0, "unchanged": 0, "failed": 0})
    assert exchange.counters()["mailboxes"] == 4064
    verbs = [line["cmdlet"] for line in exchange.journal()]
    assert {name: verbs.count(name) for name in ("New-Mailbox", "Set-Mailbox")} == {
        "New-Mailbox": 4064,
        "Set-Mailbox": 4064,
    }
    # Rules are read box by box when all is read back; a look at the last box of each round shows that it was whole.
    searches = [
        line
        for line in exchange.journal()
        if line["cmdlet"].startswith("Get-")
        and not line["cmdlet"].endswith("Rule")
        and "Identity" not in line["parameters"]
    ]
    assert len(searches) < 40


def test_an_organisation_that_is_not_ready_is_told_before_any_box(wave: Wave, exchange: ExchangeLab) -> None:
    exchange.reset()
    for ran in (wave("--check"), wave()):
        assert ran.status != 0
        assert "mailbox.role_assignment_policy is 'BMA Role Assignment Policy'" in ran.output
        assert "Run playbooks/organization.yml first" in ran.output
    assert exchange.counters()["mailboxes"] == 0


def test_rights_that_are_missing_are_told_by_name_before_any_box(wave: Wave, exchange: ExchangeLab) -> None:
    exchange.set_knob("deny", "migration", "Set-CASMailbox")
    exchange.set_knob("deny", "migration", "Set-Mailbox", "RoleAssignmentPolicy")
    exchange.set_knob("deny", "migration", "Get-SweepRule")
    ran = wave()
    assert ran.status != 0
    assert "no right to Set-CASMailbox, Set-Mailbox -RoleAssignmentPolicy" in ran.output
    assert "no right to Get-SweepRule: what it would tell is unknown" in ran.output
    assert exchange.counters()["mailboxes"] == 0


def test_a_planted_rule_is_found_told_and_closed(wave: Wave, exchange: ExchangeLab) -> None:
    assert wave("--limit=ec000004").boxes["created"] == 1
    exchange.console("New-InboxRule -Mailbox ec000004 -Name Renvoi -ForwardTo ecole@example.org -Force")
    found = wave("--limit=ec000004", "--check", "--diff")
    assert found.boxes["changed"] == 1
    assert "-inbox_rules.Renvoi: sends to ecole@example.org" in found.output
    assert "deletes the rules that Outlook keeps" in " ".join(found.output.split())
    assert wave("--limit=ec000004").boxes["changed"] == 1
    assert wave("--limit=ec000004", "--check").boxes["unchanged"] == 1
