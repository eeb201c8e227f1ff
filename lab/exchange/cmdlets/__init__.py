"""Every cmdlet of the endpoint, by lower-case name."""

from __future__ import annotations

from lab.exchange.cmdlets import (
    adpermissions,
    autoreply,
    cas,
    contacts,
    inboxrules,
    mailbox,
    org_assignments,
    org_connectors,
    org_directory,
    org_domains,
    org_entries,
    org_policies,
    org_protocols,
    org_rolegroups,
    org_rolepolicies,
    org_roles,
    org_rules,
    org_servers,
    org_settings,
    org_throttling,
    permissions,
    provision,
    recipient,
    regional,
    shell,
    statistics,
    sweeprules,
    users,
)
from lab.exchange.cmdlets.base import Cmdlet

_BOXES = (
    mailbox, recipient, provision, regional, cas, autoreply, inboxrules, sweeprules, permissions, adpermissions,
    contacts, users, statistics, shell,
)  # fmt: skip
_ORGANIZATION = (
    org_domains, org_connectors, org_rules, org_settings, org_protocols, org_servers, org_directory,
    org_roles, org_entries, org_assignments, org_rolepolicies, org_rolegroups, org_policies,
    org_throttling,
)  # fmt: skip

CMDLETS: dict[str, Cmdlet] = {one.name.lower(): one for module in (*_BOXES, *_ORGANIZATION) for one in module.CMDLETS}
