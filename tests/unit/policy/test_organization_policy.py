"""The policy for the organisation and the rights: what they may say, what the phase decides, how faults are told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bma.errors import BmaError, DocumentError
from bma.policy import load_policy
from bma.policy.names import cloned_roles, reject_named
from bma.policy.organization import (
    AUDIT_PARENTS,
    MIGRATION_PARENTS,
    load_organization,
    load_rights,
    organization_from,
    rights_from,
)
from bma.policy.organization_schema import LISTS, SINGLES
from bma.resources.organization import TABLES
from bma.resources.organization.rules import LONGEST_REASON
from bma.resources.organization.wish import wish

SHIPPED = Path(__file__).parents[3] / "inventory/group_vars/all"


def refused(load: Callable[[Path], Any], tmp_path: Path, text: str) -> str:
    path = tmp_path / "site.yml"
    path.write_text(text)
    with pytest.raises(DocumentError) as caught:
        load(path)
    return str(caught.value).replace(f"{tmp_path}/", "")


def organization(tmp_path: Path, text: str) -> str:
    return refused(load_organization, tmp_path, f"bma_organization:\n{text}")


def test_the_shipped_policy_is_one_and_makes_what_boxes_are_given() -> None:
    told = load_organization(SHIPPED / "organization.yml").told()
    boxes = load_policy(SHIPPED / "policy.yml")
    made = {one["name"] for section in LISTS for one in told[section] if one["state"] == "present"}
    assert {name for _, _, name in boxes.named()} <= made
    throttling = {said["throttling_policy"] for said in load_rights(SHIPPED / "rights.yml").values()}
    assert throttling <= {one["name"] for one in told["throttling_policies"]}


def test_the_shipped_policy_keeps_the_promise_of_no_forwarding() -> None:
    told = load_organization(SHIPPED / "organization.yml").told()
    assert told["allowed_remote_domains"] == []
    (rule,) = told["transport_rules"]
    assert rule["settings"]["message_type"] == "AutoForward"
    assert rule["settings"]["sent_to_scope"] == "NotInOrganization"
    assert "transfert automatique" in rule["settings"]["reject_reason"]
    assert len(rule["settings"]["reject_reason"]) <= LONGEST_REASON
    (role,) = told["management_roles"]
    assert set(role["settings"]["without"]["Set-Mailbox"]) == {
        "ForwardingAddress",
        "ForwardingSmtpAddress",
        "DeliverToMailboxAndForward",
    }
    for cmdlet in ("New-InboxRule", "Set-InboxRule"):
        taken = set(role["settings"]["without"][cmdlet])
        assert taken == {"ForwardTo", "RedirectTo", "ForwardAsAttachmentTo"}
    (policy,) = told["role_assignment_policies"]
    assert policy["replacing"] == {role["settings"]["parent"]: role["name"]}


@pytest.mark.parametrize(
    ("phase", "kind", "address_book", "connector"),
    [("coexistence", "InternalRelay", False, "present"), ("decommissioned", "Authoritative", True, "absent")],
)
def test_the_phase_decides_what_is_shared_with_the_old_server(
    phase: str, kind: str, address_book: bool, connector: str
) -> None:
    said = {
        "phase": phase,
        "accepted_domains": [
            {"name": "a", "domain_name": "a.example", "shared_with_old_server": True},
            {"name": "b", "domain_name": "b.example", "domain_type": "ExternalRelay"},
        ],
        "send_connectors": [
            {"name": "old", "to_old_server": True, "address_spaces": ["a.example"]},
            {"name": "net", "address_spaces": ["*"]},
        ],
    }
    told = organization_from(said)
    shared, other = told.objects("accepted_domains")
    assert shared["settings"]["domain_type"] == kind
    assert shared["settings"]["address_book_enabled"] is address_book
    assert other["settings"]["domain_type"] == "ExternalRelay"
    old, net = told.objects("send_connectors")
    assert (old["state"], net["state"]) == (connector, "present")
    for section in ("accepted_domains", "send_connectors"):
        for one in told.objects(section):
            wish(TABLES[LISTS[section]], one["name"], one["settings"], one["state"])


def test_what_is_left_out_is_not_managed_but_for_forwarding() -> None:
    told = organization_from({}).told()
    assert all(told[section] == [] for section in LISTS)
    assert all(told[section] == {} for section in SINGLES)
    assert (told["phase"], told["allowed_remote_domains"]) == ("coexistence", [])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("  phase: later\n", "site.yml:2: bma_organization.phase: 'later' is not one of 'coexistence'"),
        ("  accepted_domain: []\n", "site.yml:2: bma_organization.accepted_domain: unknown key"),
        (
            "  owa_policies:\n    - rules_enabled: true\n",
            "site.yml:3: bma_organization.owa_policies[0]: missing key",
        ),
        (
            "  send_connectors:\n    - name: x\n      address_spaces: [a b]\n",
            "site.yml:4: bma_organization.send_connectors[0].address_spaces[0]: 'a b' is not understood",
        ),
        (
            "  send_connectors:\n    - name: x\n    - name: X\n",
            "site.yml:4: bma_organization.send_connectors[1].name: 'X' is said twice, first in line 3",
        ),
        (
            "  accepted_domains:\n    - name: x\n      shared_with_old_server: true\n      domain_type: Authoritative",
            "site.yml:5: bma_organization.accepted_domains[0].domain_type: the phase says it",
        ),
        (
            "  role_assignment_policies:\n    - name: x\n      clone_of: y\n      roles: [z]\n",
            "site.yml:5: bma_organization.role_assignment_policies[0].roles: clone_of says them",
        ),
        (
            "  remote_domains:\n    - name: x\n      allowed_oof_type: InternalLegacy\n      is_internal: false\n",
            "site.yml:3: bma_organization.remote_domains[0].name: allowed_oof_type InternalLegacy makes",
        ),
        (
            "  transport_rules:\n    - name: x\n      reject_status: 5.7.2\n",
            "site.yml:4: bma_organization.transport_rules[0].reject_status: '5.7.2' is not understood; allowed: 5.7.1",
        ),
        (
            f"  transport_rules:\n    - name: x\n      reject_reason: {'é' * 257}\n",
            "site.yml:3: bma_organization.transport_rules[0].name: reject_reason: 257 characters are too many",
        ),
        (
            "  remote_domains:\n    - name: x\n      auto_forward_enabled: true\n",
            "site.yml:4: bma_organization.remote_domains[0].auto_forward_enabled: automatic forwarding",
        ),
        (
            "  transport_rules:\n    - name: x\n      priority: 0\n    - name: y\n      priority: 0\n",
            "site.yml:6: bma_organization.transport_rules[1].priority: only one can have it, and line 4",
        ),
        (
            "  imap_settings:\n    max_command_size: 20000\n",
            "site.yml:3: bma_organization.imap_settings.max_command_size: 20000",
        ),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    assert told in organization(tmp_path, text)


def test_rights_have_defaults_and_faults_have_lines(tmp_path: Path) -> None:
    said = rights_from({"audit": {"role_group": "A", "accounts": ["who"]}})
    assert list(said) == ["audit"]
    assert said["audit"]["parents"] == list(AUDIT_PARENTS)
    assert said["audit"]["organizational_unit"] is None
    both = {who: {"role_group": who, "accounts": []} for who in ("migration", "audit")}
    assert rights_from(both)["migration"]["parents"] == list(MIGRATION_PARENTS)
    told = refused(load_rights, tmp_path, "bma_rights:\n  migration:\n    accounts: [x]\n")
    assert told == "site.yml:2: bma_rights.migration: missing key: role_group"


@pytest.mark.parametrize(
    ("rights", "told"),
    [
        ({"migration": {"role_group": "organization management", "accounts": ["a"]}}, "comes with Exchange"),
        (
            {"migration": {"role_group": "G", "accounts": ["a"]}, "audit": {"role_group": "g", "accounts": ["b"]}},
            "audit.role_group: g is the group of migration",
        ),
        (
            {"audit": {"role_group": "G", "accounts": ["b"], "also": {"Set-Mailbox": ["Identity"]}}},
            "audit.also: Set-Mailbox is more than to look",
        ),
    ],
)
def test_rights_that_take_or_give_too_much_are_refused(rights: dict[str, Any], told: str) -> None:
    with pytest.raises(DocumentError, match=told):
        rights_from(rights)


def test_a_new_remote_domain_is_made_without_forwarding_unless_it_is_allowed() -> None:
    stated = organization_from(
        {
            "automatic_forwarding": {"allowed_remote_domains": ["PARTNER"]},
            "remote_domains": [{"name": "Partner", "domain_name": "a.be"}, {"name": "Other", "domain_name": "b.be"}],
        }
    )
    partner, other = stated.objects("remote_domains")
    assert "auto_forward_enabled" not in partner["settings"]
    assert other["settings"]["auto_forward_enabled"] is False


def test_names_mean_the_same_in_any_letters() -> None:
    assert reject_named([{"name": "Partner"}, {"name": "x"}], ["PARTNER"]) == [{"name": "x"}]
    assert cloned_roles(["MyBaseOptions", "Other"], {"mybaseoptions": "Mine"}) == ["Mine", "Other"]
    assert cloned_roles(["Mine", "Other"], {"MyBaseOptions": "Mine"}) == ["Mine", "Other"]
    with pytest.raises(BmaError, match="MyBase cannot be replaced: the policy to clone has MyBaseOptions"):
        cloned_roles(["MyBaseOptions"], {"MyBase": "Mine"})
