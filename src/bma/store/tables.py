"""Tables of mails: the outbox, what was promised by which mail, and what has happened."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from bma.store.metadata import METADATA
from bma.store.states import State
from bma.store.types import Utc

_STATES = ", ".join(f"'{state.value}'" for state in State)

MAIL = Table(
    "mail",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("campaign", String(60), nullable=False),
    Column("box", String(64), nullable=False),
    Column("step", String(60), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("sender", String(60), nullable=False),
    Column("message_id", String(255), nullable=False, unique=True),
    Column("dated", Utc, nullable=False),
    Column("day", Date, nullable=False),
    Column("cut_over", Date),
    Column("announces", Boolean, nullable=False),
    Column("subject", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("secret", String(200)),
    Column("planned_at", Utc, nullable=False),
    UniqueConstraint("campaign", "box", "step", "attempt"),
)
"""One mail: what is to be said to a box. ``content`` are its bytes, a secret in them replaced by its placeholder;
``secret`` is the provider's reference for that secret, never the secret. ``dated`` is its header Date, ``cut_over`` the
date that it was written for."""

DELIVERY = Table(
    "delivery",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("mail_id", ForeignKey("mail.id", ondelete="CASCADE"), nullable=False),
    Column("role", String(20), nullable=False),
    Column("recipient", String(254), nullable=False),
    Column("envid", String(100), nullable=False, unique=True),
    Column("state", String(20), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("answer", Text),
    Column("owner", String(200)),
    Column("lease_until", Utc),
    Column("sending_at", Utc),
    Column("accepted_at", Utc),
    Column("ended_at", Utc),
    UniqueConstraint("mail_id", "role"),
    CheckConstraint(f"state IN ({_STATES})", name="state"),
    Index(None, "state"),
)
"""One mail to one recipient, which is one SMTP transaction and so has one state."""

PROMISE = Table(
    "promise",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("mail_id", ForeignKey("mail.id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("campaign", String(60), nullable=False),
    Column("box", String(64), nullable=False),
    Column("day", Date, nullable=False),
    Index(None, "campaign", "box"),
)
"""The date that a mail tells its box. It is a promise from the moment that the mail may have left."""

ATTACHMENT = Table(
    "attachment",
    METADATA,
    Column("digest", String(64), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
"""A file that goes with mails: kept once, however many mails it goes with. Their content has its digest."""

EVENT = Table(
    "event",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("at", Utc, nullable=False),
    Column("campaign", String(60), nullable=False),
    Column("box", String(64), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("day", Date, nullable=False),
    Column("mail_id", ForeignKey("mail.id", ondelete="CASCADE")),
    Column("detail", Text, nullable=False),
    Index(None, "campaign", "box", "kind"),
)
"""What has happened, in order: the life of mails, answers to the form, cut-overs, decisions of operators."""
