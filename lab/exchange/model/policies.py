"""Policies by name: those an organization is born with, and those that somebody created."""

from __future__ import annotations

from lab.exchange.model.directory import Directory

BUILT_IN = {
    "RoleAssignmentPolicy": ("Default Role Assignment Policy",),
    "ThrottlingPolicy": ("GlobalThrottlingPolicy_*",),
    "RetentionPolicy": ("Default MRM Policy", "ArbitrationMailbox"),
    "SharingPolicy": ("Default Sharing Policy",),
    "OwaMailboxPolicy": ("Default",),
    "ActiveSyncMailboxPolicy": ("Default",),
    "AddressBookPolicy": (),
}
"""Class to the names every organization has; a trailing * stands for the GUID in the name."""


def is_policy_class(name: str) -> bool:
    """Whether a parameter of this name means a policy object."""
    return name in BUILT_IN


def find_policy(model: Directory, policy_class: str, identity: str, dc: str = "") -> str | None:
    """The name of the policy an -Identity value means; None when there is none.

    Policies are objects whose kind is the name of their class, in any case and with or without underscores.
    """
    wanted = identity.lower()
    kinds = {kind for kind in model.kinds() if kind.replace("_", "").lower() == policy_class.lower()}
    for entry in model.scan(kinds, dc):
        if wanted in (entry.name.lower(), entry.guid, str(entry.get("DistinguishedName", "")).lower()):
            return entry.name
    for name in BUILT_IN[policy_class]:
        stem = name.rstrip("*").lower()
        if wanted == name.lower() or (name.endswith("*") and wanted.startswith(stem)):
            return identity if name.endswith("*") else name
    return None
