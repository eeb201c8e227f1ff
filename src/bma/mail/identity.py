"""What makes a mail the same mail when it is sent again: its Message-ID, its Date, its boundary, its envelope id."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

BOUNDARY = "=_bma_"
"""Begins every boundary. Neither quoted-printable nor base64 can hold it: both write ``=`` otherwise."""


def message_id(campaign: str, box: str, step: str, attempt: int, domain: str) -> str:
    """``<circular-2024-autumn.ec001394.announcement.1@cfwb.be>``. Names have no dot, so no two mails share one."""
    return f"<{campaign}.{box}.{step}.{attempt}@{domain}>"


def dated(day: date, opens: time, place: int, zone: ZoneInfo) -> datetime:
    """The Date of a mail: the opening of its window on the day it is due, never later than it is sent.

    ``place`` is the mail's place in its campaign: mails of one day are a second apart, so that they sort in order.
    Exchange drops a second message with the same Message-ID and the same Date.
    """
    return datetime.combine(day, opens, zone) + timedelta(seconds=place)


def envelope_id(identity: str, role: str) -> str:
    """The ENVID of a delivery: of letters and digits only, so that it may also stand in an address."""
    box = identity.split(".")[1] if identity.count(".") else "mail"
    return f"{box}-{_digest(identity, role)}"


def boundary(identity: str, part: int) -> str:
    """The boundary of the ``part``-th multipart of a mail."""
    return f"{BOUNDARY}{_digest(identity, str(part))}"


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]
