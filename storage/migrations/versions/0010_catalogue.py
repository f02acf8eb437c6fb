"""What there is for people: offers, measures, partners; what was suggested in vain, and the referrals."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def text(name: str, *more: Any, nullable: bool = False, **how: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), *more, nullable=nullable, **how)


def moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def day(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Date(), nullable=True)


def number(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def flag(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def data(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.JSON(), nullable=False)


def sealed() -> sa.Column[Any]:
    return sa.Column("sealed", sa.LargeBinary(), nullable=False)


def to(name: str, table: str, *, nullable: bool = False) -> sa.Column[Any]:
    return text(name, sa.ForeignKey(f"{table}.id"), nullable=nullable, index=True)


def kept() -> tuple[sa.Column[Any], ...]:
    """Who looks after an entry, and who changed it when."""
    return (
        to("owner", "staff", nullable=True),
        day("check_before"),
        number("version"),
        moment("changed_at"),
        text("changed_by"),
        moment("archived_at", nullable=True),
    )


def create_partner() -> None:
    op.create_table(
        "partner",
        text("id", primary_key=True),
        text("organisation", index=True),
        text("seed", nullable=True),
        text("name"),
        data("about"),
        text("address"),
        data("contacts"),
        flag("sensitive"),
        *kept(),
        sa.UniqueConstraint("organisation", "seed"),
    )


def create_entry() -> None:
    op.create_table(
        "catalogue_entry",
        text("id", primary_key=True),
        text("organisation", index=True),
        text("seed", nullable=True),
        text("kind"),
        *(data(name) for name in ("title", "about", "themes", "fits", "municipalities", "languages")),
        to("partner_id", "partner", nullable=True),
        text("contact"),
        *(day(name) for name in ("begins_on", "ends_on", "valid_from", "valid_until")),
        number("capacity", nullable=True),
        text("source"),
        flag("sensitive"),
        flag("compulsory"),
        *kept(),
        sa.UniqueConstraint("organisation", "seed"),
        sa.CheckConstraint("kind IN ('offer', 'programme', 'financial', 'legal')", name="kind_known"),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_from IS NULL OR valid_from <= valid_until", name="valid_in_order"
        ),
        sa.CheckConstraint("ends_on IS NULL OR begins_on IS NULL OR begins_on <= ends_on", name="dates_in_order"),
        sa.CheckConstraint("capacity IS NULL OR capacity >= 1", name="room_for_somebody"),
    )


def create_set_aside() -> None:
    op.create_table(
        "set_aside",
        text("id", primary_key=True),
        text("organisation"),
        to("case_id", "intake_case"),
        to("person_id", "person"),
        to("entry_id", "catalogue_entry"),
        text("reason"),
        sealed(),
        text("actor"),
        moment("at"),
        sa.UniqueConstraint("case_id", "entry_id"),
    )


def create_referral() -> None:
    op.create_table(
        "referral",
        text("id", primary_key=True),
        text("organisation"),
        to("case_id", "intake_case"),
        to("person_id", "person"),
        to("entry_id", "catalogue_entry"),
        to("partner_id", "partner", nullable=True),
        text("state"),
        number("version"),
        text("reason", nullable=True),
        sealed(),
        moment("agreed_at", nullable=True),
        text("agreed_how", nullable=True),
        text("agreed_with", nullable=True),
        to("owner", "staff", nullable=True),
        day("look_again"),
        moment("created_at"),
        moment("updated_at"),
        sa.CheckConstraint(
            "state IN ('proposed', 'agreed', 'sent', 'accepted', 'started', 'done', 'declined', 'withdrawn')",
            name="state_known",
        ),
        sa.CheckConstraint(
            "state NOT IN ('agreed', 'sent', 'accepted', 'started', 'done') OR agreed_at IS NOT NULL",
            name="agreed_first",
        ),
        sa.CheckConstraint("state NOT IN ('declined', 'withdrawn') OR reason IS NOT NULL", name="ended_for_a_reason"),
    )
    op.create_index("ix_referral_newest", "referral", ["organisation", "created_at", "id"])
    op.create_table(
        "referral_step",
        text("id", primary_key=True),
        text("organisation"),
        to("referral_id", "referral"),
        number("version"),
        text("change"),
        text("actor"),
        text("reason", nullable=True),
        moment("at"),
        sa.UniqueConstraint("referral_id", "version"),
    )


def upgrade() -> None:
    create_partner()
    create_entry()
    create_set_aside()
    create_referral()


def downgrade() -> None:
    for table in ("referral_step", "referral", "set_aside", "catalogue_entry", "partner"):
        op.drop_table(table)
