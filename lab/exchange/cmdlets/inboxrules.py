"""Get-, New-, Set-, Enable-, Disable- and Remove-InboxRule."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lab.exchange.clixml import DT, U64
from lab.exchange.cmdlets.base import Call, CmdletError, cmdlet, not_found
from lab.exchange.cmdlets.inboxrule_shape import EFFECTS, INBOX_RULE, SETTABLE, TYPES, describe
from lab.exchange.cmdlets.mailbox import merged
from lab.exchange.cmdlets.rulestore import (
    Rule,
    located,
    new_identity,
    no_mailbox,
    recipients,
    rules_of,
    save_inbox,
    spare_outlook,
)  # fmt: skip
from lab.exchange.cmdlets.views import size_text
from lab.exchange.model import mailstore
from lab.exchange.model.directory import Entry
from lab.exchange.shapes import Shaped

PART = mailstore.INBOX_RULES
_COMMON = (
    "AlwaysDeleteOutlookRulesBlob:SwitchParameter; Confirm:SwitchParameter=cf; DomainController:Fqdn; "
    "Force:SwitchParameter; Mailbox:MailboxIdParameter; WhatIf:SwitchParameter=wi"
)
_GET = (
    "Identity:InboxRuleIdParameter@1|; BypassScopeCheck:SwitchParameter; DescriptionTimeFormat:String; "
    "DescriptionTimeZone:ExTimeZoneValue; DomainController:Fqdn; IncludeHidden:SwitchParameter; "
    "Mailbox:MailboxIdParameter; SweepRules:SwitchParameter"
)
_NEW = (
    "Name:String!@1{Identity}; FromMessageId:MailboxStoreObjectIdParameter!{FromMessage}; "
    "ValidateOnly:SwitchParameter!{FromMessage}; Priority:Int32{Identity}; "
    + "".join(f"{name}:{kind}{{Identity}}; " for name, kind in SETTABLE)
    + _COMMON
)
_ONE = "Identity:InboxRuleIdParameter!@1|; " + _COMMON
_SET = "Name:String; Priority:Int32; " + "".join(f"{name}:{kind}; " for name, kind in SETTABLE) + _ONE


def _view(call: Call, owner: Entry, rule: Rule) -> Shaped:
    values = {name: value for name, value in rule.items() if name in INBOX_RULE.by_name}
    for name, kind in SETTABLE:
        if values.get(name) is not None and kind == "ExDateTime":
            values[name] = DT(values[name])
        elif values.get(name) is not None and kind == "ByteQuantifiedSize":
            values[name] = size_text(call.model, values[name])
    number = str(rule["RuleIdentity"])
    values |= {
        "RuleIdentity": U64(number), "Identity": f"{owner.canonical}\\{number}", "MailboxOwnerId": owner.canonical,
        "Description": describe(rule),
    }  # fmt: skip
    return Shaped(INBOX_RULE, values, str(rule["Name"]))


def get_rules(call: Call) -> Iterable[Shaped]:
    """Get-InboxRule: all rules of -Mailbox (or of a piped mailbox), or one of them; hidden ones when asked for."""
    identity, mailbox = call["Identity"], call["Mailbox"]
    if identity is not None and (mailbox is not None or "\\" in str(identity)):
        owner, rule = located(call, PART, "RuleIdentity")
        return (_view(call, owner, rule),)
    if identity is None and mailbox is None:
        raise no_mailbox(call)
    owner = call.one(str(mailbox if identity is None else identity), {"mailbox"})
    shown = [rule for rule in rules_of(call.model, owner, PART) if call["IncludeHidden"] or not rule.get("Hidden")]
    return [_view(call, owner, rule) for rule in shown]


def _changes(call: Call, rule: Rule) -> Rule:
    """The properties a New or Set asks for, in the form in which rules keep them."""
    found: Rule = {}
    for name in TYPES.keys() & call.values.keys():
        value, kind = call[name], TYPES[name]
        if kind == "RecipientIdParameter[]":
            found[name] = recipients(call, value)
        elif kind == "MultiValuedProperty":
            found[name] = merged(list(rule.get(name, ())), value) if isinstance(value, dict) else value
        elif kind == "MailboxFolderIdParameter":
            found[name] = _folder(value)
        else:
            found[name] = value
    return found


def _folder(asked: str | None) -> str | None:
    """A folder as rules show it: its name alone, without the mailbox before the colon."""
    return asked.rpartition(":")[2].strip("\\") if asked else None


def new_rule(call: Call) -> Iterable[Shaped]:
    """New-InboxRule: a rule must do something; without -Priority it comes after the others."""
    if call["Mailbox"] is None:
        raise no_mailbox(call)
    owner = call.one(str(call["Mailbox"]), {"mailbox"})
    if call["FromMessageId"]:
        raise not_found(str(call["FromMessageId"]), call.dc)  # no mailbox here has messages
    rules = rules_of(call.model, owner, PART)
    rule: Rule = {"Name": call["Name"], "Enabled": True, "RuleIdentity": new_identity(), **_changes(call, {})}
    _check_effect(rule)
    spare_outlook(call, owner)
    if not call.should_process(f'Creating inbox rule "{rule["Name"]}" in mailbox "{owner.canonical}".'):
        return ()
    _insert(rules, rule, call.given("Priority", len(rules) + 1))
    save_inbox(call, owner, rules)
    saved = next(one for one in rules_of(call.model, owner, PART) if one["RuleIdentity"] == rule["RuleIdentity"])
    return (_view(call, owner, saved),)


def _insert(rules: list[Rule], rule: Rule, priority: int) -> None:
    if priority < 0:
        raise CmdletError("DataValidationException", f"The priority \"{priority}\" isn't valid: it can't be negative.")
    rules.insert(max(priority, 1) - 1, rule)


def _check_effect(rule: Rule) -> None:
    if not any(rule.get(name) for name in EFFECTS):
        raise CmdletError(
            "InvalidOperationException",
            f'The rule "{rule["Name"]}" has no action. A rule must have at least one action.',
        )


def set_rule(call: Call) -> Iterable[Shaped]:
    """Set-InboxRule; -Priority moves the rule and renumbers the others."""
    owner, rule = located(call, PART, "RuleIdentity")
    changed = {**rule, **_changes(call, rule)}
    if call["Name"]:
        changed["Name"] = call["Name"]
    _check_effect(changed)
    return _write(call, owner, rule, changed, call["Priority"], "Setting")


def _switch(call: Call, *, enabled: bool) -> Iterable[Shaped]:
    owner, rule = located(call, PART, "RuleIdentity")
    return _write(call, owner, rule, {**rule, "Enabled": enabled}, None, "Enabling" if enabled else "Disabling")


def _write(call: Call, owner: Entry, old: Rule, new: Rule, priority: int | None, deed: str) -> Iterable[Shaped]:
    spare_outlook(call, owner)
    identity = f"{owner.canonical}\\{old['RuleIdentity']}"
    if not call.should_process(f'{deed} inbox rule "{identity}".'):
        return ()
    if new == old and priority in (None, old.get("Priority")):
        call.warn(f"The command completed successfully but no settings of '{identity}' have been modified.")
    rules = rules_of(call.model, owner, PART)
    at = next(number for number, one in enumerate(rules) if one["RuleIdentity"] == old["RuleIdentity"])
    del rules[at]
    _insert(rules, new, at + 1 if priority is None else priority)
    save_inbox(call, owner, rules)
    return ()


def remove_rule(call: Call) -> Iterable[Shaped]:
    """Remove-InboxRule."""
    owner, rule = located(call, PART, "RuleIdentity")
    spare_outlook(call, owner)
    if not call.should_process(f'Removing inbox rule "{owner.canonical}\\{rule["RuleIdentity"]}".'):
        return ()
    kept: list[dict[str, Any]] = [
        one for one in rules_of(call.model, owner, PART) if one["RuleIdentity"] != rule["RuleIdentity"]
    ]
    save_inbox(call, owner, kept)
    return ()


CMDLETS = (
    cmdlet("Get-InboxRule", _GET, get_rules, area="RecipientTasks"),
    cmdlet("New-InboxRule", _NEW, new_rule, sets=("Identity", "FromMessage")),
    cmdlet("Set-InboxRule", _SET, set_rule),
    cmdlet("Enable-InboxRule", _ONE, lambda call: _switch(call, enabled=True)),
    cmdlet("Disable-InboxRule", _ONE, lambda call: _switch(call, enabled=False), confirms=True),
    cmdlet("Remove-InboxRule", _ONE, remove_rule, confirms=True),
)
