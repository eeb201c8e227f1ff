"""Role assignment policies: the roles that users have over their own mailboxes.

Parameters are documented, and that neither the default policy nor one in use can be removed; the objects' wire
form and the texts of these errors are modelled.
"""

from __future__ import annotations

from typing import Any

from lab.exchange.cmdlets.base import Call
from lab.exchange.cmdlets.org_assignments import assign, assigned, assignments_of, for_users
from lab.exchange.cmdlets.org_base import Noun, refused
from lab.exchange.cmdlets.org_roles import ROLES
from lab.exchange.model.directory import Entry
from lab.exchange.model.org import CONFIGURATION, CONFIGURATION_BASES, ConfigClass
from lab.exchange.model.org_rbac import DEFAULT_POLICY

POLICY = ConfigClass(
    kind="rolepolicy",
    types=(f"{CONFIGURATION}.RoleAssignmentPolicy", f"{CONFIGURATION}.MailboxPolicy", *CONFIGURATION_BASES),
    table=(
        "IsDefault:SwitchParameter B false; Description:String S; RoleAssignments L ad:ADObjectId; "
        "AssignedRoles L ad:ADObjectId"
    ),
    container="CN=Policies,CN=RBAC",
    schema="ms-Exch-RBAC-Policy",
    classes=("top", "msExchRecipientTemplate", "msExchRBACPolicy"),
)


def _check_policy(call: Call, entry: Entry | None, changes: dict[str, Any]) -> None:
    if entry is not None and changes.get("IsDefault") is False and POLICY.current(entry, "IsDefault"):
        raise refused("The default role assignment policy can't be unset. Make another policy the default instead.")
    for name in call.given("Roles", []):
        for_users(ROLES.one(call, name), wanted=True)


def _policy_done(call: Call, entry: Entry) -> None:
    for name in call.given("Roles", []):
        assign(call, ROLES.one(call, name), entry, "RoleAssignmentPolicy")
    if entry.get("IsDefault"):
        for other in call.model.scan({POLICY.kind}):
            if other.guid != entry.guid and other.get("IsDefault"):
                call.model.update(other.guid, {"IsDefault": False}, call.dc)


def _policy_removing(call: Call, entry: Entry) -> None:
    if entry.get("IsDefault"):
        raise refused(f"The role assignment policy '{entry.name}' is the default one. It can't be removed.")
    boxes = (
        box for box in call.model.scan({"mailbox"}) if box.get("RoleAssignmentPolicy", DEFAULT_POLICY) == entry.name
    )
    if next(boxes, None) is not None:
        raise refused(
            f"The role assignment policy '{entry.name}' can't be removed because it is assigned to mailboxes."
        )
    if assignments_of(call.model, entry):
        raise refused(
            f"The role assignment policy '{entry.name}' can't be removed because management roles are assigned to it. "
            "Remove their role assignments first."
        )


def _policy_shown(call: Call, entry: Entry) -> dict[str, Any]:
    held = assigned(call.model, entry)
    return {"RoleAssignments": held["RoleAssignments"], "AssignedRoles": held["Roles"]}


POLICIES = Noun(
    "RoleAssignmentPolicy", POLICY, id_type="MailboxPolicyIdParameter", area="RbacTasks", get="",
    new="Description:String; IsDefault:SwitchParameter; Roles:RoleIdParameter[]",
    set="Description:String; IsDefault:SwitchParameter; Name:String", remove="", check=_check_policy,
    done=_policy_done, removing=_policy_removing, shown=_policy_shown,
)  # fmt: skip
CMDLETS = POLICIES.cmdlets()
