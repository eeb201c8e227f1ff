"""Get- and Set-MailboxAutoReplyConfiguration. Property names are documented; the wire form is modelled."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from lab.exchange.clixml import DT
from lab.exchange.cmdlets.base import Call, CmdletError, cmdlet, limited
from lab.exchange.cmdlets.box_types import parsed
from lab.exchange.model import mailstore
from lab.exchange.model.directory import Entry
from lab.exchange.shapes import Shape, Shaped

AUTO_REPLY = Shape(
    (
        "Microsoft.Exchange.Data.Storage.Management.MailboxAutoReplyConfiguration",
        "Microsoft.Exchange.Data.Storage.Management.XsoMailboxConfigurationObject",
        "Microsoft.Exchange.Data.ConfigurableObject", "System.Object",
    ),
    "AutoDeclineFutureRequestsWhenOOF B false; AutoReplyState S Disabled; CreateOOFEvent B false; "
    "DeclineAllEventsForScheduledOOF B false; DeclineEventsForScheduledOOF B false; DeclineMeetingMessage S; "
    "EndTime DT; EventsToDeleteIDs N; ExternalAudience S All; ExternalMessage S; InternalMessage S; OOFEventSubject S; "
    "StartTime DT; MailboxOwnerId S; Identity S; IsValid B true; ObjectState S New",
)  # fmt: skip
_TIMES = ("StartTime", "EndTime")
_CONTROL = {"Identity", "Confirm", "DomainController", "IgnoreDefaultScope", "WhatIf"}


def _times(call: Call, stored: dict[str, Any]) -> dict[str, datetime]:
    """Start and end of the absence; until set, a day from the present hour on."""
    hour = datetime.fromtimestamp(call.model.clock(), UTC).replace(minute=0, second=0, microsecond=0)
    fallback = {"StartTime": hour, "EndTime": hour + timedelta(days=1)}
    return {name: parsed(stored[name]) if stored.get(name) else fallback[name] for name in _TIMES}


def _view(call: Call, entry: Entry) -> Shaped:
    stored = dict(mailstore.read(call.model, entry).get(mailstore.AUTO_REPLY, {}))
    shown = {name: DT(moment.astimezone().isoformat()) for name, moment in _times(call, stored).items()}
    owner = entry.canonical
    return Shaped(AUTO_REPLY, {**stored, **shown, "MailboxOwnerId": owner, "Identity": owner}, "")


def get_auto_reply(call: Call) -> Iterable[Shaped]:
    """Get-MailboxAutoReplyConfiguration; an ambiguous -Identity shows every match up to -ResultSize."""
    entry = call.one(str(call["Identity"]), {"mailbox"})
    return limited(call, [_view(call, entry)])


def set_auto_reply(call: Call) -> Iterable[Shaped]:
    """Set-MailboxAutoReplyConfiguration: a scheduled absence must end after it begins."""
    entry = call.one(str(call["Identity"]), {"mailbox"})
    old = dict(mailstore.read(call.model, entry).get(mailstore.AUTO_REPLY, {}))
    new = {**old, **{name: _value(name, value) for name, value in call.values.items() if name in AUTO_REPLY.by_name}}
    for name in _CONTROL:
        new.pop(name, None)
    times = _times(call, new)
    if new.get("AutoReplyState") == "Scheduled" and times["EndTime"] <= times["StartTime"]:
        raise CmdletError("InvalidScheduledOofDuration", "The scheduled end time must be later than the start time.")
    if not call.should_process(f'Setting mailbox automatic reply configuration "{entry.canonical}".'):
        return ()
    if all(value == old.get(name, AUTO_REPLY.by_name[name].default) for name, value in new.items()):
        call.warn(f"The command completed successfully but no settings of '{entry.canonical}' have been modified.")
        return ()
    mailstore.write(call.model, entry, {mailstore.AUTO_REPLY: new})
    return ()


def _value(name: str, value: Any) -> Any:
    return "" if value is None and AUTO_REPLY.by_name[name].tag == "S" else value


CMDLETS = (
    cmdlet(
        "Get-MailboxAutoReplyConfiguration",
        "Identity:MailboxIdParameter!@1|; Credential:PSCredential; DomainController:Fqdn; "
        "ReadFromDomainController:SwitchParameter; ResultSize:Unlimited<Int>",
        get_auto_reply,
        area="StoreTasks",
    ),
    cmdlet(
        "Set-MailboxAutoReplyConfiguration",
        "Identity:MailboxIdParameter!@1|; AutoDeclineFutureRequestsWhenOOF:Boolean; AutoReplyState:OofState; "
        "Confirm:SwitchParameter=cf; CreateOOFEvent:Boolean; DeclineAllEventsForScheduledOOF:Boolean; "
        "DeclineEventsForScheduledOOF:Boolean; DeclineMeetingMessage:String; DomainController:Fqdn; EndTime:DateTime; "
        "EventsToDeleteIDs:String[]; ExternalAudience:ExternalAudience; ExternalMessage:String; "
        "IgnoreDefaultScope:SwitchParameter; InternalMessage:String; OOFEventSubject:String; StartTime:DateTime; "
        "WhatIf:SwitchParameter=wi",
        set_auto_reply,
        area="StoreTasks",
    ),
)
