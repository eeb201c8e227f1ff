"""The rights that the toolkit gives its accounts are enough for its runs, and for nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bma.errors import BmaError
from bma.exchange.keeper.service import Service
from lab import ExchangeLab
from tests.conftest import ROOT
from tests.integration.exchange.test_reconcile import services

pytestmark = pytest.mark.wire

POLICY: dict[str, Any] = {
    "mailbox": {"role_assignment_policy": "Default Role Assignment Policy", "forwarding_smtp_address": None},
    "sweep_rules": {"found": "remove"},
}


def shipped(name: str) -> Any:
    return YAML(typ="safe").load(Path(ROOT / f"inventory/group_vars/all/{name}.yml"))[f"bma_{name}"]


@pytest.fixture
def granted(exchange: ExchangeLab) -> dict[str, Any]:
    """Both accounts have what the rights give them, and nothing else; the answer of the reader."""
    administrator, auditor = services(exchange)
    rights = shipped("rights")
    rights["migration"]["organizational_unit"] = "lab.example/Users"
    needed = auditor.answer({"operation": "rights", "policy": POLICY, "rights": rights})
    for who in needed["rights"].values():
        for role in who["roles"]:
            settings = {"parent": role["parent"], "entries": role["entries"]}
            _make(administrator, "management_role", role["name"], settings)
        settings = {
            "members": who["accounts"],
            "roles": [role["name"] for role in who["roles"] if role["writes"]],
            "unlimited_roles": [role["name"] for role in who["roles"] if not role["writes"]],
            "organizational_unit": who["organizational_unit"],
        }
        _make(administrator, "role_group", who["role_group"], settings)
    for service in (administrator, auditor):
        service.pool.close()
    for group, member in (("Organization Management", "migration"), ("View-Only Organization Management", "audit")):
        assert not exchange.console(f"Remove-RoleGroupMember '{group}' -Member {member} -Confirm:$false").errors
    exchange.set_knob("rbac", "true")
    return needed


def _make(service: Service, kind: str, name: str, settings: dict[str, Any]) -> None:
    service.answer({"operation": "object", "kind": kind, "name": name, "settings": settings})


def test_both_accounts_can_do_their_work(exchange: ExchangeLab, granted: dict[str, Any]) -> None:
    migration, audit = services(exchange)
    box = {"operation": "box", "address": "ec000001@adm.cfwb.be", "name": "x", "policy": POLICY}
    told: list[str] = []
    for service in (audit, migration):
        service.answer({"operation": "hello", "policy": POLICY}, told.append)
    foreseen = audit.answer(box)
    done = migration.answer(box)
    assert (foreseen["created"], foreseen["unknown"], told) == (True, {}, [])
    assert (done["created"], done["unknown"], done["after"]) == (True, {}, foreseen["after"])
    exchange.console("Set-Mailbox -Identity ec000001 -ForwardingSmtpAddress a@elsewhere.example")
    assert list(migration.answer(box)["after"]["mailbox"]) == ["forwarding_smtp_address"]
    assert audit.answer(box)["changed"] is False
    assert audit.answer({"operation": "forwarding"})["mailboxes"] == []
    for service in (migration, audit):
        service.pool.close()


def test_they_can_do_nothing_else(exchange: ExchangeLab, granted: dict[str, Any]) -> None:
    migration, audit = services(exchange)
    for kind, name, settings in (
        ("remote_domain", "Open", {"domain_name": "open.example"}),
        ("transport_config", None, {"max_send_size": "1 GB"}),
        ("role_group", "Organization Management", {"members": ["migration"]}),
    ):
        outcome: dict[str, Any] = {}
        try:
            outcome = migration.answer({"operation": "object", "kind": kind, "name": name, "settings": settings})
        except BmaError as fault:
            assert "no right to this cmdlet" in str(fault)  # noqa: PT017  an unknown is as good
        assert not outcome.get("changed")
    assert not exchange.console("Get-RemoteDomain").output[1:]
    assert not {cmdlet for cmdlet in _entries(granted, "audit") if not cmdlet.startswith(("Get-", "Test-"))}
    for service in (migration, audit):
        service.pool.close()


def test_what_policy_does_not_manage_is_no_right(exchange: ExchangeLab) -> None:
    administrator, auditor = services(exchange)
    narrow = {**POLICY, "mailbox": {"unmanaged": ["retention_policy", "throttling_policy"]}}
    needed = auditor.answer({"operation": "rights", "policy": narrow, "rights": shipped("rights")})
    parameters = set(_entries(needed, "migration")["Set-Mailbox"])
    assert "ForwardingAddress" in parameters
    assert not {"RetentionPolicy", "ThrottlingPolicy"} & parameters
    for service in (administrator, auditor):
        service.pool.close()


def test_what_no_role_has_is_told_by_name(exchange: ExchangeLab) -> None:
    administrator, auditor = services(exchange)
    rights = {"migration": {**shipped("rights")["migration"], "parents": ["Mail Recipients"]}}
    with pytest.raises(BmaError, match=r"rights of migration: none of Mail Recipients has .*New-Mailbox"):
        auditor.answer({"operation": "rights", "policy": POLICY, "rights": rights})
    rights["migration"]["parents"] = ["No Such Role"]
    with pytest.raises(BmaError, match="No Such Role"):
        auditor.answer({"operation": "rights", "policy": POLICY, "rights": rights})
    for service in (administrator, auditor):
        service.pool.close()


def _entries(needed: dict[str, Any], who: str) -> dict[str, list[str]]:
    return {name: entry for role in needed["rights"][who]["roles"] for name, entry in role["entries"].items()}
