"""First tables."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

OPEN = "state IN ('created', 'sending', 'temporary-failure')"
LIVE = "state IN ('held', 'booked', 'confirmed')"


def text(name: str, *more: Any, nullable: bool = False, **options: Any) -> sa.Column[str]:
    return sa.Column(name, sa.String(), *more, nullable=nullable, **options)


def number(name: str, *, nullable: bool = False, **options: Any) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=nullable, **options)


def counted(name: str) -> sa.Column[int]:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, kind, primary_key=True, autoincrement=True, nullable=False)


def flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def moment(name: str, *, nullable: bool = False, **options: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable, **options)


def sealed(name: str, *, nullable: bool = False) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=nullable)


def only(name: str, table: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def create_api_token() -> None:
    op.create_table(
        "api_token",
        text("token_hash", primary_key=True),
        text("organisation"),
        text("name"),
        moment("created_at"),
        moment("used_at", nullable=True),
        moment("revoked_at", nullable=True),
    )


def create_audit() -> None:
    op.create_table(
        "audit",
        counted("id"),
        text("organisation"),
        text("actor"),
        text("action"),
        text("subject"),
        moment("at"),
        text("previous"),
        text("digest"),
    )


def create_notice() -> None:
    op.create_table(
        "notice",
        text("id", primary_key=True),
        text("key", unique=True),
        text("organisation", index=True),
        text("coach", nullable=True),
        text("kind"),
        text("subject"),
        text("state"),
        moment("created_at"),
        moment("seen_at", nullable=True),
    )


def create_person() -> None:
    op.create_table(
        "person",
        text("id", primary_key=True),
        text("organisation", index=True),
        text("language"),
        sealed("wrapped_key"),
        flag("quiet"),
        moment("created_at"),
    )


def create_staff() -> None:
    op.create_table(
        "staff",
        text("id", primary_key=True),
        text("organisation"),
        text("login"),
        text("name"),
        text("role"),
        text("coach", nullable=True),
        text("language"),
        text("password_hash", nullable=True),
        flag("active"),
        moment("created_at"),
        sa.UniqueConstraint("organisation", "login"),
    )


def create_appointment() -> None:
    op.create_table(
        "appointment",
        text("id", primary_key=True),
        text("organisation", index=True),
        text("person_id", sa.ForeignKey("person.id"), index=True),
        text("coach"),
        text("place"),
        text("kind"),
        moment("starts_at", index=True),
        moment("ends_at"),
        moment("busy_from"),
        moment("busy_until"),
        text("zone"),
        text("wall"),
        text("language"),
        text("state"),
        number("version"),
        text("moved_from", nullable=True),
        moment("created_at"),
        sa.CheckConstraint(
            "state IN ('held', 'booked', 'confirmed', 'cancelled', 'moved', 'attended', 'no_show')",
            name="state_known",
        ),
        sa.CheckConstraint("busy_from <= starts_at AND starts_at < ends_at AND ends_at <= busy_until", name="in_order"),
    )


def create_chat() -> None:
    op.create_table(
        "chat",
        text("id", primary_key=True),
        text("organisation"),
        text("channel"),
        text("address"),
        text("person_id", sa.ForeignKey("person.id"), nullable=True, index=True),
        text("staff_id", sa.ForeignKey("staff.id"), nullable=True, index=True),
        text("state"),
        moment("created_at"),
        sa.UniqueConstraint("organisation", "channel", "address"),
    )


def create_consent() -> None:
    op.create_table(
        "consent",
        text("id", primary_key=True),
        text("person_id", sa.ForeignKey("person.id"), index=True),
        text("scope"),
        number("wording"),
        flag("granted"),
        text("language"),
        text("channel"),
        moment("at"),
    )


def create_due() -> None:
    op.create_table(
        "due",
        counted("id"),
        text("key", unique=True),
        text("kind"),
        text("organisation"),
        text("person_id", sa.ForeignKey("person.id"), nullable=True, index=True),
        text("subject", nullable=True, index=True),
        number("version"),
        moment("due_at"),
        sa.Column("body", sa.JSON(), nullable=False),
        text("state"),
        text("reason", nullable=True),
        number("attempts"),
        moment("lease_until", nullable=True),
    )
    only("ix_due_planned", "due", ["due_at"], "state = 'planned'")


def create_one_time_link() -> None:
    op.create_table(
        "one_time_link",
        text("token_hash", primary_key=True),
        text("purpose"),
        text("organisation"),
        text("staff_id", sa.ForeignKey("staff.id")),
        moment("expires_at"),
        moment("used_at", nullable=True),
    )


def create_staff_session() -> None:
    op.create_table(
        "staff_session",
        text("token_hash", primary_key=True),
        text("staff_id", sa.ForeignKey("staff.id"), index=True),
        moment("created_at"),
        moment("seen_at"),
        moment("expires_at"),
    )


def create_conversation() -> None:
    op.create_table(
        "conversation",
        text("id", primary_key=True),
        text("organisation", index=True),
        text("person_id", sa.ForeignKey("person.id"), index=True),
        text("chat_id", sa.ForeignKey("chat.id"), index=True),
        text("flow"),
        number("version"),
        number("entries"),
        sa.Column("screen", sa.BigInteger(), nullable=True),
        moment("created_at"),
        moment("updated_at"),
    )


def create_granule() -> None:
    op.create_table(
        "granule",
        text("organisation", primary_key=True),
        text("coach", primary_key=True),
        number("granule", primary_key=True),
        text("appointment_id", sa.ForeignKey("appointment.id"), index=True),
    )


def create_heard() -> None:
    op.create_table(
        "heard",
        text("organisation", primary_key=True),
        text("channel", primary_key=True),
        text("update_key", primary_key=True),
        text("chat_id", sa.ForeignKey("chat.id"), nullable=True, index=True),
        text("conversation_id", sa.ForeignKey("conversation.id"), nullable=True),
        text("state"),
        text("reason", nullable=True),
        sealed("sealed", nullable=True),
        moment("at"),
    )


def create_intake_case() -> None:
    op.create_table(
        "intake_case",
        text("id", primary_key=True),
        text("organisation", index=True),
        text("person_id", sa.ForeignKey("person.id"), index=True),
        text("conversation_id", sa.ForeignKey("conversation.id")),
        text("coach", nullable=True),
        text("language"),
        text("state"),
        number("version"),
        sealed("sealed"),
        moment("created_at"),
        moment("updated_at"),
        moment("accepted_at", nullable=True),
        text("accepted_by", sa.ForeignKey("staff.id"), nullable=True),
    )


def create_log_entry() -> None:
    op.create_table(
        "log_entry",
        text("conversation_id", sa.ForeignKey("conversation.id"), primary_key=True),
        number("seq", primary_key=True),
        text("kind"),
        text("question", nullable=True),
        sealed("sealed"),
        moment("at"),
    )


def create_outgoing() -> None:
    op.create_table(
        "outgoing",
        counted("id"),
        text("organisation"),
        text("channel"),
        text("chat_id", sa.ForeignKey("chat.id"), index=True),
        text("conversation_id", sa.ForeignKey("conversation.id"), nullable=True),
        text("kind"),
        text("key", nullable=True, unique=True),
        sa.Column("replaces", sa.BigInteger(), nullable=True),
        sealed("sealed"),
        number("lane"),
        text("state"),
        text("reason", nullable=True),
        number("attempts"),
        flag("uncertain"),
        moment("not_before", nullable=True),
        moment("lease_until", nullable=True),
        text("external_id", nullable=True),
        moment("created_at"),
        moment("sent_at", nullable=True),
    )
    only("ix_outgoing_open", "outgoing", ["chat_id", "id"], OPEN)
    only("ix_outgoing_tray", "outgoing", ["organisation", "channel", "lane", "id"], OPEN)


def forbid_overlap() -> None:
    """A coach's time is held once. A range type of our own needs no extension, as equality in GiST would."""
    op.execute("CREATE TYPE textrange AS RANGE (subtype = text)")
    op.execute(
        "ALTER TABLE appointment ADD CONSTRAINT ex_appointment_busy EXCLUDE USING gist ("
        " textrange(organisation || '/' || coach, organisation || '/' || coach, '[]') WITH &&,"
        f" tstzrange(busy_from, busy_until) WITH &&) WHERE ({LIVE})"
    )


def upgrade() -> None:
    create_api_token()
    create_audit()
    create_notice()
    create_person()
    create_staff()
    create_appointment()
    create_chat()
    create_consent()
    create_due()
    create_one_time_link()
    create_staff_session()
    create_conversation()
    create_granule()
    create_heard()
    create_intake_case()
    create_log_entry()
    create_outgoing()
    if op.get_bind().dialect.name == "postgresql":
        forbid_overlap()


def downgrade() -> None:
    for table in (
        "outgoing",
        "log_entry",
        "intake_case",
        "heard",
        "granule",
        "conversation",
        "staff_session",
        "one_time_link",
        "due",
        "consent",
        "chat",
        "appointment",
        "staff",
        "person",
        "notice",
        "audit",
        "api_token",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TYPE textrange")
