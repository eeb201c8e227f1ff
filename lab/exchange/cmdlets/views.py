"""From directory entries to what a cmdlet shows of them: values for the shapes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from lab.exchange.clixml import DT, Culture, G
from lab.exchange.model.cultures import CULTURES
from lab.exchange.model.cultures import culture as server_culture
from lab.exchange.model.directory import AD_DOMAIN, LEGACY_GROUP, Directory, Entry
from lab.exchange.model.sizes import Size, format_size, parse_size
from lab.exchange.shapes import Shape, Shaped
from lab.exchange.shapes_mailbox import MAILBOX_TABLE, MAILBOX_TYPES

MAILBOX = Shape(MAILBOX_TYPES, MAILBOX_TABLE)
VERSION = "Version 15.2 (Build 2562.17)"
POLICY_EXCLUDED = "{26491cfc-9e50-4857-861b-0cb8df22b5d7}"
POLICY_DEFAULT = "e1a339c9-ac14-4226-9cf8-6de2e2b48d6d"

SIZES = frozenset({
    "ProhibitSendQuota", "ProhibitSendReceiveQuota", "IssueWarningQuota", "RecoverableItemsQuota",
    "RecoverableItemsWarningQuota", "CalendarLoggingQuota", "ArchiveQuota", "ArchiveWarningQuota", "MaxSendSize",
    "MaxReceiveSize", "RulesQuota",
})  # fmt: skip
TIMES = frozenset({"EndDateForRetentionHold", "StartDateForRetentionHold", "LitigationHoldDate"})
REFERENCES = frozenset({
    "ForwardingAddress", "GrantSendOnBehalfTo", "AcceptMessagesOnlyFrom", "AcceptMessagesOnlyFromDLMembers",
    "AcceptMessagesOnlyFromSendersOrMembers", "RejectMessagesFrom", "RejectMessagesFromDLMembers",
    "RejectMessagesFromSendersOrMembers", "ModeratedBy", "BypassModerationFromSendersOrMembers", "ArbitrationMailbox",
    "ManagedBy",
})  # fmt: skip
"""Attributes kept as GUIDs and shown as canonical names."""
_REFERENCES_BY_LOWER = {name.lower(): name for name in REFERENCES}

LCIDS = {
    "fr-be": (2060, "French (Belgium)"), "nl-be": (2067, "Dutch (Belgium)"), "fr-fr": (1036, "French (France)"),
    "nl-nl": (1043, "Dutch (Netherlands)"), "de-de": (1031, "German (Germany)"),
    "en-us": (1033, "English (United States)"),
    "en-gb": (2057, "English (United Kingdom)"), "fr-lu": (5132, "French (Luxembourg)"),
    "it-it": (1040, "Italian (Italy)"),
    "es-es": (3082, "Spanish (Spain)"), "fr-ch": (4108, "French (Switzerland)"), "fr-ca": (3084, "French (Canada)"),
    "fr": (12, "French"), "nl": (19, "Dutch"), "de": (7, "German"), "en": (9, "English"),
}  # fmt: skip

_ADDRESS_LISTS = (
    r"\Mailboxes(VLV)", r"\All Mailboxes(VLV)", r"\All Recipients(VLV)", r"\Default Global Address List", r"\All Users",
)  # fmt: skip
_NO_GUID = G("00000000-0000-0000-0000-000000000000")
_KEYS = {
    letter: str(digit)
    for digit, group in enumerate(["abc", "def", "ghi", "jkl", "mno", "pqrs", "tuv", "wxyz"], 2)
    for letter in group
}


def culture(name: str) -> Culture:
    """A CultureInfo; LCID 4096 (unspecified) for one without an entry here."""
    lcid, display = LCIDS.get(name.lower(), (4096, name))
    return Culture(name, lcid, display)


def size_text(model: Directory, size: Size) -> str:
    """A size as the server writes it in its culture."""
    return format_size(size, server_culture(model.culture()))


@lru_cache(maxsize=8)
def _sizes_by_default(culture_name: str) -> dict[str, str]:
    """The sizes of a mailbox that nobody set, where the culture writes them otherwise than the shape's table."""
    found = {name: str(MAILBOX.by_name[name].default) for name in SIZES if name in MAILBOX.by_name}
    chosen = CULTURES[culture_name]
    return {name: format_size(parse_size(text), chosen) for name, text in found.items() if "(" in text}


@lru_cache(maxsize=8192)
def local_time(seconds: float) -> DT:
    """Local time with its offset, as WhenChanged is written."""
    return DT(datetime.fromtimestamp(int(seconds), UTC).astimezone().isoformat())


@lru_cache(maxsize=8192)
def utc_time(seconds: float) -> DT:
    """UTC with a Z, as WhenChangedUTC is written."""
    return DT(datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))


@lru_cache(maxsize=16384)
def dtmf(text: str) -> str:
    """A name on a telephone keypad."""
    return "".join(_KEYS.get(c, c if c.isdigit() else "") for c in text.lower())


