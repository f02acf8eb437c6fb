"""Companies that staff visit, the vacancies found there, and who agreed that a company calls."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "company",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("name_index", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("case_id", sa.String(), sa.ForeignKey("intake_case.id"), nullable=True, unique=True),
        sa.Column("invented", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.UniqueConstraint("organisation", "name_index"),
    )
    op.create_table(
        "company_visit",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("company_id", sa.String(), sa.ForeignKey("company.id"), nullable=False, index=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("next_done_at", MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint("how IN ('visit', 'call', 'event')", name="how_known"),
        sa.CheckConstraint("next_on IS NOT NULL OR next_done_at IS NULL", name="done_is_a_step"),
    )
    op.create_index("ix_company_visit_days", "company_visit", ["organisation", "day"])
    op.create_index("ix_company_visit_next", "company_visit", ["organisation", "next_on"])
    op.create_table(
        "vacancy",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("company_id", sa.String(), sa.ForeignKey("company.id"), nullable=False, index=True),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("titles", sa.JSON(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("session", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint("state IN ('open', 'filled', 'gone')", name="state_known"),
        sa.CheckConstraint("places > 0", name="for_somebody"),
        sa.CheckConstraint("from_on IS NULL OR until_on IS NULL OR from_on <= until_on", name="in_order"),
        sa.CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed_at_a_time"),
    )
    op.create_index("ix_vacancy_of_session", "vacancy", ["organisation", "session"])
    op.create_index("ix_vacancy_of_state", "vacancy", ["organisation", "state", "found_on"])
    op.create_table(
        "company_call",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("company_id", sa.String(), sa.ForeignKey("company.id"), nullable=False, index=True),
        sa.Column("met_at", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.UniqueConstraint("person_id", "company_id"),
        sa.CheckConstraint("state IN ('asked', 'agreed', 'refused')", name="state_known"),
        sa.CheckConstraint("state = 'asked' OR (state = 'agreed') = (sealed IS NOT NULL)", name="told_while_agreed"),
    )


def downgrade() -> None:
    for table in ("company_call", "vacancy", "company_visit", "company"):
        op.drop_table(table)
