"""Intakes are counted by the door somebody came in by, and by the place they sign up at."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

DOOR = """
UPDATE intake_fact SET version = 0, door = COALESCE((
    SELECT kind FROM intake_case WHERE intake_case.conversation_id = intake_fact.conversation_id
    ORDER BY created_at DESC LIMIT 1), 'job_seeker')
"""
"""Version 0: each is looked into anew in the next round, which finds its place too."""
KEPT = """
INSERT INTO kept_count (organisation, report, year, split, value, measure, count)
SELECT organisation, report, year, '{split}', '{value}', measure, count FROM kept_count
WHERE split = 'all' AND report IN ({reports})
"""
"""Of who is erased it is not known any more."""
UNKNOWN = (
    {"split": "door", "value": "job_seeker", "reports": "'intakes', 'visits', 'referrals'"},
    {"split": "site", "value": "unknown", "reports": "'intakes'"},
)


def upgrade() -> None:
    with op.batch_alter_table("intake_fact") as fact:
        fact.add_column(sa.Column("door", sa.String(), nullable=False, server_default="job_seeker"))
        fact.add_column(sa.Column("site", sa.String(), nullable=True))
    with op.batch_alter_table("intake_fact") as fact:
        fact.alter_column("door", server_default=None)
    op.execute(DOOR)
    for facts in UNKNOWN:
        op.execute(KEPT.format(**facts))


def downgrade() -> None:
    op.execute("DELETE FROM kept_count WHERE split IN ('door', 'site')")
    op.execute("DELETE FROM report_cell WHERE split IN ('door', 'site')")
    with op.batch_alter_table("intake_fact") as fact:
        fact.drop_column("site")
        fact.drop_column("door")
