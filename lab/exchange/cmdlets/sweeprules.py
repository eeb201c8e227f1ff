"""Get-, New-, Set-, Enable-, Disable- and Remove-SweepRule. Documented properties; the wire form is modelled."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Iterable

from lab.exchange.cmdlets.base import Call, CmdletError, cmdlet
from lab.exchange.cmdlets.rulestore import Rule, located, no_mailbox, recipients, rules_of
from lab.exchange.model import mailstore
from lab.exchange.model.directory import Entry
from lab.exchange.shapes import Shape, Shaped

PART = mailstore.SWEEP_RULES
SWEEP_RULE = Shape(
    (
        "Microsoft.Exchange.Data.Storage.Management.SweepRule",
        "Microsoft.Exchange.Data.Storage.Management.XsoMailboxConfigurationObject",
        "Microsoft.Exchange.Data.ConfigurableObject", "System.Object",
    ),
    "RuleId S; Name S; Enabled B true; Provider S; Sender N; SourceFolder S Inbox; DestinationFolder S Deleted Items; "
    "SystemCategory N; KeepForDays N; KeepLatest N; ExceptIfFlagged B false; ExceptIfPinned B false; MailboxOwnerId S; "
    "Identity S; IsValid B true; ObjectState S Unchanged",
)  # fmt: skip
_WRITE = "Confirm:SwitchParameter=cf; DomainController:Fqdn; Mailbox:MailboxIdParameter; WhatIf:SwitchParameter=wi"
_OWN = (
    "DestinationFolder:MailboxFolderIdParameter; ExceptIfFlagged:Boolean; ExceptIfPinned:Boolean; KeepForDays:Int32?; "
    "KeepLatest:Int32?; Sender:RecipientIdParameter; SourceFolder:MailboxFolderIdParameter; "
    "SystemCategory:SweepRuleSystemCategory; "
)
_NEW = "Name:String!@1; Enabled:Boolean; Provider:String!; " + _OWN + _WRITE
_ONE = "Identity:SweepRuleIdParameter!@1|; " + _WRITE
_SET = "Name:String; Provider:String; " + _OWN + _ONE


def _view(owner: Entry, rule: Rule) -> Shaped:
    values = {**rule, "MailboxOwnerId": owner.canonical, "Identity": f"{owner.canonical}\\{rule['RuleId']}"}
    return Shaped(SWEEP_RULE, values, str(rule["Name"]))


def get_rules(call: Call) -> Iterable[Shaped]:
    """Get-SweepRule: the rules of -Mailbox (or of a piped mailbox), or one of them."""
    identity, mailbox = call["Identity"], call["Mailbox"]
    if identity is not None and (mailbox is not None or "\\" in str(identity)):
        owner, rule = located(call, PART, "RuleId")
        return (_view(owner, rule),)
    if identity is None and mailbox is None:
        raise no_mailbox(call)
    owner = call.one(str(mailbox if identity is None else identity), {"mailbox"})
    wanted = str(call.given("Provider", "")).lower()
    rules = rules_of(call.model, owner, PART)
    return [_view(owner, rule) for rule in rules if not wanted or str(rule.get("Provider")).lower() == wanted]


def _changes(call: Call) -> Rule:
    found = {name: call[name] for name in call.values if name in SWEEP_RULE.by_name and name != "Identity"}
    if found.get("Sender"):
        found["Sender"] = "".join(recipients(call, [found["Sender"]]) or ())
    return found


def _check(rule: Rule) -> None:
    if (rule.get("KeepForDays") is None) == (rule.get("KeepLatest") is None):
        raise CmdletError(
            "InvalidOperationException", "A Sweep rule needs either the parameter KeepForDays or KeepLatest, not both."
        )


def new_rule(call: Call) -> Iterable[Shaped]:
    """New-SweepRule."""
    if call["Mailbox"] is None:
        raise no_mailbox(call)
    owner = call.one(str(call["Mailbox"]), {"mailbox"})
    rule = {**_changes(call), "RuleId": base64.b64encode(uuid.uuid4().bytes).decode()}
    _check(rule)
    if not call.should_process(f'Creating sweep rule "{rule["Name"]}" in mailbox "{owner.canonical}".'):
        return ()
    mailstore.write(call.model, owner, {PART: [*rules_of(call.model, owner, PART), rule]})
    return (_view(owner, rule),)


def _write(call: Call, changes: Rule, deed: str) -> Iterable[Shaped]:
    owner, rule = located(call, PART, "RuleId")
    new = {**rule, **changes}
    _check(new)
    identity = f"{owner.canonical}\\{rule['RuleId']}"
    if not call.should_process(f'{deed} sweep rule "{identity}".'):
        return ()
    if new == rule:
        call.warn(f"The command completed successfully but no settings of '{identity}' have been modified.")
        return ()
    rules = [new if one["RuleId"] == rule["RuleId"] else one for one in rules_of(call.model, owner, PART)]
    mailstore.write(call.model, owner, {PART: rules})
    return ()


def remove_rule(call: Call) -> Iterable[Shaped]:
    """Remove-SweepRule."""
    owner, rule = located(call, PART, "RuleId")
    if not call.should_process(f'Removing sweep rule "{owner.canonical}\\{rule["RuleId"]}".'):
        return ()
    kept = [one for one in rules_of(call.model, owner, PART) if one["RuleId"] != rule["RuleId"]]
    mailstore.write(call.model, owner, {PART: kept})
    return ()


CMDLETS = (
    cmdlet(
        "Get-SweepRule",
        "Identity:SweepRuleIdParameter@1|; BypassScopeCheck:SwitchParameter; DomainController:Fqdn; "
        "Mailbox:MailboxIdParameter; Provider:String",
        get_rules,
    ),
    cmdlet("New-SweepRule", _NEW, new_rule),
    cmdlet("Set-SweepRule", _SET, lambda call: _write(call, _changes(call), "Setting")),
    cmdlet("Enable-SweepRule", _ONE, lambda call: _write(call, {"Enabled": True}, "Enabling")),
    cmdlet("Disable-SweepRule", _ONE, lambda call: _write(call, {"Enabled": False}, "Disabling"), confirms=True),
    cmdlet("Remove-SweepRule", _ONE, remove_rule, confirms=True),
)
