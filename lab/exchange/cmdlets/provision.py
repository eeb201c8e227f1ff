"""New-Mailbox, Enable-Mailbox, New-MailContact, New-DistributionGroup."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Iterable
from typing import Any

from lab.exchange.cmdlets import addresses as proxies
from lab.exchange.cmdlets.base import Call, CmdletError, cmdlet, not_found
from lab.exchange.cmdlets.recipient import contact, group
from lab.exchange.cmdlets.views import mailbox
from lab.exchange.model.directory import AD_DOMAIN, MAIL_ENABLED
from lab.exchange.shapes import Shaped

_WRITE = "Confirm:SwitchParameter=cf; DomainController:Fqdn; WhatIf:SwitchParameter=wi"
_SETS = ("User", "Shared", "Room", "Equipment")
_KINDS = {"Shared": "SharedMailbox", "Room": "RoomMailbox", "Equipment": "EquipmentMailbox"}
_SWITCHES = "Shared:SwitchParameter!{Shared}; Room:SwitchParameter!{Room}; Equipment:SwitchParameter!{Equipment}; "

NEW_MAILBOX = (
    "Name:String!@1|; Password:SecureString!{User,DisabledUser}; UserPrincipalName:String!{User,DisabledUser}; "
    "AccountDisabled:SwitchParameter!{DisabledUser}; "
    + _SWITCHES
    + "ActiveSyncMailboxPolicy:MailboxPolicyIdParameter; AddressBookPolicy:AddressBookMailboxPolicyIdParameter; "
    "Alias:String; Database:DatabaseIdParameter; DisplayName:String; FirstName:String; Force:SwitchParameter; "
    "ImmutableId:String; Initials:String; LastName:String; ModeratedBy:MultiValuedProperty; "
    "ModerationEnabled:Boolean; Office:String{Room}; OrganizationalUnit:OrganizationalUnitIdParameter; "
    "Phone:String{Room}; PrimarySmtpAddress:SmtpAddress; RemotePowerShellEnabled:Boolean; "
    "ResetPasswordOnNextLogon:Boolean; ResourceCapacity:Int32{Room}; RetentionPolicy:MailboxPolicyIdParameter; "
    "RoleAssignmentPolicy:MailboxPolicyIdParameter; SamAccountName:String; "
    "SendModerationNotifications:TransportModerationNotificationFlags; SharingPolicy:SharingPolicyIdParameter; "
    "ThrottlingPolicy:ThrottlingPolicyIdParameter; " + _WRITE
)
ENABLE_MAILBOX = (
    "Identity:UserIdParameter!@1|; "
    + _SWITCHES
    + "Alias:String; Database:DatabaseIdParameter; DisplayName:String; Force:SwitchParameter; "
    "PrimarySmtpAddress:SmtpAddress; RetentionPolicy:MailboxPolicyIdParameter; "
    "RoleAssignmentPolicy:MailboxPolicyIdParameter; " + _WRITE
)
NEW_CONTACT = (
    "Name:String!@1; ExternalEmailAddress:ProxyAddress!; Alias:String; ArbitrationMailbox:MailboxIdParameter; "
    "DisplayName:String; FirstName:String; Initials:String; LastName:String; "
    "MacAttachmentFormat:MacAttachmentFormat; MessageBodyFormat:MessageBodyFormat; MessageFormat:MessageFormat; "
    "ModeratedBy:MultiValuedProperty; ModerationEnabled:Boolean; OrganizationalUnit:OrganizationalUnitIdParameter; "
    "PrimarySmtpAddress:SmtpAddress; SendModerationNotifications:TransportModerationNotificationFlags; "
    "UsePreferMessageFormat:Boolean; " + _WRITE
)
NEW_GROUP = (
    "Name:String!@1; Alias:String; DisplayName:String; ManagedBy:MultiValuedProperty; Members:MultiValuedProperty; "
    "Notes:String; OrganizationalUnit:OrganizationalUnitIdParameter; PrimarySmtpAddress:SmtpAddress; "
    "RequireSenderAuthenticationEnabled:Boolean; SamAccountName:String; Type:GroupType; " + _WRITE
)

_FORMATS = (
    "MacAttachmentFormat", "MessageBodyFormat", "MessageFormat", "UsePreferMessageFormat", "ModerationEnabled",
    "SendModerationNotifications",
)  # fmt: skip
_ALIAS_UNFIT = re.compile(r"[^A-Za-z0-9!#$%&'*+\-/=?^_`{|}~.]")


def container(asked: str | None) -> str:
    """An organizational unit in canonical form; `BMA` stands for `lab.example/BMA`."""
    if not asked:
        return f"{AD_DOMAIN}/Users"
    if "," in asked and "=" in asked:
        parts = [part.partition("=") for part in asked.split(",")]
        units = [value for kind, _, value in parts if kind.strip().upper() in {"OU", "CN"}]
        return "/".join([AD_DOMAIN, *reversed(units)])
    return asked if asked.lower().startswith(AD_DOMAIN) else f"{AD_DOMAIN}/{asked.strip('/')}"


def _alias(call: Call, fallback: str) -> str:
    given = call["Alias"]
    if given:
        if _ALIAS_UNFIT.search(given) or given.startswith(".") or given.endswith("."):
            raise CmdletError("DataValidationException", f'The alias "{given}" isn\'t valid.')
        proxies.check_unique(call.model, "alias", "Alias", given)
        return str(given)
    text = _ALIAS_UNFIT.sub("", fallback.replace(" ", "")) or "recipient"
    alias, number = text, 0
    while call.model.holders("alias", alias):
        number += 1
        alias = f"{text}{number}"
    return alias


def _database(call: Call) -> str:
    asked = call["Database"]
    databases = call.model.scan({"database"})
    if asked:
        found = next((d for d in databases if str(asked).lower() in (d.name.lower(), d.guid)), None)
        if found is None:
            raise not_found(str(asked), call.dc)
        return found.name
    return databases[0].name if databases else ""


def _mail_attributes(call: Call, alias: str, guid: str) -> dict[str, Any]:
    """The attributes that make a recipient of an object; -PrimarySmtpAddress turns the address policy off."""
    primary = call["PrimarySmtpAddress"]
    address = primary or f"{alias}@{proxies.default_domain(call.model)}"
    proxies.check_domain(call.model, address)
    proxies.check_proxies(call.model, [f"SMTP:{address}"])
    return {
        "Alias": alias,
        "EmailAddresses": [f"SMTP:{address}"],
        "EmailAddressPolicyEnabled": not primary,
        "LegacyExchangeDN": proxies.legacy_dn(guid, alias),
    }


def _mailbox_attributes(call: Call, alias: str, guid: str) -> dict[str, Any]:
    kind = next((name for switch, name in _KINDS.items() if call[switch]), "UserMailbox")
    attributes = {
        **_mail_attributes(call, alias, guid),
        "ExchangeGuid": str(uuid.uuid4()),
        "Database": _database(call),
        "RecipientType": "UserMailbox",
        "RecipientTypeDetails": kind,
        "WhenMailboxCreated": time.time(),
        "UseDatabaseQuotaDefaults": True,
        "AccountDisabled": kind != "UserMailbox" or bool(call["AccountDisabled"]),
    }
    for name in ("RetentionPolicy", "RoleAssignmentPolicy", "SharingPolicy", "ThrottlingPolicy", "AddressBookPolicy"):
        if call[name]:
            attributes[name] = proxies.resolve_policy(call, name, call[name])
    if call["ActiveSyncMailboxPolicy"]:
        policy = proxies.resolve_policy(call, "ActiveSyncMailboxPolicy", call["ActiveSyncMailboxPolicy"])
        attributes["Cas"] = {"ActiveSyncMailboxPolicy": policy}
    if call["ModeratedBy"]:
        attributes["ModeratedBy"] = proxies.resolve_recipients(call, call["ModeratedBy"], [])
    for name in (
        "ModerationEnabled",
        "SendModerationNotifications",
        "ImmutableId",
        "ResourceCapacity",
        "Office",
        "Phone",
    ):
        if call[name] is not None:
            attributes[name] = call[name]
    return attributes


def _names(call: Call) -> dict[str, Any]:
    name, unit = str(call["Name"]), container(call["OrganizationalUnit"])
    proxies.check_name(call.model, name, unit, call.dc)
    names = {"Name": name, "DisplayName": call.given("DisplayName", name), "OrganizationalUnit": unit}
    for attribute in ("FirstName", "LastName", "Initials"):
        if call[attribute]:
            names[attribute] = call[attribute]
    return names


def new_mailbox(call: Call) -> Iterable[Shaped]:
    """New-Mailbox: an account and its mailbox."""
    names = _names(call)
    upn = call["UserPrincipalName"] or f"{_ALIAS_UNFIT.sub('', names['Name'])}@{AD_DOMAIN}"
    if "@" not in upn:
        raise CmdletError("DataValidationException", f'The user principal name "{upn}" isn\'t valid.')
    alias = _alias(call, upn.partition("@")[0])
    proxies.check_unique(call.model, "upn", "UserPrincipalName", upn)
    sam = call["SamAccountName"] or _free_sam(call, alias)
    proxies.check_unique(call.model, "sam", "SamAccountName", sam)
    guid = str(uuid.uuid4())
    attributes = {
        **names,
        "UserPrincipalName": upn,
        "SamAccountName": sam,
        "ResetPasswordOnNextLogon": bool(call["ResetPasswordOnNextLogon"]),
        "RemotePowerShellEnabled": call.given("RemotePowerShellEnabled", True),
        **_mailbox_attributes(call, alias, guid),
    }
    if not call.should_process(f'Creating mailbox "{names["Name"]}".'):
        return ()
    entry = call.model.create("mailbox", attributes, call.dc, guid)
    return (mailbox(entry, call.model, call.dc),)


def _free_sam(call: Call, alias: str) -> str:
    sam, number = alias[:20], 0
    while call.model.holders("sam", sam):
        number += 1
        sam = f"{alias[:17]}{number}"
    return sam


def enable_mailbox(call: Call) -> Iterable[Shaped]:
    """Enable-Mailbox: a mailbox for an account that exists."""
    identity = str(call["Identity"])
    entry = call.one(identity)
    if entry.kind != "user":
        raise CmdletError(
            "RecipientTaskException",
            f"This task does not support recipients of this type. The specified recipient {entry.canonical} is of type "
            f"{entry.get('RecipientTypeDetails', 'UserMailbox')}. Please make sure that this recipient matches the "
            "required recipient type for this task.",
        )
    upn = str(entry.get("UserPrincipalName", entry.name))
    attributes = _mailbox_attributes(call, _alias(call, upn.partition("@")[0]), entry.guid)
    if call["DisplayName"]:
        attributes["DisplayName"] = call["DisplayName"]
    if not call.should_process(f'Enabling mailbox "{entry.canonical}".'):
        return ()
    return (mailbox(call.model.update(entry.guid, attributes, call.dc, "mailbox"), call.model, call.dc),)


def new_contact(call: Call) -> Iterable[Shaped]:
    """New-MailContact: the external address is also the primary one unless -PrimarySmtpAddress is given."""
    names = _names(call)
    external = str(call["ExternalEmailAddress"])
    target = f"SMTP:{external.partition(':')[2]}"
    guid, alias = str(uuid.uuid4()), _alias(call, names["Name"])
    primary = call["PrimarySmtpAddress"]
    listed = [f"SMTP:{primary}", target.replace("SMTP:", "smtp:")] if primary else [target]
    proxies.check_proxies(call.model, listed)
    attributes = {
        **names,
        "Alias": alias,
        "ExternalEmailAddress": target,
        "EmailAddresses": listed,
        "EmailAddressPolicyEnabled": not primary,
        "LegacyExchangeDN": proxies.legacy_dn(guid, alias),
        "RecipientType": "MailContact",
        "RecipientTypeDetails": "MailContact",
        **{name: call[name] for name in _FORMATS if call[name] is not None},
    }
    if call["ModeratedBy"]:
        attributes["ModeratedBy"] = proxies.resolve_recipients(call, call["ModeratedBy"], [])
    if not call.should_process(f'Creating mail contact "{names["Name"]}".'):
        return ()
    return (contact(call.model.create("contact", attributes, call.dc, guid), call.model, call.dc),)


def new_group(call: Call) -> Iterable[Shaped]:
    """New-DistributionGroup."""
    names = _names(call)
    guid, alias = str(uuid.uuid4()), _alias(call, names["Name"])
    security = str(call.given("Type", "Distribution")).lower() == "security"
    attributes = {
        **names,
        **_mail_attributes(call, alias, guid),
        "SamAccountName": call["SamAccountName"] or _free_sam(call, alias),
        "GroupType": "Universal, SecurityEnabled" if security else "Universal",
        "ManagedBy": proxies.resolve_recipients(call, call.given("ManagedBy", []), []),
        "Members": [call.one(str(item), MAIL_ENABLED).guid for item in call.given("Members", [])],
        "RequireSenderAuthenticationEnabled": call.given("RequireSenderAuthenticationEnabled", True),
        "RecipientType": "MailUniversalSecurityGroup" if security else "MailUniversalDistributionGroup",
        "RecipientTypeDetails": "MailUniversalSecurityGroup" if security else "MailUniversalDistributionGroup",
    }
    if not call.should_process(f'Creating distribution group "{names["Name"]}".'):
        return ()
    return (group(call.model.create("group", attributes, call.dc, guid), call.model, call.dc),)


CMDLETS = (
    cmdlet("New-Mailbox", NEW_MAILBOX, new_mailbox, sets=("User", "DisabledUser", *_SETS[1:])),
    cmdlet("Enable-Mailbox", ENABLE_MAILBOX, enable_mailbox, sets=_SETS),
    cmdlet("New-MailContact", NEW_CONTACT, new_contact),
    cmdlet("New-DistributionGroup", NEW_GROUP, new_group),
)