def object_values(entry: Entry, dc: str) -> dict[str, Any]:
    """The properties every directory object has."""
    canonical = entry.canonical
    return {
        "Identity": canonical, "Id": canonical, "Name": entry.name, "DistinguishedName": entry.dn,
        "Guid": G(entry.guid), "WhenChanged": local_time(entry.changed), "WhenCreated": local_time(entry.created),
        "WhenChangedUTC": utc_time(entry.changed), "WhenCreatedUTC": utc_time(entry.created),
        "OriginatingServer": dc,
    }  # fmt: skip


def reference(model: Directory, guid: object) -> str | None:
    """The canonical name behind a GUID; None when the object is gone."""
    entry = model.entry(str(guid))
    return entry.canonical if entry else None


def references(model: Directory, guids: Iterable[object]) -> list[str]:
    """The canonical names behind GUIDs."""
    return [name for guid in guids if (name := reference(model, guid))]


def recipient_values(entry: Entry, model: Directory, dc: str) -> dict[str, Any]:
    """What all mail-enabled recipients show: stored attributes in their wire form, and what follows from them."""
    values = object_values(entry, dc)
    for name, value in entry.attrs.items():
        if name in SIZES:
            values[name] = None if value is None else size_text(model, value)
        elif name in REFERENCES:
            many = isinstance(value, list)
            values[name] = references(model, value) if many else value and reference(model, value)
        elif name in TIMES:
            values[name] = DT(value) if value else None
        else:
            values[name] = value
    values["OrganizationalUnit"] = entry.container
    primary = entry.primary
    if primary:
        values["PrimarySmtpAddress"] = values["WindowsEmailAddress"] = primary
        policy = bool(entry.get("EmailAddressPolicyEnabled"))
        values["EmailAddressPolicyEnabled"] = policy
        values["PoliciesIncluded"] = [POLICY_DEFAULT, POLICY_EXCLUDED] if policy else []
        values["PoliciesExcluded"] = [] if policy else [POLICY_EXCLUDED]
    return values


def mailbox_values(entry: Entry, model: Directory, dc: str) -> dict[str, Any]:
    """A mailbox as Get-Mailbox shows it."""
    values = recipient_values(entry, model, dc)
    if model.culture() != "en-US":
        values = _sizes_by_default(model.culture()) | values
    exchange_guid = str(entry.get("ExchangeGuid"))
    alias, name = str(entry.get("Alias", "")), entry.name
    values["ExchangeGuid"] = G(exchange_guid)
    values["ArchiveGuid"] = values["DisabledArchiveGuid"] = _NO_GUID
    values["MailboxLocations"] = [f"1;{exchange_guid};Primary;{AD_DOMAIN};{entry.guid}"]
    values["Languages"] = [culture(language) for language in entry.get("Languages", ())]
    values["ServerName"] = "ex01"
    values["ServerLegacyDN"] = f"{LEGACY_GROUP}/cn=Configuration/cn=Servers/cn=EX01"
    values["AdminDisplayVersion"] = VERSION
    values["WhenMailboxCreated"] = local_time(entry.get("WhenMailboxCreated", entry.created))
    values["AddressListMembership"] = [] if entry.get("HiddenFromAddressListsEnabled") else _ADDRESS_LISTS
    keys, named = dtmf(alias), dtmf(name)
    values["UMDtmfMap"] = [f"emailAddress:{keys}", f"lastNameFirstName:{named}", f"firstNameLastName:{named}"]
    values["ObjectCategory"] = f"{AD_DOMAIN}/Configuration/Schema/Person"
    kind = entry.get("RecipientTypeDetails", "UserMailbox")
    values["IsShared"] = kind == "SharedMailbox"
    values["IsResource"] = kind in {"RoomMailbox", "EquipmentMailbox"}
    return values


def mailbox(entry: Entry, model: Directory, dc: str) -> Shaped:
    """The object Get-Mailbox writes."""
    return Shaped(MAILBOX, mailbox_values(entry, model, dc), entry.name)


DIRECT = {
    "name": "Name", "alias": "Alias", "displayname": "DisplayName", "samaccountname": "SamAccountName",
    "userprincipalname": "UserPrincipalName", "emailaddresses": "EmailAddresses", "office": "Office",
    **{f"customattribute{n}": f"CustomAttribute{n}" for n in range(1, 16)},
}  # fmt: skip
"""Properties a filter may read from the entry itself, without building the whole view."""


def getter(entry: Entry, model: Directory, view: Any) -> Any:
    """A property reader for OPATH that builds the view only when a filter needs it.

    References are filtered by distinguished name, as documented, and by nothing else.
    """
    built: list[Shaped] = []

    def get(name: str) -> object:
        if name in DIRECT:
            return entry.get(DIRECT[name])
        if name == "forwardingsmtpaddress":
            return entry.get("ForwardingSmtpAddress")
        if name in _REFERENCES_BY_LOWER:
            held = entry.get(_REFERENCES_BY_LOWER[name])
            guids = held if isinstance(held, list) else [held]
            return [target.dn for guid in guids if (target := model.entry(str(guid)))]
        if not built:
            built.append(view(entry))
        return built[0].value(name)

    return get
