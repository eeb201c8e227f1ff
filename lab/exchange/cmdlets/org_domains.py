"""Accepted domains and remote domains.

Accepted domains have the properties of recorded ones (Exchange 2019); the wire form of remote domains is
modelled on it, their properties and defaults are documented. The texts of the rules are modelled.
"""

from __future__ import annotations

from typing import Any

from lab.exchange.cmdlets.base import Call, CmdletError
from lab.exchange.cmdlets.org_base import Noun, checks, numbers, refused
from lab.exchange.model.directory import Entry
from lab.exchange.model.org import CONFIGURATION, CONFIGURATION_BASES, ConfigClass

ACCEPTED = ConfigClass(
    kind="domain",
    types=(f"{CONFIGURATION}.AcceptedDomain", *CONFIGURATION_BASES),
    table=(
        "DomainName S; CatchAllRecipientID N; DomainType:AcceptedDomainType S Authoritative; "
        "MatchSubDomains:Boolean B false; AddressBookEnabled:Boolean B true; Default B false; EmailOnly B false; "
        "ExternallyManaged B false; AuthenticationType N; LiveIdInstanceType N; PendingRemoval:Boolean B false; "
        "PendingCompletion:Boolean B false; FederatedOrganizationLink N; MailFlowPartner N; OutboundOnly B false; "
        "PendingFederatedAccountNamespace B false; PendingFederatedDomain B false; IsCoexistenceDomain B false; "
        "PerimeterDuplicateDetected B false; IsDefaultFederatedDomain B false; EnableNego2Authentication B false; "
        "InitialDomain B false"
    ),
    container="CN=Accepted Domains,CN=Transport Settings",
    schema="ms-Exch-Accepted-Domain",
    classes=("top", "msExchAcceptedDomain"),
    keys=("DomainName",),
    renamed={"MakeDefault": "Default"},
)
REMOTE = ConfigClass(
    kind="remotedomain",
    types=(f"{CONFIGURATION}.DomainContentConfig", *CONFIGURATION_BASES),
    table=(
        "DomainName S; IsInternal:Boolean B false; TargetDeliveryDomain:Boolean B false; "
        "ByteEncoderTypeFor7BitCharsets:ByteEncoderTypeFor7BitCharsetsEnum S Undefined; CharacterSet:String N; "
        "NonMimeCharacterSet:String N; AllowedOOFType:AllowedOOFType S External; AutoReplyEnabled:Boolean B true; "
        "AutoForwardEnabled:Boolean B true; DeliveryReportEnabled:Boolean B true; NDREnabled:Boolean B true; "
        "MeetingForwardNotificationEnabled:Boolean B false; ContentType:ContentType S MimeHtmlText; "
        "DisplaySenderName:Boolean B true; "
        "PreferredInternetCodePageForShiftJis:PreferredInternetCodePageForShiftJisEnum S Undefined; "
        "RequiredCharsetCoverage:Int32 N; TNEFEnabled:Boolean? N; LineWrapSize:Unlimited<Int> S Unlimited; "
        "TrustedMailOutboundEnabled:Boolean B false; TrustedMailInboundEnabled:Boolean B false; "
        "UseSimpleDisplayName:Boolean B false; NDRDiagnosticInfoEnabled:Boolean B true; "
        "MessageCountThreshold:Int32 I 2147483647"
    ),
    container="CN=Internet Message Formats,CN=Global Settings",
    schema="ms-Exch-Domain-Content-Config",
    classes=("top", "msExchDomainContentConfig"),
)


def _check_accepted(call: Call, entry: Entry | None, changes: dict[str, Any]) -> None:
    domain = call["DomainName"] if entry is None else entry.get("DomainName")
    if entry is None:
        _check_free(call, ACCEPTED, str(domain))
        changes["DomainName"] = domain
    kind = changes.get("DomainType", ACCEPTED.current(entry, "DomainType") if entry else "Authoritative")
    default = bool(entry and entry.get("Default"))
    if changes.get("Default") is False and default:
        raise refused("The default accepted domain can't be unset. Make another accepted domain the default instead.")
    if kind == "ExternalRelay" and (default or changes.get("Default")):
        raise refused(f"The accepted domain '{domain}' is the default one and can't be an external relay domain.")
    if changes.get("MatchSubDomains") and kind == "Authoritative":
        raise refused(
            "MatchSubDomains can only be set on relay domains. Use a domain name of the form *.domain instead."
        )


def _check_free(call: Call, cls: ConfigClass, domain: str) -> None:
    for other in call.model.scan({cls.kind}):
        if str(other.get("DomainName")).lower() == domain.lower():
            raise CmdletError(
                "ADObjectAlreadyExistsException",
                f"The domain name '{domain}' is already used by '{other.name}'. Use another domain name.",
            )


def _move_default(call: Call, entry: Entry) -> None:
    """There is one default: the one that was just made it."""
    if entry.get("Default"):
        for other in call.model.scan({ACCEPTED.kind}):
            if other.guid != entry.guid and other.get("Default"):
                call.model.update(other.guid, {"Default": False}, call.dc)


def _keep_accepted(call: Call, entry: Entry) -> None:
    domain = str(entry.get("DomainName"))
    if entry.get("Default"):
        raise refused(f"The accepted domain '{entry.name}' is the default accepted domain. It can't be removed.")
    for policy in call.model.scan({"addresspolicy"}):
        templates = policy.get("EnabledEmailAddressTemplates", ())
        used = [one for one in templates if one.lower().endswith(f"@{domain.lower()}")]
        if used:
            raise refused(
                f"The accepted domain '{entry.name}' cannot be removed or made external because it is referenced by "
                f"the e-mail address policy templates '{used[0]}'."
            )


def _check_remote(call: Call, entry: Entry | None, changes: dict[str, Any]) -> None:
    if entry is None:
        _check_free(call, REMOTE, str(call["DomainName"]))
        changes["DomainName"] = call["DomainName"]
        return
    internal = bool(REMOTE.current(entry, "IsInternal"))
    if changes.get("AllowedOOFType") == "InternalLegacy":
        changes["IsInternal"] = True
    elif changes.get("IsInternal") is False and internal and "AllowedOOFType" not in changes:
        changes["AllowedOOFType"] = "ExternalLegacy"


def _keep_built_in(_call: Call, entry: Entry) -> None:
    if entry.get("BuiltIn"):
        raise refused(f"The remote domain '{entry.name}' is the default one. It can't be removed.")


_SET_ACCEPTED = (
    "AddressBookEnabled:Boolean; DomainType:AcceptedDomainType; MakeDefault:Boolean; MatchSubDomains:Boolean; "
    "Name:String; PendingCompletion:Boolean; PendingRemoval:Boolean"
)
ACCEPTED_DOMAIN = Noun(
    "AcceptedDomain", ACCEPTED, get="", new="DomainName:SmtpDomainWithSubdomains!; DomainType:AcceptedDomainType",
    set=_SET_ACCEPTED, remove="", check=_check_accepted, done=_move_default, removing=_keep_accepted,
)  # fmt: skip
REMOTE_DOMAIN = Noun(
    "RemoteDomain", REMOTE, get="", new="DomainName:SmtpDomainWithSubdomains!", set=f"Name:String; {REMOTE.takes()}",
    remove="", check=checks(numbers(RequiredCharsetCoverage=(0, 100)), _check_remote), removing=_keep_built_in,
    settles=True,
)  # fmt: skip
CMDLETS = (*ACCEPTED_DOMAIN.cmdlets(), *REMOTE_DOMAIN.cmdlets())
