"""What entries of the catalogue said before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "catalogue_past",
        sa.Column("entry_id", sa.String(), sa.ForeignKey("catalogue_entry.id"), primary_key=True),
        sa.Column("version", sa.Integer(), primary_key=True),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("catalogue_past")
