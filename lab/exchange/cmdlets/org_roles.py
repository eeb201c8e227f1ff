"""Management roles.

That built-in roles cannot be edited, that a child has at most what its parent has, and that a role in use cannot
be removed is documented; the objects' wire form and the texts of these errors are modelled.
"""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Any

from lab.exchange.binding import COMMON
from lab.exchange.cmdlets.base import Call
from lab.exchange.cmdlets.org_base import Noun, refused
from lab.exchange.model.directory import Directory, Entry
from lab.exchange.model.org import CONFIGURATION, CONFIGURATION_BASES, ConfigClass
from lab.exchange.model.org_rbac import Entries, built_in_entries

SNAPIN = "Microsoft.Exchange.Management.PowerShell.E2010"
ROLE = ConfigClass(
    kind="role",
    types=(f"{CONFIGURATION}.ExchangeRole", *CONFIGURATION_BASES),
    table=(
        "RoleEntries L ex:RoleEntry; RoleType S; ImplicitRecipientReadScope S Organization; "
        "ImplicitRecipientWriteScope S Organization; ImplicitConfigReadScope S OrganizationConfig; "
        "ImplicitConfigWriteScope S OrganizationConfig; IsRootRole B false; IsEndUserRole B false; "
        "MailboxPlanIndex S; Description:String S; Parent N; IsDeprecated B false"
    ),
    container="CN=Roles,CN=RBAC",
    schema="ms-Exch-Role",
    classes=("top", "msExchRole"),
)


def known_cmdlets() -> dict[str, list[str]]:
    """Every cmdlet of the endpoint with its parameters, those that all have among them."""
    from lab.exchange.cmdlets import CMDLETS as EVERY  # a role may hold any cmdlet, those of this file too

    common = [one.name for one in COMMON]
    return {one.name: sorted([p.name for p in one.signature.parameters] + common) for one in EVERY.values()}


def entries_of(role: Entry) -> Entries:
    """The entries of a role: those of a built-in one follow the cmdlets there are, others were chosen."""
    if role.get("BuiltIn"):
        return built_in_entries(role.name, known_cmdlets())
    return {str(name): list(parameters) for name, parameters in role.get("Entries", {}).items()}


def parent_of(model: Directory, role: Entry) -> Entry | None:
    """The role a role was made from."""
    return model.entry(str(role.get("ParentGuid") or ""))


def children_of(model: Directory, role: Entry) -> list[Entry]:
    """The roles made from a role."""
    return [one for one in model.scan({"role"}) if one.get("ParentGuid") == role.guid]


def editable(role: Entry) -> None:
    """CmdletError when a role is one that nobody may change."""
    if role.get("BuiltIn"):
        raise refused(
            f"The management role '{role.name}' is a built-in role. Built-in roles can't be changed or removed."
        )


def _shown(call: Call, role: Entry) -> dict[str, Any]:
    parent = parent_of(call.model, role)
    entries = entries_of(role)
    return {
        "Parent": parent.name if parent else None,
        "RoleEntries": [
            f"({SNAPIN}) {name} " + " ".join(f"-{parameter}" for parameter in parameters)
            for name, parameters in entries.items()
        ],
    }


def _check(call: Call, _role: Entry | None, changes: dict[str, Any]) -> None:
    if call["UnScopedTopLevel"]:
        changes |= {"RoleType": "UnScoped", "IsRootRole": True, "Entries": {}}
        return
    parent = ROLES.one(call, call["Parent"])
    entries = entries_of(parent)
    enabled = call["EnabledCmdlets"]
    if enabled is not None:
        by_lower = {name.lower(): name for name in entries}
        missing = [name for name in enabled if name.lower() not in by_lower]
        if missing:
            raise refused(f"The cmdlet '{missing[0]}' isn't in the parent role '{parent.name}'.")
        entries = {by_lower[name.lower()]: entries[by_lower[name.lower()]] for name in enabled}
    changes |= {
        "ParentGuid": parent.guid, "Entries": entries, "RoleType": parent.get("RoleType"),
        "IsEndUserRole": bool(parent.get("IsEndUserRole")),
    }  # fmt: skip


def _removing(call: Call, role: Entry) -> None:
    editable(role)
    family = _family(call, role)
    if len(family) > 1 and not call["Recurse"]:
        raise refused(f"The management role '{role.name}' has child roles. Remove them first, or use -Recurse.")
    for one in family:
        used = next((a for a in call.model.scan({"roleassignment"}) if a.get("RoleGuid") == one.guid), None)
        if used is not None:
            raise refused(
                f"The management role '{one.name}' can't be removed because the role assignment '{used.name}' uses it."
            )


def _family(call: Call, role: Entry) -> list[Entry]:
    """A role and all that were made from it."""
    found = [role]
    for one in found:
        found += children_of(call.model, one)
    return found


def _gone(call: Call, role: Entry) -> None:
    for one in _family(call, role)[1:]:
        call.model.remove(one.guid, call.dc)


def _narrow(call: Call, roles: list[Entry]) -> list[Entry]:
    if call["GetChildren"] or call["Recurse"]:
        found: list[Entry] = list(roles) if call["Recurse"] else []
        waiting = list(roles)
        while waiting:
            below = children_of(call.model, waiting.pop(0))
            found += below
            waiting += below if call["Recurse"] else []
        return found
    if call["Cmdlet"]:
        asked = [str(one).lower() for one in call.given("CmdletParameters", [])]
        roles = [role for role in roles if has_entry(entries_of(role), str(call["Cmdlet"]), asked)]
    if call["RoleType"]:
        roles = [role for role in roles if str(role.get("RoleType")).lower() == str(call["RoleType"]).lower()]
    return roles


def has_entry(entries: Entries, name: str, parameters: Iterable[str]) -> bool:
    """Whether there is an entry of this name (wildcards) with all these parameters (lower-case)."""
    return any(
        fnmatchcase(one.lower(), name.lower()) and set(parameters) <= {p.lower() for p in held}
        for one, held in entries.items()
    )


ROLES = Noun(
    "ManagementRole", ROLE, id_type="RoleIdParameter", area="RbacTasks",
    get="GetChildren:SwitchParameter!{GetChildren}; Recurse:SwitchParameter!{Recurse}; Cmdlet:String{Identity}; "
    "CmdletParameters:String[]{Identity}; RoleType:RoleType",
    new="Parent:RoleIdParameter!{NewDerivedRole}; UnScopedTopLevel:SwitchParameter!{UnScopedTopLevelRole}; "
    "Description:String; EnabledCmdlets:String[]{NewDerivedRole}",
    remove="Recurse:SwitchParameter; UnScopedTopLevel:SwitchParameter",
    sets={"Get": ("Identity", "GetChildren", "Recurse"), "New": ("NewDerivedRole", "UnScopedTopLevelRole")},
    check=_check, removing=_removing, gone=_gone, shown=_shown, narrow=_narrow,
)  # fmt: skip
CMDLETS = ROLES.cmdlets()
