"""Checks of what is inside mailboxes: language, formats, rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bma.doctor.check import CannotTellError, Check, Result, Theme, bad, good, unknown, warning
from bma.doctor.site import Site
from bma.exchange.clixml import WireObject, text_of
from bma.exchange.reading import SOURCES
from bma.resources.box import INBOX_RULES
from bma.resources.box.rules import RULES
from bma.resources.observation import Unknown


def formats(site: Site) -> Result:
    """Whether a mailbox has the formats of the policy in its language already."""
    names = {"Language": "language", "DateFormat": "date_format", "TimeFormat": "time_format", "TimeZone": "time_zone"}
    wanted = {wire: site.scope.setting("regional", key) for wire, key in names.items()}
    if not wanted["Language"]:
        raise CannotTellError(site.scope.policy_fault or "the policy does not manage the language")
    return judge_formats(wanted, _regional(site))


def judge_formats(wanted: Mapping[str, Any], rows: list[Mapping[str, str | None]]) -> Result:
    """The same, for the rows of a few mailboxes, each with its Language, DateFormat, TimeFormat and TimeZone."""
    own = [row for row in rows if (row.get("Language") or "").lower() == str(wanted["Language"]).lower()]
    about: dict[str, Any] = {"wanted": dict(wanted), "mailboxes": [dict(row) for row in own]}
    tongue = wanted["Language"]
    if not own:
        return unknown(f"none of {len(rows)} mailboxes looked at has the language {tongue} yet", **about)
    proven = {
        wire: any((row.get(wire) or "").lower() == str(value).lower() for row in own)
        for wire, value in wanted.items()
        if value and wire != "Language"
    }
    open_ones = [f"{wire} {wanted[wire]}" for wire, seen in proven.items() if not seen]
    if not open_ones:
        return good(f"a mailbox in {tongue} has {', '.join(f'{wire} {wanted[wire]}' for wire in proven)}", **about)
    seen = sorted({f"{row.get('DateFormat')} {row.get('TimeFormat')}" for row in own})
    return unknown(f"mailboxes in {tongue} have {', '.join(seen)}; none has {', '.join(open_ones)}", **about)


def unset(site: Site) -> Result:
    """What a mailbox that nobody has opened yet answers of its language."""
    rows = _regional(site)
    fresh = [row for row in rows if not row.get("Language")]
    if not fresh:
        raise CannotTellError(f"all {len(rows)} mailboxes looked at have a language")
    kept = sorted({wire for row in fresh for wire, value in row.items() if value})
    told = f"{len(fresh)} mailboxes have no language" + (f", but {', '.join(kept)}" if kept else ", nor formats")
    return good(f"{told}: read as not set", mailboxes=len(fresh), kept=kept)


def rules(site: Site) -> Result:
    """Whether inbox rules carry a number by which they can be named, and their targets are understood."""
    (source,) = SOURCES[INBOX_RULES.key]
    for box in site.sample:
        found = site.objects(source.of_one(str(box.get("Guid")), site.pin()))
        if found:
            return judge_rules(found)
    raise CannotTellError(f"none of {len(site.sample)} mailboxes looked at has an inbox rule")


def judge_rules(found: list[WireObject]) -> Result:
    """The same, for the rules of one mailbox."""
    read = INBOX_RULES.observe([item.properties for item in found])[RULES]
    if isinstance(read, Unknown):
        return bad(f"not understood: {read.reason}")
    differing = [
        item
        for item, rule in zip(found, read, strict=True)
        if (text_of(item.get("Identity")) or "").rpartition("\\")[2] != rule.identity
    ]
    odd = sorted({target for rule in read for target in rule.targets if "@" not in target and ":" not in target})
    about: dict[str, Any] = {
        "rules": len(read),
        "identities": [rule.identity for rule in read],
        "targets_not_understood": odd,
    }
    if odd:
        return warning(f"{len(read)} rules; a target is no address: {odd[0]!r}", **about)
    if differing:
        told = f"{len(read)} rules; Identity {text_of(differing[0].get('Identity'))!r} ends in another number than"
        return warning(f"{told} RuleIdentity", **about)
    return good(f"{len(read)} rules, each named by its number", **about)


def _regional(site: Site) -> list[Mapping[str, str | None]]:
    (source,) = SOURCES["regional"]
    wires = ("Language", "DateFormat", "TimeFormat", "TimeZone")
    answers = [item for box in site.sample for item in site.objects(source.of_one(str(box.get("Guid")), site.pin()))]
    return [{wire: _name(item.get(wire)) for wire in wires} for item in answers]


def _name(answered: Any) -> str | None:
    """The text of a property; a culture may come as an object that is called by its Name."""
    if isinstance(answered, WireObject):
        return text_of(answered.get("Name")) or answered.text
    return text_of(answered)


INSIDE = Theme(
    "Inside mailboxes",
    (
        Check(
            "DOC-FORMATS",
            "The formats of the policy fit its language",
            "Whether a mailbox looked at has the policy's language, and its date and time formats with it. Trying them"
            " would be writing.",
            "Set them for one pilot box first: Exchange refuses a format that the language does not have",
            formats,
            assumption=True,
        ),
        Check(
            "DOC-NO-LANGUAGE",
            "A mailbox without language is understood",
            "What mailboxes that nobody has opened yet answer of their language.",
            "None is needed",
            unset,
            assumption=True,
        ),
        Check(
            "DOC-RULES",
            "Inbox rules are understood",
            "RuleIdentity, Identity and targets of the rules of a mailbox looked at, if one has any.",
            "Set inbox_rules.forwarding to report in the policy until rules are understood",
            rules,
            assumption=True,
        ),
    ),
)
