"""Mail flow rules (transport rules).

No recording is public: parameters are documented, one for each property, and every property that is not set
reads back as null, lists too. Which properties there are beside the parameters, and the texts of the rules,
are modelled.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from lab.exchange.clixml import G
from lab.exchange.cmdlets.base import Call, Cmdlet, CmdletError, cmdlet
from lab.exchange.cmdlets.org_base import CHANGE, TASKS, Noun, refused, too_long
from lab.exchange.model.directory import MAIL_ENABLED, Entry
from lab.exchange.model.org import ConfigClass
from lab.exchange.shapes import Shaped

_LONGEST_REASON = 256
_CONDITIONS = """
ADComparisonAttribute:ADAttribute; ADComparisonOperator:Evaluation; AnyOfCcHeader:RecipientIdParameter[];
AnyOfCcHeaderMemberOf:RecipientIdParameter[]; AnyOfRecipientAddressContainsWords:Word[];
AnyOfRecipientAddressMatchesPatterns:Pattern[]; AnyOfToCcHeader:RecipientIdParameter[];
AnyOfToCcHeaderMemberOf:RecipientIdParameter[]; AnyOfToHeader:RecipientIdParameter[];
AnyOfToHeaderMemberOf:RecipientIdParameter[]; AttachmentContainsWords:Word[];
AttachmentExtensionMatchesWords:Word[]; AttachmentHasExecutableContent:Boolean;
AttachmentIsPasswordProtected:Boolean; AttachmentIsUnsupported:Boolean; AttachmentMatchesPatterns:Pattern[];
AttachmentNameMatchesPatterns:Pattern[]; AttachmentProcessingLimitExceeded:Boolean;
AttachmentPropertyContainsWords:Word[]; AttachmentSizeOver:ByteQuantifiedSize;
BetweenMemberOf1:RecipientIdParameter[]; BetweenMemberOf2:RecipientIdParameter[];
ContentCharacterSetContainsWords:Word[]; From:RecipientIdParameter[]; FromAddressContainsWords:Word[];
FromAddressMatchesPatterns:Pattern[]; FromMemberOf:RecipientIdParameter[]; FromScope:FromUserScope;
HasClassification:String; HasNoClassification:Boolean; HasSenderOverride:Boolean;
HeaderContainsMessageHeader:HeaderName; HeaderContainsWords:Word[]; HeaderMatchesMessageHeader:HeaderName;
HeaderMatchesPatterns:Pattern[]; ManagerAddresses:RecipientIdParameter[]; ManagerForEvaluatedUser:EvaluatedUser;
MessageContainsDataClassifications:Hashtable[]; MessageSizeOver:ByteQuantifiedSize;
MessageTypeMatches:MessageType; RecipientADAttributeContainsWords:Word[];
RecipientADAttributeMatchesPatterns:Pattern[]; RecipientAddressContainsWords:Word[];
RecipientAddressMatchesPatterns:Pattern[]; RecipientDomainIs:Word[]; SCLOver:SclValue;
SenderADAttributeContainsWords:Word[]; SenderADAttributeMatchesPatterns:Pattern[]; SenderDomainIs:Word[];
SenderIpRanges:MultiValuedProperty; SenderManagementRelationship:ManagementRelationship;
SentTo:RecipientIdParameter[]; SentToMemberOf:RecipientIdParameter[]; SentToScope:ToUserScope;
SubjectContainsWords:Word[]; SubjectMatchesPatterns:Pattern[]; SubjectOrBodyContainsWords:Word[];
SubjectOrBodyMatchesPatterns:Pattern[]; WithImportance:Importance
"""
"""What a rule may look at; each exists a second time as its exception, ExceptIf…"""

_ACTIONS = """
AddManagerAsRecipientType:AddedRecipientType; AddToRecipients:RecipientIdParameter[];
ApplyClassification:String; ApplyHtmlDisclaimerFallbackAction:DisclaimerFallbackAction;
ApplyHtmlDisclaimerLocation:DisclaimerLocation; ApplyHtmlDisclaimerText:DisclaimerText;
ApplyRightsProtectionTemplate:RmsTemplateIdParameter; BlindCopyTo:RecipientIdParameter[];
CopyTo:RecipientIdParameter[]; DeleteMessage:Boolean; Disconnect:Boolean;
GenerateIncidentReport:RecipientIdParameter; GenerateNotification:DisclaimerText;
IncidentReportContent:IncidentReportContent[]; LogEventText:EventLogText; ModerateMessageByManager:Boolean;
ModerateMessageByUser:RecipientIdParameter[]; NotifySender:NotifySenderType; PrependSubject:SubjectPrefix;
Quarantine:Boolean; RedirectMessageTo:RecipientIdParameter[]; RejectMessageEnhancedStatusCode:RejectEnhancedStatus;
RejectMessageReasonText:RejectText; RemoveHeader:HeaderName; RouteMessageOutboundRequireTls:Boolean;
SetAuditSeverity:String; SetHeaderName:HeaderName; SetHeaderValue:HeaderValue; SetSCL:SclValue;
SmtpRejectMessageRejectStatusCode:RejectStatusCode; SmtpRejectMessageRejectText:RejectText;
StopRuleProcessing:Boolean
"""
_ABOUT = """
ActivationDate:DateTime; Comments:String; DlpPolicy:String; ExpiryDate:DateTime; Mode:RuleMode; Priority:Int32;
RuleErrorAction:RuleErrorAction; RuleSubType:RuleSubType; SenderAddressLocation:SenderAddressLocation
"""
_DEFAULTS = {
    "Mode": "S Enforce", "Priority": "I 0", "RuleErrorAction": "S Ignore", "RuleSubType": "S None",
    "SenderAddressLocation": "S Header", "StopRuleProcessing": "B false",
}  # fmt: skip


def _names(text: str) -> list[str]:
    return [" ".join(part.split()) for part in text.split(";") if part.strip()]


def _row(parameter: str) -> str:
    name, _, kind = parameter.partition(":")
    if name in _DEFAULTS:
        return f"{parameter} {_DEFAULTS[name]}"
    return f"{parameter}{'?' if kind == 'Boolean' else ''} N"


_PARAMETERS = [*_names(_CONDITIONS), *(f"ExceptIf{name}" for name in _names(_CONDITIONS)), *_names(_ACTIONS),
               *_names(_ABOUT)]  # fmt: skip
RULE = ConfigClass(
    kind="transportrule",
    types=(
        "Microsoft.Exchange.MessagingPolicies.Rules.Tasks.Rule",
        "Microsoft.Exchange.MessagingPolicies.Rules.Tasks.RulePresentationObjectBase", "System.Object",
    ),
    table=(
        "; ".join(map(_row, _PARAMETERS)) + "; State S Enabled; RuleVersion S 15.0.5.2; DlpPolicyId G; "
        "Conditions L mv:String; Exceptions L mv:String; Actions L mv:String; Description S; ManuallyModified B false; "
        "Name S; DistinguishedName S; Identity S; Guid G; ImmutableId G; OrganizationId S; "
        "ExchangeVersion S 0.1 (8.0.535.0); WhenChanged DT; IsValid B true; ObjectState S Unchanged"
    ),
    container="CN=TransportVersioned,CN=Rules,CN=Transport Settings",
    schema="ms-Exch-Transport-Rule",
    classes=("top", "msExchTransportRule"),
)  # fmt: skip
_BY_KIND = {name.partition(":")[0]: name.partition(":")[2] for name in _PARAMETERS}
_OWN_STATUS = re.compile(r"5\.7\.(?:1|9\d\d)$")


def _set(changes: dict[str, Any], entry: Entry | None, names: Iterable[str]) -> list[str]:
    def now(name: str) -> Any:
        return changes[name] if name in changes else entry.get(name) if entry else None

    return [name for name in names if now(name) not in (None, [], False, "")]


def _check(call: Call, entry: Entry | None, changes: dict[str, Any]) -> None:
    for name, kind in _BY_KIND.items():
        value = changes.get(name)
        if kind.startswith("RecipientIdParameter") and value:
            many = isinstance(value, list)
            found = [call.one(str(item), MAIL_ENABLED).primary for item in (value if many else [value])]
            changes[name] = found if many else found[0]
        elif value == []:
            changes[name] = None
    _check_reject(entry, changes)
    if not _set(changes, entry, (name.partition(":")[0] for name in _names(_ACTIONS))):
        raise refused("The rule must have at least one action.")
    if entry is None:
        changes["State"] = "Disabled" if call["Enabled"] is False else "Enabled"
    _place(call, entry, changes)
    _describe(changes, entry)


def _check_reject(entry: Entry | None, changes: dict[str, Any]) -> None:
    reason, status = changes.get("RejectMessageReasonText"), changes.get("RejectMessageEnhancedStatusCode")
    if reason and len(reason) > _LONGEST_REASON:
        raise too_long("RejectMessageReasonText", reason, _LONGEST_REASON)
    if status and not _OWN_STATUS.match(status):
        raise CmdletError(
            "DataValidationException",
            f"The enhanced status code '{status}' isn't valid. Valid values are 5.7.1 or a value in the range from "
            "5.7.900 through 5.7.999.",
        )
    had_reason = entry is not None and bool(entry.get("RejectMessageReasonText"))
    if reason and "RejectMessageEnhancedStatusCode" not in changes and not had_reason:
        changes["RejectMessageEnhancedStatusCode"] = "5.7.1"
    if status and not _set(changes, entry, ["RejectMessageReasonText"]):
        changes["RejectMessageReasonText"] = "Delivery not authorized, message refused"


def _place(call: Call, entry: Entry | None, changes: dict[str, Any]) -> None:
    """Make room at the asked priority: priorities are 0, 1, 2… without a gap."""
    others = sorted(
        (e for e in call.model.scan({RULE.kind}) if not entry or e.guid != entry.guid),
        key=lambda e: int(e.get("Priority", 0)),
    )
    asked = changes.get("Priority")
    if asked is None and entry is not None:
        return
    place = len(others) if asked is None else int(asked)
    if not 0 <= place <= len(others):
        raise CmdletError(
            "ArgumentOutOfRangeException", f"The priority '{place}' isn't valid. It must be from 0 to {len(others)}."
        )
    changes["Priority"] = place
    if call["WhatIf"]:
        return
    for number, other in enumerate(others):
        wanted = number if number < place else number + 1
        if other.get("Priority") != wanted:
            call.model.update(other.guid, {"Priority": wanted}, call.dc)


def _describe(changes: dict[str, Any], entry: Entry | None) -> None:
    groups = {
        "Conditions": [name.partition(":")[0] for name in _names(_CONDITIONS)],
        "Exceptions": [f"ExceptIf{name.partition(':')[0]}" for name in _names(_CONDITIONS)],
        "Actions": [name.partition(":")[0] for name in _names(_ACTIONS)],
    }
    for group, names in groups.items():
        changes[group] = _set(changes, entry, names)


def _close_gap(call: Call, entry: Entry) -> None:
    for other in call.model.scan({RULE.kind}):
        if int(other.get("Priority", 0)) > int(entry.get("Priority", 0)):
            call.model.update(other.guid, {"Priority": int(other.get("Priority", 0)) - 1}, call.dc)


def _narrow(call: Call, entries: list[Entry]) -> list[Entry]:
    found = sorted(entries, key=lambda entry: int(entry.get("Priority", 0)))
    if call["State"]:
        found = [entry for entry in found if entry.get("State") == call["State"]]
    limit = call["ResultSize"]
    return found if limit in (None, "Unlimited") else found[: int(limit)]


def _shown(_call: Call, entry: Entry) -> dict[str, Any]:
    return {"ImmutableId": G(entry.guid)}


TRANSPORT_RULE = Noun(
    "TransportRule", RULE, id_type="RuleIdParameter", area="MessagingPolicies.Rules.Tasks",
    get="State:RuleState; DlpPolicy:String; Filter:String; ResultSize:Unlimited<Int>",
    new=f"{RULE.takes()}; Enabled:Boolean; UseLegacyRegex:Boolean", set=f"Name:String; {RULE.takes()}", remove="",
    check=_check, gone=_close_gap, narrow=_narrow, shown=_shown,
)  # fmt: skip


def _switch(state: str) -> Any:
    def run(call: Call) -> Iterable[Shaped]:
        entry = TRANSPORT_RULE.one(call, call["Identity"])
        changes = {"State": state} | ({"Mode": call["Mode"]} if call["Mode"] else {})
        if call.should_process(f'{call.cmdlet.verb[:-1]}ing transport rule "{entry.name}".'):
            call.model.update(entry.guid, changes, call.dc)
        return ()

    return run


def _switches() -> tuple[Cmdlet, ...]:
    common = f"Identity:RuleIdParameter!@1|; {CHANGE}"
    return (
        cmdlet("Enable-TransportRule", f"{common}; Mode:RuleMode", _switch("Enabled"), area=TASKS),
        cmdlet("Disable-TransportRule", common, _switch("Disabled"), area=TASKS, confirms=True),
    )


CMDLETS = (*TRANSPORT_RULE.cmdlets(), *_switches())
