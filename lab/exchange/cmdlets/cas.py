"""Get-CASMailbox and Set-CASMailbox: the protocols of a mailbox.

MapiHttpEnabled, EwsEnabled and EwsAllow* are $null until set and then mean "as the organization says".
The object's wire form is modelled (no recording is public).
"""

from __future__ import annotations

from collections.abc import Iterable

from lab.exchange.cmdlets.base import Call, cmdlet
from lab.exchange.cmdlets.search import search
from lab.exchange.cmdlets.views import object_values
from lab.exchange.model.directory import Entry
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
    "ActiveSyncMailboxPolicyIsDefaulted B true; ActiveSyncEnabled B true; HasActiveSyncDevicePartnership B false; "
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

_SET = (
    "Identity:MailboxIdParameter!@1|; ActiveSyncEnabled:Boolean; Confirm:SwitchParameter=cf; DomainController:Fqdn; "
    "ECPEnabled:Boolean; EwsAllowEntourage:Boolean?; EwsAllowMacOutlook:Boolean?; EwsAllowOutlook:Boolean?; "
    "EwsEnabled:Boolean?; IgnoreDefaultScope:SwitchParameter; ImapEnabled:Boolean; "
    "ImapEnableExactRFC822Size:Boolean; ImapSuppressReadReceipt:Boolean; ImapUseProtocolDefaults:Boolean; "
    "MAPIBlockOutlookExternalConnectivity:Boolean; MAPIBlockOutlookNonCachedMode:Boolean; "
    "MAPIBlockOutlookRpcHttp:Boolean; MAPIEnabled:Boolean; MapiHttpEnabled:Boolean?; OWAEnabled:Boolean; "
    "OWAforDevicesEnabled:Boolean; OwaMailboxPolicy:MailboxPolicyIdParameter; PopEnabled:Boolean; "
    "PopEnableExactRFC822Size:Boolean; PopSuppressReadReceipt:Boolean; PopUseProtocolDefaults:Boolean; "
    "PublicFolderClientAccess:Boolean; ShowGalAsDefaultView:Boolean; WhatIf:SwitchParameter=wi"
)
_CONTROL = {"Identity", "Confirm", "DomainController", "IgnoreDefaultScope", "WhatIf"}


def _view(call: Call, entry: Entry) -> Shaped:
    values = {
        **object_values(entry, call.dc), **entry.get("Cas", {}), "PrimarySmtpAddress": entry.primary,
        "ServerName": "ex01",
    }  # fmt: skip
    for name in ("EmailAddresses", "LegacyExchangeDN", "SamAccountName", "DisplayName"):
        values[name] = entry.get(name)
    return Shaped(CAS, values, entry.name)


def get_cas(call: Call) -> Iterable[Shaped]:
    """Get-CASMailbox."""
    return search(call, {"mailbox"}, CAS, lambda entry: _view(call, entry))


def set_cas(call: Call) -> Iterable[Shaped]:
    """Set-CASMailbox."""
    entry = call.one(str(call["Identity"]), {"mailbox"})
    old = dict(entry.get("Cas", {}))
    defaults = CAS.by_name
    new = {**old, **{name: value for name, value in call.values.items() if name in defaults and name not in _CONTROL}}
    changed = any(value != old.get(name, defaults[name].default) for name, value in new.items())
    if not call.should_process(f'Setting Client Access settings for mailbox "{entry.canonical}".'):
        return ()
    if not changed:
        call.warn(f"The command completed successfully but no settings of '{entry.canonical}' have been modified.")
        return ()
    call.model.update(entry.guid, {"Cas": new}, call.dc)
    return ()


CMDLETS = (
    cmdlet(
        "Get-CASMailbox",
        "Identity:MailboxIdParameter@1|; Anr:String; DomainController:Fqdn; Filter:String; "
        "IgnoreDefaultScope:SwitchParameter; OrganizationalUnit:OrganizationalUnitIdParameter; "
        "ReadFromDomainController:SwitchParameter; ResultSize:Unlimited<Int>; SortBy:String",
        get_cas,
    ),
    cmdlet("Set-CASMailbox", _SET, set_cas),
)
