"""The .NET types of the parameters of configuration cmdlets: enumerations and a few scalars.

The names of an enumeration are in the order of their numbers, which are accepted too; an empty name is a
number that has none.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from ipaddress import ip_address
from typing import Any

from lab.exchange.values import CONVERTERS, ConversionError, Secure

_ENUMERATIONS = {
    "AcceptedDomainType": "Authoritative ExternalRelay InternalRelay",
    "AddedRecipientType": "To Cc Bcc Redirect",
    "AllowedOOFType": "External InternalLegacy ExternalLegacy None",
    "AllowOfflineOnEnum": "- PrivateComputersOnly NoComputers AllComputers",
    "AttachmentBlockingActions": "Allow ForceSave Block",
    "AuthMechanisms": "None BasicAuth BasicAuthRequireTLS ExchangeServer ExternalAuthoritative",
    "ByteEncoderTypeFor7BitCharsetsEnum": "Use7Bit UseQP UseBase64 UseQPHtmlDetectTextPlain "
    "UseBase64HtmlDetectTextPlain UseQPHtml7BitTextPlain UseBase64Html7BitTextPlain Undefined",
    "CalendarItemRetrievalOptions": "iCalendar IntranetUrl InternetUrl Custom",
    "ContentType": "MimeHtmlText MimeText MimeHtml",
    "DSNConversionOption": "UseExchangeDSNs PreserveDSNBody DoNotConvert",
    "DisclaimerFallbackAction": "Wrap Ignore Reject",
    "DisclaimerLocation": "Append Prepend",
    "ErrorPolicies": "Default DowngradeDnsFailures DowngradeCustomFailures - UpgradeCustomFailures",
    "EvaluatedUser": "Sender Recipient",
    "Evaluation": "Equal NotEqual",
    "EwsApplicationAccessPolicy": "EnforceAllowList EnforceBlockList",
    "ExtendedProtectionTokenCheckingMode": "None Allow Require",
    "FromUserScope": "InOrganization NotInOrganization",
    "HeaderPromotionMode": "NoCreate MayCreate MustCreate",
    "Importance": "Low Normal High",
    "InstantMessagingTypeOptions": "None Ocs",
    "LogFileRollOver": "- Hourly Daily Weekly Monthly",
    "LoginOptions": "- PlainTextLogin PlainTextAuthentication SecureLogin",
    "ManagementRelationship": "Manager DirectReport",
    "ManagementRoleEntryType": "Cmdlet Script ApplicationPermission WebService All",
    "MessageType": "OOF AutoForward Encrypted Calendaring PermissionControlled Voicemail Signed ApprovalRequest "
    "ReadReceipt",
    "MimeTextFormat": "TextOnly HtmlOnly HtmlAndTextAlternative TextEnrichedOnly TextEnrichedAndTextAlternative "
    "BestBodyFormat Tnef",
    "NotifySenderType": "NotifyOnly RejectMessage RejectUnlessFalsePositiveOverride RejectUnlessSilentOverride "
    "RejectUnlessExplicitOverride",
    "OutboundCharsetOptions": "AutoDetect AlwaysUTF8 UserLanguageChoice",
    "PreferredInternetCodePageForShiftJisEnum": "Undefined Iso2022Jp EscIso2022Jp SioIso2022Jp",
    "ProtocolLoggingLevel": "None Verbose",
    "PublicFoldersDeployment": "None Local Remote",
    "RecipientWriteScopeType": "None NotApplicable Organization MyGAL Self MyDirectReports OU CustomRecipientScope "
    "MyDistributionGroups MyExecutive",
    "RoleAssigneeType": "User SecurityGroup RoleAssignmentPolicy MailboxPlan ForeignSecurityPrincipal RoleGroup "
    "PartnerLinkedRoleGroup LinkedRoleGroup Computer",
    "RuleErrorAction": "Ignore Defer",
    "RuleMode": "Audit AuditAndNotify Enforce",
    "RuleState": "Enabled Disabled",
    "RuleSubType": "None Dlp",
    "SenderAddressLocation": "Header Envelope HeaderOrEnvelope",
    "ShadowMessagePreference": "PreferRemote LocalOnly RemoteOnly",
    "SortOrder": "Ascending Descending",
    "ThrottlingPolicyScopeType": "Regular Organization Global",
    "TlsAuthLevel": "- EncryptionOnly CertificateValidation DomainValidation",
    "ToUserScope": "InOrganization NotInOrganization ExternalPartner ExternalNonPartner",
    "UsageType": "Custom Internal Internet Partner",
    "WebPartsFrameOptions": "Deny AllowFrom None SameOrigin",
}
_DOMAIN = re.compile(r"(?:\*|(?:\*\.)?[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]*[A-Za-z0-9])*)$")
_LARGEST = 2**32 - 1


def _refused(value: Any, kind: str, why: str) -> ConversionError:
    return ConversionError(f'Cannot convert value "{value}" to type "{kind}". Error: "{why}"')


def _enumeration(kind: str, names: tuple[str, ...]) -> Callable[[Any], Any]:
    by_lower = {name.lower(): name for name in names if name != "-"}

    def read(value: Any) -> str | None:
        if value is None:
            return None
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(names) and names[value] != "-":
            return names[value]
        found = by_lower.get(str(value).strip().lower())
        if found is None:
            raise _refused(
                value, kind, f"Unable to match the identifier name {value} to a valid enumerator name. Specify one of "
                f"the following enumerator names and try again: {', '.join(by_lower.values())}",
            )  # fmt: skip
        return found

    return read


def _unsigned(value: Any) -> int:
    if isinstance(value, bool) or not str(value).isdigit() or int(value) > _LARGEST:
        raise _refused(value, "System.UInt32", "Value was either too large or too small for a UInt32.")
    return int(value)


def _unlimited_unsigned(value: Any) -> int | str:
    """A number or Unlimited, as throttling policies take both, whatever the documentation calls the type."""
    if value is None or str(value).lower() == "unlimited":
        return "Unlimited"
    return _unsigned(value)


def _domain(value: Any) -> str | None:
    if value is None:
        return None
    if not _DOMAIN.match(str(value)):
        raise _refused(value, "Microsoft.Exchange.Data.SmtpDomain", f"'{value}' isn't a valid SMTP domain.")
    return str(value)


def _address(value: Any) -> str | None:
    if value is None:
        return None
    try:
        return str(ip_address(str(value)))
    except ValueError:
        raise _refused(value, "System.Net.IPAddress", "An invalid IP address was specified.") from None


def _time(value: Any) -> str | None:
    if value is None:
        return None
    for form in ("%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M", "%m/%d/%Y"):
        try:
            return datetime.strptime(str(value), form).isoformat()  # the server's own time
        except ValueError:
            continue
    try:
        return datetime.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise _refused(value, "System.DateTime", "String was not recognized as a valid DateTime.") from None


TYPES: dict[str, Callable[[Any], Any]] = {
    **{kind: _enumeration(kind, tuple(names.split())) for kind, names in _ENUMERATIONS.items()},
    "UInt32": _unsigned, "UInt32<Unlimited>": _unlimited_unsigned, "Unlimited<UInt32>": _unlimited_unsigned,
    "SmtpDomain": _domain, "SmtpDomainWithSubdomains": _domain, "IPAddress": _address, "DateTime": _time,
    "ProxyAddressTemplateCollection": CONVERTERS["MultiValuedProperty"],
    "SmtpAddress<NullPath>": lambda value: value if value == "<>" else CONVERTERS["SmtpAddress"](value),
    "Hashtable[]": lambda value: value, "PSCredential": lambda _: Secure(""),
}  # fmt: skip
