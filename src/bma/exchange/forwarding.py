"""Every way in which mail leaves the organisation by itself, found by questions about all of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bma.exchange.clixml import WireObject, text_of
from bma.exchange.inquiry import Inquiry, quoted
from bma.exchange.objects import Objects
from bma.resources.commands import Command
from bma.resources.needs import Rights, right, together
from bma.resources.organization import TABLES

_FORWARDING = "(ForwardingAddress -ne $null) -or (ForwardingSmtpAddress -ne $null)"


@dataclass(frozen=True)
class Forwarding:
    """What forwards, by name."""

    mailboxes: list[dict[str, Any]] = field(default_factory=list)
    """``address``, ``identity``, ``forwarding_address``, ``forwarding_smtp_address``, ``keeps_a_copy``."""
    contacts: list[dict[str, Any]] = field(default_factory=list)
    """External mail contacts that mailboxes forward to: ``identity``, ``address``, ``used_by``."""
    remote_domains: list[dict[str, Any]] = field(default_factory=list)
    """Remote domains that automatic forwarding may go to: ``name``, ``domain_name``."""


def forwarding(inquiry: Inquiry, objects: Objects, domain: str | None = None) -> Forwarding:
    """What forwards in the whole organisation, or of the mailboxes with an address in ``domain``.

    Raises as :meth:`Inquiry.search` and :meth:`Objects.every`: what could not be asked is not told as nothing.
    """
    within = f" -and (EmailAddresses -like {quoted('smtp:*@' + domain)})" if domain else ""
    found = inquiry.pool.run(
        Command("Get-Mailbox", {"ResultSize": "Unlimited", "Filter": f"({_FORWARDING}){within}"} | inquiry.pin())
    ).or_raise()
    mailboxes = [_mailbox(item) for item in found.objects if isinstance(item, WireObject)]
    return Forwarding(
        mailboxes=sorted(mailboxes, key=lambda one: str(one["address"])),
        contacts=_contacts(inquiry, mailboxes),
        remote_domains=_open_domains(objects),
    )


def reads() -> Rights:
    """What it takes to find out."""
    searches = [right(f"Get-{noun}", "Filter", "ResultSize") for noun in ("Mailbox",)]
    return together([*searches, right("Get-Recipient"), TABLES["remote_domain"].reads()])


def _mailbox(item: WireObject) -> dict[str, Any]:
    smtp = text_of(item.get("ForwardingSmtpAddress"))
    return {
        "address": str(text_of(item.get("PrimarySmtpAddress")) or "").lower(),
        "identity": text_of(item.get("Identity")),
        "forwarding_address": text_of(item.get("ForwardingAddress")) or None,
        "forwarding_smtp_address": smtp.lower().removeprefix("smtp:") if smtp else None,
        "keeps_a_copy": item.get("DeliverToMailboxAndForward") is True,
    }


def _contacts(inquiry: Inquiry, mailboxes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The targets in the directory that are contacts outside: mail to them passes remote domains and rules by."""
    used: dict[str, list[str]] = {}
    for mailbox in mailboxes:
        if mailbox["forwarding_address"]:
            used.setdefault(mailbox["forwarding_address"], []).append(mailbox["address"])
    found = []
    for target, boxes in sorted(used.items()):
        answer = inquiry.pool.run(Command("Get-Recipient", {"Identity": target} | inquiry.pin()))
        if answer.errors and not answer.errors[0].absent:
            raise answer.errors[0]
        for item in answer.objects:
            outside = text_of(item.get("ExternalEmailAddress")) if isinstance(item, WireObject) else None
            if outside:
                address = outside.lower().removeprefix("smtp:")
                found.append({"identity": target, "address": address, "used_by": sorted(boxes)})
    return found


def _open_domains(objects: Objects) -> list[dict[str, Any]]:
    """Remote domains that allow it; one of which it is not known counts among them."""
    return [
        {"name": name, "domain_name": str(actual.observed.get("domain_name"))}
        for name, actual in objects.every(TABLES["remote_domain"])
        if actual.observed.get("auto_forward_enabled") is not False
    ]
