"""Get-, Add- and Remove-MailboxPermission: who may open a mailbox. The wire form is modelled."""

from __future__ import annotations

from collections.abc import Iterable

from lab.exchange.cmdlets.aces import MAILBOX_DEFAULTS, SELF, Ace, ace_key, named, shown
from lab.exchange.cmdlets.base import Call, cmdlet, limited
from lab.exchange.model.directory import Entry
from lab.exchange.shapes import Shape, Shaped

ATTRIBUTE = "MailboxAces"
_ACE = "Microsoft.Exchange.Management.RecipientTasks.MailboxAcePresentationObject"
_BASES = (
    "Microsoft.Exchange.Management.RecipientTasks.AcePresentationObject",
    "Microsoft.Exchange.Data.ConfigurableObject", "System.Object",
)  # fmt: skip
ACE = Shape(
    (_ACE, *_BASES),
    "AccessRights A Microsoft.Exchange.Management.RecipientTasks.MailboxRights; Deny B false; InheritanceType S All; "
    "User S; Identity S; IsInherited B false; IsValid B true; ObjectState S Unchanged",
)
OWNER = Shape((_ACE, *_BASES), "Owner S; Identity S; IsValid B true; ObjectState S Unchanged")
_WRITE = (
    "Confirm:SwitchParameter=cf; DomainController:Fqdn; IgnoreDefaultScope:SwitchParameter; WhatIf:SwitchParameter=wi; "
)
_RIGHTS = (
    "AccessRights:MailboxRights[]!{AccessRights,Instance}; Instance:MailboxAcePresentationObject|{Instance}; "
    "User:SecurityPrincipalIdParameter!{AccessRights,Instance}; Deny:SwitchParameter{AccessRights,Instance}; "
    "InheritanceType:ActiveDirectorySecurityInheritance{AccessRights,Instance}; "
)


def _view(entry: Entry, ace: Ace) -> Shaped:
    return Shaped(ACE, {**ace, "Identity": entry.canonical}, str(ace["User"]))


def get_permissions(call: Call) -> Iterable[Shaped]:
    """Get-MailboxPermission: SELF, what was granted, what is inherited; -User narrows, -Owner shows the owner."""
    entry = call.one(str(call["Identity"]), {"mailbox"})
    if call["Owner"]:
        return (Shaped(OWNER, {"Owner": entry.get("MailboxOwner", SELF), "Identity": entry.canonical}, ""),)
    wanted = named(call, str(call["User"])).lower() if call["User"] else ""
    aces = [ace for ace in shown(entry, ATTRIBUTE, MAILBOX_DEFAULTS) if not wanted or ace["User"].lower() == wanted]
    return limited(call, [_view(entry, ace) for ace in aces])


def _asked(call: Call) -> Ace:
    ace: Ace = {
        "User": named(call, str(call["User"])),
        "AccessRights": call["AccessRights"],
        "Deny": bool(call["Deny"]),
    }
    if call.given("InheritanceType", "All") != "All":
        ace["InheritanceType"] = call["InheritanceType"]
    return ace


def add_permission(call: Call) -> Iterable[Shaped]:
    """Add-MailboxPermission: rights are added to those the account has; what it has already only warns."""
    entry = call.one(str(call["Identity"]), {"mailbox"})
    if call["Owner"]:
        owner = named(call, str(call["Owner"]))
        if call.should_process(f'Setting the owner of mailbox "{entry.canonical}" to "{owner}".'):
            call.model.update(entry.guid, {"MailboxOwner": owner}, call.dc)
        return ()
    asked = _asked(call)
    if not call.should_process(f'Adding mailbox permission for user "{asked["User"]}" on "{entry.canonical}".'):
        return ()
    own = [dict(ace) for ace in entry.get(ATTRIBUTE, ())]
    held = next((ace for ace in own if ace_key(ace) == ace_key(asked)), None)
    if held is not None and set(asked["AccessRights"]) <= set(held["AccessRights"]):
        call.warn(
            f'The appropriate access control entry is already present on the object "{entry.dn}" for account '
            f'"{asked["User"]}".'
        )
        return (_view(entry, held),)
    if held is None:
        held = {**asked, "AccessRights": [], "AutoMapping": call.given("AutoMapping", True)}
        own.append(held)
    held["AccessRights"] = [*held["AccessRights"], *(r for r in asked["AccessRights"] if r not in held["AccessRights"])]
    call.model.update(entry.guid, {ATTRIBUTE: own}, call.dc)
    return (_view(entry, held),)


