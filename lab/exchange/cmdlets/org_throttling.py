"""Throttling policies and whom they are associated with.

Parameters and the order Regular before Organization before Global are documented, and that without -Explicit a
policy shows what it inherits. The numbers of the global policy are documented defaults where they are known and
Unlimited elsewhere; wire forms and the texts of the rules are modelled. The lab throttles nobody by them: its
own limits are knobs.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lab.exchange.cmdlets.base import Call, cmdlet, limited, not_found
from lab.exchange.cmdlets.org_base import CHANGE, TASKS, Noun, refused
from lab.exchange.model.directory import Entry
from lab.exchange.model.org import CONFIGURATION, CONFIGURATION_BASES, ConfigClass
from lab.exchange.shapes import Shape, Shaped

_COUNTED = "Anonymous Cpa=CPA Eas=EAS Ews=EWS Imap=IMAP Owa=OWA Pop=POP PowerShell Rca=RCA"
_OTHERS = (
    "BookingSelfService Consensus EncryptionRecipient EncryptionSender OutlookService OwaVoice PushNotification "
    "RcaShared Schedules"
)
_SINGLE = (
    "EasMaxDeviceDeletesPerMonth=EASMaxDeviceDeletesPerMonth EasMaxDevices=EASMaxDevices "
    "EwsMaxSubscriptions=EWSMaxSubscriptions ExchangeMaxCmdlets ForwardeeLimit MessageRateLimit "
    "PowerShellMaxCmdletQueueDepth PowerShellMaxCmdlets PowerShellMaxCmdletsTimePeriod "
    "PowerShellMaxDestructiveCmdlets PowerShellMaxDestructiveCmdletsTimePeriod RecipientRateLimit"
)
_UNLIMITED = (
    "ComplianceMaxExpansionDGRecipients ComplianceMaxExpansionNestedDGs DiscoveryMaxConcurrency DiscoveryMaxKeywords "
    "DiscoveryMaxKeywordsPerPage DiscoveryMaxMailboxes DiscoveryMaxPreviewSearchMailboxes DiscoveryMaxRefinerResults "
    "DiscoveryMaxSearchQueueDepth DiscoveryMaxStatsSearchMailboxes DiscoveryPreviewSearchResultsPageSize "
    "DiscoverySearchTimeoutPeriod EasMaxInactivityForDeviceCleanup EwsCostThreshold "
    "OutlookServiceMaxSocketConnectionsPerDevice OutlookServiceMaxSocketConnectionsPerUser "
    "OutlookServiceMaxSubscriptions PowerShellMaxOperations PowerShellMaxRunspaces PowerShellMaxRunspacesTimePeriod "
    "PowerShellMaxTenantConcurrency PowerShellMaxTenantRunspaces PswsMaxConcurrency PswsMaxRequest "
    "PswsMaxRequestTimePeriod PushNotificationMaxBurstPerDevice PushNotificationRechargeRatePerDevice "
    "PushNotificationSamplingPeriodPerDevice"
)
GLOBAL = {
    "AnonymousMaxConcurrency": "1", "CpaMaxConcurrency": "20", "EasMaxConcurrency": "10", "EasMaxDevices": "100",
    "EwsMaxConcurrency": "27", "EwsMaxBurst": "300000", "EwsRechargeRate": "900000", "EwsCutoffBalance": "3000000",
    "EwsMaxSubscriptions": "5000", "OwaMaxConcurrency": "20", "OwaMaxBurst": "480000", "OwaRechargeRate": "1800000",
    "PopMaxConcurrency": "20", "PopMaxBurst": "3600000", "PopRechargeRate": "600000",
    "ImapMaxBurst": "3600000", "ImapRechargeRate": "600000",
    "PowerShellMaxConcurrency": "18", "PowerShellMaxTenantConcurrency": "9", "RcaMaxConcurrency": "40",
    "RcaMaxBurst": "150000", "RcaRechargeRate": "900000", "DiscoveryMaxConcurrency": "2",
    "DiscoveryMaxMailboxes": "5000", "DiscoveryMaxKeywords": "500",
}  # fmt: skip


def _rows() -> dict[str, tuple[str, str]]:
    """The parameter and its type by property."""
    found: dict[str, tuple[str, str]] = {}
    for text, counted in ((_COUNTED, "UInt32<Unlimited>"), (_OTHERS, "Unlimited<UInt32>")):
        for item in text.split():
            name, _, other = item.partition("=")
            found[f"{name}MaxConcurrency"] = (f"{other or name}MaxConcurrency", counted)
            for limit in ("MaxBurst", "RechargeRate", "CutoffBalance"):
                found[f"{name}{limit}"] = (f"{name}{limit}", "Unlimited<UInt32>")
    for text, kind in ((_SINGLE, "UInt32<Unlimited>"), (_UNLIMITED, "Unlimited<UInt32>")):
        for item in text.split():
            name, _, other = item.partition("=")
            found[name] = (other or name, kind)
    return found


ROWS = _rows()
THROTTLING = ConfigClass(
    kind="throttlingpolicy",
    types=(f"{CONFIGURATION}.ThrottlingPolicy", *CONFIGURATION_BASES),
    table=(
        "; ".join(f"{name} N" for name in ROWS) + "; IsServiceAccount:SwitchParameter B false; "
        "ThrottlingPolicyScope:ThrottlingPolicyScopeType S Regular; IsLegacyDefault B false; Diagnostics N"
    ),
    container="CN=Global Settings",
    schema="ms-Exch-Throttling-Policy",
    classes=("top", "msExchGenericPolicy", "msExchThrottlingPolicy"),
    forms=dict.fromkeys(ROWS, str),
    renamed={parameter: name for name, (parameter, _) in ROWS.items()},
)
_LIMITS = "; ".join(f"{parameter}:{kind}" for parameter, kind in ROWS.values())


def _check(call: Call, entry: Entry | None, changes: dict[str, Any]) -> None:
    scope = changes.get("ThrottlingPolicyScope")
    if scope == "Global" and (entry is None or entry.get("ThrottlingPolicyScope") != "Global"):
        raise refused(
            "There is one global throttling policy, which Setup creates. Use the scope Regular or Organization."
        )
    if entry is not None and entry.get("ThrottlingPolicyScope") == "Global" and not call["Force"]:
        call.ask(f"'{entry.name}' is the global throttling policy. Changing it changes the limits of everybody.")
    if scope == "Organization":
        for other in call.model.scan({THROTTLING.kind}):
            if other.get("ThrottlingPolicyScope") == "Organization" and (entry is None or other.guid != entry.guid):
                raise refused(f"The organization already has the throttling policy '{other.name}' of this scope.")


def _removing(call: Call, entry: Entry) -> None:
    if entry.get("ThrottlingPolicyScope") == "Global":
        raise refused(f"The throttling policy '{entry.name}' is the global one. It can't be removed.")
    for holder in call.model.scan({"mailbox", "user", "mailuser", "contact", "account"}):
        if holder.get("ThrottlingPolicy") == entry.name:
            raise refused(
                f"The throttling policy '{entry.name}' can't be removed because it is associated with '{holder.name}'."
            )


def _shown(call: Call, entry: Entry) -> dict[str, Any]:
    """Without -Explicit: what is not set comes from the policy of the organization, else from the global one."""
    if call["Explicit"]:
        return {}
    inherited: dict[str, Any] = {}
    for scope in ("Global", "Organization"):
        for policy in call.model.scan({THROTTLING.kind}, call.dc):
            if policy.get("ThrottlingPolicyScope") == scope:
                inherited |= {name: value for name, value in policy.attrs.items() if name in ROWS and value is not None}
    own = {name: value for name, value in entry.attrs.items() if name in ROWS and value is not None}
    return inherited | own


def _narrow(call: Call, entries: list[Entry]) -> list[Entry]:
    asked = call["ThrottlingPolicyScope"]
    return [one for one in entries if not asked or one.get("ThrottlingPolicyScope", "Regular") == asked]


POLICIES = Noun(
    "ThrottlingPolicy", THROTTLING,
    get="Diagnostics:SwitchParameter; Explicit:SwitchParameter; ThrottlingPolicyScope:ThrottlingPolicyScopeType",
    new=f"{_LIMITS}; {THROTTLING.takes()}", set=f"{_LIMITS}; {THROTTLING.takes()}; Name:String; Force:SwitchParameter",
    remove="Force:SwitchParameter", check=_check, removing=_removing, shown=_shown, narrow=_narrow,
)  # fmt: skip

_ASSOCIATION = Shape(
    (f"{CONFIGURATION}.ThrottlingPolicyAssociation", "System.Object"),
    "ObjectId S; ThrottlingPolicyId N; Name S; Identity S; IsValid B true; ObjectState S Unchanged",
)
_HOLDERS = frozenset({"mailbox", "user", "mailuser", "contact", "account"})


def _association(entry: Entry) -> Shaped:
    values = {
        "ObjectId": entry.canonical, "ThrottlingPolicyId": entry.get("ThrottlingPolicy"), "Name": entry.name,
        "Identity": entry.canonical,
    }  # fmt: skip
    return Shaped(_ASSOCIATION, values, entry.canonical)


def get_association(call: Call) -> Iterable[Shaped]:
    """Get-ThrottlingPolicyAssociation."""
    if call["Identity"] is not None:
        found = call.find(str(call["Identity"]), _HOLDERS)
        if not found:
            raise not_found(str(call["Identity"]), call.dc)
    else:
        start = str(call.given("Anr", "")).lower()
        found = [one for one in call.model.scan(_HOLDERS, call.dc) if one.name.lower().startswith(start)]
    if call["ThrottlingPolicy"]:
        policy = POLICIES.one(call, call["ThrottlingPolicy"]).name
        found = [one for one in found if one.get("ThrottlingPolicy") == policy]
    return limited(call, map(_association, found))


def set_association(call: Call) -> Iterable[Shaped]:
    """Set-ThrottlingPolicyAssociation; $null takes the association away."""
    entry = call.one(str(call["Identity"]), _HOLDERS)
    asked = call["ThrottlingPolicy"]
    policy = POLICIES.one(call, asked).name if asked else None
    if not call.should_process(f'Setting the throttling policy of "{entry.canonical}".'):
        return ()
    if entry.get("ThrottlingPolicy") == policy:
        call.warn(f"The command completed successfully but no settings of '{entry.canonical}' have been modified.")
    else:
        call.model.update(entry.guid, {"ThrottlingPolicy": policy}, call.dc)
    return ()


_ID = "Identity:ThrottlingPolicyAssociationIdParameter"
CMDLETS = (
    *POLICIES.cmdlets(),
    cmdlet(
        "Get-ThrottlingPolicyAssociation",
        f"{_ID}@1|{{Identity}}; Anr:String{{AnrSet}}; DomainController:Fqdn; ResultSize:Unlimited<Int>; "
        "SortBy:String; ThrottlingPolicy:ThrottlingPolicyIdParameter",
        get_association, area=TASKS, sets=("Identity", "AnrSet"),
    ),
    cmdlet(
        "Set-ThrottlingPolicyAssociation", f"{_ID}!@1|; {CHANGE}; ThrottlingPolicy:ThrottlingPolicyIdParameter",
        set_association, area=TASKS,
    ),
)  # fmt: skip
