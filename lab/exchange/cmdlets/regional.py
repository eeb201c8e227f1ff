"""Get- and Set-MailboxRegionalConfiguration.

Values are empty until first set, as on a mailbox nobody logged on to. The object's property names come
from the documentation; its wire form is modelled (no recording is public).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lab.exchange.cmdlets.base import Call, CmdletError, cmdlet
from lab.exchange.model.directory import Entry
from lab.exchange.shapes import Shape, Shaped

REGIONAL = Shape(
    (
        "Microsoft.Exchange.Data.Storage.Management.MailboxRegionalConfiguration",
        "Microsoft.Exchange.Data.Storage.Management.XsoMailboxConfigurationObject",
        "Microsoft.Exchange.Data.ConfigurableObject", "System.Object",
    ),
    "DateFormat N; Language N; DefaultFolderNameMatchingUserLanguage B false; TimeFormat N; TimeZone N; "
    "MailboxOwnerId S; Identity S; IsValid B true; ObjectState S New",
)  # fmt: skip

_DAYS_24 = ("HH:mm", "H:mm")
_12 = ("h:mm tt", "hh:mm tt", "H:mm", "HH:mm")
FORMATS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "fr-BE": (("d/MM/yyyy", "dd-MM-yy", "dd/MM/yy", "dd.MM.yy", "yyyy-MM-dd", "dd-MM-yyyy", "dd/MM/yyyy"),
              (*_DAYS_24, "H.mm", "HH.mm")),
    "nl-BE": (("d/MM/yyyy", "d/MM/yy", "dd-MM-yy", "dd.MM.yy", "yyyy-MM-dd", "dd/MM/yyyy"), (*_DAYS_24, "H.mm")),
    "fr-FR": (("dd/MM/yyyy", "dd/MM/yy", "dd.MM.yy", "dd-MM-yy", "yyyy-MM-dd"), (*_DAYS_24, "HH.mm")),
    "nl-NL": (("d-M-yyyy", "d-M-yy", "dd-MM-yy", "dd-MM-yyyy", "dd/MM/yy", "yyyy-MM-dd"), _DAYS_24),
    "de-DE": (("dd.MM.yyyy", "dd.MM.yy", "d.M.yyyy", "d.M.yy", "yyyy-MM-dd", "yy-MM-dd", "dd/MM/yy"), _DAYS_24),
    "en-US": (("M/d/yyyy", "M/d/yy", "MM/dd/yy", "MM/dd/yyyy", "yy/MM/dd", "yyyy-MM-dd", "dd-MMM-yy"), _12),
    "en-GB": (("dd/MM/yyyy", "dd/MM/yy", "d/M/yy", "d.M.yy", "yyyy-MM-dd"), ("HH:mm", "H:mm", "hh:mm tt", "h:mm tt")),
}  # fmt: skip
"""Short date and time patterns of the cultures this model knows, the default one first."""

TIME_ZONES = {
    zone.lower(): zone
    for zone in [
        "Dateline Standard Time",
        "UTC-11",
        "Hawaiian Standard Time",
        "Alaskan Standard Time",
        "Pacific Standard Time",
        "US Mountain Standard Time",
        "Mountain Standard Time",
        "Central America Standard Time",
        "Central Standard Time",
        "Canada Central Standard Time",
        "SA Pacific Standard Time",
        "Eastern Standard Time",
        "US Eastern Standard Time",
        "Venezuela Standard Time",
        "Atlantic Standard Time",
        "Newfoundland Standard Time",
        "E. South America Standard Time",
        "Argentina Standard Time",
        "Greenland Standard Time",
        "UTC-02",
        "Azores Standard Time",
        "Cape Verde Standard Time",
        "Morocco Standard Time",
        "UTC",
        "GMT Standard Time",
        "Greenwich Standard Time",
        "W. Europe Standard Time",
        "Central Europe Standard Time",
        "Romance Standard Time",
        "Central European Standard Time",
        "W. Central Africa Standard Time",
        "Namibia Standard Time",
        "Jordan Standard Time",
        "GTB Standard Time",
        "Middle East Standard Time",
        "Egypt Standard Time",
        "Syria Standard Time",
        "E. Europe Standard Time",
        "South Africa Standard Time",
        "FLE Standard Time",
        "Turkey Standard Time",
        "Israel Standard Time",
        "Kaliningrad Standard Time",
        "Libya Standard Time",
        "Arabic Standard Time",
        "Arab Standard Time",
        "Belarus Standard Time",
        "Russian Standard Time",
        "E. Africa Standard Time",
        "Iran Standard Time",
        "Arabian Standard Time",
        "Azerbaijan Standard Time",
        "Mauritius Standard Time",
        "Georgian Standard Time",
        "Caucasus Standard Time",
        "Afghanistan Standard Time",
        "West Asia Standard Time",
        "Ekaterinburg Standard Time",
        "Pakistan Standard Time",
        "India Standard Time",
        "Sri Lanka Standard Time",
        "Nepal Standard Time",
        "Central Asia Standard Time",
        "Bangladesh Standard Time",
        "Myanmar Standard Time",
        "SE Asia Standard Time",
        "China Standard Time",
        "Singapore Standard Time",
        "W. Australia Standard Time",
        "Taipei Standard Time",
        "Tokyo Standard Time",
        "Korea Standard Time",
        "Cen. Australia Standard Time",
        "AUS Central Standard Time",
        "E. Australia Standard Time",
        "AUS Eastern Standard Time",
        "West Pacific Standard Time",
        "Tasmania Standard Time",
        "New Zealand Standard Time",
        "Fiji Standard Time",
        "UTC+12",
        "Tonga Standard Time",
        "Samoa Standard Time",
    ]
}


def _view(entry: Entry, *, verified: bool) -> Shaped:
    stored = dict(entry.get("Regional", {}))
    if not verified:
        stored.pop("DefaultFolderNameMatchingUserLanguage", None)
    owner = entry.canonical
    return Shaped(REGIONAL, {**stored, "MailboxOwnerId": owner, "Identity": owner}, "")


def get_regional(call: Call) -> Iterable[Shaped]:
    """Get-MailboxRegionalConfiguration; the folder language is only read with -VerifyDefaultFolderNameLanguage."""
    entry = call.one(str(call["Identity"]), {"mailbox"})
    return (_view(entry, verified=bool(call["VerifyDefaultFolderNameLanguage"])),)


def set_regional(call: Call) -> Iterable[Shaped]:
    """Set-MailboxRegionalConfiguration: formats must exist in the language; a new language brings its own."""
    entry = call.one(str(call["Identity"]), {"mailbox"})
    old: dict[str, Any] = dict(entry.get("Regional", {}))
    new = {**old, **{name: call[name] for name in ("DateFormat", "TimeFormat") if name in call}}
    if "TimeZone" in call:
        new["TimeZone"] = _zone(call["TimeZone"])
    if "Language" in call:
        new["Language"] = call["Language"]
    _settle_formats(call, old, new)
    if call["LocalizeDefaultFolderName"]:
        new["DefaultFolderNameMatchingUserLanguage"] = True
    elif new.get("Language") != old.get("Language"):
        new["DefaultFolderNameMatchingUserLanguage"] = False
    if not call.should_process(f'Setting mailbox regional configuration "{entry.canonical}".'):
        return ()
    if new == old and not call["LocalizeDefaultFolderName"]:
        call.warn(f"The command completed successfully but no settings of '{entry.canonical}' have been modified.")
        return ()
    languages = [new["Language"]] if new.get("Language") else entry.get("Languages", [])
    call.model.update(entry.guid, {"Regional": new, "Languages": languages}, call.dc)
    return ()


def _zone(asked: str | None) -> str | None:
    if not asked:
        return None
    found = TIME_ZONES.get(asked.lower())
    if found is None:
        raise CmdletError("DataValidationException", f'The time zone "{asked}" isn\'t valid.')
    return found


def _settle_formats(call: Call, old: dict[str, Any], new: dict[str, Any]) -> None:
    language = new.get("Language")
    known = FORMATS.get(str(language))
    for at, name in enumerate(("DateFormat", "TimeFormat")):
        if known is None:
            continue
        valid = known[at]
        if language != old.get("Language") and name not in call and new.get(name) not in valid:
            new[name] = valid[0]
        if new.get(name) is not None and new[name] not in valid:
            raise CmdletError(
                "DataValidationException",
                f'{name} "{new[name]}" isn\'t valid for current language setting "{language}". Valid formats include '
                f"{', '.join(valid)}.",
            )


CMDLETS = (
    cmdlet(
        "Get-MailboxRegionalConfiguration",
        "Identity:MailboxIdParameter!@1|; DomainController:Fqdn; VerifyDefaultFolderNameLanguage:SwitchParameter",
        get_regional,
        area="StoreTasks",
    ),
    cmdlet(
        "Set-MailboxRegionalConfiguration",
        "Identity:MailboxIdParameter!@1|; Confirm:SwitchParameter=cf; DateFormat:String; DomainController:Fqdn; "
        "Language:CultureInfo; LocalizeDefaultFolderName:SwitchParameter; TimeFormat:String; TimeZone:ExTimeZoneValue; "
        "WhatIf:SwitchParameter=wi",
        set_regional,
        area="StoreTasks",
    ),
)
