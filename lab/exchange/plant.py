"""Planting what administrators and holders do to mailboxes, without cmdlets, checks or journal.

A plant is one JSON object: `{"box": "ec000001", "inbox_rule": {"forward_to": ["x@example.org"]}}`. Everything it
can say is in `PLANTS`; `contact` needs no box. Several may stand in one object.
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from lab.exchange.cmdlets import aces, adpermissions, permissions
from lab.exchange.cmdlets.inboxrule_shape import TYPES
from lab.exchange.cmdlets.rulestore import addressed, new_identity, rules_of
from lab.exchange.model import mailstore
from lab.exchange.model.cultures import folder_names
from lab.exchange.model.directory import MAIL_ENABLED, Directory, Entry
from lab.exchange.seed import BoxError, seed_boxes

Plant = Mapping[str, Any]


def plant(model: Directory, plants: Iterable[Plant]) -> int:
    """Carry out plants in order; BoxError names one that cannot be. Returns how many there were."""
    count = 0
    for one in plants:
        deeds = [name for name in one if name != "box"]
        unknown = [name for name in deeds if name not in PLANTS]
        if unknown or not deeds:
            raise BoxError(f"a plant is one of {', '.join(PLANTS)}, not {unknown or 'nothing'}: {dict(one)}")
        for name in deeds:
            with model.lock:
                PLANTS[name](model, None if name == "contact" else _box(model, one), one[name])
        count += 1
    return count


def _box(model: Directory, one: Plant) -> Entry:
    found = model.find(str(one.get("box") or ""), {"mailbox"})
    if len(found) != 1:
        raise BoxError(f"a plant needs a box that exists: {dict(one)}")
    return found[0]


def _recipient(model: Directory, text: str) -> str:
    found = addressed(model, text)
    if found is None:
        raise BoxError(f"{text!r} is neither a recipient nor an address")
    return found


def _entry(model: Directory, text: str) -> Entry:
    found = model.find(text, MAIL_ENABLED)
    if len(found) != 1:
        raise BoxError(f"{text!r} isn't one recipient")
    return found[0]


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _inbox_rule(model: Directory, box: Entry, given: Mapping[str, Any]) -> None:
    """A rule by its property names, also in snake case; `hidden` is only shown with -IncludeHidden."""
    names = {name.replace("_", "").lower(): name for name in (*TYPES, "Name", "Enabled", "Hidden", "InError")}
    rule: dict[str, Any] = {"Name": "rule", "Enabled": True, "RuleIdentity": str(given.get("identity", new_identity()))}
    for key, value in given.items():
        name = names.get(key.replace("_", "").lower())
        if name is None and key != "identity":
            raise BoxError(f"an inbox rule has no {key!r}")
        if name is not None:
            several = TYPES.get(name) == "RecipientIdParameter[]"
            rule[name] = [_recipient(model, str(item)) for item in _listed(value)] if several else value
    rules = [*rules_of(model, box, mailstore.INBOX_RULES), rule]
    numbered = [{**one, "Priority": at} for at, one in enumerate(rules, 1)]
    mailstore.write(model, box, {mailstore.INBOX_RULES: numbered})


def _sweep_rule(model: Directory, box: Entry, given: Mapping[str, Any]) -> None:
    rule = {
        "Name": given.get("name", "sweep"), "Enabled": given.get("enabled", True), "Provider": "Exchange16",
        "KeepForDays": given.get("keep_for_days", 10), "RuleId": base64.b64encode(uuid.uuid4().bytes).decode(),
    }  # fmt: skip
    if given.get("sender"):
        rule["Sender"] = _recipient(model, str(given["sender"]))
    mailstore.write(model, box, {mailstore.SWEEP_RULES: [*rules_of(model, box, mailstore.SWEEP_RULES), rule]})


def _outlook_rules(model: Directory, box: Entry, names: Any) -> None:
    kept = mailstore.read(model, box).get(mailstore.OUTLOOK_RULES, [])
    mailstore.write(model, box, {mailstore.OUTLOOK_RULES: [*kept, *map(str, _listed(names))]})


def _forwarding(model: Directory, box: Entry, to: str) -> None:
    """To an SMTP address as OWA sets it; copies stay in the box."""
    address = str(to).rpartition(":")[2]
    model.update(box.guid, {"ForwardingSmtpAddress": f"smtp:{address}", "DeliverToMailboxAndForward": True})


def _forwarding_to(model: Directory, box: Entry, to: str) -> None:
    """To a recipient as an administrator sets it."""
    model.update(box.guid, {"ForwardingAddress": _entry(model, str(to)).guid})


def _ace(model: Directory, user: Any) -> str:
    found = aces.account(model, str(user))
    if found is None:
        raise BoxError(f"{user!r} is no account")
    return found


def _full_access(model: Directory, box: Entry, users: Any) -> None:
    new = [{"User": _ace(model, user), "AccessRights": ["FullAccess"], "Deny": False} for user in _listed(users)]
    model.update(box.guid, {permissions.ATTRIBUTE: [*box.get(permissions.ATTRIBUTE, ()), *new]})


def _send_as(model: Directory, box: Entry, users: Any) -> None:
    new = [
        {"User": _ace(model, user), "AccessRights": ["ExtendedRight"], "ExtendedRights": ["Send-As"], "Deny": False,
         "InheritanceType": "All"}
        for user in _listed(users)
    ]  # fmt: skip
    model.update(box.guid, {adpermissions.ATTRIBUTE: [*box.get(adpermissions.ATTRIBUTE, ()), *new]})


def _send_on_behalf(model: Directory, box: Entry, users: Any) -> None:
    guids = [_entry(model, str(user)).guid for user in _listed(users)]
    model.update(box.guid, {"GrantSendOnBehalfTo": [*box.get("GrantSendOnBehalfTo", ()), *guids]})


def _auto_reply(model: Directory, box: Entry, given: Mapping[str, Any]) -> None:
    mailstore.write(model, box, {mailstore.AUTO_REPLY: dict(given)})


def _opened(model: Directory, box: Entry, given: Any) -> None:
    """Somebody opened the box: it has folders, a size and the time of a logon; `language` names the folders."""
    said = given if isinstance(given, Mapping) else {}
    statistics = {
        "LastLogonTime": model.clock(), "LastLogoffTime": model.clock(), "ItemCount": int(said.get("items", 1)),
        "TotalItemSize": int(said.get("bytes", 1 << 20)), "LastLoggedOnUserAccount": aces.account(model, box.guid),
    }  # fmt: skip
    folders = mailstore.read(model, box).get(mailstore.FOLDERS) or folder_names(str(said.get("language", "en")))
    mailstore.write(model, box, {mailstore.STATISTICS: statistics, mailstore.FOLDERS: folders})


def _contact(model: Directory, _: Any, given: Any) -> None:
    """An external contact: its address, or {name, address, …}."""
    box = dict(given) if isinstance(given, Mapping) else {"name": str(given).partition("@")[0], "address": str(given)}
    seed_boxes(model, [{**box, "kind": "contact"}])


PLANTS: dict[str, Callable[[Directory, Any, Any], None]] = {
    "contact": _contact, "inbox_rule": _inbox_rule, "sweep_rule": _sweep_rule, "outlook_rules": _outlook_rules,
    "forwarding": _forwarding, "forwarding_to": _forwarding_to, "full_access": _full_access, "send_as": _send_as,
    "send_on_behalf": _send_on_behalf, "auto_reply": _auto_reply, "opened": _opened,
}  # fmt: skip
"""What can be planted, and what plants it."""


def kept(model: Directory, box: str) -> dict[str, Any]:
    """What a mailbox keeps: rules, Outlook's own rules, automatic replies, folders, sizes; BoxError without a box."""
    stored = mailstore.read(model, _box(model, {"box": box}))
    return {
        "inbox_rules": list(stored.get(mailstore.INBOX_RULES, ())),
        "sweep_rules": list(stored.get(mailstore.SWEEP_RULES, ())),
        "outlook_rules": list(stored.get(mailstore.OUTLOOK_RULES, ())),
        "auto_reply": dict(stored.get(mailstore.AUTO_REPLY, {})),
        "folders": dict(stored.get(mailstore.FOLDERS, {})),
        "statistics": dict(stored.get(mailstore.STATISTICS, {})),
    }
