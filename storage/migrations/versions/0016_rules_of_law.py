"""What of the catalogue rests on rules of law, and of what somebody wants to know more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def to(name: str, table: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), sa.ForeignKey(f"{table}.id"), nullable=False, index=True)


def upgrade() -> None:
    op.add_column("catalogue_entry", sa.Column("rules", sa.JSON(), nullable=False, server_default="[]"))
    for name in ("target_group", "funding"):
        op.add_column("catalogue_entry", sa.Column(name, sa.String(), nullable=False, server_default=""))
    op.create_table(
        "offer_wish",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("organisation", sa.String(), nullable=False),
        to("case_id", "intake_case"),
        to("person_id", "person"),
        to("entry_id", "catalogue_entry"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("case_id", "entry_id"),
    )


def downgrade() -> None:
    op.drop_table("offer_wish")
    for name in ("funding", "target_group", "rules"):
        op.drop_column("catalogue_entry", name)
