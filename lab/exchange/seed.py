"""Filling the directory: its configuration objects, and mailboxes by the thousand for tests and benches."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lab.exchange.cmdlets.addresses import legacy_dn
from lab.exchange.cmdlets.org_seed import seed_organization
from lab.exchange.cmdlets.provision import container
from lab.exchange.model.directory import AD_DOMAIN, MAIL_ENABLED, ORGANIZATION, RECIPIENTS, Directory, Entry
from lab.exchange.model.sizes import format_size

DEFAULT_DOMAINS = ("adm.cfwb.be",)

_TYPES = {
    "mailbox": "UserMailbox",
    "mailuser": "MailUser",
    "contact": "MailContact",
    "group": "MailUniversalDistributionGroup",
}


class BoxError(ValueError):
    """A box to seed lacks what it needs."""


def seed_configuration(model: Directory, domains: Sequence[str] = DEFAULT_DOMAINS) -> None:
    """Accepted domains (the first is the default), databases, server, organization; once."""
    if not model.scan({"organization"}):
        _seed_site(model, domains)
    seed_organization(model)


def _seed_site(model: Directory, domains: Sequence[str]) -> None:
    model.create("organization", {"Name": ORGANIZATION})
    model.create("server", {"Name": "EX01"})
    for name in ("DB01", "DB02"):
        model.create(
            "database",
            {
                "Name": name,
                "IssueWarningQuota": format_size(1945 << 20),
                "ProhibitSendQuota": format_size(2 << 30),
                "ProhibitSendReceiveQuota": format_size(2355 << 20),
            },
        )
    for number, domain in enumerate([*domains, AD_DOMAIN]):
        attributes = {"Name": domain, "DomainName": domain, "DomainType": "Authoritative", "Default": number == 0}
        model.create("domain", attributes)


def seed_boxes(model: Directory, boxes: Iterable[Mapping[str, Any]]) -> int:
    """Add mailboxes directly, without cmdlets, checks or journal: {name, address, display_name?, …}.

    Keys beyond these three are Exchange attributes as stored (sizes in bytes). `kind` makes something else
    of it: `user` (an account without a mailbox), `contact`, `mailuser`, `group`. Returns how many were added.
    """
    entries = [_entry(model, box) for box in boxes]
    model.put(entries)
    return len(entries)


def _entry(model: Directory, box: Mapping[str, Any]) -> Entry:
    name = str(box.get("name") or "")
    kind = str(box.get("kind", "mailbox"))
    address = str(box.get("address") or "")
    if kind not in RECIPIENTS or not name or (kind in MAIL_ENABLED and "@" not in address):
        raise BoxError(f"a box needs name and address, and a kind of {sorted(RECIPIENTS)}: {dict(box)}")
    guid, now = str(uuid.uuid4()), model.clock()
    own = {key: value for key, value in box.items() if key not in {"name", "address", "display_name", "kind"}}
    attributes: dict[str, Any] = {
        "Name": name,
        "DisplayName": box.get("display_name") or name,
        "OrganizationalUnit": container(box.get("OrganizationalUnit")),
    }
    if kind in {"mailbox", "mailuser", "user"}:
        attributes |= {"SamAccountName": name[:20], "UserPrincipalName": address or f"{name}@{AD_DOMAIN}"}
    if kind in MAIL_ENABLED:
        attributes |= {
            "Alias": name,
            "EmailAddresses": [f"SMTP:{address}"],
            "EmailAddressPolicyEnabled": False,
            "LegacyExchangeDN": legacy_dn(guid, name),
            "RecipientType": _TYPES[kind],
            "RecipientTypeDetails": _TYPES[kind],
        }
    if kind in {"contact", "mailuser"}:
        attributes["ExternalEmailAddress"] = f"SMTP:{address}"
    if kind == "mailbox":
        attributes |= {
            "ExchangeGuid": str(uuid.uuid4()),
            "Database": "DB01",
            "WhenMailboxCreated": now,
            "UseDatabaseQuotaDefaults": True,
        }
    return Entry(guid, kind, attributes | own, now, now)
