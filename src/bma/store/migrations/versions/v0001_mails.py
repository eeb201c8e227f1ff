"""Mails, their deliveries, promises, events."""

import sqlalchemy as sa
from alembic import op

from bma.store.types import Utc

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_STATES = "'planned', 'sending', 'accepted', 'delivered', 'bounced', 'failed', 'ambiguous', 'withdrawn'"


def upgrade() -> None:
    op.create_table(
        "mail",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("campaign", sa.String(60), nullable=False),
        sa.Column("box", sa.String(64), nullable=False),
        sa.Column("step", sa.String(60), nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("sender", sa.String(60), nullable=False),
        sa.Column("message_id", sa.String(255), nullable=False),
        sa.Column("dated", Utc, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("cut_over", sa.Date),
        sa.Column("announces", sa.Boolean, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("secret", sa.String(200)),
        sa.Column("planned_at", Utc, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_mail"),
        sa.UniqueConstraint("message_id", name="uq_mail_message_id"),
        sa.UniqueConstraint("campaign", "box", "step", "attempt", name="uq_mail_campaign_box_step_attempt"),
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("mail_id", sa.Integer, nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("recipient", sa.String(254), nullable=False),
        sa.Column("envid", sa.String(100), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("answer", sa.Text),
        sa.Column("owner", sa.String(200)),
        sa.Column("lease_until", Utc),
        sa.Column("sending_at", Utc),
        sa.Column("accepted_at", Utc),
        sa.Column("ended_at", Utc),
        sa.PrimaryKeyConstraint("id", name="pk_delivery"),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name="fk_delivery_mail_id", ondelete="CASCADE"),
        sa.UniqueConstraint("envid", name="uq_delivery_envid"),
        sa.UniqueConstraint("mail_id", "role", name="uq_delivery_mail_id_role"),
        sa.CheckConstraint(f"state IN ({_STATES})", name=op.f("ck_delivery_state")),
    )
    op.create_index("ix_delivery_state", "delivery", ["state"])
    op.create_table(
        "promise",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("mail_id", sa.Integer, nullable=False),
        sa.Column("campaign", sa.String(60), nullable=False),
        sa.Column("box", sa.String(64), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_promise"),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name="fk_promise_mail_id", ondelete="CASCADE"),
        sa.UniqueConstraint("mail_id", name="uq_promise_mail_id"),
    )
    op.create_index("ix_promise_campaign_box", "promise", ["campaign", "box"])
    op.create_table(
        "attachment",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_attachment"),
    )
    op.create_table(
        "event",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.Column("campaign", sa.String(60), nullable=False),
        sa.Column("box", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("mail_id", sa.Integer),
        sa.Column("detail", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_event"),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name="fk_event_mail_id", ondelete="CASCADE"),
    )
    op.create_index("ix_event_campaign_box_kind", "event", ["campaign", "box", "kind"])


def downgrade() -> None:
    for table in ("event", "attachment", "promise", "delivery", "mail"):
        op.drop_table(table)
