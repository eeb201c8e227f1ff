"""The rules of a mailbox: how one is found, how recipients are written in them, and what changing them costs.

A change made by a cmdlet removes the rules that Outlook keeps for itself in the mailbox (client-side rules);
where there are any, the administrator is asked first, unless -Force or -AlwaysDeleteOutlookRulesBlob.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from lab.exchange.cmdlets.base import Call, CmdletError, not_found
from lab.exchange.model import mailstore
from lab.exchange.model.directory import MAIL_ENABLED, Directory, Entry
from lab.exchange.values import is_smtp

Rule = dict[str, Any]


def rules_of(model: Directory, mailbox: Entry, part: str) -> list[Rule]:
    """The rules of a mailbox, inbox or sweep rules, in their order."""
    return [dict(rule) for rule in mailstore.read(model, mailbox).get(part, ())]


def new_identity() -> str:
    """The number of a new inbox rule, as text: above the largest signed one of 64 bits, as many real ones are."""
    return str((1 << 63) | uuid.uuid4().int >> 65)


def addressed(model: Directory, text: str, dc: str = "") -> str | None:
    """A recipient as rules write it: `"Name" [EX:legacy DN]`, `"address" [SMTP:address]` for one not ours."""
    found = model.find(text, MAIL_ENABLED, dc)
    if len(found) == 1:
        entry = found[0]
        name = entry.get("DisplayName") or entry.name
        if entry.kind in {"contact", "mailuser"}:
            return f'"{name}" [SMTP:{entry.primary}]'
        return f'"{name}" [EX:{entry.get("LegacyExchangeDN")}]'
    plain = text.partition(":")[2] if text.lower().startswith("smtp:") else text
    return f'"{plain}" [SMTP:{plain}]' if not found and is_smtp(plain) else None


def recipients(call: Call, asked: Sequence[str]) -> list[str] | None:
    """The recipients a parameter means, as rules write them; CmdletError for one that nobody knows."""
    listed: list[str] = []
    for text in asked:
        item = text if text.endswith("]") and " [" in text else addressed(call.model, text, call.dc)
        if item is None:
            raise not_found(text, call.dc)
        listed.append(item)
    return listed or None


def located(call: Call, part: str, key: str) -> tuple[Entry, Rule]:
    """The mailbox and the rule that -Identity and -Mailbox mean: name or number, or `mailbox\\number`."""
    identity = str(call["Identity"])
    mailbox, separator, number = identity.rpartition("\\")
    if call["Mailbox"] is not None:
        owner = call.one(str(call["Mailbox"]), {"mailbox"})
    elif separator:
        owner = call.one(mailbox, {"mailbox"})
    else:
        raise no_mailbox(call)
    wanted = (number or identity).lower()
    rules = rules_of(call.model, owner, part)
    hits = [rule for rule in rules if str(rule[key]).lower() == wanted]
    hits = hits or [rule for rule in rules if str(rule["Name"]).lower() == wanted]
    if not hits:
        raise CmdletError(
            "ManagementObjectNotFoundException",
            f"The rule '{number or identity}' couldn't be found in mailbox '{owner.canonical}'.",
        )
    if len(hits) > 1:
        raise CmdletError(
            "ManagementObjectAmbiguousException",
            f"The operation couldn't be performed because '{identity}' matches multiple entries.",
        )
    return owner, hits[0]


def no_mailbox(call: Call) -> CmdletError:
    """The error of a rule cmdlet that was not told of which mailbox: it would mean one's own."""
    return CmdletError(
        "InvalidOperationException",
        f"{call.cmdlet.name} needs the parameter Mailbox: the account that runs it has no mailbox of its own.",
    )


def spare_outlook(call: Call, mailbox: Entry) -> None:
    """Ask before the rules that Outlook keeps in a mailbox are lost, unless told not to."""
    kept = mailstore.read(call.model, mailbox).get(mailstore.OUTLOOK_RULES)
    if kept and not call["Force"] and not call["AlwaysDeleteOutlookRulesBlob"] and not call["WhatIf"]:
        call.ask(
            "Inbox rules created by Outlook exist in this mailbox. If you continue, the client-side rules will be "
            "deleted. Do you want to continue?"
        )


def save_inbox(call: Call, mailbox: Entry, rules: list[Rule]) -> None:
    """Write the inbox rules of a mailbox, numbered in their order; what Outlook kept is gone."""
    numbered = [{**rule, "Priority": at} for at, rule in enumerate(rules, 1)]
    mailstore.write(call.model, mailbox, {mailstore.INBOX_RULES: numbered, mailstore.OUTLOOK_RULES: []})
