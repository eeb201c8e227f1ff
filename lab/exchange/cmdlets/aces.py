"""Access control entries: those everything has by inheritance, and how accounts are named in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lab.exchange.accounts import NTLM_DOMAIN
from lab.exchange.cmdlets.base import Call, CmdletError
from lab.exchange.model.directory import RECIPIENTS, Directory, Entry

Ace = dict[str, Any]
SELF = r"NT AUTHORITY\SELF"
_WELL_KNOWN = (
    SELF, r"NT AUTHORITY\SYSTEM", r"NT AUTHORITY\NETWORK SERVICE", r"NT AUTHORITY\Authenticated Users",
    r"NT AUTHORITY\ANONYMOUS LOGON", "Everyone",
)  # fmt: skip
_GROUPS = (
    "Administrator", "Domain Admins", "Enterprise Admins", "Organization Management", "Public Folder Management",
    "Exchange Servers", "Exchange Trusted Subsystem", "Exchange Windows Permissions", "Managed Availability Servers",
)  # fmt: skip
_ALL = ["FullAccess", "DeleteItem", "ReadPermission", "ChangePermission", "ChangeOwner"]


def _ours(name: str) -> str:
    return f"{NTLM_DOMAIN}\\{name}"


def _ace(user: str, rights: Sequence[str], *, deny: bool = False, inherited: bool = True) -> Ace:
    return {"User": user, "AccessRights": list(rights), "Deny": deny, "IsInherited": inherited}


MAILBOX_DEFAULTS: tuple[Ace, ...] = (
    _ace(SELF, ["FullAccess", "ReadPermission"], inherited=False),
    *(_ace(_ours(name), ["FullAccess"], deny=True) for name in _GROUPS[:4]),
    _ace(_WELL_KNOWN[1], ["FullAccess"]),
    _ace(_WELL_KNOWN[2], ["ReadPermission"]),
    *(_ace(_ours(name), _ALL) for name in _GROUPS[:4]),
    _ace(_ours("Public Folder Management"), ["ReadPermission"]),
    _ace(_ours("Exchange Servers"), ["FullAccess", "ReadPermission"]),
    _ace(_ours("Exchange Trusted Subsystem"), _ALL),
    _ace(_ours("Managed Availability Servers"), ["ReadPermission"]),
)
"""What Get-MailboxPermission shows of every mailbox: SELF of its own, the rest inherited."""


def _extended(user: str, right: str, *, inherited: bool = False) -> Ace:
    return {**_ace(user, ["ExtendedRight"], inherited=inherited), "ExtendedRights": [right]}


DIRECTORY_DEFAULTS: tuple[Ace, ...] = (
    _ace(_ours("Domain Admins"), ["GenericAll"], inherited=False),
    _ace(SELF, ["GenericRead"], inherited=False),
    _ace(_WELL_KNOWN[3], ["ReadControl"], inherited=False),
    *(_extended(SELF, right) for right in ("User-Change-Password", "Send-As", "Receive-As")),
    _extended("Everyone", "User-Change-Password"),
    _ace(_ours("Exchange Windows Permissions"), ["WriteDacl"]),
    _ace(_ours("Exchange Trusted Subsystem"), ["GenericAll"]),
    _ace(_ours("Organization Management"), ["ReadProperty", "WriteProperty"]),
    _ace(_ours("Enterprise Admins"), ["GenericAll"]),
)
"""What Get-ADPermission shows of every user object."""


def account(model: Directory, user: str, dc: str = "") -> str | None:
    r"""An account or group as `LAB\name`, or a well-known one; None when it is no security principal."""
    known = {name.lower(): name for name in (*_WELL_KNOWN, *map(_ours, _GROUPS))}
    known |= {name.lower(): _ours(name) for name in _GROUPS} | {"self": SELF}
    if user.lower() in known:
        return known[user.lower()]
    found = [entry for entry in model.find(user, RECIPIENTS, dc) if entry.kind != "contact"]
    return _ours(str(found[0].get("SamAccountName") or found[0].name)) if len(found) == 1 else None


def named(call: Call, user: str) -> str:
    """The account a parameter means; CmdletError when nobody is called so."""
    found = account(call.model, user, call.dc)
    if found is None:
        raise CmdletError("SecurityPrincipalNotFoundException", f'User or group "{user}" wasn\'t found.')
    return found


def shown(entry: Entry, attribute: str, defaults: Sequence[Ace]) -> list[Ace]:
    """Every entry on an object: those set on it first, then the default ones it has not lost."""
    lost = {ace_key(ace) for ace in entry.get(f"{attribute}Lost", ())}
    kept = [ace for ace in defaults if ace_key(ace) not in lost]
    own = [{**ace, "IsInherited": False} for ace in entry.get(attribute, ())]
    return [*(a for a in kept if not a["IsInherited"]), *own, *(a for a in kept if a["IsInherited"])]


def ace_key(ace: Ace) -> tuple[Any, ...]:
    """What makes two entries the same one, whatever rights they give."""
    extended = tuple(sorted(item.lower() for item in ace.get("ExtendedRights") or ()))
    return ace["User"].lower(), bool(ace.get("Deny")), extended, ace.get("InheritanceType", "All")
