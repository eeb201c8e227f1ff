"""The entries of management roles: `Role\\Cmdlet` and the parameters it grants.

That entries of built-in roles cannot be changed, and that a child has at most what its parent has, is documented;
the wire form and the texts of these errors are modelled.
"""

from __future__ import annotations

from collections.abc import Iterable

from lab.exchange.cmdlets.base import Call, CmdletError, cmdlet, not_found
from lab.exchange.cmdlets.org_base import CHANGE, refused
from lab.exchange.cmdlets.org_roles import (
    ROLES,
    SNAPIN,
    children_of,
    editable,
    entries_of,
    has_entry,
    known_cmdlets,
    parent_of,
)
from lab.exchange.model.directory import Entry
from lab.exchange.model.org_rbac import Entries
from lab.exchange.shapes import Shape, Shaped

_ENTRY = Shape(
    (
        "Microsoft.Exchange.Management.RbacTasks.ExchangeRoleEntryPresentation",
        "Microsoft.Exchange.Data.ConfigurableObject",
        "System.Object",
    ),
    f"Role S; Type S Cmdlet; PSSnapinName S {SNAPIN}; Parameters L mv:String; Name S; Identity S; IsValid B true; "
    "ObjectState S Unchanged",
)


def _split(identity: object) -> tuple[str, str]:
    role, backslash, name = str(identity).rpartition("\\")
    if not backslash:
        raise CmdletError(
            "ArgumentException", f"The role entry '{identity}' isn't valid. The format is <role>\\<cmdlet>."
        )
    return role, name


def _view(role: Entry, name: str, parameters: list[str]) -> Shaped:
    identity = f"{role.name}\\{name}"
    values = {"Role": role.name, "Name": name, "Parameters": parameters, "Identity": identity}
    return Shaped(_ENTRY, values, identity)


def get_entry(call: Call) -> Iterable[Shaped]:
    """Get-ManagementRoleEntry: `Role\\Cmdlet`, both with wildcards, and the entries that have all -Parameters."""
    asked = str(call["Identity"])
    wanted, name = _split(asked)
    roles = ROLES.find(call, wanted)
    parameters = [str(one).lower() for one in call.given("Parameters", [])]
    found = [
        _view(role, one, held)
        for role in roles
        for one, held in entries_of(role).items()
        if has_entry({one: held}, name, parameters)
    ]
    if not found and "*" not in asked:
        raise not_found(asked, call.dc)
    return found


def _entry(call: Call) -> tuple[Entry, str, Entries]:
    """The role, the entry's proper name and all entries; CmdletError when there is none."""
    wanted, name = _split(call["Identity"])
    role = ROLES.one(call, wanted)
    entries = entries_of(role)
    proper = next((one for one in entries if one.lower() == name.lower()), None)
    if proper is None:
        raise not_found(str(call["Identity"]), call.dc)
    return role, proper, entries


def _proper(role: str, cmdlet_name: str, held: list[str], asked: Iterable[str]) -> list[str]:
    by_lower = {one.lower(): one for one in held}
    found = []
    for one in asked:
        if one.lower() not in by_lower:
            raise refused(f"The parameter '{one}' isn't on the role entry '{role}\\{cmdlet_name}'.")
        found.append(by_lower[one.lower()])
    return found


def _held_by_parent(call: Call, role: Entry, name: str) -> tuple[str, str, list[str]]:
    """What the parent's entry allows: the parent, the cmdlet's proper name, its parameters."""
    parent = parent_of(call.model, role)
    known = entries_of(parent) if parent else known_cmdlets()
    proper = next((one for one in known if one.lower() == name.lower()), None)
    if proper is None:
        raise refused(f"The role entry '{role.name}\\{name}' can't be added: the parent role has no such entry.")
    return (parent.name if parent else role.name), proper, known[proper]


