"""What a template may speak of."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bma.campaign.model import Campaign, Desk, Sender
from bma.mail.french import proper

NAMES = {
    "box": "`address`, `organisation` (its official name), `kind` (`ec` or `po`), `fase`, `wave`",
    "cut_over": "day on which the box moves; write it as `{{ cut_over | long_date }}`",
    "before": "day that was announced before, in a mail about a date that has moved",
    "contacts": "`contacts.<stage>.<topic>`: `name`, `address`, `phone`; stages before, during, after; topics "
    "procedure, technical, password",
    "sender": "`name` and `address` of the sender",
    "campaign": "`title`, `form`, `password` of the campaign, and `last_day` of its first mail, if it has one",
    "links": "what `mail_links` says",
    "texts": "what `mail_texts` says",
    "password": "the new password. What stands here is a placeholder: the password is put in as the mail leaves",
}
"""Name → what it is, for the documentation. Whatever else a template asks for is refused."""


@dataclass(frozen=True)
class Addressee:
    """A box as mails see it. ``rescue``: the address that the holder has given for when the box is out of reach."""

    name: str
    address: str
    organisation: str
    kind: str
    wave: str = ""
    rescue: str | None = None


def facts(
    campaign: Campaign,
    box: Addressee,
    sender: Sender,
    cut_over: date,
    before: date | None,
    links: Mapping[str, Any],
    texts: Mapping[str, Any],
) -> dict[str, Any]:
    """The variables of a template. ``before`` is only there when a date has been announced before."""
    contacts = {
        stage: {topic: _desk(campaign.contact(stage, topic)) for topic in topics}
        for stage, topics in campaign.contacts.items()
    }
    found: dict[str, Any] = {
        "box": {
            "address": box.address,
            "organisation": proper(harmless(box.organisation)),
            "kind": box.kind,
            "fase": box.name[2:].lstrip("0"),
            "wave": box.wave,
        },
        "cut_over": cut_over,
        "contacts": contacts,
        "sender": {"name": proper(sender.name), "address": sender.address},
        "campaign": {
            "title": campaign.title,
            "form": campaign.form,
            "password": campaign.password,
            "last_day": campaign.mails[0].too_late,
        },
        "links": dict(links),
        "texts": dict(texts),
    }
    return found if before is None else found | {"before": before}


def _desk(desk: Desk) -> dict[str, str | None]:
    return {"name": proper(desk.name), "address": desk.address, "phone": desk.phone}


def harmless(name: str) -> str:
    """A name from outside on one line, without control characters and without what stands for a secret."""
    signs = (" " if unicodedata.category(sign) in {"Cc", "Zl", "Zp", "Zs"} else sign for sign in name)
    visible = "".join(sign for sign in signs if unicodedata.category(sign) not in {"Cf", "Cs", "Co"})
    return " ".join(visible.replace("[[", "[").split())
