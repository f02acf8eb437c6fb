"""What is taken of the coaches' time is read coach by coach, stretch by stretch, from an index alone."""

from __future__ import annotations

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

NAME, TABLE = "ix_appointment_taken", "appointment"
READ = ["state", "busy_from", "busy_until"]


def upgrade() -> None:
    op.drop_index(NAME, TABLE)
    op.create_index(NAME, TABLE, ["organisation", "coach", "starts_at", *READ])


def downgrade() -> None:
    op.drop_index(NAME, TABLE)
    op.create_index(NAME, TABLE, ["organisation", "starts_at", "coach", *READ])
