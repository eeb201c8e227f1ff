"""The .NET types of the parameters of mailbox cmdlets: enumerations, single and several, and moments."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from lab.exchange.values import CONVERTERS, ConversionError, Secure

_ENUMERATIONS = {
    "OofState": "Disabled Enabled Scheduled",
    "ExternalAudience": "None Known All",
    "Importance": "Low Normal High",
    "Sensitivity": "Normal Personal Private CompanyConfidential",
    "InboxRuleMessageType": "AutomaticReply AutomaticForward Encrypted Calendaring CalendaringResponse "
    "PermissionControlled Voicemail Signed ApprovalRequest ReadReceipt NonDeliveryReport",
    "MimeTextFormat": "TextOnly HtmlOnly HtmlAndTextAlternative TextEnrichedOnly TextEnrichedAndTextAlternative "
    "BestBodyFormat Tnef",
    "EwsApplicationAccessPolicy": "EnforceAllowList EnforceBlockList",
    "ActiveDirectorySecurityInheritance": "None All Descendents SelfAndChildren Children",
    "MailboxRights": "FullAccess SendAs ExternalAccount DeleteItem ReadPermission ChangePermission ChangeOwner",
    "ActiveDirectoryRights": "CreateChild DeleteChild ListChildren Self ReadProperty WriteProperty DeleteTree "
    "ListObject ExtendedRight Delete ReadControl GenericExecute GenericWrite GenericRead WriteDacl WriteOwner "
    "GenericAll Synchronize AccessSystemSecurity",
    "MessageFormat": "Text Mime",
    "MessageBodyFormat": "Text Html TextAndHtml",
    "MacAttachmentFormat": "BinHex UuEncode AppleSingle AppleDouble",
    "UseMapiRichTextFormat": "Never Always UseDefaultSettings",
    "TransportModerationNotificationFlags": "Never Internal Always",
    "ArchiveStatusFlags": "None Active",
    "ConvertibleMailboxSubType": "Regular Room Equipment Shared",
    "SweepRuleSystemCategory": "NotDefined Bills Document DocumentPlus Event Family File Flight FromContact Important "
    "LiveView Lodging MailingList Newsletter Photo Purchase RentalCar RestaurantReservation RetiredPromotion "
    "ShippingNotification Shopping SocialUpdate Travel Video",
}


def _enumeration(kind: str, names: tuple[str, ...]) -> Callable[[Any], Any]:
    by_lower = {name.lower(): name for name in names}

    def read(value: Any) -> str | None:
        if value is None or value == "":
            return None
        found = by_lower.get(str(value).strip().lower())
        if found is None:
            raise ConversionError(
                f'Cannot convert value "{value}" to type "{kind}". Error: "Unable to match the identifier name {value} '
                "to a valid enumerator name. Specify one of the following enumerator names and try again: "
                f'{", ".join(names)}"'
            )
        return found

    return read


def _several(one: Callable[[Any], Any]) -> Callable[[Any], list[Any]]:
    def read(value: Any) -> list[Any]:
        items = value if isinstance(value, list) else str(value).split(",") if isinstance(value, str) else [value]
        return [one(item) for item in items if item is not None]

    return read


def _texts(value: Any) -> list[str]:
    return [str(item) for item in (value if isinstance(value, list) else [] if value is None else [value])]


def moment(value: Any) -> str | None:
    """A date and time as ISO text: ISO, or month first as an American server reads it; without a zone it is local."""
    if value is None or value == "":
        return None
    text = str(value).strip()
    for form in ("%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y"):
        try:
            return datetime.strptime(text, form).astimezone().isoformat()
        except ValueError:
            continue
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ConversionError(
            f'Cannot convert value "{value}" to type "System.DateTime". Error: "String was not recognized as a valid '
            'DateTime."'
        ) from None
    return (found if found.tzinfo else found.astimezone()).isoformat()


def parsed(text: str) -> datetime:
    """A moment as stored, for comparing."""
    return datetime.fromisoformat(text).astimezone(UTC)


_READERS = {kind: _enumeration(kind, tuple(names.split())) for kind, names in _ENUMERATIONS.items()}
for _kind, _reader in _READERS.items():
    CONVERTERS.setdefault(_kind, _reader)
    CONVERTERS.setdefault(f"{_kind}[]", _several(_reader))
CONVERTERS.update({"ExDateTime": moment, "RecipientIdParameter[]": _texts})
CONVERTERS.update(dict.fromkeys(("MessageClassificationIdParameter[]", "ADSchemaObjectIdParameter[]"), _texts))
CONVERTERS["ExtendedRightIdParameter[]"] = _texts
for _kind, _other in (("DateTime", moment), ("PSCredential", lambda _: Secure("")), ("CountryInfo", str)):
    CONVERTERS.setdefault(_kind, _other)
