"""What reports are counted from and what was counted; a case is found by the conversation it came from."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def text(name: str, *more: Any, nullable: bool = False, **how: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), *more, nullable=nullable, **how)


def moment(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def cell() -> tuple[sa.Column[Any], ...]:
    return (
        text("organisation", primary_key=True),
        text("report", primary_key=True),
        sa.Column("year", sa.Integer(), primary_key=True),
        text("split", primary_key=True),
        text("value", primary_key=True),
        text("measure", primary_key=True),
        sa.Column("count", sa.Integer(), nullable=False),
    )


def upgrade() -> None:
    op.create_table(
        "intake_fact",
        text("conversation_id", sa.ForeignKey("conversation.id"), primary_key=True),
        text("organisation"),
        text("person_id", sa.ForeignKey("person.id"), index=True),
        sa.Column("version", sa.Integer(), nullable=False),
        text("language"),
        text("channel"),
        text("place", nullable=True),
        text("goal", nullable=True),
        text("asked", nullable=True),
        sa.Column("fates", sa.JSON(), nullable=False),
        moment("began_at"),
        moment("heard_at"),
    )
    op.create_table(
        "report_cell",
        *cell(),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.CheckConstraint("count >= 0", name="not_below_nobody"),
        sa.CheckConstraint("hidden OR count = 0 OR count >= 5", name="small_is_hidden"),
    )
    op.create_table("report_count", text("organisation", primary_key=True), moment("counted_at"))
    op.create_table("kept_count", *cell(), sa.CheckConstraint("count >= 0", name="not_below_nobody"))
    op.create_index("ix_case_of_talk", "intake_case", ["conversation_id"])


def downgrade() -> None:
    op.drop_index("ix_case_of_talk", "intake_case")
    for table in ("kept_count", "report_count", "report_cell", "intake_fact"):
        op.drop_table(table)
