"""The built-in management roles, role groups and the default role assignment policy: which cmdlets each grants.

The names of roles and groups, and which group has which role, are documented. Which cmdlets a role has is a
part of the documented ones: those the lab knows. A built-in role has every parameter of a cmdlet, except the
roles of users, where it is the point that they do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

Entries = dict[str, list[str]]
"""Parameters by the name of a cmdlet."""

_RECIPIENTS = (
    "Get-Mailbox Get-Recipient Get-User Get-CASMailbox Get-Contact Get-MailContact Get-MailUser Get-DistributionGroup "
    "Get-DistributionGroupMember Get-MailboxStatistics Get-MailboxFolderStatistics Get-MailboxPermission "
    "Get-ADPermission Get-RecipientPermission Get-MailboxRegionalConfiguration Get-MailboxAutoReplyConfiguration "
    "Get-MailboxMessageConfiguration Get-MailboxJunkEmailConfiguration Get-MailboxFolderPermission "
    "Get-ThrottlingPolicyAssociation Get-InboxRule Get-SweepRule Get-OrganizationalUnit Get-ADServerSettings"
)
_CONFIGURATION = (
    "Get-AcceptedDomain Get-RemoteDomain Get-SendConnector Get-ReceiveConnector Get-TransportRule Get-TransportConfig "
    "Get-OrganizationConfig Get-ImapSettings Get-PopSettings Get-ManagementRole Get-ManagementRoleEntry "
    "Get-RoleAssignmentPolicy Get-ManagementRoleAssignment Get-RoleGroup Get-RoleGroupMember Get-ManagementScope "
    "Get-OwaMailboxPolicy Get-ThrottlingPolicy Get-RetentionPolicy Get-EmailAddressPolicy Get-MailboxDatabase "
    "Get-ExchangeServer Get-PowerShellVirtualDirectory Get-DomainController Get-OrganizationalUnit "
    "Get-ADServerSettings Test-ServiceHealth"
)
ADMINISTRATIVE: Mapping[str, str] = {
    "Active Directory Permissions": "*-ADPermission",
    "ApplicationImpersonation": "",
    "Databases": "*-MailboxDatabase",
    "Distribution Groups": "*-DistributionGroup *-DistributionGroupMember",
    "E-Mail Address Policies": "*-EmailAddressPolicy Get-AcceptedDomain",
    "Exchange Servers": "*-ExchangeServer Test-ServiceHealth Get-DomainController *-ADServerSettings",
    "Exchange Virtual Directories": "*-VirtualDirectory *VirtualDirectory",
    "Mail Recipient Creation": (
        "New-Mailbox Remove-Mailbox New-MailContact Remove-MailContact New-MailUser Remove-MailUser "
        "New-DistributionGroup Remove-DistributionGroup Get-Mailbox Get-Recipient Get-User Get-MailContact "
        "Get-MailUser Get-MailboxDatabase Get-OrganizationalUnit Get-AcceptedDomain *-ADServerSettings "
        "Get-DomainController"
    ),
    "Mail Recipients": (
        f"Set-Mailbox Enable-Mailbox Disable-Mailbox Connect-Mailbox Set-User Set-Contact Set-MailContact "
        f"Enable-MailContact Disable-MailContact Set-MailUser Enable-MailUser Disable-MailUser Set-CASMailbox "
        f"*-MailboxPermission *-RecipientPermission *-MailboxFolderPermission *-MailboxAutoReplyConfiguration "
        f"*-MailboxRegionalConfiguration *-ThrottlingPolicyAssociation Get-AcceptedDomain Get-MailboxDatabase "
        f"Get-RoleAssignmentPolicy Get-ThrottlingPolicy Get-OwaMailboxPolicy Get-RetentionPolicy *-ADServerSettings "
        f"{_RECIPIENTS}"
    ),
    "Mailbox Import Export": "*-MailboxImportRequest *-MailboxExportRequest",
    "Move Mailboxes": "*-MoveRequest",
    "Organization Client Access": "*-OrganizationConfig *-ClientAccessRule *-CASMailbox",
    "Organization Configuration": "*-OrganizationConfig *-ADServerSettings Get-DomainController Get-OrganizationalUnit",
    "Organization Transport Settings": "*-TransportConfig",
    "POP3 and IMAP4 Protocols": "*-ImapSettings *-PopSettings Get-ExchangeServer",
    "Receive Connectors": "*-ReceiveConnector",
    "Recipient Policies": "*-OwaMailboxPolicy *-ThrottlingPolicy *-ThrottlingPolicyAssociation Get-EmailAddressPolicy",
    "Remote and Accepted Domains": "*-RemoteDomain *-AcceptedDomain",
    "Retention Management": "*-RetentionPolicy",
    "Role Management": (
        "*-ManagementRole *-ManagementRoleEntry *-RoleAssignmentPolicy *-ManagementRoleAssignment *-RoleGroup "
        "*-RoleGroupMember *-ManagementScope Get-User Get-Recipient"
    ),
    "Send Connectors": "*-SendConnector",
    "Transport Rules": "*-TransportRule",
    "User Options": (
        "*-InboxRule *-SweepRule *-MailboxRegionalConfiguration *-MailboxAutoReplyConfiguration *-CASMailbox "
        "*-MailboxMessageConfiguration *-MailboxJunkEmailConfiguration Set-Mailbox Set-User Get-Mailbox Get-User "
        "Get-Recipient Get-MailboxStatistics Get-MailboxFolderStatistics"
    ),
    "View-Only Configuration": _CONFIGURATION,
    "View-Only Recipients": _RECIPIENTS,
}
_SWITCHES = "Identity Confirm WhatIf ErrorAction ErrorVariable WarningAction WarningVariable OutBuffer OutVariable"
_RULE = (
    "Identity Mailbox Name Priority Force AlwaysDeleteOutlookRulesBlob From SentTo SubjectContainsWords "
    "SubjectOrBodyContainsWords BodyContainsWords FromAddressContainsWords HeaderContainsWords MyNameInToBox "
    "MyNameInCcBox HasAttachment WithImportance MessageTypeMatches MoveToFolder CopyToFolder DeleteMessage MarkAsRead "
    "MarkImportance ForwardTo ForwardAsAttachmentTo RedirectTo StopProcessingRules ExceptIfFrom "
    "ExceptIfSubjectContainsWords Confirm WhatIf ErrorAction WarningAction"
)
_PERSON = "Identity Confirm WhatIf ErrorAction WarningAction"
OF_USERS: Mapping[str, Mapping[str, str]] = {
    "MyBaseOptions": {
        "Set-Mailbox": (
            f"{_SWITCHES} DeliverToMailboxAndForward ForwardingAddress ForwardingSmtpAddress ExternalOofOptions "
            "Languages MessageTrackingReadStatusEnabled MessageCopyForSentAsEnabled "
            "MessageCopyForSendOnBehalfEnabled RejectMessagesFrom RejectMessagesFromSendersOrMembers "
            "RequireSenderAuthenticationEnabled SimpleDisplayName UserCertificate UserSMimeCertificate"
        ),
        "New-InboxRule": _RULE,
        "Set-InboxRule": _RULE,
        "Get-InboxRule": f"{_PERSON} Mailbox DescriptionTimeFormat DescriptionTimeZone",
        "Enable-InboxRule": f"{_PERSON} Mailbox Force AlwaysDeleteOutlookRulesBlob",
        "Disable-InboxRule": f"{_PERSON} Mailbox Force AlwaysDeleteOutlookRulesBlob",
        "Remove-InboxRule": f"{_PERSON} Mailbox Force AlwaysDeleteOutlookRulesBlob",
        "Get-Mailbox": "Identity Anr Filter ResultSize SortBy ErrorAction WarningAction",
        "Get-User": "Identity ErrorAction WarningAction",
        "Get-Recipient": "Identity Anr Filter RecipientType ResultSize ErrorAction WarningAction",
        "Get-CASMailbox": "Identity ErrorAction WarningAction",
        "Set-CASMailbox": f"{_PERSON} PopUseProtocolDefaults ImapUseProtocolDefaults ShowGalAsDefaultView",
        "Get-MailboxStatistics": "Identity ErrorAction WarningAction",
        "Get-MailboxRegionalConfiguration": "Identity ErrorAction WarningAction",
        "Set-MailboxRegionalConfiguration": (
            f"{_PERSON} DateFormat Language LocalizeDefaultFolderName TimeFormat TimeZone"
        ),
        "Get-MailboxAutoReplyConfiguration": "Identity ErrorAction WarningAction",
        "Set-MailboxAutoReplyConfiguration": (
            f"{_PERSON} AutoReplyState EndTime ExternalAudience ExternalMessage InternalMessage StartTime"
        ),
        "Get-MailboxMessageConfiguration": "Identity ErrorAction WarningAction",
        "Set-MailboxMessageConfiguration": f"{_PERSON} AutoAddSignature SignatureText",
        "Get-MailboxJunkEmailConfiguration": "Identity ErrorAction WarningAction",
        "Set-MailboxJunkEmailConfiguration": f"{_PERSON} Enabled TrustedSendersAndDomains BlockedSendersAndDomains",
    },
    "MyContactInformation": {
        "Set-User": (
            f"{_PERSON} City CountryOrRegion Fax HomePhone MobilePhone Pager Phone PostalCode StateOrProvince "
            "StreetAddress WebPage"
        ),
        "Get-User": "Identity ErrorAction WarningAction",
    },
    "MyProfileInformation": {
        "Set-User": f"{_PERSON} FirstName Initials LastName",
        "Set-Mailbox": f"{_PERSON} DisplayName",
        "Get-User": "Identity ErrorAction WarningAction",
    },
    "MyVoiceMail": {
        "Get-UMMailbox": "Identity ErrorAction WarningAction",
        "Set-UMMailbox": f"{_PERSON} CallAnsweringAudioCodec MissedCallNotificationEnabled SubscriberAccessEnabled",
        "Set-UMMailboxPIN": f"{_PERSON} Pin PinExpired",
    },
    "MyTextMessaging": {
        "Get-TextMessagingAccount": "Identity ErrorAction WarningAction",
        "Set-TextMessagingAccount": f"{_PERSON} CountryRegionId MobileOperatorId NotificationPhoneNumber",
        "Clear-TextMessagingAccount": _PERSON,
    },
    "MyDistributionGroupMembership": {
        "Get-DistributionGroup": "Identity Anr Filter ResultSize ErrorAction WarningAction",
        "Get-DistributionGroupMember": "Identity ResultSize ErrorAction WarningAction",
        "Add-DistributionGroupMember": f"{_PERSON} Member",
        "Remove-DistributionGroupMember": f"{_PERSON} Member",
    },
    "MyDistributionGroups": {
        "Get-DistributionGroup": "Identity Anr Filter ManagedBy ResultSize ErrorAction WarningAction",
        "New-DistributionGroup": f"{_PERSON} Name Alias DisplayName ManagedBy Members Notes Type",
        "Set-DistributionGroup": f"{_PERSON} Alias DisplayName ManagedBy Name",
        "Remove-DistributionGroup": _PERSON,
    },
    "MyRetentionPolicies": {"Get-RetentionPolicy": "Identity ErrorAction WarningAction"},
}
DEFAULT_POLICY = "Default Role Assignment Policy"
DEFAULT_POLICY_ROLES = (
    "MyContactInformation", "MyProfileInformation", "MyVoiceMail", "MyTextMessaging", "MyBaseOptions",
    "MyDistributionGroupMembership",
)  # fmt: skip

_UNASSIGNED = {"ApplicationImpersonation", "Mailbox Import Export"}
_ORGANIZATION = tuple(role for role in ADMINISTRATIVE if role not in _UNASSIGNED)
ROLE_GROUPS: Mapping[str, tuple[str, ...]] = {
    "Organization Management": _ORGANIZATION,
    "Recipient Management": (
        "Distribution Groups", "Mail Recipient Creation", "Mail Recipients", "Move Mailboxes", "Recipient Policies",
    ),
    "View-Only Organization Management": ("View-Only Configuration", "View-Only Recipients"),
    "Server Management": (
        "Databases", "Exchange Servers", "Exchange Virtual Directories", "POP3 and IMAP4 Protocols",
        "Receive Connectors",
    ),
    "Help Desk": ("User Options", "View-Only Recipients"),
    "Hygiene Management": ("Receive Connectors", "View-Only Configuration", "View-Only Recipients"),
    "Records Management": ("Retention Management", "Transport Rules"),
    "Discovery Management": (),
    "Public Folder Management": (),
    "Compliance Management": ("Transport Rules", "View-Only Configuration", "View-Only Recipients"),
}  # fmt: skip


def built_in_entries(role: str, known: Mapping[str, list[str]]) -> Entries:
    """The entries of a built-in role; `known` are the cmdlets there are with their parameters."""
    if role in OF_USERS:
        return {cmdlet: sorted(parameters.split()) for cmdlet, parameters in OF_USERS[role].items()}
    patterns = ADMINISTRATIVE[role].split()
    return {name: known[name] for name in sorted(known) if any(fnmatchcase(name, pattern) for pattern in patterns)}


def merged(parts: Iterable[Entries]) -> dict[str, set[str]]:
    """What several roles grant together: lower-case parameters by lower-case cmdlet."""
    granted: dict[str, set[str]] = {}
    for entries in parts:
        for cmdlet, parameters in entries.items():
            granted.setdefault(cmdlet.lower(), set()).update(parameter.lower() for parameter in parameters)
    return granted
