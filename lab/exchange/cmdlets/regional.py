"""Get- and Set-MailboxRegionalConfiguration.

Values are empty until first set, as on a mailbox nobody logged on to. The object's property names come
from the documentation; its wire form is modelled (no recording is public).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lab.exchange.cmdlets.base import Call, CmdletError, cmdlet
from lab.exchange.model import mailstore
from lab.exchange.model.cultures import FORMATS, folder_names
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


def _matching(call: Call, entry: Entry) -> bool:
    """Whether the default folders are called as the language of the mailbox calls them; not before it has any."""
    language = entry.get("Regional", {}).get("Language")
    folders = mailstore.read(call.model, entry).get(mailstore.FOLDERS)
    return bool(language and folders) and folders == folder_names(str(language))


def _view(call: Call, entry: Entry) -> Shaped:
    values = dict(entry.get("Regional", {}))
    if call["VerifyDefaultFolderNameLanguage"]:
        values["DefaultFolderNameMatchingUserLanguage"] = _matching(call, entry)
    owner = entry.canonical
    return Shaped(REGIONAL, {**values, "MailboxOwnerId": owner, "Identity": owner}, "")


def get_regional(call: Call) -> Iterable[Shaped]:
    """Get-MailboxRegionalConfiguration; the folder language is only read with -VerifyDefaultFolderNameLanguage."""
    return (_view(call, call.one(str(call["Identity"]), {"mailbox"})),)


def set_regional(call: Call) -> Iterable[Shaped]:
    """Set-MailboxRegionalConfiguration: formats must exist in the language, those of the former language included.

    A format that is $null, or was never set, becomes the default one of the language.
    """
    entry = call.one(str(call["Identity"]), {"mailbox"})
    old: dict[str, Any] = dict(entry.get("Regional", {}))
    new = {**old, **{name: call[name] for name in ("DateFormat", "TimeFormat") if name in call}}
    if "TimeZone" in call:
        new["TimeZone"] = _zone(call["TimeZone"])
    if "Language" in call:
        new["Language"] = call["Language"]
    _settle_formats(new)
    if not call.should_process(f'Setting mailbox regional configuration "{entry.canonical}".'):
        return ()
    if new == old and not call["LocalizeDefaultFolderName"]:
        call.warn(f"The command completed successfully but no settings of '{entry.canonical}' have been modified.")
        return ()
    languages = [new["Language"]] if new.get("Language") else entry.get("Languages", [])
    call.model.update(entry.guid, {"Regional": new, "Languages": languages}, call.dc)
    _name_folders(call, entry, str(new.get("Language") or ""))
    return ()


def _name_folders(call: Call, entry: Entry, language: str) -> None:
    """Opening a mailbox for the first time makes its folders, in English; they are renamed only when asked for."""
    present = mailstore.read(call.model, entry).get(mailstore.FOLDERS)
    if call["LocalizeDefaultFolderName"]:
        mailstore.write(call.model, entry, {mailstore.FOLDERS: folder_names(language)})
    elif not present:
        mailstore.write(call.model, entry, {mailstore.FOLDERS: folder_names("en")})


def _zone(asked: str | None) -> str | None:
    if not asked:
        return None
    found = TIME_ZONES.get(asked.lower())
    if found is None:
        raise CmdletError("DataValidationException", f'The time zone "{asked}" isn\'t valid.')
    return found


def _settle_formats(new: dict[str, Any]) -> None:
    language = new.get("Language")
    known = FORMATS.get(str(language))
    for valid, name in zip(known or (), ("DateFormat", "TimeFormat"), strict=False):
        if new.get(name) is None:
            new[name] = valid[0]
        elif new[name] not in valid:
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
