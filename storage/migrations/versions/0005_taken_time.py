"""What is taken of the coaches' time is read from an index alone."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    columns = ["organisation", "starts_at", "coach", "state", "busy_from", "busy_until"]
    op.create_index("ix_appointment_taken", "appointment", columns)


def downgrade() -> None:
    op.drop_index("ix_appointment_taken", "appointment")
