"""Get-, Set- and Remove-MailContact."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lab.exchange.cmdlets import addresses as proxies
from lab.exchange.cmdlets.base import Call, CmdletError, cmdlet
from lab.exchange.cmdlets.mailbox import merged, recipient_changes
from lab.exchange.cmdlets.recipient import CONTACT, contact
from lab.exchange.cmdlets.search import search
from lab.exchange.cmdlets.views import REFERENCES
from lab.exchange.model.directory import Entry
from lab.exchange.shapes import Shaped

_GET = (
    "Identity:MailContactIdParameter@1|; ANR:String; Credential:PSCredential; DomainController:Fqdn; Filter:String; "
    "IgnoreDefaultScope:SwitchParameter; OrganizationalUnit:OrganizationalUnitIdParameter; "
    "ReadFromDomainController:SwitchParameter; RecipientTypeDetails:RecipientTypeDetails[]; "
    "ResultSize:Unlimited<Int>; SortBy:String"
)
_SET = (
    "Identity:MailContactIdParameter!@1|; AcceptMessagesOnlyFrom:MultiValuedProperty; "
    "AcceptMessagesOnlyFromDLMembers:MultiValuedProperty; "
    "AcceptMessagesOnlyFromSendersOrMembers:MultiValuedProperty; Alias:String; ArbitrationMailbox:MailboxIdParameter; "
    "BypassModerationFromSendersOrMembers:MultiValuedProperty; Confirm:SwitchParameter=cf; CreateDTMFMap:Boolean; "
    + "".join(f"CustomAttribute{n}:String; " for n in range(1, 16))
    + "DisplayName:String; DomainController:Fqdn; EmailAddresses:ProxyAddressCollection; "
    "EmailAddressPolicyEnabled:Boolean; "
    + "".join(f"ExtensionCustomAttribute{n}:MultiValuedProperty; " for n in range(1, 6))
    + "ExternalEmailAddress:ProxyAddress; ForceUpgrade:SwitchParameter; GrantSendOnBehalfTo:MultiValuedProperty; "
    "HiddenFromAddressListsEnabled:Boolean; IgnoreDefaultScope:SwitchParameter; "
    "MacAttachmentFormat:MacAttachmentFormat; MailTip:String; MailTipTranslations:MultiValuedProperty; "
    "MaxReceiveSize:Unlimited<Size>; MaxRecipientPerMessage:Unlimited<Int>; MaxSendSize:Unlimited<Size>; "
    "MessageBodyFormat:MessageBodyFormat; MessageFormat:MessageFormat; ModeratedBy:MultiValuedProperty; "
    "ModerationEnabled:Boolean; Name:String; PrimarySmtpAddress:SmtpAddress; "
    "RejectMessagesFrom:MultiValuedProperty; RejectMessagesFromDLMembers:MultiValuedProperty; "
    "RejectMessagesFromSendersOrMembers:MultiValuedProperty; RemovePicture:SwitchParameter; "
    "RemoveSpokenName:SwitchParameter; RequireSenderAuthenticationEnabled:Boolean; SecondaryAddress:String; "
    "SecondaryDialPlan:UMDialPlanIdParameter; SendModerationNotifications:TransportModerationNotificationFlags; "
    "SimpleDisplayName:String; UMDtmfMap:MultiValuedProperty; UseMapiRichTextFormat:UseMapiRichTextFormat; "
    "UsePreferMessageFormat:Boolean; WhatIf:SwitchParameter=wi; WindowsEmailAddress:SmtpAddress"
)
_ADDRESSING = {
    "Alias", "EmailAddresses", "PrimarySmtpAddress", "WindowsEmailAddress", "ExternalEmailAddress", "Name",
    "DisplayName", "Identity", "OrganizationalUnit",
}  # fmt: skip


def get_contacts(call: Call) -> Iterable[Shaped]:
    """Get-MailContact."""
    return search(call, {"contact"}, CONTACT, lambda entry: contact(entry, call.model, call.dc))


def set_contact(call: Call) -> Iterable[Shaped]:
    """Set-MailContact: a new external address replaces the one among the proxy addresses."""
    entry = call.one(str(call["Identity"]), {"contact"})
    changes = {name: _value(call, entry, name) for name in call.values if _plain(name)}
    changes |= recipient_changes(call, entry)
    if call["ExternalEmailAddress"]:
        changes |= _external(call, entry, changes)
    real = {name: value for name, value in changes.items() if entry.get(name, CONTACT.by_name[name].default) != value}
    if not call.should_process(f'Setting mail contact "{entry.canonical}".'):
        return ()
    if not real:
        call.warn(f"The command completed successfully but no settings of '{entry.canonical}' have been modified.")
        return ()
    call.model.update(entry.guid, real, call.dc)
    return ()


def _plain(name: str) -> bool:
    return name in CONTACT.by_name and name not in _ADDRESSING


def _value(call: Call, entry: Entry, name: str) -> Any:
    value = call[name]
    if name in REFERENCES:
        return proxies.resolve_recipients(call, value, entry.get(name, []))
    if isinstance(value, dict):
        return merged(list(entry.get(name, ())), value)
    return "" if value is None and CONTACT.by_name[name].tag == "S" else value


def _external(call: Call, entry: Entry, changes: dict[str, Any]) -> dict[str, Any]:
    target = "SMTP:" + str(call["ExternalEmailAddress"]).partition(":")[2]
    old = str(entry.get("ExternalEmailAddress", ""))
    listed = [a for a in changes.get("EmailAddresses", entry.addresses) if a.lower() != old.lower()]
    if not any(a.startswith("SMTP:") for a in listed):
        listed.insert(0, target)
    elif target.lower() not in (a.lower() for a in listed):
        listed.append("smtp:" + target[5:])
    proxies.check_proxies(call.model, listed, entry.guid)
    return {"ExternalEmailAddress": target, "EmailAddresses": listed}


def remove_contact(call: Call) -> Iterable[Shaped]:
    """Remove-MailContact: the directory object is gone; mailboxes that forwarded to it forward no more."""
    entry = call.one(str(call["Identity"]), {"contact"})
    if not entry.addresses:
        raise CmdletError("RecipientTaskException", f'"{entry.canonical}" isn\'t mail-enabled.')
    if call.should_process(f'Removing mail contact "{entry.canonical}".'):
        call.model.remove(entry.guid, call.dc)
    return ()


CMDLETS = (
    cmdlet("Get-MailContact", _GET, get_contacts),
    cmdlet("Set-MailContact", _SET, set_contact),
    cmdlet(
        "Remove-MailContact",
        "Identity:MailContactIdParameter!@1|; Confirm:SwitchParameter=cf; DomainController:Fqdn; "
        "IgnoreDefaultScope:SwitchParameter; WhatIf:SwitchParameter=wi",
        remove_contact,
        confirms=True,
    ),
)
