"""Policies by name: objects of the directory, or names that an organization is born with where there are none."""

from __future__ import annotations

import re

from lab.exchange.model.directory import Directory

KINDS = {
    "RoleAssignmentPolicy": "rolepolicy", "ThrottlingPolicy": "throttlingpolicy", "RetentionPolicy": "retentionpolicy",
    "OwaMailboxPolicy": "owapolicy",
}  # fmt: skip
"""Class to the kind of its objects."""
BUILT_IN = {
    "SharingPolicy": ("Default Sharing Policy",),
    "ActiveSyncMailboxPolicy": ("Default",),
    "AddressBookPolicy": (),
}
"""Classes without objects here, to the only names there are of them."""
_FIRST_NAME = re.compile(r"cn=([^,]+),", re.IGNORECASE)


def is_policy_class(name: str) -> bool:
    """Whether a parameter of this name means a policy."""
    return name in KINDS or name in BUILT_IN


def find_policy(model: Directory, policy_class: str, identity: str, dc: str = "") -> str | None:
    """The name of the policy an -Identity value means (name, GUID or distinguished name); None for none."""
    named = _FIRST_NAME.match(identity)
    wanted = (named[1] if named else identity).lower()
    if policy_class in KINDS:
        found = model.scan({KINDS[policy_class]}, dc)
        return next((entry.name for entry in found if wanted in (entry.name.lower(), entry.guid)), None)
    return next((name for name in BUILT_IN[policy_class] if name.lower() == wanted), None)
