"""Small steps that a coach and a person agree on, and what became of each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "small_step",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), sa.ForeignKey("intake_case.id"), nullable=False, index=True),
        sa.Column("person_id", sa.String(), sa.ForeignKey("person.id"), nullable=False, index=True),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("by_day", sa.Date(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in ("at", "asks_at")),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=True) for name in ("asked_at", "ended_at")),
        sa.CheckConstraint("who IN ('person', 'coach')", name="who_known"),
        sa.CheckConstraint("state IN ('open', 'done', 'stuck', 'dropped')", name="state_known"),
        sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended_at_a_time"),
    )
    op.create_table(
        "small_step_change",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("step_id", sa.String(), sa.ForeignKey("small_step.id"), nullable=False),
        sa.Column("person_id", sa.String(), sa.ForeignKey("person.id"), nullable=False, index=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("change", "actor")),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("step_id", "version"),
    )


def downgrade() -> None:
    for table in ("kept_count", "report_cell"):
        op.execute(f"DELETE FROM {table} WHERE report = 'steps'")  # noqa: S608 - names of ours
    op.drop_table("small_step_change")
    op.drop_table("small_step")
