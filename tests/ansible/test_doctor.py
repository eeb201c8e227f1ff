"""The doctor's playbook, as an operator runs it before the first wave."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lab import ExchangeLab
from tests.ansible.conftest import Ran

pytestmark = [pytest.mark.wire, pytest.mark.playbook]


@pytest.fixture
def doctor(ansible: Any, exchange: ExchangeLab, tmp_path: Path) -> Callable[..., Ran]:
    """``doctor("-e", "wave=01")``: run ``playbooks/doctor.yml`` on the test's Exchange."""
    here = ["-e", f"bma_lab_dir={exchange.state_dir}", "-e", f"exchange_uri={exchange.https_uri}"]
    reports = ["-e", f"doctor_reports={tmp_path / 'reports'}"]

    def run(*options: object) -> Ran:
        done = ansible("playbook", "playbooks/doctor.yml", *here, *reports, *options)
        return Ran(done.returncode, done.stdout + done.stderr)

    return run


def written(tmp_path: Path) -> dict[str, Any]:
    return dict(json.loads((tmp_path / "reports/doctor.json").read_text(encoding="utf-8")))


@pytest.mark.parametrize("mode", [[], ["--check"]], ids=["run", "check"])
def test_the_page_is_written_and_the_summary_printed(
    doctor: Callable[..., Ran], exchange: ExchangeLab, tmp_path: Path, mode: list[str]
) -> None:
    ran = doctor("-e", "wave=01", *mode)
    assert ran.status == 0, ran.output
    assert sorted(path.name for path in (tmp_path / "reports").iterdir()) == ["doctor.html", "doctor.json", "doctor.md"]
    told = written(tmp_path)
    assert told["scope"] == {"label": "wave 01", "boxes": 12, "domain": "adm.cfwb.be"}
    assert f"the page: {tmp_path}/reports/doctor.html" in ran.output
    counts = ", ".join(f"{count} {status}" for status, count in told["counts"].items())
    assert f"{exchange.https_uri}: {counts}" in ran.output
    assert "safe number of sessions: 8 (exchange_sessions is 8)" in ran.output
    assert "changed=0" in ran.output
    assert {record["cmdlet"].partition("-")[0] for record in exchange.journal()} == {"Get"}
    assert exchange.counters()["sessions"] == 0


def test_no_page_and_no_output_has_a_password(
    doctor: Callable[..., Ran], exchange: ExchangeLab, tmp_path: Path
) -> None:
    ran = doctor("-vvv")
    texts = [ran.output, *(path.read_text(encoding="utf-8") for path in (tmp_path / "reports").iterdir())]
    assert len(texts) == 4
    for account in ("migration", "audit"):
        assert not [text for text in texts if exchange.account(account).password() in text]
    assert all("migration@" in text for text in texts[1:])


def test_something_bad_fails_only_when_asked(doctor: Callable[..., Ran], tmp_path: Path) -> None:
    # What the policy names has not been made in an empty Exchange.
    assert doctor().status == 0
    assert written(tmp_path)["counts"]["bad"] == 1
    ran = doctor("-e", "doctor_strict=true")
    assert ran.status != 0
    assert "bad: DOC-POLICY-OBJECTS; see the page" in ran.output


def test_an_endpoint_that_is_not_there_fails_with_a_page(doctor: Callable[..., Ran], tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    ran = doctor("-e", f"exchange_uri=https://localhost:{port}/PowerShell")
    assert ran.status != 0
    assert f"nothing could be reached: nothing answers on localhost:{port}" in ran.output
    assert "Traceback" not in ran.output
    assert written(tmp_path)["reached"] is False


def test_a_wrong_password_is_a_page_too(doctor: Callable[..., Ran], exchange: ExchangeLab, tmp_path: Path) -> None:
    ran = doctor("-e", "exchange_password=wrong-horse")
    assert ran.status == 0
    results = {check["id"]: check["result"] for check in written(tmp_path)["checks"]}
    assert (results["DOC-CERTIFICATE"], results["DOC-ACCOUNT"], results["DOC-AUDIT-ACCOUNT"]) == ("good", "bad", "good")


def test_as_the_auditor_nothing_of_the_migration_account_is_looked_up(
    doctor: Callable[..., Ran], exchange: ExchangeLab, tmp_path: Path
) -> None:
    ran = doctor("-e", "doctor_account=audit", "-e", "exchange_password={{ lookup('file', '/nowhere') }}")
    assert ran.status == 0, ran.output
    assert {record["account"] for record in exchange.journal()} == {"audit@lab.example"}


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["-e", "wave=99"], "there is no wave 99; known: 01, 02, 03"),
        (["-e", "doctor_scope=nobody"], "no box fits doctor_scope nobody"),
        (["-e", "doctor_expected_size=much"], "'much' is not a size"),
        (["-e", "exchange_auth=none"], "exchange_auth: 'none' is not one of"),
    ],
)
def test_options_that_cannot_be_are_told_before_anything_is_asked(
    doctor: Callable[..., Ran], exchange: ExchangeLab, options: list[str], told: str
) -> None:
    ran = doctor(*options)
    assert ran.status != 0
    assert told in " ".join(ran.output.split())
    assert "Traceback" not in ran.output
    assert exchange.counters()["http_requests"] == 0


def test_a_scope_is_a_pattern_of_boxes(doctor: Callable[..., Ran], tmp_path: Path) -> None:
    assert doctor("-e", "doctor_scope=ec000004").status == 0
    assert written(tmp_path)["scope"] == {"label": "ec000004", "boxes": 1, "domain": "adm.cfwb.be"}
