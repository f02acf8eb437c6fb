"""Notes, tasks and files beside a case, and what became of each visit, with the moment."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def text(name: str, *more: Any, nullable: bool = False, **how: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), *more, nullable=nullable, **how)


def moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def number(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=False)


def sealed() -> sa.Column[Any]:
    return sa.Column("sealed", sa.LargeBinary(), nullable=False)


def to(name: str, key: str, *, nullable: bool = False, **how: Any) -> sa.Column[Any]:
    return text(name, sa.ForeignKey(key), nullable=nullable, **how)


def whose() -> tuple[sa.Column[Any], ...]:
    return (
        text("id", primary_key=True),
        text("organisation"),
        to("case_id", "intake_case.id", index=True),
        to("person_id", "person.id", index=True),
    )


def tier(letters: str = "'A', 'B', 'C'") -> sa.CheckConstraint:
    return sa.CheckConstraint(f"tier IN ({letters})", name="tier_known")


def upgrade() -> None:
    op.create_table(
        "case_note",
        *whose(),
        to("adds_to", "case_note.id", nullable=True, index=True),
        text("author"),
        text("tier"),
        sealed(),
        number("version"),
        moment("at"),
        moment("edited_at", nullable=True),
        tier(),
    )
    create_tasks()
    op.create_table(
        "case_document",
        *whose(),
        text("author"),
        text("tier"),
        sealed(),
        text("mime"),
        number("size"),
        moment("at"),
        tier(),
        sa.CheckConstraint("size > 0", name="not_empty"),
    )
    op.create_table("case_document_content", to("document_id", "case_document.id", primary_key=True), sealed())
    op.create_table(
        "visit_step",
        text("id", primary_key=True),
        to("appointment_id", "appointment.id", index=True),
        text("change"),
        text("by"),
        moment("at"),
    )


def create_tasks() -> None:
    op.create_table(
        "case_task",
        *whose(),
        text("kind"),
        text("key", nullable=True, unique=True),
        text("tier"),
        sealed(),
        text("owner", nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        text("state"),
        number("version"),
        text("author"),
        moment("at"),
        moment("done_at", nullable=True),
        text("done_by", nullable=True),
        sa.CheckConstraint("kind IN ('task', 'call')", name="kind_known"),
        sa.CheckConstraint("state IN ('open', 'done')", name="state_known"),
        sa.CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done_at_a_time"),
        tier("'A', 'B'"),
    )
    op.create_index("ix_case_task_desk", "case_task", ["organisation", "state", "owner", "due_on"])
    op.create_table(
        "case_task_step",
        text("id", primary_key=True),
        to("task_id", "case_task.id", index=True),
        to("person_id", "person.id", index=True),
        text("change"),
        text("actor"),
        moment("at"),
    )


def downgrade() -> None:
    for table in (
        "visit_step",
        "case_document_content",
        "case_document",
        "case_task_step",
        "case_task",
        "case_note",
    ):
        op.drop_table(table)
