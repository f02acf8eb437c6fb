"""A case has a kind: by which door somebody came in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("intake_case") as case:
        case.add_column(sa.Column("kind", sa.String(), nullable=False, server_default="job_seeker"))
    with op.batch_alter_table("intake_case") as case:
        case.alter_column("kind", server_default=None)
        case.create_index("ix_case_of_kind", ["organisation", "kind", "created_at", "id"])


def downgrade() -> None:
    with op.batch_alter_table("intake_case") as case:
        case.drop_index("ix_case_of_kind")
        case.drop_column("kind")
