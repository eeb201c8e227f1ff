"""Get-CASMailbox and Set-CASMailbox: the protocols of a mailbox.

MapiHttpEnabled, EwsEnabled and EwsAllow* are $null until set and then mean "as the organization says".
The object's wire form is modelled (no recording is public).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lab.exchange.cmdlets.addresses import resolve_policy
from lab.exchange.cmdlets.base import Call, cmdlet
from lab.exchange.cmdlets.mailbox import merged, recipient_changes
from lab.exchange.cmdlets.search import search
from lab.exchange.cmdlets.views import object_values
from lab.exchange.model.directory import Entry
from lab.exchange.model.policies import is_policy_class
from lab.exchange.shapes import Shape, Shaped

CAS = Shape(
    (
        "Microsoft.Exchange.Data.Directory.Management.CASMailbox",
        "Microsoft.Exchange.Data.Directory.Management.ADPresentationObject",
        "Microsoft.Exchange.Data.Directory.ADObject", "Microsoft.Exchange.Data.Directory.ADRawEntry",
        "Microsoft.Exchange.Data.ConfigurableObject", "System.Object",
    ),
    "EmailAddresses L proxies; LegacyExchangeDN S; LinkedMasterAccount S; PrimarySmtpAddress S; SamAccountName S; "
    "ServerLegacyDN S; ServerName S; DisplayName S; ActiveSyncAllowedDeviceIDs L mv:String; "
    "ActiveSyncBlockedDeviceIDs L mv:String; ActiveSyncMailboxPolicy S Default; "
    "ActiveSyncMailboxPolicyIsDefaulted B true; ActiveSyncEnabled B true; ActiveSyncDebugLogging N; "
    "ActiveSyncSuppressReadReceipt B false; HasActiveSyncDevicePartnership B false; "
    "IsOptimizedForAccessibility B false; "
    "OwaMailboxPolicy N; OWAEnabled B true; OWAforDevicesEnabled B true; ECPEnabled B true; PopEnabled B true; "
    "PopUseProtocolDefaults B true; PopMessagesRetrievalMimeFormat S BestBodyFormat; "
    "PopEnableExactRFC822Size B false; PopSuppressReadReceipt B false; PopForceICalForCalendarRetrievalOption B false; "
    "ImapEnabled B true; ImapUseProtocolDefaults B true; ImapMessagesRetrievalMimeFormat S BestBodyFormat; "
    "ImapEnableExactRFC822Size B false; ImapSuppressReadReceipt B false; "
    "ImapForceICalForCalendarRetrievalOption B false; MAPIEnabled B true; MapiHttpEnabled N; "
    "MAPIBlockOutlookNonCachedMode B false; MAPIBlockOutlookVersions S; MAPIBlockOutlookRpcHttp B false; "
    "MAPIBlockOutlookExternalConnectivity B false; EwsEnabled N; EwsAllowOutlook N; EwsAllowMacOutlook N; "
    "EwsAllowEntourage N; EwsApplicationAccessPolicy N; EwsAllowList N; EwsBlockList N; ShowGalAsDefaultView B true; "
    "PublicFolderClientAccess B false; ExternalDirectoryObjectId S; Identity S; IsValid B true; "
    "ExchangeVersion S 0.20 (15.0.0.0); Name S; DistinguishedName S; Guid G; ObjectCategory S; "
    "ObjectClass L mv:String top,person,organizationalPerson,user; WhenChanged DT; WhenCreated DT; WhenChangedUTC DT; "
    "WhenCreatedUTC DT; OrganizationId S; Id S; OriginatingServer S; ObjectState S Unchanged",
)  # fmt: skip

_GET = (
    "Identity:MailboxIdParameter@1|; ActiveSyncDebugLogging:SwitchParameter; "
    "ActiveSyncSuppressReadReceipt:SwitchParameter; Anr:String; Credential:PSCredential; DomainController:Fqdn; "
    "Filter:String; IgnoreDefaultScope:SwitchParameter; Monitoring:SwitchParameter; "
    "OrganizationalUnit:OrganizationalUnitIdParameter; ProtocolSettings:SwitchParameter; "
    "ReadFromDomainController:SwitchParameter; ReadIsOptimizedForAccessibility:SwitchParameter; "
    "RecalculateHasActiveSyncDevicePartnership:SwitchParameter; ResultSize:Unlimited<Int>; SortBy:String"
)
_SET = (
    "Identity:MailboxIdParameter!@1|; ActiveSyncAllowedDeviceIDs:MultiValuedProperty; "
    "ActiveSyncBlockedDeviceIDs:MultiValuedProperty; ActiveSyncDebugLogging:Boolean?; ActiveSyncEnabled:Boolean; "
    "ActiveSyncMailboxPolicy:MailboxPolicyIdParameter; ActiveSyncSuppressReadReceipt:Boolean; "
    "Confirm:SwitchParameter=cf; DisplayName:String; DomainController:Fqdn; ECPEnabled:Boolean; "
    "EmailAddresses:ProxyAddressCollection; EwsAllowEntourage:Boolean?; EwsAllowList:MultiValuedProperty; "
    "EwsAllowMacOutlook:Boolean?; EwsAllowOutlook:Boolean?; "
    "EwsApplicationAccessPolicy:EwsApplicationAccessPolicy; EwsBlockList:MultiValuedProperty; "
    "EwsEnabled:Boolean?; IgnoreDefaultScope:SwitchParameter; ImapEnabled:Boolean; "
    "ImapEnableExactRFC822Size:Boolean; ImapForceICalForCalendarRetrievalOption:Boolean; "
    "ImapMessagesRetrievalMimeFormat:MimeTextFormat; ImapSuppressReadReceipt:Boolean; "
    "ImapUseProtocolDefaults:Boolean; IsOptimizedForAccessibility:Boolean; "
    "MAPIBlockOutlookExternalConnectivity:Boolean; MAPIBlockOutlookNonCachedMode:Boolean; "
    "MAPIBlockOutlookRpcHttp:Boolean; MAPIBlockOutlookVersions:String; MAPIEnabled:Boolean; "
    "MapiHttpEnabled:Boolean?; Name:String; OWAEnabled:Boolean; OWAforDevicesEnabled:Boolean; "
    "OwaMailboxPolicy:MailboxPolicyIdParameter; PopEnabled:Boolean; PopEnableExactRFC822Size:Boolean; "
    "PopForceICalForCalendarRetrievalOption:Boolean; PopMessagesRetrievalMimeFormat:MimeTextFormat; "
    "PopSuppressReadReceipt:Boolean; PopUseProtocolDefaults:Boolean; PrimarySmtpAddress:SmtpAddress; "
    "PublicFolderClientAccess:Boolean; ResetAutoBlockedDevices:SwitchParameter; SamAccountName:String; "
    "ShowGalAsDefaultView:Boolean; WhatIf:SwitchParameter=wi"
)
_CONTROL = {"Identity", "Confirm", "DomainController", "IgnoreDefaultScope", "WhatIf", "ResetAutoBlockedDevices"}
_RECIPIENT = {"DisplayName", "EmailAddresses", "Name", "PrimarySmtpAddress", "SamAccountName"}
_OPTIONAL_LISTS = {"EwsAllowList", "EwsBlockList"}


def _view(call: Call, entry: Entry) -> Shaped:
    values = {
        **object_values(entry, call.dc), **entry.get("Cas", {}), "PrimarySmtpAddress": entry.primary,
        "ServerName": "ex01",
    }  # fmt: skip
    for name in ("EmailAddresses", "LegacyExchangeDN", "SamAccountName", "DisplayName"):
        values[name] = entry.get(name)
    values["ActiveSyncMailboxPolicyIsDefaulted"] = not entry.get("Cas", {}).get("ActiveSyncMailboxPolicy")
    if values.get("ActiveSyncMailboxPolicy") is None:
        values["ActiveSyncMailboxPolicy"] = "Default"
    return Shaped(CAS, values, entry.name)


def get_cas(call: Call) -> Iterable[Shaped]:
    """Get-CASMailbox."""
    return search(call, {"mailbox"}, CAS, lambda entry: _view(call, entry))


def set_cas(call: Call) -> Iterable[Shaped]:
    """Set-CASMailbox: protocols, and the few properties of the recipient that it can set as well."""
    entry = call.one(str(call["Identity"]), {"mailbox"})
    old = dict(entry.get("Cas", {}))
    new = {**old, **{name: _setting(call, old, name) for name in call.values if name in CAS.by_name}}
    new = {name: value for name, value in new.items() if name not in _CONTROL | _RECIPIENT}
    changed = {name for name, value in new.items() if value != old.get(name, CAS.by_name[name].default)}
    of_recipient = recipient_changes(call, entry)
    if not call.should_process(f'Setting Client Access settings for mailbox "{entry.canonical}".'):
        return ()
    if not changed and not of_recipient:
        call.warn(f"The command completed successfully but no settings of '{entry.canonical}' have been modified.")
        return ()
    call.model.update(entry.guid, {"Cas": new, **of_recipient}, call.dc)
    return ()


def _setting(call: Call, old: Mapping[str, Any], name: str) -> Any:
    value = call[name]
    if is_policy_class(name):
        return resolve_policy(call, name, value)
    if name in _OPTIONAL_LISTS or CAS.by_name[name].tag == "L":
        listed = merged(list(old.get(name) or ()), value) if isinstance(value, dict) else value
        return listed or (None if name in _OPTIONAL_LISTS else [])
    return "" if value is None and CAS.by_name[name].tag == "S" else value


CMDLETS = (cmdlet("Get-CASMailbox", _GET, get_cas), cmdlet("Set-CASMailbox", _SET, set_cas))
