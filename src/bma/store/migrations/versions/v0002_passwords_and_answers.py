"""The lives of passwords, and the answers to the form."""

import sqlalchemy as sa
from alembic import op

from bma.store.types import Utc

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_LIVES = "'planned', 'held', 'setting', 'set', 'delivered', 'destroyed', 'failed', 'superseded'"


def upgrade() -> None:
    op.create_table(
        "password",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("campaign", sa.String(60), nullable=False),
        sa.Column("box", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("deliver", sa.String(20), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("reference", sa.String(200), nullable=False),
        sa.Column("requester", sa.String(200)),
        sa.Column("approver", sa.String(200)),
        sa.Column("approval", sa.String(64)),
        sa.Column("owner", sa.String(200)),
        sa.Column("lease_until", Utc),
        sa.Column("answer", sa.Text),
        sa.Column("planned_at", Utc, nullable=False),
        sa.Column("held_at", Utc),
        sa.Column("set_at", Utc),
        sa.Column("delivered_at", Utc),
        sa.Column("ended_at", Utc),
        sa.Column("erased_at", Utc),
        sa.PrimaryKeyConstraint("id", name="pk_password"),
        sa.UniqueConstraint("reference", name="uq_password_reference"),
        sa.UniqueConstraint("approval", name="uq_password_approval"),
        sa.UniqueConstraint("campaign", "box", "number", name="uq_password_campaign_box_number"),
        sa.CheckConstraint(f"state IN ({_LIVES})", name=op.f("ck_password_state")),
    )
    op.create_index("ix_password_state", "password", ["state"])
    op.create_table(
        "form_answer",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("campaign", sa.String(60), nullable=False),
        sa.Column("box", sa.String(64), nullable=False),
        sa.Column("answered_at", Utc, nullable=False),
        sa.Column("imported_at", Utc, nullable=False),
        sa.Column("password_unknown", sa.Boolean, nullable=False),
        sa.Column("contact", sa.String(200)),
        sa.Column("phone", sa.String(60)),
        sa.Column("rescue", sa.String(254)),
        sa.Column("source", sa.String(400), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("erased_at", Utc),
        sa.PrimaryKeyConstraint("id", name="pk_form_answer"),
        sa.UniqueConstraint("campaign", "box", "digest", name="uq_form_answer_campaign_box_digest"),
    )
    op.create_index("ix_form_answer_campaign_box_answered_at", "form_answer", ["campaign", "box", "answered_at"])


def downgrade() -> None:
    for table in ("form_answer", "password"):
        op.drop_table(table)
