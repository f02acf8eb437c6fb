"""Who came by without an appointment, and figures from elsewhere; erased people count among those without a step."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

STEPS = """
INSERT INTO kept_count (organisation, report, year, split, value, measure, count)
SELECT organisation, 'first_steps', year, split, value, '{measure}', count FROM kept_count
WHERE report = 'intakes' AND split = 'all' AND measure = 'finished'
"""


def upgrade() -> None:
    op.create_table(
        "walk_in",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.UniqueConstraint("organisation", "place", "day"),
        sa.CheckConstraint("count >= 0", name="not_below_nobody"),
    )
    op.create_table(
        "outside_figure",
        sa.Column("id", sa.String(), primary_key=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("organisation", "kind", "name")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("year", "version")),
        sa.Column("hundredths", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("unit", "source", "about")),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("organisation", "kind", "name", "year", "version"),
        sa.CheckConstraint("kind IN ('jobs', 'indicator', 'note')", name="kind_known"),
        sa.CheckConstraint("(kind = 'note') = (hundredths IS NULL)", name="number_or_note"),
        sa.CheckConstraint("year BETWEEN 1900 AND 2200", name="a_year_of_ours"),
    )
    for measure in ("finished", "none_yet"):
        op.execute(STEPS.format(measure=measure))


def downgrade() -> None:
    for table in ("kept_count", "report_cell"):
        op.execute(f"DELETE FROM {table} WHERE report IN ('first_steps', 'guidance', 'walk_ins')")  # noqa: S608
    op.drop_table("outside_figure")
    op.drop_table("walk_in")
