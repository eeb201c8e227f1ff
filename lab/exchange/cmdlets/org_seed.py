"""What an organization has after its installation: the objects that nobody created.

Each kind is seeded once, and which ones were is remembered, so that a state of an older lab gets what is new
and an object that was removed stays away.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from lab.exchange.cmdlets.org_throttling import GLOBAL, ROWS
from lab.exchange.model.directory import AD_DOMAIN, Directory, Entry
from lab.exchange.model.org_rbac import ADMINISTRATIVE, DEFAULT_POLICY, DEFAULT_POLICY_ROLES, OF_USERS, ROLE_GROUPS

Seed = tuple[str, Mapping[str, Any]]
SERVER = "EX01"


def _remote_domains(_model: Directory) -> Iterable[Seed]:
    yield "remotedomain", {
        "Name": "Default", "DomainName": "*", "AutoForwardEnabled": False, "AutoReplyEnabled": False,
        "CharacterSet": "iso-8859-1", "NonMimeCharacterSet": "iso-8859-1", "BuiltIn": True,
    }  # fmt: skip


def _settings(_model: Directory) -> Iterable[Seed]:
    yield "transportconfig", {"Name": "Transport Settings"}


def _protocols(model: Directory) -> Iterable[Seed]:
    for server in model.scan({"server"}):
        for kind in ("imapsettings", "popsettings"):
            yield kind, {"Name": "1", "Server": server.name}


def _directories(model: Directory) -> Iterable[Seed]:
    for server in model.scan({"server"}):
        yield "powershellvdir", {"Name": "PowerShell (Default Web Site)", "Server": server.name}


def _receive_connectors(model: Directory) -> Iterable[Seed]:
    kinds = (
        ("Default", 2525, "HubTransport"), ("Client Proxy", 465, "HubTransport"),
        ("Default Frontend", 25, "FrontendTransport"), ("Outbound Proxy Frontend", 717, "FrontendTransport"),
        ("Client Frontend", 587, "FrontendTransport"),
    )  # fmt: skip
    for server in model.scan({"server"}):
        for name, port, role in kinds:
            yield "receiveconnector", {
                "Name": f"{name} {server.name}", "Server": server.name, "TransportRole": role,
                "Bindings": [f"[::]:{port}", f"0.0.0.0:{port}"], "RemoteIPRanges": ["::-ffff:ffff:ffff:ffff:ffff:"
                "ffff:ffff:ffff", "0.0.0.0-255.255.255.255"], "Fqdn": f"{server.name}.{AD_DOMAIN}",
            }  # fmt: skip


def _joined(name: str) -> str:
    """`Remote and Accepted Domains` as the type RemoteAndAcceptedDomains."""
    words = name.replace("-", " ").split()
    return "".join(word[:1].upper() + word[1:] for word in words)


def _roles(_model: Directory) -> Iterable[Seed]:
    for name in (*ADMINISTRATIVE, *OF_USERS):
        yield "role", {
            "Name": name, "RoleType": _joined(name), "BuiltIn": True,
            "IsRootRole": True, "IsEndUserRole": name in OF_USERS,
        }  # fmt: skip


def _groups(_model: Directory) -> Iterable[Seed]:
    for name in ROLE_GROUPS:
        yield "rolegroup", {"Name": name, "SamAccountName": name, "BuiltIn": True, "MemberGuids": []}
    yield "rolepolicy", {"Name": DEFAULT_POLICY, "IsDefault": True}


def _assignments(model: Directory) -> Iterable[Seed]:
    roles = {one.name: one.guid for one in model.scan({"role"})}
    for holder in model.scan({"rolegroup", "rolepolicy"}):
        policy = holder.kind == "rolepolicy"
        for role in DEFAULT_POLICY_ROLES if policy else ROLE_GROUPS[holder.name]:
            yield "roleassignment", {
                "Name": f"{role}-{holder.name}"[:64], "RoleGuid": roles[role], "AssigneeGuid": holder.guid,
                "RoleAssigneeType": "RoleAssignmentPolicy" if policy else "RoleGroup",
            }  # fmt: skip


def _policies(model: Directory) -> Iterable[Seed]:
    domain = next((one.get("DomainName") for one in model.scan({"domain"}) if one.get("Default")), AD_DOMAIN)
    yield "addresspolicy", {
        "Name": "Default Policy", "BuiltIn": True, "IncludedRecipients": "AllRecipients", "Priority": "Lowest",
        "RecipientFilter": "Alias -ne $null", "EnabledPrimarySMTPAddressTemplate": f"@{domain}",
        "EnabledEmailAddressTemplates": [f"SMTP:@{domain}"],
    }  # fmt: skip
    yield "owapolicy", {"Name": "Default"}
    yield "retentionpolicy", {"Name": "Default MRM Policy", "IsDefault": True}
    yield "throttlingpolicy", {
        "Name": f"GlobalThrottlingPolicy_{uuid.uuid4()}", "ThrottlingPolicyScope": "Global",
        **dict.fromkeys(ROWS, "Unlimited"), **GLOBAL,
    }  # fmt: skip


SEEDS: dict[str, Callable[[Directory], Iterable[Seed]]] = {
    "remote domains": _remote_domains,
    "settings": _settings,
    "protocols": _protocols,
    "virtual directories": _directories,
    "receive connectors": _receive_connectors,
    "policies": _policies,
    "roles": _roles,
    "role groups": _groups,
    "role assignments": _assignments,
}


def seed_organization(model: Directory) -> None:
    """Create what is missing of what every organization has."""
    organization: Entry = model.scan({"organization"})[0]
    done = list(organization.get("Seeded", ()))
    missing = [name for name in SEEDS if name not in done]
    for name in missing:
        for kind, attributes in SEEDS[name](model):
            model.create(kind, attributes)
    if missing:
        model.update(organization.guid, {"Seeded": [*done, *missing]})


_GROUPS = {"full": "Organization Management", "view": "View-Only Organization Management"}


def seed_accounts(model: Directory, accounts: Iterable[tuple[str, str]]) -> None:
    """Put the endpoint's accounts (UPN and role) into the role groups that fit what they may do; each once."""
    known = {one.get("UserPrincipalName") for one in model.scan({"account"})}
    groups = {one.name: one for one in model.scan({"rolegroup"})}
    for upn, role in accounts:
        if upn in known:
            continue
        name = upn.partition("@")[0]
        entry = model.create("account", {"Name": name, "SamAccountName": name, "UserPrincipalName": upn})
        if role in _GROUPS:
            group = groups[_GROUPS[role]]
            members = [*(model.entry(group.guid) or group).get("MemberGuids", ()), entry.guid]
            model.update(group.guid, {"MemberGuids": members})
