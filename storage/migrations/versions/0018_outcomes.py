"""What became of the person of a case is kept with it; of those who were erased before, nobody noted it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

KEPT = sa.table(
    "kept_count",
    *(sa.column(name) for name in ("organisation", "report", "year", "split", "value", "measure", "count")),
)


def upgrade() -> None:
    op.add_column("intake_case", sa.Column("outcome", sa.String()))
    same = (KEPT.c.organisation, KEPT.c.report, KEPT.c.year, KEPT.c.split, KEPT.c.value)
    closed = sa.select(*same, sa.literal("untold"), KEPT.c.count)
    closed = closed.where(KEPT.c.report == "intakes", KEPT.c.measure == "done")
    op.execute(KEPT.insert().from_select([column.name for column in KEPT.c], closed))


def downgrade() -> None:
    outcomes = ("work", "training", "elsewhere", "stopped", "untold")
    op.execute(KEPT.delete().where(KEPT.c.report == "intakes", KEPT.c.measure.in_(outcomes)))
    op.drop_column("intake_case", "outcome")
