"""Get-Recipient and Get-User, and the shapes of contacts and groups.

No recording of these objects is public; names come from the documentation, wire forms are modelled on
Get-Mailbox.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lab.exchange.clixml import G
from lab.exchange.cmdlets.base import Call, cmdlet
from lab.exchange.cmdlets.search import search
from lab.exchange.cmdlets.views import object_values, recipient_values
from lab.exchange.model.directory import AD_DOMAIN, MAIL_ENABLED, Directory, Entry
from lab.exchange.shapes import Shape, Shaped

_MANAGEMENT = "Microsoft.Exchange.Data.Directory.Management"
_BASES = (
    f"{_MANAGEMENT}.ADPresentationObject", "Microsoft.Exchange.Data.Directory.ADObject",
    "Microsoft.Exchange.Data.Directory.ADRawEntry", "Microsoft.Exchange.Data.ConfigurableObject", "System.Object",
)  # fmt: skip
_OBJECT = (
    "Identity S; IsValid B true; ExchangeVersion S 0.20 (15.0.0.0); DistinguishedName S; Guid G; ObjectCategory S; "
    "ObjectClass L mv:String; WhenChanged DT; WhenCreated DT; WhenChangedUTC DT; WhenCreatedUTC DT; "
    "OrganizationId S; Id S; OriginatingServer S; ObjectState S Unchanged"
)
_CUSTOM = "".join(f"CustomAttribute{n} S; " for n in range(1, 16))

RECIPIENT = Shape(
    (f"{_MANAGEMENT}.ReducedRecipient", *_BASES),
    "ActiveSyncMailboxPolicy N; AddressBookPolicy N; AddressListMembership L ad:ADObjectId; Alias S; "
    "ArchiveDatabase N; ArchiveGuid G; ArchiveState S None; City S; Company S; CountryOrRegion N; PostalCode S; "
    + _CUSTOM
    + "Database N; DatabaseName N; Department S; DisplayName S; EmailAddresses L proxies; "
    "EmailAddressPolicyEnabled B false; ExchangeGuid G; ExternalDirectoryObjectId S; ExternalEmailAddress N; "
    "FirstName S; HiddenFromAddressListsEnabled B false; IsValidSecurityPrincipal B true; LastName S; "
    "LitigationHoldEnabled B false; ManagedBy L ad:ADObjectId; Manager N; Name S; Office S; OrganizationalUnit S; "
    "Phone S; PoliciesExcluded L mv:String; PoliciesIncluded L mv:String; PrimarySmtpAddress S; RecipientType S; "
    "RecipientTypeDetails S; RequireAllSendersAreAuthenticated B false; ResourceType N; RetentionPolicy N; "
    "SamAccountName S; SharingPolicy N; SKUAssigned N; StateOrProvince S; Title S; UMEnabled B false; "
    "WhenMailboxCreated N; WhenSoftDeleted N; WindowsLiveID S; " + _OBJECT,
)
USER = Shape(
    (f"{_MANAGEMENT}.User", f"{_MANAGEMENT}.OrgPersonPresentationObject", *_BASES),
    "IsSecurityPrincipal B true; SamAccountName S; Sid S; SidHistory L mv:String; UserPrincipalName S; "
    "ResetPasswordOnNextLogon B false; CertificateSubject L mv:String; RemotePowerShellEnabled B true; "
    "WindowsLiveID S; UserAccountControl S NormalAccount; OrganizationalUnit S; IsLinked B false; "
    "LinkedMasterAccount S; AccountDisabled B false; AssistantName S; City S; Company S; CountryOrRegion N; "
    "Department S; DirectReports L ad:ADObjectId; DisplayName S; Fax S; FirstName S; HomePhone S; Initials S; "
    "LastName S; Manager N; MobilePhone S; Name S; Notes S; Office S; OtherFax L mv:String; "
    "OtherHomePhone L mv:String; OtherTelephone L mv:String; Pager S; Phone S; PhoneticDisplayName S; PostalCode S; "
    "PostOfficeBox L mv:String; RecipientType S; RecipientTypeDetails S; SeniorityIndex N; SimpleDisplayName S; "
    "StateOrProvince S; StreetAddress S; TelephoneAssistant S; Title S; UMDtmfMap L mv:String; WebPage S; "
    "WindowsEmailAddress S; " + _OBJECT,
)
CONTACT = Shape(
    (
        f"{_MANAGEMENT}.MailContact",
        f"{_MANAGEMENT}.MailEnabledOrgPerson",
        f"{_MANAGEMENT}.MailEnabledRecipient",
        *_BASES,
    ),
    "ExternalEmailAddress S; MaxRecipientPerMessage S Unlimited; UseMapiRichTextFormat S UseDefaultSettings; "
    "ModerationEnabled B false; ModeratedBy L ad:ADObjectId; SendModerationNotifications S Always; MailTip N; "
    "MailTipTranslations L mv:String; UMDtmfMap L mv:String; AcceptMessagesOnlyFrom L ad:ADObjectId; "
    "AcceptMessagesOnlyFromDLMembers L ad:ADObjectId; AcceptMessagesOnlyFromSendersOrMembers L ad:ADObjectId; "
    "BypassModerationFromSendersOrMembers L ad:ADObjectId; RejectMessagesFrom L ad:ADObjectId; "
    "RejectMessagesFromDLMembers L ad:ADObjectId; RejectMessagesFromSendersOrMembers L ad:ADObjectId; "
    "ExtensionCustomAttribute1 L mv:String; ExtensionCustomAttribute2 L mv:String; "
    "ExtensionCustomAttribute3 L mv:String; ExtensionCustomAttribute4 L mv:String; "
    "ExtensionCustomAttribute5 L mv:String; UsePreferMessageFormat B false; MessageFormat S Mime; "
    "MessageBodyFormat S TextAndHtml; MacAttachmentFormat S BinHex; Alias S; OrganizationalUnit S; "
    + _CUSTOM
    + "DisplayName S; EmailAddresses L proxies; GrantSendOnBehalfTo L ad:ADObjectId; "
    "HiddenFromAddressListsEnabled B false; LegacyExchangeDN S; MaxSendSize S Unlimited; MaxReceiveSize S Unlimited; "
    "PoliciesIncluded L mv:String; PoliciesExcluded L mv:String; EmailAddressPolicyEnabled B false; "
    "PrimarySmtpAddress S; RecipientType S MailContact; RecipientTypeDetails S MailContact; "
    "RequireSenderAuthenticationEnabled B false; SimpleDisplayName S; WindowsEmailAddress S; Name S; " + _OBJECT,
)
GROUP = Shape(
    (
        f"{_MANAGEMENT}.DistributionGroup",
        f"{_MANAGEMENT}.DistributionGroupBase",
        f"{_MANAGEMENT}.MailEnabledRecipient",
        *_BASES,
    ),
    "GroupType S Universal; SamAccountName S; IsDirSynced B false; ManagedBy L ad:ADObjectId; "
    "MemberJoinRestriction S Closed; MemberDepartRestriction S Closed; MigrationToUnifiedGroupInProgress B false; "
    "ExpansionServer S; ReportToManagerEnabled B false; ReportToOriginatorEnabled B true; Alias S; "
    "OrganizationalUnit S; "
    + _CUSTOM
    + "DisplayName S; EmailAddresses L proxies; GrantSendOnBehalfTo L ad:ADObjectId; "
    "HiddenFromAddressListsEnabled B false; LegacyExchangeDN S; MaxSendSize S Unlimited; MaxReceiveSize S Unlimited; "
    "PoliciesIncluded L mv:String; PoliciesExcluded L mv:String; EmailAddressPolicyEnabled B true; "
    "PrimarySmtpAddress S; RecipientType S; RecipientTypeDetails S; RequireSenderAuthenticationEnabled B true; "
    "SimpleDisplayName S; WindowsEmailAddress S; Name S; " + _OBJECT,
)

_CLASSES = {
    "mailbox": ["top", "person", "organizationalPerson", "user"],
    "user": ["top", "person", "organizationalPerson", "user"],
    "mailuser": ["top", "person", "organizationalPerson", "user"],
    "contact": ["top", "person", "organizationalPerson", "contact"],
    "group": ["top", "group"],
}

_FILTERED = (
    "Anr:String; DomainController:Fqdn; Filter:String; IgnoreDefaultScope:SwitchParameter; "
    "OrganizationalUnit:OrganizationalUnitIdParameter; ReadFromDomainController:SwitchParameter; "
    "RecipientTypeDetails:RecipientTypeDetails[]; ResultSize:Unlimited<Int>; SortBy:String"
)


def _values(entry: Entry, model: Directory, dc: str) -> dict[str, Any]:
    values = recipient_values(entry, model, dc)
    values["ObjectClass"] = _CLASSES[entry.kind]
    schema = {"contact": "Person", "group": "Group"}.get(entry.kind, "Person")
    values["ObjectCategory"] = f"{AD_DOMAIN}/Configuration/Schema/{schema}"
    values.pop("WhenMailboxCreated", None)
    return values


def recipient(entry: Entry, model: Directory, dc: str) -> Shaped:
    """The object Get-Recipient writes."""
    values = _values(entry, model, dc)
    if entry.kind == "mailbox":
        values["DatabaseName"] = values.get("Database")
        values["ExchangeGuid"] = G(values["ExchangeGuid"])
    return Shaped(RECIPIENT, values, entry.name)


def user(entry: Entry, model: Directory, dc: str) -> Shaped:
    """The object Get-User writes; a plain account has the types User and User."""
    values = _values(entry, model, dc) if entry.kind != "user" else object_values(entry, dc) | dict(entry.attrs)
    values.setdefault("RecipientType", "User")
    values.setdefault("RecipientTypeDetails", "User")
    values["OrganizationalUnit"] = entry.container
    values["ObjectClass"] = _CLASSES[entry.kind]
    return Shaped(USER, values, entry.name)


def contact(entry: Entry, model: Directory, dc: str) -> Shaped:
    """The object New-MailContact writes."""
    return Shaped(CONTACT, _values(entry, model, dc), entry.name)


def group(entry: Entry, model: Directory, dc: str) -> Shaped:
    """The object New-DistributionGroup writes."""
    return Shaped(GROUP, _values(entry, model, dc), entry.name)


def get_recipient(call: Call) -> Iterable[Shaped]:
    """Get-Recipient."""
    return search(call, MAIL_ENABLED, RECIPIENT, lambda entry: recipient(entry, call.model, call.dc))


def get_user(call: Call) -> Iterable[Shaped]:
    """Get-User: accounts with and without a mailbox."""
    return search(call, {"user", "mailbox", "mailuser"}, USER, lambda entry: user(entry, call.model, call.dc))


CMDLETS = (
    cmdlet(
        "Get-Recipient",
        "Identity:RecipientIdParameter@1|; Credential:PSCredential; "
        "Database:DatabaseIdParameter; Properties:String[]; "
        "RecipientPreviewFilter:String; RecipientType:RecipientType[]; " + _FILTERED,
        get_recipient,
    ),
    cmdlet("Get-User", "Identity:UserIdParameter@1|; " + _FILTERED.replace("SortBy", "Sortby"), get_user),
)
