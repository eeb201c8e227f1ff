"""Get-Mailbox and Set-Mailbox."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lab.exchange.cmdlets import addresses as proxies
from lab.exchange.cmdlets.base import Call, CmdletError, cmdlet
from lab.exchange.cmdlets.search import search
from lab.exchange.cmdlets.views import MAILBOX, REFERENCES, SIZES, mailbox
from lab.exchange.model.directory import MAIL_ENABLED, Entry
from lab.exchange.model.policies import is_policy_class
from lab.exchange.model.sizes import Size, at_most, format_size
from lab.exchange.shapes import Shaped
from lab.exchange.values import Secure

GET = (
    "Identity:MailboxIdParameter@1|; Anr:String; Database:DatabaseIdParameter; DomainController:Fqdn; Filter:String; "
    "IgnoreDefaultScope:SwitchParameter; OrganizationalUnit:OrganizationalUnitIdParameter; "
    "ReadFromDomainController:SwitchParameter; RecipientTypeDetails:RecipientTypeDetails[]; "
    "ResultSize:Unlimited<Int>; SortBy:String"
)

SET = (
    "Identity:MailboxIdParameter!@1|; AcceptMessagesOnlyFrom:MultiValuedProperty; "
    "AcceptMessagesOnlyFromSendersOrMembers:MultiValuedProperty; Alias:String; AntispamBypassEnabled:Boolean; "
    "ArchiveQuota:Unlimited<Size>; ArchiveWarningQuota:Unlimited<Size>; AuditEnabled:Boolean; "
    "AuditLogAgeLimit:EnhancedTimeSpan; CalendarLoggingQuota:Unlimited<Size>; CalendarRepairDisabled:Boolean; "
    "CalendarVersionStoreDisabled:Boolean; Confirm:SwitchParameter=cf; "
    + "".join(f"CustomAttribute{n}:String; " for n in range(1, 16))
    + "DeliverToMailboxAndForward:Boolean; DisplayName:String; DomainController:Fqdn; "
    "EmailAddresses:ProxyAddressCollection; EmailAddressPolicyEnabled:Boolean; "
    + "".join(f"ExtensionCustomAttribute{n}:MultiValuedProperty; " for n in range(1, 6))
    + "ExternalOofOptions:ExternalOofOptions; Force:SwitchParameter; ForwardingAddress:RecipientIdParameter; "
    "ForwardingSmtpAddress:ProxyAddress; GrantSendOnBehalfTo:MultiValuedProperty; "
    "HiddenFromAddressListsEnabled:Boolean; IgnoreDefaultScope:SwitchParameter; IssueWarningQuota:Unlimited<Size>; "
    "Languages:MultiValuedProperty; LitigationHoldEnabled:Boolean; MailTip:String; MaxReceiveSize:Unlimited<Size>; "
    "MaxSendSize:Unlimited<Size>; MessageCopyForSendOnBehalfEnabled:Boolean; MessageCopyForSentAsEnabled:Boolean; "
    "MessageTrackingReadStatusEnabled:Boolean; ModeratedBy:MultiValuedProperty; ModerationEnabled:Boolean; "
    "Name:String; Office:String; Password:SecureString; PrimarySmtpAddress:SmtpAddress; "
    "ProhibitSendQuota:Unlimited<Size>; ProhibitSendReceiveQuota:Unlimited<Size>; RecipientLimits:Unlimited<Int>; "
    "RecoverableItemsQuota:Unlimited<Size>; RecoverableItemsWarningQuota:Unlimited<Size>; "
    "RejectMessagesFrom:MultiValuedProperty; RejectMessagesFromSendersOrMembers:MultiValuedProperty; "
    "RequireSenderAuthenticationEnabled:Boolean; ResetPasswordOnNextLogon:Boolean; "
    "RetainDeletedItemsFor:EnhancedTimeSpan; RetainDeletedItemsUntilBackup:Boolean; RetentionComment:String; "
    "RetentionHoldEnabled:Boolean; RetentionPolicy:MailboxPolicyIdParameter; RetentionUrl:String; "
    "RoleAssignmentPolicy:MailboxPolicyIdParameter; RulesQuota:ByteQuantifiedSize; SamAccountName:String; "
    "SharingPolicy:SharingPolicyIdParameter; SimpleDisplayName:String; SingleItemRecoveryEnabled:Boolean; "
    "ThrottlingPolicy:ThrottlingPolicyIdParameter; UseDatabaseQuotaDefaults:Boolean; "
    "UseDatabaseRetentionDefaults:Boolean; UserPrincipalName:String; WhatIf:SwitchParameter=wi; "
    "WindowsEmailAddress:SmtpAddress; "
    + "".join(f"{name}:MultiValuedProperty; " for name in (
        "AcceptMessagesOnlyFromDLMembers", "ArchiveName", "AuditAdmin", "AuditDelegate", "AuditOwner",
        "BypassModerationFromSendersOrMembers", "MailTipTranslations", "RejectMessagesFromDLMembers", "ResourceCustom",
        "UMDtmfMap",
    ))
    + "".join(f"{name}:Boolean; " for name in (
        "AccountDisabled", "DisableThrottling", "DowngradeHighPriorityMessagesEnabled", "ImListMigrationCompleted",
    ))
    + "".join(f"SCL{name}Enabled:Boolean?; SCL{name}Threshold:Int32?; " for name in (
        "Delete", "Junk", "Quarantine", "Reject",
    ))
    + "AddressBookPolicy:AddressBookMailboxPolicyIdParameter; EndDateForRetentionHold:DateTime?; ImmutableId:String; "
    "LitigationHoldDate:DateTime?; LitigationHoldOwner:String; MaxBlockedSenders:Int32?; MaxSafeSenders:Int32?; "
    "ResourceCapacity:Int32?; SendModerationNotifications:TransportModerationNotificationFlags; "
    "StartDateForRetentionHold:DateTime?"
)  # fmt: skip

_CONTROL = {"Identity", "Confirm", "WhatIf", "DomainController", "Force", "IgnoreDefaultScope", "Password"}
_ADDRESSING = {"EmailAddresses", "PrimarySmtpAddress", "WindowsEmailAddress", "Alias"}
_ORDER = (
    ("IssueWarningQuota", "ProhibitSendReceiveQuota"),
    ("ProhibitSendQuota", "ProhibitSendReceiveQuota"),
    ("RecoverableItemsWarningQuota", "RecoverableItemsQuota"),
    ("ArchiveWarningQuota", "ArchiveQuota"),
)
_DEFAULT_SIZES: dict[str, Size] = {
    "RecoverableItemsQuota": 30 << 30, "RecoverableItemsWarningQuota": 20 << 30, "CalendarLoggingQuota": 6 << 30,
    "ArchiveQuota": 100 << 30, "ArchiveWarningQuota": 90 << 30, "RulesQuota": 256 << 10,
}  # fmt: skip


def get_mailbox(call: Call) -> Iterable[Shaped]:
    """Get-Mailbox."""
    return search(call, {"mailbox"}, MAILBOX, lambda entry: mailbox(entry, call.model, call.dc))


def set_mailbox(call: Call) -> Iterable[Shaped]:
    """Set-Mailbox: all checks on the result of the whole command, then one write."""
    entry = call.one(str(call["Identity"]), {"mailbox"})
    changes = _changes(call, entry)
    _check_quotas(entry, changes)
    if not call.should_process(f'Setting mailbox "{entry.canonical}".'):
        return ()
    real = {name: value for name, value in changes.items() if _current(entry, name) != value}
    password = call["Password"]
    if not real and not isinstance(password, Secure):
        call.warn(f"The command completed successfully but no settings of '{entry.canonical}' have been modified.")
        return ()
    call.model.update(entry.guid, real, call.dc)
    return ()


def _current(entry: Entry, name: str) -> Any:
    if name in entry.attrs:
        return entry.attrs[name]
    if name in _DEFAULT_SIZES:
        return _DEFAULT_SIZES[name]
    prop = MAILBOX.by_name.get(name)
    default = prop.default if prop else None
    return list(default) if isinstance(default, tuple) else default


def _changes(call: Call, entry: Entry) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for name, value in call.values.items():
        if name in _CONTROL or name in _ADDRESSING or name not in MAILBOX.by_name:
            continue
        changes[name] = _one_change(call, entry, name, value)
    _check_names(call, entry, changes)
    changes.update(_addressing(call, entry))
    return changes


def recipient_changes(call: Call, entry: Entry) -> dict[str, Any]:
    """What a cmdlet that is not Set-Mailbox changes of names and addresses, checked as Set-Mailbox checks it."""
    names = ("DisplayName", "Name", "SamAccountName", "UserPrincipalName")
    changes = {name: call[name] for name in names if call[name] is not None}
    _check_names(call, entry, changes)
    changes.update(_addressing(call, entry))
    return {name: value for name, value in changes.items() if _current(entry, name) != value}


def _one_change(call: Call, entry: Entry, name: str, value: Any) -> Any:
    if name == "ForwardingAddress":
        if value is None or value == "":
            return None
        if _current(entry, "ForwardingSmtpAddress"):
            call.warn(
                "This user has already set up the parameter ForwardingSmtpAddress. If you set the parameter "
                "ForwardingAddress, the user's setting will be overridden."
            )
        return call.one(str(value), MAIL_ENABLED).guid
    if name == "ForwardingSmtpAddress":
        return value and "smtp:" + str(value).partition(":")[2]
    if is_policy_class(name):
        return proxies.resolve_policy(call, name, value)
    if name in REFERENCES:
        return proxies.resolve_recipients(call, value, entry.get(name, []))
    if isinstance(value, dict):
        return merged(list(_current(entry, name)), value)
    if name.startswith("CustomAttribute"):
        return _custom(name, value)
    prop = MAILBOX.by_name[name]
    return "" if value is None and prop.tag == "S" and name not in SIZES else value


def _custom(name: str, value: str | None) -> str:
    if value is not None and len(value) > 1024:
        raise CmdletError(
            "DataValidationException",
            "The length of the property is too long. The maximum length is 1024 and the length of the value provided "
            f"is {len(value)}. Property Name: {name}",
        )
    return value or ""


def merged(current: list[Any], asked: dict[str, list[Any]]) -> list[Any]:
    """A collection after the Add and Remove of a hashtable."""
    gone = {str(item).lower() for item in asked.get("remove", ())}
    kept = [item for item in current if str(item).lower() not in gone]
    have = {str(item).lower() for item in kept}
    return kept + [item for item in asked.get("add", ()) if str(item).lower() not in have]


def _check_names(call: Call, entry: Entry, changes: dict[str, Any]) -> None:
    if changes.get("Name"):
        proxies.check_name(call.model, changes["Name"], entry.container, call.dc, entry.guid)
    if changes.get("UserPrincipalName"):
        proxies.check_unique(call.model, "upn", "UserPrincipalName", changes["UserPrincipalName"], entry.guid)
    if changes.get("SamAccountName"):
        proxies.check_unique(call.model, "sam", "SamAccountName", changes["SamAccountName"], entry.guid)


def _addressing(call: Call, entry: Entry) -> dict[str, Any]:
    if call["EmailAddresses"] is not None and call["PrimarySmtpAddress"]:
        raise CmdletError(
            "RecipientTaskException",
            "The EmailAddresses and PrimarySmtpAddress parameters can't be used in the same command.",
        )
    policy = bool(call.given("EmailAddressPolicyEnabled", entry.get("EmailAddressPolicyEnabled", False)))
    wanted = entry.addresses
    changes: dict[str, Any] = {}
    alias = call["Alias"]
    if alias:
        if alias.lower() != str(entry.get("Alias")).lower():
            proxies.check_unique(call.model, "alias", "Alias", alias, entry.guid)
        changes["Alias"] = alias
    if "EmailAddresses" in call:
        wanted = proxies.changed_list(wanted, call["EmailAddresses"])
    primary = call["PrimarySmtpAddress"] or (None if policy else call["WindowsEmailAddress"])
    if primary:
        if policy and call["PrimarySmtpAddress"] and primary.lower() != entry.primary.lower():
            raise CmdletError(
                "RecipientTaskException",
                f'The primary SMTP address of "{entry.canonical}" can\'t be changed because its email addresses are '
                "automatically updated based on the email address policy. Set EmailAddressPolicyEnabled to "
                "$false first.",
            )
        wanted = proxies.with_primary(wanted, primary)
    if policy:
        ruled = f"{alias or entry.get('Alias')}@{proxies.default_domain(call.model)}"
        wanted = proxies.with_primary(wanted, ruled)
    if wanted != entry.addresses:
        proxies.check_collection(call.model, entry, wanted)
        same = sorted(wanted) == sorted(entry.addresses)
        changes["EmailAddresses"] = entry.addresses if same else wanted
    return changes


def _check_quotas(entry: Entry, changes: dict[str, Any]) -> None:
    touched = {name for pair in _ORDER for name in pair} & set(changes)
    for lower, upper in _ORDER:
        if lower not in touched and upper not in touched:
            continue
        small: Size = changes.get(lower, _current(entry, lower))
        large: Size = changes.get(upper, _current(entry, upper))
        if small != "Unlimited" and not at_most(small, large):
            raise CmdletError(
                "DataValidationException",
                f"The value of property '{lower}' must be less than or equal to that of property '{upper}'. "
                f"{lower}: '{format_size(small)}', {upper}: '{format_size(large)}'.",
            )


CMDLETS = (cmdlet("Get-Mailbox", GET, get_mailbox), cmdlet("Set-Mailbox", SET, set_mailbox))
