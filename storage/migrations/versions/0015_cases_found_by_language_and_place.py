"""A long list of cases is filtered by a rare language or place without looking through all of it."""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

SEARCHED = {"ix_case_of_language": "language", "ix_case_of_place": "place"}


def upgrade() -> None:
    for name, column in SEARCHED.items():
        op.create_index(name, "intake_case", ["organisation", column, "created_at", "id"])


def downgrade() -> None:
    for name in SEARCHED:
        op.drop_index(name, "intake_case")
