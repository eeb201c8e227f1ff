"""Tables of the form: every answer of a holder, the latest one counts."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, UniqueConstraint

from bma.store.metadata import METADATA
from bma.store.types import Utc

FORM_ANSWER = Table(
    "form_answer",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("campaign", String(60), nullable=False),
    Column("box", String(64), nullable=False),
    Column("answered_at", Utc, nullable=False),
    Column("imported_at", Utc, nullable=False),
    Column("password_unknown", Boolean, nullable=False),
    Column("contact", String(200)),
    Column("phone", String(60)),
    Column("rescue", String(254)),
    Column("source", String(400), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("erased_at", Utc),
    UniqueConstraint("campaign", "box", "digest"),
    Index(None, "campaign", "box", "answered_at"),
)
"""One answer. ``source`` is its ``file:line``; ``digest`` tells one that was imported before. Contact, phone and rescue
address are those of people: they are erased, and ``digest`` replaced, when the campaign's retention is over."""
