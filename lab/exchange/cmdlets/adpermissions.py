"""Get-, Add- and Remove-ADPermission: rights on directory objects, Send-As above all. The wire form is modelled."""

from __future__ import annotations

from collections.abc import Iterable

from lab.exchange.cmdlets.aces import DIRECTORY_DEFAULTS, SELF, Ace, ace_key, named, shown
from lab.exchange.cmdlets.base import Call, CmdletError, cmdlet, not_found
from lab.exchange.model import mailstore
from lab.exchange.model.directory import RECIPIENTS, Entry
from lab.exchange.shapes import Shape, Shaped

ATTRIBUTE = "DirectoryAces"
_RIGHTS = "Microsoft.Exchange.Management.RecipientTasks"
_TYPES = (
    f"{_RIGHTS}.ADAcePresentationObject", f"{_RIGHTS}.AcePresentationObject",
    "Microsoft.Exchange.Data.ConfigurableObject", "System.Object",
)  # fmt: skip
ACE = Shape(
    _TYPES,
    "AccessRights A System.DirectoryServices.ActiveDirectoryRights; "
    f"ExtendedRights A {_RIGHTS}.ExtendedRightIdParameter; ChildObjectTypes A {_RIGHTS}.ADSchemaObjectIdParameter; "
    f"InheritedObjectType N; Properties A {_RIGHTS}.ADSchemaObjectIdParameter; Deny B false; InheritanceType S All; "
    "User S; Identity S; IsInherited B false; IsValid B true; ObjectState S Unchanged",
)
OWNER = Shape(_TYPES, "Owner S; Identity S; IsValid B true; ObjectState S Unchanged")
EXTENDED_RIGHTS = (
    "Send-As", "Receive-As", "Send-To", "User-Change-Password", "User-Force-Change-Password",
    "ms-Exch-SMTP-Accept-Any-Recipient", "ms-Exch-SMTP-Accept-Any-Sender", "ms-Exch-SMTP-Accept-Authentication-Flag",
    "ms-Exch-SMTP-Accept-Authoritative-Domain-Sender", "ms-Exch-SMTP-Accept-Exch50", "ms-Exch-SMTP-Submit",
    "ms-Exch-Accept-Headers-Forest", "ms-Exch-Accept-Headers-Organization", "ms-Exch-Accept-Headers-Routing",
    "ms-Exch-Bypass-Anti-Spam", "ms-Exch-Bypass-Message-Size-Limit", "ms-Exch-Send-Headers-Forest",
    "ms-Exch-Send-Headers-Organization", "ms-Exch-Send-Headers-Routing", "ms-Exch-Store-Admin",
    "ms-Exch-Store-Visible",
)  # fmt: skip
"""The extended rights that can be granted here."""

_WRITE = "Confirm:SwitchParameter=cf; DomainController:Fqdn; WhatIf:SwitchParameter=wi; "
_GRANT = (
    "User:SecurityPrincipalIdParameter!{AccessRights,Instance}; "
    "AccessRights:ActiveDirectoryRights[]{AccessRights,Instance}; "
    "ChildObjectTypes:ADSchemaObjectIdParameter[]{AccessRights,Instance}; "
    "Deny:SwitchParameter{AccessRights,Instance}; ExtendedRights:ExtendedRightIdParameter[]{AccessRights,Instance}; "
    "InheritanceType:ActiveDirectorySecurityInheritance{AccessRights,Instance}; "
    "InheritedObjectType:ADSchemaObjectIdParameter{AccessRights,Instance}; "
    "Instance:ADAcePresentationObject|{Instance}; Properties:ADSchemaObjectIdParameter[]{AccessRights,Instance}; "
)


def _object(call: Call) -> Entry:
    """The object; this type of identity knows names, DNs and GUIDs, but neither aliases nor addresses."""
    identity = str(call["Identity"])
    kinds = call.model.kinds() - {mailstore.KIND}
    found = call.find(identity, kinds)
    text = identity.lower().strip("{}")
    found = [e for e in found if text in (e.name.lower(), e.dn.lower(), e.canonical.lower(), e.guid)]
    if not found:
        raise not_found(identity, call.dc)
    if len(found) > 1:
        raise CmdletError(
            "ManagementObjectAmbiguousException",
            f"The operation couldn't be performed because '{identity}' matches multiple entries.",
        )
    return found[0]


def _view(entry: Entry, ace: Ace) -> Shaped:
    return Shaped(ACE, {**ace, "Identity": entry.canonical}, str(ace["User"]))


def get_permissions(call: Call) -> Iterable[Shaped]:
    """Get-ADPermission."""
    entry = _object(call)
    if call["Owner"]:
        owner = entry.get("ObjectOwner", r"LAB\Domain Admins")
        return (Shaped(OWNER, {"Owner": owner, "Identity": entry.canonical}, ""),)
    wanted = named(call, str(call["User"])).lower() if call["User"] else ""
    aces = shown(entry, ATTRIBUTE, DIRECTORY_DEFAULTS if entry.kind in RECIPIENTS else ())
    return [_view(entry, ace) for ace in aces if not wanted or ace["User"].lower() == wanted]


