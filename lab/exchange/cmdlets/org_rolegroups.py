"""Role groups and their members, and what an account may do because of them.

The texts of a member that is already one, or is none, are modelled on Exchange's for distribution groups.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from lab.exchange.cmdlets.base import Call, Cmdlet, CmdletError, cmdlet, limited
from lab.exchange.cmdlets.org_assignments import ASSIGNMENT, assign, assigned, assignee_named, assignments_of, for_users
from lab.exchange.cmdlets.org_base import CHANGE, Noun, refused
from lab.exchange.cmdlets.org_roles import ROLES, entries_of
from lab.exchange.cmdlets.recipient import recipient, user
from lab.exchange.model.directory import MAIL_ENABLED, Directory, Entry
from lab.exchange.model.org import MANAGEMENT, PRESENTATION_BASES, ConfigClass
from lab.exchange.model.org_rbac import merged
from lab.exchange.shapes import Shaped

MEMBERS = ("mailbox", "user", "mailuser", "group", "account")
GROUP = ConfigClass(
    kind="rolegroup",
    types=(f"{MANAGEMENT}.RoleGroup", *PRESENTATION_BASES),
    table=(
        "ManagedBy:MultiValuedProperty L ad:ADObjectId; RoleAssignments L ad:ADObjectId; Roles L ad:ADObjectId; "
        "DisplayName:String S; ExternalDirectoryObjectId S; Members L ad:ADObjectId; SamAccountName:String S; "
        "Description:String S; RoleGroupType S Standard; LinkedGroup S; Capabilities L mv:String; "
        "LinkedPartnerGroupId S; LinkedPartnerOrganizationId S; IsReadOnly B false"
    ),
    schema="Group",
    classes=("top", "group"),
    keys=("SamAccountName",),
)


def _members(model: Directory, group: Entry) -> list[Entry]:
    found = (model.entry(str(guid)) for guid in group.get("MemberGuids", ()))
    return [entry for entry in found if entry is not None]


def _shown(call: Call, group: Entry) -> dict[str, Any]:
    members = [one.name if one.kind == "account" else one.canonical for one in _members(call.model, group)]
    return {"Members": members, **assigned(call.model, group)}


def _check(call: Call, group: Entry | None, changes: dict[str, Any]) -> None:
    if group is not None:
        return
    for name in call.given("Roles", []):
        for_users(ROLES.one(call, name), wanted=False)
    asked = call.given("Members", [])
    changes["MemberGuids"] = [assignee_named(call, one, MEMBERS).guid for one in asked]
    changes.setdefault("SamAccountName", str(call["Name"]))
    changes.setdefault("DisplayName", "")
    if "ManagedBy" not in changes:
        changes["ManagedBy"] = ["Organization Management"]


def _done(call: Call, group: Entry) -> None:
    scope = (
        {"CustomRecipientWriteScope": call["CustomRecipientWriteScope"]} if call["CustomRecipientWriteScope"] else {}
    )
    for role in call.given("Roles", []):
        assign(call, ROLES.one(call, role), group, "RoleGroup", **scope)


def _removing(_call: Call, group: Entry) -> None:
    if group.get("BuiltIn"):
        raise refused(f"The role group '{group.name}' is a built-in role group. It can't be removed.")


def _gone(call: Call, group: Entry) -> None:
    for one in assignments_of(call.model, group):
        call.model.remove(one.guid, call.dc)


GROUPS = Noun(
    "RoleGroup", GROUP, area="RbacTasks",
    get="Filter:String; ReadFromDomainController:SwitchParameter; ResultSize:Unlimited<Int>; "
    "ShowPartnerLinked:SwitchParameter; SortBy:String",
    new="CustomConfigWriteScope:ManagementScopeIdParameter; CustomRecipientWriteScope:ManagementScopeIdParameter; "
    "Description:String; DisplayName:String; ManagedBy:MultiValuedProperty; Members:MultiValuedProperty; "
    "RecipientOrganizationalUnitScope:OrganizationalUnitIdParameter; Roles:RoleIdParameter[]; SamAccountName:String",
    set="BypassSecurityGroupManagerCheck:SwitchParameter; Description:String; DisplayName:String; "
    "ManagedBy:MultiValuedProperty; Name:String", remove="BypassSecurityGroupManagerCheck:SwitchParameter",
    check=_check, done=_done, removing=_removing, gone=_gone, shown=_shown,
)  # fmt: skip


def get_member(call: Call) -> Iterable[Shaped]:
    """Get-RoleGroupMember: recipients as Get-Recipient shows them, accounts as Get-User does."""
    found = _members(call.model, GROUPS.one(call, call["Identity"]))
    return limited(call, (_member(call, one) for one in found))


def _member(call: Call, entry: Entry) -> Shaped:
    if entry.kind in MAIL_ENABLED:
        return recipient(entry, call.model, call.dc)
    return user(replace(entry, kind="user"), call.model, call.dc)


def _write(call: Call, group: Entry, guids: list[str]) -> Iterable[Shaped]:
    if call.should_process(f'Changing the members of role group "{group.name}".'):
        call.model.update(group.guid, {"MemberGuids": guids}, call.dc)
    return ()


def add_member(call: Call) -> Iterable[Shaped]:
    """Add-RoleGroupMember."""
    group = GROUPS.one(call, call["Identity"])
    held, member = list(group.get("MemberGuids", ())), assignee_named(call, call["Member"], MEMBERS)
    if member.guid in held:
        raise CmdletError(
            "MemberAlreadyExistsException",
            f'The recipient "{member.name}" is already a member of the group "{group.name}".',
        )
    return _write(call, group, [*held, member.guid])


def remove_member(call: Call) -> Iterable[Shaped]:
    """Remove-RoleGroupMember."""
    group = GROUPS.one(call, call["Identity"])
    held, member = list(group.get("MemberGuids", ())), assignee_named(call, call["Member"], MEMBERS)
    if member.guid not in held:
        raise CmdletError(
            "MemberNotFoundException", f'The recipient "{member.name}" isn\'t a member of the group "{group.name}".'
        )
    held.remove(member.guid)
    return _write(call, group, held)


def update_member(call: Call) -> Iterable[Shaped]:
    """Update-RoleGroupMember: the whole list, or what a hashtable adds and removes."""
    group, asked = GROUPS.one(call, call["Identity"]), call.given("Members", [])

    def guids(items: Iterable[Any]) -> list[str]:
        return [assignee_named(call, item, MEMBERS).guid for item in items]

    if isinstance(asked, dict):
        gone = set(guids(asked.get("remove", ())))
        kept = [guid for guid in group.get("MemberGuids", ()) if guid not in gone]
        return _write(call, group, list(dict.fromkeys([*kept, *guids(asked.get("add", ()))])))
    return _write(call, group, list(dict.fromkeys(guids(asked))))


def rights(model: Directory, account: str) -> dict[str, set[str]]:
    """The cmdlets (lower-case, with parameters) that the role groups and assignments of an account grant."""
    short = account.lower().partition("@")[0]
    who = next((one for one in model.scan({"account"}) if one.name.lower() == short), None)
    if who is None:
        return {}
    holders = {who.guid} | {one.guid for one in model.scan({GROUP.kind}) if who.guid in one.get("MemberGuids", ())}
    granted = [
        model.entry(str(one.get("RoleGuid")))
        for one in model.scan({ASSIGNMENT.kind})
        if one.get("AssigneeGuid") in holders and one.get("Enabled", True)
        and one.get("RoleAssignmentDelegationType", "Regular") == "Regular"
    ]  # fmt: skip
    return merged(entries_of(role) for role in granted if role is not None)


_GROUP = f"Identity:RoleGroupIdParameter!@1|; {CHANGE}; BypassSecurityGroupManagerCheck:SwitchParameter"


def _member_cmdlets() -> tuple[Cmdlet, ...]:
    one = f"{_GROUP}; Member:SecurityPrincipalIdParameter"
    return (
        cmdlet(
            "Get-RoleGroupMember",
            "Identity:RoleGroupIdParameter!@1|; DomainController:Fqdn; ReadFromDomainController:SwitchParameter; "
            "ResultSize:Unlimited<Int>", get_member, area="RbacTasks",
        ),
        cmdlet("Add-RoleGroupMember", one, add_member, area="RbacTasks"),
        cmdlet("Remove-RoleGroupMember", one, remove_member, area="RbacTasks", confirms=True),
        cmdlet(
            "Update-RoleGroupMember", f"{_GROUP}; Members:MultiValuedProperty", update_member, area="RbacTasks",
            confirms=True,
        ),
    )  # fmt: skip


CMDLETS = (*GROUPS.cmdlets(), *_member_cmdlets())
