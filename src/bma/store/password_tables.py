"""Tables of passwords: the life of each, and never a word of it."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import CheckConstraint, Column, Index, Integer, String, Table, Text, UniqueConstraint

from bma.store.metadata import METADATA
from bma.store.types import Utc


class Life(StrEnum):
    """Where a password is in its life. ``SETTING``: somebody is about to give it to Exchange, or died at it.

    ``DESTROYED``: delivered or given up. ``FAILED``: Exchange refuses it. ``SUPERSEDED``: another took its place.
    """

    PLANNED = "planned"
    HELD = "held"
    SETTING = "setting"
    SET = "set"
    DELIVERED = "delivered"
    DESTROYED = "destroyed"
    FAILED = "failed"
    SUPERSEDED = "superseded"


_LIVES = ", ".join(f"'{life.value}'" for life in Life)

PASSWORD = Table(
    "password",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("campaign", String(60), nullable=False),
    Column("box", String(64), nullable=False),
    Column("number", Integer, nullable=False),
    Column("purpose", String(20), nullable=False),
    Column("deliver", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("reference", String(200), nullable=False, unique=True),
    Column("requester", String(200)),
    Column("approver", String(200)),
    Column("approval", String(64), unique=True),
    Column("owner", String(200)),
    Column("lease_until", Utc),
    Column("answer", Text),
    Column("planned_at", Utc, nullable=False),
    Column("held_at", Utc),
    Column("set_at", Utc),
    Column("delivered_at", Utc),
    Column("ended_at", Utc),
    Column("erased_at", Utc),
    UniqueConstraint("campaign", "box", "number"),
    CheckConstraint(f"state IN ({_LIVES})", name="state"),
    Index(None, "state"),
)
"""One password of one box. ``reference`` is its name where it is held; what is held there is erased at ``erased_at``.
``approval`` is the digest of the approval that was used up for it."""