def _asked(call: Call) -> list[Ace]:
    """One entry for plain rights, and one for each extended right."""
    user, deny = named(call, str(call["User"])), bool(call["Deny"])
    base: Ace = {"User": user, "Deny": deny, "InheritanceType": call.given("InheritanceType", "All")}
    for name in ("ChildObjectTypes", "InheritedObjectType", "Properties"):
        if call[name]:
            base[name] = call[name]
    known = {right.lower(): right for right in EXTENDED_RIGHTS}
    extended = [known.get(_dashed(right)) or _unknown(right) for right in call.given("ExtendedRights", [])]
    plain = [right for right in call.given("AccessRights", []) if right != "ExtendedRight"]
    if not extended and not plain:
        raise CmdletError("InvalidOperationException", "You must specify either AccessRights or ExtendedRights.")
    aces = [{**base, "AccessRights": ["ExtendedRight"], "ExtendedRights": [right]} for right in extended]
    return aces + ([{**base, "AccessRights": plain}] if plain else [])


def _dashed(right: str) -> str:
    return right.lower().replace(" ", "-")


def _unknown(right: str) -> str:
    raise CmdletError("ManagementObjectNotFoundException", f"The extended right '{right}' couldn't be found.")


def add_permission(call: Call) -> Iterable[Shaped]:
    """Add-ADPermission."""
    entry = _object(call)
    if call["Owner"]:
        owner = named(call, str(call["Owner"]))
        if call.should_process(f'Setting the owner of "{entry.canonical}" to "{owner}".'):
            call.model.update(entry.guid, {"ObjectOwner": owner}, call.dc)
        return ()
    asked = _asked(call)
    if not call.should_process(f'Adding Active Directory permission for user "{asked[0]["User"]}" on "{entry.dn}".'):
        return ()
    own = [dict(ace) for ace in entry.get(ATTRIBUTE, ())]
    for ace in asked:
        if any(ace_key(held) == ace_key(ace) and set(ace["AccessRights"]) <= set(held["AccessRights"]) for held in own):
            call.warn(
                f'The appropriate access control entry is already present on the object "{entry.dn}" for account '
                f'"{ace["User"]}".'
            )
        else:
            own.append(ace)
    call.model.update(entry.guid, {ATTRIBUTE: own}, call.dc)
    return [_view(entry, ace) for ace in asked]


def remove_permission(call: Call) -> Iterable[Shaped]:
    """Remove-ADPermission: what was set on the object itself; an entry that is not there only warns."""
    entry = _object(call)
    asked = _asked(call)
    if not call.should_process(f'Removing Active Directory permission of user "{asked[0]["User"]}" on "{entry.dn}".'):
        return ()
    own = [dict(ace) for ace in entry.get(ATTRIBUTE, ())]
    lost = [dict(ace) for ace in entry.get(f"{ATTRIBUTE}Lost", ())]
    for ace in asked:
        kept = [held for held in own if ace_key(held) != ace_key(ace)]
        present = [d for d in shown(entry, ATTRIBUTE, DIRECTORY_DEFAULTS) if ace_key(d) == ace_key(ace)]
        if len(kept) == len(own) and any(not held["IsInherited"] for held in present) and ace["User"] == SELF:
            lost.append(ace)
        elif len(kept) == len(own):
            call.warn(
                f'Can\'t remove the access control entry on the object "{entry.dn}" for account "{ace["User"]}" '
                "because the ACE isn't present."
            )
        own = kept
    call.model.update(entry.guid, {ATTRIBUTE: own, f"{ATTRIBUTE}Lost": lost}, call.dc)
    return ()


_PIPED = ("User", "AccessRights", "ExtendedRights", "Deny", "InheritanceType")
CMDLETS = (
    cmdlet(
        "Get-ADPermission",
        "Identity:ADRawEntryIdParameter!@1|; DomainController:Fqdn; Owner:SwitchParameter{Owner}; "
        "User:SecurityPrincipalIdParameter{AccessRights}",
        get_permissions,
        sets=("AccessRights", "Owner"),
    ),
    cmdlet(
        "Add-ADPermission",
        "Identity:ADRawEntryIdParameter!@1|; Owner:SecurityPrincipalIdParameter!{Owner}; " + _GRANT + _WRITE,
        add_permission,
        sets=("AccessRights", "Owner", "Instance"),
        binds=_PIPED,
    ),
    cmdlet(
        "Remove-ADPermission",
        "Identity:ADRawEntryIdParameter!@1|; " + _GRANT + _WRITE,
        remove_permission,
        sets=("AccessRights", "Instance"),
        confirms=True,
        binds=_PIPED,
    ),
)
