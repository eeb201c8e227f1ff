"""Who has which role: role assignments, and the management scopes they name.

Parameters are documented; the objects' wire form and the texts of the errors are modelled.
Scopes are kept and shown; they narrow nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lab.exchange.cmdlets.base import Call, not_found
from lab.exchange.cmdlets.org_base import Noun, refused
from lab.exchange.cmdlets.org_roles import ROLES
from lab.exchange.model.directory import Directory, Entry
from lab.exchange.model.org import CONFIGURATION, CONFIGURATION_BASES, ConfigClass

SCOPE = ConfigClass(
    kind="scope",
    types=(f"{CONFIGURATION}.ManagementScope", *CONFIGURATION_BASES),
    table=(
        "RecipientRoot:OrganizationalUnitIdParameter N; RecipientFilter S; ServerFilter S; DatabaseFilter S; "
        "TenantOrganizationFilter S; ScopeRestrictionType S RecipientScope; Exclusive:SwitchParameter B false; "
        "ServerList:ServerIdParameter[] L ad:ADObjectId; DatabaseList:DatabaseIdParameter[] L ad:ADObjectId"
    ),
    container="CN=Scopes,CN=RBAC",
    schema="ms-Exch-Scope",
    classes=("top", "msExchScope"),
    renamed={
        "RecipientRestrictionFilter": "RecipientFilter", "ServerRestrictionFilter": "ServerFilter",
        "DatabaseRestrictionFilter": "DatabaseFilter",
    },
)  # fmt: skip
_SCOPED = (
    "CustomRecipientWriteScope:ManagementScopeIdParameter N; CustomConfigWriteScope:ManagementScopeIdParameter N; "
    "ExclusiveRecipientWriteScope:ManagementScopeIdParameter N; "
    "ExclusiveConfigWriteScope:ManagementScopeIdParameter N; "
    "RecipientOrganizationalUnitScope:OrganizationalUnitIdParameter N"
)
ASSIGNMENT = ConfigClass(
    kind="roleassignment",
    types=(f"{CONFIGURATION}.ExchangeRoleAssignmentPresentation", *CONFIGURATION_BASES),
    table=(
        "DataObject N; User S; AssignmentMethod S Direct; EffectiveUserName S All Group Members; AssignmentChain S; "
        "RoleAssigneeType S; RoleAssignee S; Role S; RoleAssignmentDelegationType S Regular; "
        f"{_SCOPED}; RecipientReadScope S Organization; ConfigReadScope S OrganizationConfig; "
        "RecipientWriteScope S Organization; ConfigWriteScope S OrganizationConfig; Enabled:Boolean B true; "
        "RoleAssigneeName S; IsValid B true; ExchangeVersion S 0.11 (14.0.550.0); Name S; DistinguishedName S; "
        "Identity S; Guid G; ObjectCategory S; ObjectClass L mv:String; WhenChanged DT; WhenCreated DT; "
        "WhenChangedUTC DT; WhenCreatedUTC DT; OrganizationId S; Id S; OriginatingServer S; ObjectState S Unchanged"
    ),
    container="CN=Role Assignments,CN=RBAC",
    schema="ms-Exch-Role-Assignment",
    classes=("top", "msExchRoleAssignment"),
    renamed={"RecipientRelativeWriteScope": "RecipientWriteScope"},
)


def assignments_of(model: Directory, assignee: Entry) -> list[Entry]:
    """The role assignments of a policy, a group or a user."""
    return [one for one in model.scan({ASSIGNMENT.kind}) if one.get("AssigneeGuid") == assignee.guid]


def assigned(model: Directory, assignee: Entry) -> dict[str, list[str]]:
    """The properties that list what an assignee has."""
    held = assignments_of(model, assignee)
    roles = (model.entry(str(one.get("RoleGuid"))) for one in held)
    return {"RoleAssignments": [one.name for one in held], "Roles": [role.name for role in roles if role]}


def assign(call: Call, role: Entry, assignee: Entry, kind: str, **more: Any) -> Entry:
    """Give a role to somebody under the name that Exchange would choose."""
    name, number = f"{role.name}-{assignee.name}"[:60], 0
    taken = {one.name.lower() for one in call.model.scan({ASSIGNMENT.kind})}
    while name.lower() in taken:
        number += 1
        name = f"{role.name}-{assignee.name}"[:60] + f"-{number}"
    attributes = {"Name": name, "RoleGuid": role.guid, "AssigneeGuid": assignee.guid, "RoleAssigneeType": kind, **more}
    return call.model.create(ASSIGNMENT.kind, attributes, call.dc)


def for_users(role: Entry, *, wanted: bool) -> None:
    """CmdletError when a role of users goes to administrators, or the other way round."""
    if bool(role.get("IsEndUserRole")) != wanted:
        raise refused(
            f"The management role '{role.name}' is {'not ' if wanted else ''}an end-user role. Only end-user roles can "
            "be assigned to role assignment policies, and they can be assigned to nothing else."
        )


def assignee_named(call: Call, identity: object, kinds: Iterable[str]) -> Entry:
    """A group, user, policy or account of the endpoint by any of its names; CmdletError when there is none."""
    wanted = str(identity).lower().rpartition("\\")[2]
    for entry in call.model.scan(set(kinds) & {"rolegroup", "rolepolicy", "account"}, call.dc):
        names = (entry.name, entry.guid, entry.get("UserPrincipalName"), entry.get("SamAccountName"))
        if wanted in (str(name).lower() for name in names if name):
            return entry
    found = call.find(str(identity), set(kinds) & {"mailbox", "user", "group", "mailuser"})
    if len(found) != 1:
        raise not_found(str(identity), call.dc)
    return found[0]


_ASSIGNEES = (
    ("Policy", ("rolepolicy",), "RoleAssignmentPolicy"), ("SecurityGroup", ("rolegroup", "group"), "RoleGroup"),
    ("User", ("mailbox", "user", "account"), "User"), ("Computer", ("user",), "Computer"),
)  # fmt: skip


def _check_assignment(call: Call, entry: Entry | None, changes: dict[str, Any]) -> None:
    for name in ("CustomRecipientWriteScope", "CustomConfigWriteScope"):
        if changes.get(name):
            changes[name] = SCOPES.one(call, changes[name]).name
            changes[name.replace("Custom", "")] = "CustomRecipientScope" if "Recipient" in name else "CustomConfigScope"
    if changes.get("RecipientOrganizationalUnitScope"):
        changes["RecipientWriteScope"] = "OU"
    if entry is not None:
        return
    parameter, kinds, kind = next(one for one in _ASSIGNEES if call[one[0]])
    role = ROLES.one(call, call["Role"])
    assignee = assignee_named(call, call[parameter], kinds)
    for_users(role, wanted=parameter == "Policy")
    if assignee.kind == "group":
        kind = "SecurityGroup"
    changes |= {"RoleGuid": role.guid, "AssigneeGuid": assignee.guid, "RoleAssigneeType": kind}
    if call["Delegating"]:
        changes["RoleAssignmentDelegationType"] = "DelegatingOrgWide"
    changes["Name"] = call["Name"] or f"{role.name}-{assignee.name}"[:64]


def _assignment_shown(call: Call, entry: Entry) -> dict[str, Any]:
    role, assignee = (call.model.entry(str(entry.get(name))) for name in ("RoleGuid", "AssigneeGuid"))
    name = assignee.name if assignee else ""
    user = entry.get("RoleAssigneeType") == "User"
    return {
        "Role": role.name if role else "", "RoleAssignee": name, "RoleAssigneeName": name, "User": name,
        "EffectiveUserName": name if user else "All Policy Assignees" if assignee and assignee.kind == "rolepolicy"
        else "All Group Members",
    }  # fmt: skip


def _assignment_narrow(call: Call, entries: list[Entry]) -> list[Entry]:
    if call["Role"]:
        role = ROLES.one(call, call["Role"]).guid
        entries = [one for one in entries if one.get("RoleGuid") == role]
    if call["RoleAssignee"]:
        kinds = ("rolepolicy", "rolegroup", "group", "mailbox", "user", "account")
        assignee = assignee_named(call, call["RoleAssignee"], kinds)
        groups = {one.guid for one in call.model.scan({"rolegroup"}) if assignee.guid in one.get("MemberGuids", ())}
        entries = [one for one in entries if one.get("AssigneeGuid") in {assignee.guid, *groups}]
    for name in ("RoleAssigneeType", "CustomRecipientWriteScope", "CustomConfigWriteScope"):
        if call[name]:
            entries = [one for one in entries if str(one.get(name)).lower() == str(call[name]).lower()]
    for name, current in (("Enabled", True),):
        if call[name] is not None:
            entries = [one for one in entries if bool(one.get(name, current)) == call[name]]
    if call["Delegating"] is not None:
        entries = [
            one for one in entries
            if (one.get("RoleAssignmentDelegationType", "Regular") != "Regular") == call["Delegating"]
        ]  # fmt: skip
    return entries


# -- scopes


def _check_scope(_call: Call, entry: Entry | None, changes: dict[str, Any]) -> None:
    kind = "RecipientScope"
    if changes.get("ServerFilter") or changes.get("ServerList"):
        kind = "ServerScope"
    elif changes.get("DatabaseFilter") or changes.get("DatabaseList"):
        kind = "DatabaseScope"
    if entry is None:
        changes["ScopeRestrictionType"] = kind


def _scope_removing(call: Call, entry: Entry) -> None:
    for one in call.model.scan({ASSIGNMENT.kind}):
        if entry.name in (one.get("CustomRecipientWriteScope"), one.get("CustomConfigWriteScope")):
            raise refused(f"The management scope '{entry.name}' is used by the role assignment '{one.name}'.")


_EVERY = "{Computer,Policy,SecurityGroup,User}"
ASSIGNMENTS = Noun(
    "ManagementRoleAssignment", ASSIGNMENT, id_type="RoleAssignmentIdParameter", area="RbacTasks",
    get="CustomConfigWriteScope:ManagementScopeIdParameter; CustomRecipientWriteScope:ManagementScopeIdParameter; "
    "Delegating:Boolean; Enabled:Boolean; GetEffectiveUsers:SwitchParameter; Role:RoleIdParameter; "
    "RoleAssignee:RoleAssigneeIdParameter; RoleAssigneeType:RoleAssigneeType",
    set="CustomConfigWriteScope:ManagementScopeIdParameter; CustomRecipientWriteScope:ManagementScopeIdParameter; "
    "Enabled:Boolean; ExclusiveConfigWriteScope:ManagementScopeIdParameter; "
    "ExclusiveRecipientWriteScope:ManagementScopeIdParameter; "
    "RecipientOrganizationalUnitScope:OrganizationalUnitIdParameter; "
    "RecipientRelativeWriteScope:RecipientWriteScopeType",
    new="Computer:ComputerIdParameter!{Computer}; Policy:MailboxPolicyIdParameter!{Policy}; Role:RoleIdParameter!; "
    "SecurityGroup:SecurityGroupIdParameter!{SecurityGroup}; User:UserIdParameter!{User}; "
    f"CustomConfigWriteScope:ManagementScopeIdParameter{_EVERY}; Delegating:SwitchParameter{{SecurityGroup,User}}; "
    f"CustomRecipientWriteScope:ManagementScopeIdParameter{_EVERY}; "
    f"RecipientOrganizationalUnitScope:OrganizationalUnitIdParameter{_EVERY}; "
    f"RecipientRelativeWriteScope:RecipientWriteScopeType{_EVERY}",
    remove="", sets={"New": ("SecurityGroup", "Policy", "User", "Computer")}, check=_check_assignment,
    shown=_assignment_shown, narrow=_assignment_narrow, named=False,
)  # fmt: skip
SCOPES = Noun(
    "ManagementScope", SCOPE, area="RbacTasks", get="Exclusive:Boolean; Orphan:SwitchParameter", remove="",
    new="RecipientRestrictionFilter:String!{RecipientFilter}; ServerRestrictionFilter:String!{ServerFilter}; "
    "DatabaseRestrictionFilter:String!{DatabaseFilter}; ServerList:ServerIdParameter[]!{ServerList}; "
    "DatabaseList:DatabaseIdParameter[]!{DatabaseList}; Exclusive:SwitchParameter; Force:SwitchParameter; "
    "RecipientRoot:OrganizationalUnitIdParameter{RecipientFilter}",
    set="RecipientRestrictionFilter:String; ServerRestrictionFilter:String; DatabaseRestrictionFilter:String; "
    "RecipientRoot:OrganizationalUnitIdParameter; Name:String",
    sets={"New": ("RecipientFilter", "ServerFilter", "DatabaseFilter", "ServerList", "DatabaseList")},
    check=_check_scope, removing=_scope_removing,
)  # fmt: skip
CMDLETS = (*ASSIGNMENTS.cmdlets(), *SCOPES.cmdlets())
