"""Visits are held in several ways and may be on hold; group sessions have seats; coaches have calendars elsewhere."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BEFORE = "state IN ('held', 'booked', 'confirmed', 'cancelled', 'moved', 'attended', 'no_show')"
NOW = "state IN ('held', 'booked', 'confirmed', 'cancelled', 'moved', 'expired', 'attended', 'no_show')"
IN_ORDER = "busy_from <= starts_at AND starts_at < ends_at AND ends_at <= busy_until"


def text(name: str, *more: Any, nullable: bool = False, **how: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), *more, nullable=nullable, **how)


def number(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def change_appointment() -> None:
    with op.batch_alter_table("appointment") as visit:
        visit.add_column(text("way", server_default="office"))
        visit.add_column(moment("hold_until", nullable=True))
        visit.add_column(text("uid", server_default=""))
    op.execute("UPDATE appointment SET uid = id")
    know_states(NOW)
    with op.batch_alter_table("appointment") as visit:
        visit.alter_column("way", server_default=None)
        visit.alter_column("uid", server_default=None)
        if on_sqlite():
            say_the_rules(visit, NOW)


def on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def know_states(states: str) -> None:
    """SQLite can only write the table anew: there the rules are said when that is done."""
    if not on_sqlite():
        op.drop_constraint(op.f("ck_appointment_state_known"), "appointment", type_="check")
        op.create_check_constraint(op.f("ck_appointment_state_known"), "appointment", states)


def say_the_rules(visit: Any, states: str) -> None:
    """A table that is written anew forgets what it checked."""
    visit.create_check_constraint(op.f("ck_appointment_state_known"), states)
    visit.create_check_constraint(op.f("ck_appointment_in_order"), IN_ORDER)


def create_enrolment() -> None:
    op.create_table(
        "enrolment",
        text("id", primary_key=True),
        text("organisation"),
        text("session"),
        text("person_id", sa.ForeignKey("person.id"), index=True),
        number("seats"),
        number("seat", nullable=True),
        text("state"),
        number("version"),
        text("language"),
        sa.Column("interview", sa.Boolean(), nullable=False),
        text("outcome", nullable=True),
        moment("asked_at"),
        moment("hold_until", nullable=True),
        moment("changed_at"),
        sa.UniqueConstraint("organisation", "session", "person_id"),
        sa.CheckConstraint(
            "state IN ('waiting', 'offered', 'enrolled', 'cancelled', 'declined', 'expired', 'attended', 'absent')",
            name="state_known",
        ),
        sa.CheckConstraint("seat IS NULL OR seat BETWEEN 1 AND seats", name="seat_exists"),
        sa.CheckConstraint(
            "(seat IS NOT NULL) = (state IN ('offered', 'enrolled', 'attended', 'absent'))", name="seat_if_there"
        ),
    )
    op.create_index("uq_enrolment_seat", "enrolment", ["organisation", "session", "seat"], unique=True)


def create_agenda_feed() -> None:
    op.create_table(
        "agenda_feed",
        text("token_hash", primary_key=True),
        text("organisation"),
        text("coach"),
        moment("created_at"),
        moment("revoked_at", nullable=True),
    )


def create_outside_calendar() -> None:
    op.create_table(
        "outside_calendar",
        text("id", primary_key=True),
        text("organisation"),
        text("coach"),
        text("kind"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        moment("created_at"),
        moment("fetched_at", nullable=True),
        moment("failing_since", nullable=True),
        text("problem", nullable=True),
    )
    op.create_table(
        "outside_busy",
        text("id", primary_key=True),
        text("calendar_id", sa.ForeignKey("outside_calendar.id"), index=True),
        text("organisation"),
        text("coach"),
        moment("starts_at"),
        moment("ends_at"),
    )
    op.create_index("ix_outside_busy_time", "outside_busy", ["organisation", "ends_at"])


def upgrade() -> None:
    change_appointment()
    create_enrolment()
    create_agenda_feed()
    create_outside_calendar()


def downgrade() -> None:
    for table in ("outside_busy", "outside_calendar", "agenda_feed", "enrolment"):
        op.drop_table(table)
    op.execute("UPDATE appointment SET state = 'cancelled' WHERE state = 'expired'")
    know_states(BEFORE)
    with op.batch_alter_table("appointment") as visit:
        for column in ("uid", "hold_until", "way"):
            visit.drop_column(column)
        if on_sqlite():
            say_the_rules(visit, BEFORE)
