"""Set-User: the account and the person behind a mailbox."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lab.exchange.cmdlets.base import Call, cmdlet
from lab.exchange.cmdlets.mailbox import merged, recipient_changes
from lab.exchange.cmdlets.recipient import USER
from lab.exchange.model.directory import RECIPIENTS, Entry
from lab.exchange.shapes import Shaped

KINDS = frozenset({"user", "mailbox", "mailuser"})
_TEXTS = (
    "AssistantName", "City", "Company", "Department", "Fax", "FirstName", "HomePhone", "Initials", "LastName",
    "MobilePhone", "Notes", "Office", "Pager", "Phone", "PhoneticDisplayName", "PostalCode", "SimpleDisplayName",
    "StateOrProvince", "StreetAddress", "TelephoneAssistant", "Title", "WebPage",
)  # fmt: skip
_LISTS = ("CertificateSubject", "OtherFax", "OtherHomePhone", "OtherTelephone", "PostOfficeBox", "UMDtmfMap")
_FLAGS = ("RemotePowerShellEnabled", "ResetPasswordOnNextLogon")
_SET = (
    "Identity:UserIdParameter!@1|; Arbitration:SwitchParameter; Confirm:SwitchParameter=cf; "
    "CountryOrRegion:CountryInfo; CreateDTMFMap:Boolean; DisplayName:String; DomainController:Fqdn; "
    "IgnoreDefaultScope:SwitchParameter; Manager:UserContactIdParameter; Name:String; PublicFolder:SwitchParameter; "
    "SamAccountName:String; SeniorityIndex:Int32?; UserPrincipalName:String; WhatIf:SwitchParameter=wi; "
    "WindowsEmailAddress:SmtpAddress; "
    + "".join(f"{name}:String; " for name in _TEXTS)
    + "".join(f"{name}:MultiValuedProperty; " for name in _LISTS)
    + "".join(f"{name}:Boolean; " for name in _FLAGS)
)
_PLAIN = {*_TEXTS, *_LISTS, *_FLAGS, "CountryOrRegion", "SeniorityIndex"}


def set_user(call: Call) -> Iterable[Shaped]:
    """Set-User: any such write of a recipient lets its address policy prescribe the primary address again."""
    entry = call.one(str(call["Identity"]), KINDS)
    changes = {name: _value(entry, name, call[name]) for name in call.values if name in _PLAIN}
    if "Manager" in call:
        manager = call["Manager"]
        changes["Manager"] = call.one(str(manager), RECIPIENTS).canonical if manager else None
    changes = {name: value for name, value in changes.items() if _current(entry, name) != value}
    changes |= recipient_changes(call, entry)
    if not call.should_process(f'Setting user "{entry.canonical}".'):
        return ()
    if not changes:
        call.warn(f"The command completed successfully but no settings of '{entry.canonical}' have been modified.")
        return ()
    call.model.update(entry.guid, changes, call.dc)
    return ()


def _current(entry: Entry, name: str) -> Any:
    prop = USER.by_name.get(name)
    default = prop.default if prop else None
    return entry.get(name, list(default) if isinstance(default, tuple) else default)


def _value(entry: Entry, name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return merged(list(entry.get(name, ())), value)
    return "" if value is None and name in _TEXTS else value


CMDLETS = (cmdlet("Set-User", _SET, set_user),)
