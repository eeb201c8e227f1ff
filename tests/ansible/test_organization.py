"""The playbooks of the organisation and of the rights, as operators, pipelines and auditors run them."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from lab import ExchangeLab
from tests.ansible.conftest import Ran
from tests.conftest import ROOT

pytestmark = [pytest.mark.wire, pytest.mark.playbook]

Play = Callable[..., Ran]


@pytest.fixture
def play(ansible: Callable[..., subprocess.CompletedProcess[str]], exchange: ExchangeLab) -> Play:
    """``play("organization", "--check", …)``: run a playbook on the test's Exchange."""

    def run(name: str, *options: object) -> Ran:
        here = ["-e", f"bma_lab_dir={exchange.state_dir}", "-e", f"exchange_uri={exchange.https_uri}"]
        done = ansible("playbook", f"playbooks/{name}.yml", *here, *options)
        return Ran(done.returncode, done.stdout + done.stderr)

    return run


def counts(ran: Ran) -> tuple[int, int, int]:
    """Exit status, changed and failed tasks."""
    recap = re.search(r"(?m)^localhost .* changed=(\d+) .* failed=(\d+) ", ran.output)
    assert recap, ran.output
    return ran.status, int(recap[1]), int(recap[2])


def differences(ran: Ran) -> list[str]:
    return [line for line in ran.output.splitlines() if line.startswith(("+", "-", "--- before"))]


def written(exchange: ExchangeLab) -> list[str]:
    return [line["cmdlet"] for line in exchange.journal() if not line["cmdlet"].startswith("Get-")]


@pytest.mark.parametrize(("name", "tasks"), [("organization", 9), ("rights", 3)])
def test_the_quartet(play: Play, exchange: ExchangeLab, name: str, tasks: int) -> None:
    if name == "rights":
        assert play("organization").status == 0
        exchange.clear_journal()
    exchange.set_knob("refuse_writes", "true")
    foreseen = play(name, "--check", "--diff")
    assert counts(foreseen) == (0, tasks, 0)
    assert not written(exchange)
    assert {line["account"] for line in exchange.journal()} == {"audit@lab.example"}
    exchange.set_knob("refuse_writes", "false")

    done = play(name, "--diff")
    assert counts(done) == (0, tasks, 0)
    assert differences(done) == differences(foreseen)

    exchange.clear_journal()
    for again in (play(name, "--diff"), play(name, "--check", "--diff")):
        assert counts(again) == (0, 0, 0)
        assert not differences(again)
    assert not written(exchange)


def test_automatic_forwarding_is_turned_off_for_every_remote_domain_but_those_allowed(
    play: Play, exchange: ExchangeLab
) -> None:
    play("organization")
    for name in ("Late", "Allowed"):
        exchange.console(f"New-RemoteDomain -Name {name} -DomainName {name}.example")
    allowed = _policy(exchange.state_dir, automatic_forwarding={"allowed_remote_domains": ["Allowed"]})
    foreseen = play("organization", "--check", "--diff", "-e", allowed)
    assert "--- before: remote domain 'Late'" in foreseen.output
    assert "remote domain 'Allowed'" not in foreseen.output
    exchange.clear_journal()
    assert counts(play("organization", "-e", allowed)) == (0, 1, 0)
    assert written(exchange) == ["Set-RemoteDomain"]


def test_once_the_old_server_is_gone_the_domain_is_authoritative_before_the_connector_goes(
    play: Play, exchange: ExchangeLab
) -> None:
    play("organization")
    exchange.clear_journal()
    gone = _policy(exchange.state_dir, phase="decommissioned")
    assert counts(play("organization", "--check", "-e", gone)) == (0, 2, 0)
    assert counts(play("organization", "-e", gone)) == (0, 2, 0)
    assert written(exchange) == ["Set-AcceptedDomain", "Remove-SendConnector"]
    assert counts(play("organization", "-e", gone)) == (0, 0, 0)


def test_what_holders_may_do_by_themselves_is_the_default_without_forwarding(play: Play, exchange: ExchangeLab) -> None:
    play("organization")

    def roles(policy: str) -> set[str]:
        (told,) = exchange.console(f"Get-RoleAssignmentPolicy '{policy}'").output
        return set(told["AssignedRoles"])

    default, ours = roles("Default Role Assignment Policy"), roles("BMA Role Assignment Policy")
    assert ours == default - {"MyBaseOptions"} | {"BMA MyBaseOptions"}
    for cmdlet, parameter in (("Set-Mailbox", "ForwardingSmtpAddress"), ("New-InboxRule", "RedirectTo")):
        (left,) = exchange.console(f"Get-ManagementRoleEntry 'BMA MyBaseOptions\\{cmdlet}'").output
        (parent,) = exchange.console(f"Get-ManagementRoleEntry 'MyBaseOptions\\{cmdlet}'").output
        assert parameter in parent["Parameters"]
        assert parameter not in left["Parameters"]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("organization", "bma_organization:\n  phase: later\n", ":2: bma_organization.phase: 'later' is not one of"),
        ("rights", "bma_rights:\n  audit: {}\n", ":2: bma_rights.audit: missing key: accounts, role_group"),
    ],
)
def test_a_fault_in_the_file_is_told_with_its_line_before_anything_is_done(
    play: Play, exchange: ExchangeLab, tmp_path: Path, name: str, text: str, told: str
) -> None:
    policy = tmp_path / "site.yml"
    policy.write_text(text)
    ran = play(name, "-e", f"{name}_policy_files={policy}")
    assert ran.status != 0
    assert f"{policy}{told}" in ran.output
    assert exchange.counters()["http_requests"] == 0


def test_a_policy_to_clone_that_is_not_there_is_told_by_name(play: Play, exchange: ExchangeLab) -> None:
    said = [{"name": "Ours", "clone_of": "Theirs"}]
    ran = play("organization", "--check", "-e", _policy(exchange.state_dir, role_assignment_policies=said))
    assert ran.status != 0
    assert "Ours is to be a clone of Theirs, which is not there" in " ".join(ran.output.split())


def test_the_site_is_found_without_being_told_where(
    ansible: Callable[..., subprocess.CompletedProcess[str]], exchange: ExchangeLab
) -> None:
    """Implicit localhost has no inventory_dir, by which the shipped inventory tells the lab's passwords."""
    done = ansible("playbook", "playbooks/organization.yml", "--check", "-e", f"exchange_uri={exchange.https_uri}")
    assert "inventory_dir" not in done.stdout + done.stderr


def _policy(folder: Path, **changes: object) -> str:
    """The shipped policy with some sections otherwise, as an option for ``-e``."""
    stated = yaml.safe_load((ROOT / "inventory/group_vars/all/organization.yml").read_text())["bma_organization"]
    path = folder / "other.yml"
    path.write_text(yaml.safe_dump({"bma_organization": stated | changes}))
    return f"@{path}"
