"""The command, in processes of its own."""

import contextlib
import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan

pytestmark = pytest.mark.wire


def lab(directory, *words, status=0):
    done = subprocess.run(
        [sys.executable, "-m", "lab", words[0], "--dir", str(directory), *words[1:]],
        capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert done.returncode == status, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture
def up(tmp_path):
    directory = tmp_path / ("deep" * 30) / "state"
    lab(directory, "up", "--https-port", "0", "--http-port", "0")
    yield directory
    lab(directory, "down")


def test_a_whole_day(up, tmp_path):
    endpoint = json.loads((up / "endpoint.json").read_text())
    secrets = [(up / name).read_text().strip() for name in ("migration.password", "audit.password")]
    for name in ("migration.password", "audit.password", "server.pem", "ntlm.users", "control.sock"):
        assert stat.S_IMODE((up / name).stat().st_mode) == 0o600
    process = psutil.Process(endpoint["pid"])
    seen = " ".join(process.cmdline()) + json.dumps(process.environ()) + (up / "endpoint.json").read_text()
    assert not any(secret in seen for secret in secrets)
    assert {c.laddr.ip for c in process.net_connections("tcp")} == {"127.0.0.1"}

    boxes = tmp_path / "boxes.json"
    boxes.write_text(json.dumps([{"name": "ec000004", "address": "ec000004@adm.cfwb.be"}]))
    assert "1 objects" in lab(up, "seed", "--boxes", str(boxes)).stdout
    lab(up, "console", "Set-Mailbox -Identity ec000004 -ProhibitSendQuota 1GB")
    assert "couldn't be found" in lab(up, "console", "Get-Mailbox nobody", status=1).stderr
    assert "ends too early" in lab(up, "console", "Get-Mailbox -Identity (", status=1).stderr

    wsman = WSMan("localhost", port=endpoint["https_port"], username="migration@lab.example", password=secrets[0],
                  path="PowerShell", auth="basic", cert_validation=endpoint["ca_file"])  # fmt: skip
    with wsman, RunspacePool(wsman, configuration_name="Microsoft.Exchange") as pool:
        (box,) = PowerShell(pool).add_cmdlet("Get-Mailbox").invoke()
    assert box.adapted_properties["ProhibitSendQuota"] == "1 GB (1,073,741,824 bytes)"

    assert json.loads(lab(up, "journal", "--verbs", "--json").stdout) == {"Get-Mailbox": 2, "Set-Mailbox": 1}
    records = [json.loads(line) for line in lab(up, "journal", "--json", "--since", "1").stdout.splitlines()]
    assert [(r["account"], r["outcome"]) for r in records] == [
        ("console", "error:ManagementObjectNotFoundException"),
        ("migration@lab.example", "ok"),
    ]
    status = json.loads(lab(up, "status", "--json").stdout)
    assert status["counters"]["sessions_opened"] == 1
    assert status["counters"]["http_requests"] >= 5

    assert lab(up, "knob", "latency", "Get-Mailbox", "20").stdout
    assert json.loads(lab(up, "status", "--json").stdout)["knobs"]["latency_by_cmdlet"] == {"get-mailbox": 20.0}
    assert "no" in lab(up, "knob", "latency", "often", status=1).stderr
    rules = tmp_path / "rules.json"
    rules.write_text('[{"do": "silence"}]')
    assert json.loads(lab(up, "faults", str(rules)).stdout)["do"] == "silence"
    rules.write_text('[{"do": "nothing"}]')
    assert "do must be" in lab(up, "faults", str(rules), status=1).stderr
    assert lab(up, "faults", "--clear").stdout == ""

    plants = tmp_path / "plants.json"
    plants.write_text('[{"box": "ec000004", "inbox_rule": {"forward_to": "x@example.org"}, "outlook_rules": ["a"]}]')
    assert "1 planted" in lab(up, "plant", str(plants)).stdout
    assert json.loads(lab(up, "kept", "ec000004").stdout)["outlook_rules"] == ["a"]
    assert "a box that exists" in lab(up, "kept", "nobody", status=1).stderr
    plants.write_text('[{"box": "ec000004", "weed": 1}]')
    assert "a plant is one of" in lab(up, "plant", str(plants), status=1).stderr

    lab(up, "reset")
    assert lab(up, "journal").stdout == ""
    assert lab(up, "console", "Get-Mailbox").stdout == ""
    assert (up / "migration.password").read_text().strip() == secrets[0]


def test_up_twice_down_twice_and_down_again(up, tmp_path):
    first = lab(up, "status").stdout
    pid = json.loads((up / "endpoint.json").read_text())["pid"]
    assert str(pid) in lab(up, "up").stdout
    assert f"pid      {pid}" in first
    port = str(json.loads((up / "endpoint.json").read_text())["https_port"])
    taken = lab(tmp_path / "other", "up", "--https-port", port, "--http-port", "0", status=1).stderr
    advice = "choose others with --https-port and --http-port"
    assert taken == f"lab: port {port} cannot be used: Address already in use; {advice}\n"
    lab(up, "down")
    assert _ends(pid)
    assert not (up / "endpoint.json").exists()
    lab(up, "down")
    assert "is down" in lab(up, "status", status=3).stderr
    lab(up, "console", "Get-Mailbox", status=3)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_what_was_written_survives_any_end(up, how):
    lab(up, "console", "New-MailContact -Name x -ExternalEmailAddress x@example.org")
    pid = json.loads((up / "endpoint.json").read_text())["pid"]
    os.kill(pid, how)
    deadline = time.monotonic() + 10
    while Path(f"/proc/{pid}").exists() and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    lab(up, "status", status=3)
    lab(up, "up", "--https-port", "0", "--http-port", "0")
    assert "x@example.org" in lab(up, "console", "Get-Recipient x").stdout
    assert len(lab(up, "journal").stdout.splitlines()) == 2


def _ends(pid: int, seconds: float = 10) -> bool:
    """Whether the process is gone, or waits only for its parent to notice, within that time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(psutil.NoSuchProcess):
            if psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
                time.sleep(0.1)
                continue
        return True
    return False
