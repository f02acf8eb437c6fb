"""Visits that take place although they lie outside the hours."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept_visit",
        sa.Column("appointment_id", sa.String(), sa.ForeignKey("appointment.id"), primary_key=True),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept_by", sa.String(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("kept_visit")