def remove_permission(call: Call) -> Iterable[Shaped]:
    """Remove-MailboxPermission: only what was granted on the mailbox itself; inherited rights stay."""
    entry = call.one(str(call["Identity"]), {"mailbox"})
    if call["ResetDefault"] or call["ClearAutoMapping"]:
        return _reset(call, entry)
    asked = _asked(call)
    if not call.should_process(f'Removing mailbox permission of user "{asked["User"]}" on "{entry.canonical}".'):
        return ()
    own = [dict(ace) for ace in entry.get(ATTRIBUTE, ())]
    hit = next((ace for ace in own if ace_key(ace) == ace_key(asked)), None)
    gone = set(asked["AccessRights"]) & set(hit["AccessRights"] if hit else ())
    lost = [ace for ace in MAILBOX_DEFAULTS if not ace["IsInherited"] and ace_key(ace) == ace_key(asked)]
    if hit is not None and gone:
        hit["AccessRights"] = [right for right in hit["AccessRights"] if right not in gone]
        call.model.update(entry.guid, {ATTRIBUTE: [ace for ace in own if ace["AccessRights"]]}, call.dc)
    elif lost and not any(ace_key(a) == ace_key(asked) for a in entry.get(f"{ATTRIBUTE}Lost", ())):
        call.model.update(entry.guid, {f"{ATTRIBUTE}Lost": [*entry.get(f"{ATTRIBUTE}Lost", ()), *lost]}, call.dc)
    else:
        call.warn(
            f'Can\'t remove the access control entry on the object "{entry.dn}" for account "{asked["User"]}" because '
            "the ACE isn't present."
        )
    return ()


def _reset(call: Call, entry: Entry) -> Iterable[Shaped]:
    if not call.should_process(f'Resetting mailbox permissions on "{entry.canonical}".'):
        return ()
    if call["ResetDefault"]:
        changes: dict[str, object] = {ATTRIBUTE: [], f"{ATTRIBUTE}Lost": [], "MailboxOwner": SELF}
    else:
        changes = {ATTRIBUTE: [{**ace, "AutoMapping": False} for ace in entry.get(ATTRIBUTE, ())]}
    call.model.update(entry.guid, changes, call.dc)
    return ()


_PIPED = ("User", "AccessRights", "Deny", "InheritanceType")
CMDLETS = (
    cmdlet(
        "Get-MailboxPermission",
        "Identity:MailboxIdParameter!@1|; Credential:PSCredential; DomainController:Fqdn; "
        "Owner:SwitchParameter{Owner}; ReadFromDomainController:SwitchParameter; ResultSize:Unlimited<Int>; "
        "User:SecurityPrincipalIdParameter{AccessRights}",
        get_permissions,
        sets=("AccessRights", "Owner"),
    ),
    cmdlet(
        "Add-MailboxPermission",
        "Identity:MailboxIdParameter!@1|; Owner:SecurityPrincipalIdParameter!{Owner}; "
        "AutoMapping:Boolean{AccessRights,Instance}; " + _RIGHTS + _WRITE,
        add_permission,
        sets=("AccessRights", "Owner", "Instance"),
        binds=_PIPED,
    ),
    cmdlet(
        "Remove-MailboxPermission",
        "Identity:MailboxIdParameter!@1|; ClearAutoMapping:SwitchParameter!{ClearAutoMapping}; "
        "ResetDefault:SwitchParameter!{ResetDefault}; " + _RIGHTS + _WRITE,
        remove_permission,
        sets=("AccessRights", "Instance", "ClearAutoMapping", "ResetDefault"),
        confirms=True,
        binds=_PIPED,
    ),
)
