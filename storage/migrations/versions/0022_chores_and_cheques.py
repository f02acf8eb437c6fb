"""Chores that people do, their hours and for whom, and cheques that companies get to try."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

TABLES = ("local_work_match", "local_work_month", "local_worker", "local_work_kept", "cheque", "cheque_pot")
RULE = sa.CheckConstraint


def text(name: str, *more: Any, nullable: bool = False, **how: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), *more, nullable=nullable, **how)


def to(name: str, key: str, *, nullable: bool = False, **how: Any) -> sa.Column[Any]:
    return text(name, sa.ForeignKey(key), nullable=nullable, **how)


def day(name: str, *, nullable: bool = False, **how: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.Date(), nullable=nullable, **how)


def moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def number(name: str, **how: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=False, **how)


def written() -> tuple[sa.Column[Any], ...]:
    return number("version"), text("author"), moment("at")


def one_open(name: str, table: str, condition: str, *columns: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, unique=True, sqlite_where=where, postgresql_where=where)


def upgrade() -> None:
    _workers()
    _hours()
    _matches()
    _cheques()


def _workers() -> None:
    op.create_table(
        "local_worker",
        text("id", primary_key=True),
        text("organisation"),
        to("case_id", "intake_case.id", index=True),
        to("person_id", "person.id", index=True),
        day("began_on"),
        day("ended_on", nullable=True),
        text("sent_by"),
        sa.Column("earlier_system", sa.Boolean(), nullable=False),
        text("town", nullable=True),
        moment("warned_at", nullable=True),
        *written(),
        RULE("sent_by IN ('job_service', 'welfare')", name="sent_by_known"),
        RULE("ended_on IS NULL OR began_on <= ended_on", name="in_order"),
    )
    one_open("ix_local_worker_now", "local_worker", "ended_on IS NULL", "case_id")
    op.create_index("ix_local_worker_days", "local_worker", ["organisation", "began_on", "ended_on"])


def _hours() -> None:
    op.create_table(
        "local_work_month",
        to("worker_id", "local_worker.id", primary_key=True),
        day("month", primary_key=True),
        text("organisation"),
        to("person_id", "person.id", index=True),
        number("hours"),
        *written(),
        RULE("hours >= 0 AND hours <= 744", name="fits_a_month"),
    )
    op.create_table(
        "local_work_kept",
        text("organisation", primary_key=True),
        number("year", primary_key=True, autoincrement=False),
        text("town", primary_key=True),
        text("counted", primary_key=True),
        number("count"),
        RULE("count >= 0", name="not_below_nobody"),
    )


def _matches() -> None:
    op.create_table(
        "local_work_match",
        text("id", primary_key=True),
        text("organisation", index=True),
        to("worker_id", "local_worker.id", nullable=True, index=True),
        to("person_id", "person.id", nullable=True, index=True),
        to("request_id", "intake_case.id", index=True),
        to("customer_id", "person.id", index=True),
        day("begins_on"),
        day("ends_on", nullable=True),
        text("town", nullable=True),
        *written(),
        RULE("ends_on IS NULL OR begins_on <= ends_on", name="in_order"),
        RULE("worker_id IS NOT NULL OR ends_on IS NOT NULL", name="somebody_helps"),
    )
    one_open("ix_local_work_match_now", "local_work_match", "ends_on IS NULL", "worker_id", "request_id")


def _cheques() -> None:
    op.create_table(
        "cheque",
        text("id", primary_key=True),
        text("organisation"),
        text("pot"),
        to("case_id", "intake_case.id", nullable=True, index=True),
        to("person_id", "person.id", nullable=True, index=True),
        number("amount"),
        text("state"),
        number("version"),
        moment("asked_at"),
        moment("granted_at", nullable=True),
        text("granted_by", nullable=True),
        day("use_by", nullable=True),
        moment("ended_at", nullable=True),
        sa.UniqueConstraint("case_id", "pot"),
        RULE("state IN ('asked', 'granted', 'used', 'expired')", name="state_known"),
        RULE("amount > 0", name="worth_something"),
        RULE("(state = 'asked') = (granted_at IS NULL)", name="granted_at_a_time"),
    )
    op.create_index("ix_cheque_of_pot", "cheque", ["organisation", "pot", "state", "asked_at"])
    op.create_table(
        "cheque_pot",
        text("organisation", primary_key=True),
        text("pot", primary_key=True),
        number("given"),
        number("spent"),
        RULE("given >= 0 AND spent >= 0", name="not_below_nothing"),
    )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