def set_entry(call: Call) -> Iterable[Shaped]:
    """Set-ManagementRoleEntry: adds or removes -Parameters, or leaves only these."""
    role, name, entries = _entry(call)
    editable(role)
    asked, held = call.given("Parameters", []), entries[name]
    if call["RemoveParameter"]:
        gone = set(_proper(role.name, name, held, asked))
        _not_below(call, role, name, gone)
        new = [one for one in held if one not in gone]
    else:
        above, _, allowed = _held_by_parent(call, role, name)
        wanted = _proper(above, name, allowed, asked)
        new = sorted({*held, *wanted}) if call["AddParameter"] else sorted(wanted)
        _not_below(call, role, name, set(held) - set(new))
    if new == held:
        if call.should_process(f'Setting role entry "{role.name}\\{name}".'):
            call.warn(
                f"The command completed successfully but no settings of '{role.name}\\{name}' have been modified."
            )
        return ()
    return _save(call, role, {**entries, name: new}, f"{role.name}\\{name}")


def _not_below(call: Call, role: Entry, name: str, gone: set[str]) -> None:
    for child in children_of(call.model, role):
        held = gone & set(entries_of(child).get(name, ()))
        if held:
            raise refused(f"The parameter '{min(held)}' can't be removed: the child role '{child.name}' has it too.")


def add_entry(call: Call) -> Iterable[Shaped]:
    """Add-ManagementRoleEntry: an entry of the parent, or a part of it."""
    if call["ParentRoleEntry"]:
        wanted, name = str(call["Role"]), _split(call["ParentRoleEntry"])[1]
    else:
        wanted, name = _split(call["Identity"])
    role = ROLES.one(call, wanted)
    editable(role)
    above, proper, allowed = _held_by_parent(call, role, name)
    entries = entries_of(role)
    if proper in entries and not call["Overwrite"]:
        raise CmdletError(
            "ADObjectAlreadyExistsException", f"The role entry '{role.name}\\{proper}' already exists. Use -Overwrite."
        )
    asked = call["Parameters"]
    new = allowed if asked is None else sorted(_proper(above, proper, allowed, asked))
    return _save(call, role, {**entries, proper: new}, f"{role.name}\\{proper}")


def remove_entry(call: Call) -> Iterable[Shaped]:
    """Remove-ManagementRoleEntry."""
    role, name, entries = _entry(call)
    editable(role)
    for child in children_of(call.model, role):
        if name in entries_of(child):
            raise refused(
                f"The role entry '{role.name}\\{name}' can't be removed: the child role '{child.name}' has it."
            )
    return _save(call, role, {one: held for one, held in entries.items() if one != name}, f"{role.name}\\{name}")


def _save(call: Call, role: Entry, entries: Entries, identity: str) -> Iterable[Shaped]:
    if call.should_process(f'Changing role entry "{identity}".'):
        call.model.update(role.guid, {"Entries": entries}, call.dc)
    return ()


_ID = "Identity:RoleEntryIdParameter!@1|"
CMDLETS = (
    cmdlet(
        "Get-ManagementRoleEntry",
        f"{_ID}; DomainController:Fqdn; Parameters:String[]; PSSnapinName:String; Type:ManagementRoleEntryType[]",
        get_entry, area="RbacTasks",
    ),
    cmdlet(
        "Set-ManagementRoleEntry",
        f"{_ID}; {CHANGE}; AddParameter:SwitchParameter; Parameters:String[]; RemoveParameter:SwitchParameter; "
        "UnScopedTopLevel:SwitchParameter", set_entry, area="RbacTasks",
    ),
    cmdlet(
        "Add-ManagementRoleEntry",
        f"Identity:RoleEntryIdParameter!@1|{{Identity}}; {CHANGE}; "
        "ParentRoleEntry:RoleEntryIdParameter!@1{ParentRoleEntry}; Role:RoleIdParameter!{ParentRoleEntry}; "
        "Overwrite:SwitchParameter; Parameters:String[]{Identity}; PSSnapinName:String{Identity}; "
        "Type:ManagementRoleEntryType{Identity}; UnScopedTopLevel:SwitchParameter{Identity}",
        add_entry, area="RbacTasks", sets=("Identity", "ParentRoleEntry"),
    ),
    cmdlet("Remove-ManagementRoleEntry", f"{_ID}; {CHANGE}", remove_entry, area="RbacTasks", confirms=True),
)  # fmt: skip
