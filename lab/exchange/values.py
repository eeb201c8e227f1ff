"""Parameter values: from PSRP objects to Python, and from Python to the .NET type a parameter has."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

from psrpcore.types import PSSecureString

from lab.exchange.model import sizes


class Secure:
    """A SecureString; shows itself as `***` wherever it could be printed."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return "***"

    def reveal(self) -> str:
        """The text."""
        return self._text


class ConversionError(ValueError):
    """A value the parameter's type does not take; the message continues "…on parameter 'X'. "."""


def plain(value: Any) -> Any:
    """A PSRP value as str, bool, int, float, list, dict, Secure or None; another object as its Guid or text."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, PSSecureString):
        decrypt: Callable[[], str] = value.decrypt
        return Secure(str.__str__(decrypt()))
    for kind, convert_one in _PLAIN:
        if isinstance(value, kind):
            return convert_one(value)
    for name in ("Guid", "Identity"):
        found = getattr(value, name, None)
        if found is not None:
            return plain(found)
    return str(value)


_PLAIN: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    (str, str.__str__),
    (int, int),
    (float, float),
    (uuid.UUID, lambda value: str(uuid.UUID(int=value.int))),
    (dict, lambda value: {str(plain(key)): plain(item) for key, item in value.items()}),
    ((list, tuple), lambda value: [plain(item) for item in value]),
)


def masked(value: Any) -> Any:
    """A value fit for the journal."""
    if isinstance(value, Secure):
        return "***"
    if isinstance(value, dict):
        return {key: masked(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [masked(item) for item in value]
    return value


def _cannot(value: Any, to: str, why: str = "") -> ConversionError:
    shown = "***" if isinstance(value, Secure) else "" if value is None else value
    return ConversionError(f'Cannot convert value "{shown}" to type "{to}".{f" Error: {why}" if why else ""}')


def _string(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, (list, dict, Secure)):
        raise ConversionError("Cannot convert value to type System.String.")
    return str(value)


def _boolean(value: Any) -> bool:
    if isinstance(value, (bool, int, float)):
        return bool(value)
    kind = "" if value is None else f"System.{type(value).__name__.replace('str', 'String')}"
    raise ConversionError(
        f'Cannot convert value "{kind}" to type "System.Boolean". Boolean parameters accept only Boolean values '
        "and numbers, such as $True, $False, 1 or 0."
    )


def _switch(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise _cannot(value, "System.Management.Automation.SwitchParameter")


def _integer(value: Any) -> int:
    try:
        number = int(value)
    except (TypeError, ValueError):
        raise _cannot(value, "System.Int32", "Input string was not in a correct format.") from None
    if not -(2**31) <= number < 2**31:
        raise _cannot(value, "System.Int32", "Value was either too large or too small for an Int32.")
    return number


def _size(value: Any) -> sizes.Size:
    try:
        return sizes.parse_quota(value)
    except ValueError as error:
        kind = "Microsoft.Exchange.Data.Unlimited`1[Microsoft.Exchange.Data.ByteQuantifiedSize]"
        raise _cannot(value, kind, str(error)) from None


def _bytes(value: Any) -> int:
    try:
        return sizes.parse_size(value)
    except ValueError as error:
        raise _cannot(value, "Microsoft.Exchange.Data.ByteQuantifiedSize", str(error)) from None


def _unlimited_number(value: Any) -> int | str:
    if value is None or str(value).lower() == sizes.UNLIMITED.lower():
        return sizes.UNLIMITED
    if isinstance(value, bool) or not str(value).isdigit():
        raise _cannot(value, "Microsoft.Exchange.Data.Unlimited`1[System.UInt32]", "The value isn't a number.")
    return int(value)


_SMTP = re.compile(r"[^\s@<>()\[\],;:\"]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)*$")


def is_smtp(text: str) -> bool:
    """Whether a text is an SMTP address."""
    return bool(_SMTP.match(text))


def _smtp(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, str) and is_smtp(value):
        return value
    raise _cannot(value, "Microsoft.Exchange.Data.SmtpAddress", f"The email address '{value}' isn't correct.")


def proxy(value: Any) -> str | None:
    """A proxy address with its prefix; an un-prefixed one is SMTP (lower-case: not yet primary)."""
    if value is None or value == "":
        return None
    text = str(value)
    prefix, colon, rest = text.partition(":")
    if not colon:
        prefix, rest = "smtp", text
    if not prefix.isalnum() or (prefix.lower() == "smtp" and not is_smtp(rest)):
        raise _cannot(value, "Microsoft.Exchange.Data.ProxyAddress", f"The proxy address '{value}' isn't correct.")
    return f"{prefix}:{rest}"


def _many(value: Any) -> Any:
    """A multi-valued parameter: a list, or a hashtable with Add and/or Remove."""
    if value is None:
        return []
    if isinstance(value, dict):
        given = {str(key).lower(): item for key, item in value.items()}
        if not given or set(given) - {"add", "remove"}:
            kind = "Microsoft.Exchange.Data.MultiValuedProperty`1[System.String]"
            raise _cannot("System.Collections.Hashtable", kind, "The hashtable takes the keys Add and Remove.")
        return {key: item if isinstance(item, list) else [item] for key, item in given.items()}
    return value if isinstance(value, list) else [value]


def _secure(value: Any) -> Secure:
    if isinstance(value, Secure):
        return value
    raise ConversionError(
        f'Cannot convert the "{value}" value of type "System.String" to type "System.Security.SecureString".'
        if isinstance(value, str)
        else 'Cannot convert value to type "System.Security.SecureString".'
    )


def _guid(value: Any) -> str:
    try:
        return str(uuid.UUID(str(value)))
    except ValueError:
        raise _cannot(value, "System.Guid") from None


def _identity(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, (list, dict, Secure)):
        raise ConversionError("Cannot convert value to an identity parameter.")
    return str(value)


def _strings(value: Any) -> list[str]:
    return [str(item) for item in (value if isinstance(value, list) else [] if value is None else [value])]


_CULTURE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z]{4})?(?:-[A-Za-z]{2}|-\d{3})?$")


def _culture(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str) or not _CULTURE.match(value):
        raise _cannot(value, "System.Globalization.CultureInfo", "Culture is not supported.")
    language, _, region = value.partition("-")
    return f"{language.lower()}-{region.upper() if len(region) < 4 else region}" if region else language.lower()


_TIMESPAN = re.compile(r"(?:\d+\.)?\d{1,2}:\d{2}:\d{2}$|\d+$")


def _timespan(value: Any) -> str:
    text = str(value)
    if not _TIMESPAN.match(text):
        raise _cannot(value, "Microsoft.Exchange.Data.EnhancedTimeSpan", "Input string was not in a correct format.")
    return f"{text}.00:00:00" if text.isdigit() else text


def _preference(value: Any) -> str:
    names = ("SilentlyContinue", "Stop", "Continue", "Inquire", "Ignore")
    if isinstance(value, int) and 0 <= value < len(names):
        return names[value]
    found = next((name for name in names if name.lower() == str(value).lower()), None)
    if found is None:
        raise _cannot(value, "System.Management.Automation.ActionPreference")
    return found


def _enumerated(kind: str, names: str) -> Callable[[Any], list[str]]:
    """Several names of an enumeration, given as a list or as one text with commas."""
    by_lower = {name.lower(): name for name in names.split()}

    def read(value: Any) -> list[str]:
        given = [word.strip() for text in _strings(value) for word in text.split(",")]
        for word in given:
            if word.lower() not in by_lower:
                raise _cannot(
                    word,
                    f"Microsoft.Exchange.Data.Directory.Recipient.{kind}",
                    f"Unable to match the identifier name {word} to a valid enumerator name. Specify one of the "
                    f"following enumerator names and try again: {', '.join(by_lower.values())}",
                )
        return [by_lower[word.lower()] for word in given]

    return read


_RECIPIENT_TYPES = (
    "Invalid User UserMailbox MailUser Contact MailContact Group MailUniversalDistributionGroup "
    "MailUniversalSecurityGroup MailNonUniversalGroup DynamicDistributionGroup PublicFolder SystemAttendantMailbox "
    "SystemMailbox MicrosoftExchange Computer"
)
_RECIPIENT_TYPE_DETAILS = (
    "None UserMailbox LinkedMailbox SharedMailbox LegacyMailbox RoomMailbox EquipmentMailbox MailContact MailUser "
    "MailUniversalDistributionGroup MailNonUniversalGroup MailUniversalSecurityGroup DynamicDistributionGroup "
    "PublicFolder SystemAttendantMailbox SystemMailbox MailForestContact User Contact UniversalDistributionGroup "
    "UniversalSecurityGroup NonUniversalGroup DisabledUser MicrosoftExchange ArbitrationMailbox MailboxPlan LinkedUser "
    "RoomList DiscoveryMailbox RoleGroup RemoteUserMailbox Computer RemoteRoomMailbox RemoteEquipmentMailbox "
    "RemoteSharedMailbox PublicFolderMailbox TeamMailbox RemoteTeamMailbox MonitoringMailbox GroupMailbox "
    "LinkedRoomMailbox AuditLogMailbox RemoteGroupMailbox SchedulingMailbox GuestMailUser AuxAuditLogMailbox "
    "SupervisoryReviewPolicyMailbox"
)

CONVERTERS: dict[str, Callable[[Any], Any]] = {
    "String": _string, "Boolean": _boolean, "SwitchParameter": _switch, "Int32": _integer,
    "Unlimited<Size>": _size, "Unlimited<Int>": _unlimited_number, "ByteQuantifiedSize": _bytes,
    "SmtpAddress": _smtp, "ProxyAddress": proxy, "ProxyAddressCollection": _many, "MultiValuedProperty": _many,
    "SecureString": _secure, "Guid": _guid, "CultureInfo": _culture, "EnhancedTimeSpan": _timespan,
    "ActionPreference": _preference, "Fqdn": _string, "String[]": _strings, "Object[]": _strings,
    "RecipientTypeDetails[]": _enumerated("RecipientTypeDetails", _RECIPIENT_TYPE_DETAILS),
    "RecipientType[]": _enumerated("RecipientType", _RECIPIENT_TYPES), "Any": lambda value: value,
}  # fmt: skip


def convert(kind: str, value: Any) -> Any:
    """A value as the parameter type `kind`; ConversionError when it does not fit. `X[]` is a list of X, and
    kinds that are not listed are identities."""
    if kind.endswith("[]") and kind not in CONVERTERS:
        items = value if isinstance(value, list) else [] if value is None else [value]
        return [convert(kind.removesuffix("[]"), item) for item in items]
    converter: Callable[[Any], Any] = CONVERTERS.get(kind, _identity)
    return converter(value)
