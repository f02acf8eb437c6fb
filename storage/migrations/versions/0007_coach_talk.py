"""A coach talks with a person in their chat, and staff choose how they get notices."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def text(name: str, *more: Any, nullable: bool = False, **how: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), *more, nullable=nullable, **how)


def number(name: str, *, nullable: bool = True, **how: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable, **how)


def moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def of_person(**how: Any) -> sa.Column[Any]:
    return text("person_id", sa.ForeignKey("person.id"), **how)


def of_staff(**how: Any) -> sa.Column[Any]:
    return text("staff_id", sa.ForeignKey("staff.id"), **how)


def create_talk() -> None:
    op.create_table(
        "coach_talk",
        of_person(primary_key=True),
        text("organisation"),
        of_staff(nullable=True, index=True),
        moment("until", nullable=True),
        moment("asked_at", nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(staff_id IS NULL) = (until IS NULL)", name="lease_if_taken"),
    )
    op.create_table(
        "talk_line",
        sa.Column("id", BIG, primary_key=True, autoincrement=True),
        text("organisation"),
        of_person(index=True),
        of_staff(nullable=True, index=True),
        number("outgoing_id", index=True),
        number("instead_of"),
        text("channel", nullable=True),
        text("update_key", nullable=True),
        moment("at"),
    )
    op.create_table(
        "talk_read",
        of_staff(primary_key=True),
        of_person(primary_key=True, index=True),
        number("line_id", nullable=False),
        moment("at"),
    )


def create_ways() -> None:
    op.create_table(
        "notice_way",
        of_staff(primary_key=True),
        text("way"),
        text("email", nullable=True),
        moment("changed_at"),
        sa.CheckConstraint("way IN ('telegram', 'email', 'console')", name="way_known"),
    )
    op.create_table(
        "notice_delivery",
        text("id", primary_key=True),
        text("notice_id", sa.ForeignKey("notice.id"), index=True),
        of_staff(index=True),
        text("way"),
        text("state"),
        text("reason", nullable=True),
        number("outgoing_id", index=True),
        sa.Column("version", sa.Integer(), nullable=False),
        text("token_hash", nullable=True, unique=True),
        moment("used_at", nullable=True),
        moment("created_at"),
        moment("sent_at", nullable=True),
        sa.UniqueConstraint("notice_id", "staff_id", "way"),
        sa.CheckConstraint("way IN ('telegram', 'email')", name="way_known"),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'failed', 'cancelled')", name="state_known"),
        sa.CheckConstraint("state <> 'failed' OR reason IS NOT NULL", name="failed_for_a_reason"),
    )


def upgrade() -> None:
    create_talk()
    create_ways()


def downgrade() -> None:
    for table in ("notice_delivery", "notice_way", "talk_read", "talk_line", "coach_talk"):
        op.drop_table(table)
