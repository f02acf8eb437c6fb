"""Second factors, passkeys and sign-ins elsewhere; a browser that is signed in has a name and a device."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def text(name: str, *more: Any, nullable: bool = False, **how: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), *more, nullable=nullable, **how)


def moment(name: str, *, nullable: bool = False, **how: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable, **how)


def number(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def sealed(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def of_staff(**how: Any) -> sa.Column[Any]:
    return text("staff_id", sa.ForeignKey("staff.id"), **how)


def create_sessions() -> None:
    op.create_table(
        "staff_session",
        text("token_hash", primary_key=True),
        text("id", unique=True),
        of_staff(index=True),
        text("how"),
        text("device"),
        text("stage"),
        moment("created_at"),
        moment("seen_at"),
        moment("expires_at", index=True),
        sa.CheckConstraint("stage IN ('open', 'code', 'set_up')", name="stage_known"),
    )


def create_factors() -> None:
    op.create_table(
        "staff_app",
        of_staff(primary_key=True),
        sealed("sealed"),
        moment("confirmed_at", nullable=True),
        number("last_step"),
        moment("created_at"),
    )
    op.create_table(
        "recovery_code", text("code_hash", primary_key=True), of_staff(index=True), moment("used_at", nullable=True)
    )
    op.create_table(
        "passkey",
        text("id", primary_key=True),
        of_staff(index=True),
        text("credential", unique=True),
        sealed("public_key"),
        number("uses"),
        text("name"),
        moment("created_at"),
        moment("used_at", nullable=True),
    )


def create_steps() -> None:
    op.create_table(
        "begun_step",
        text("browser", primary_key=True),
        text("purpose", primary_key=True),
        sealed("sealed"),
        moment("expires_at", index=True),
    )
    op.create_table(
        "outside_identity",
        of_staff(primary_key=True),
        text("organisation"),
        text("issuer"),
        text("subject"),
        moment("created_at"),
        sa.UniqueConstraint("organisation", "issuer", "subject"),
    )
    op.create_table(
        "sign_in_tries",
        text("key", primary_key=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        moment("last_at", index=True),
        moment("closed_until"),
    )


def upgrade() -> None:
    """Who is signed in signs in once more: what is asked at the door has changed."""
    op.drop_table("staff_session")
    create_sessions()
    create_factors()
    create_steps()


def downgrade() -> None:
    for table in ("sign_in_tries", "outside_identity", "begun_step", "passkey", "recovery_code", "staff_app"):
        op.drop_table(table)
    op.drop_table("staff_session")
    op.create_table(
        "staff_session",
        text("token_hash", primary_key=True),
        of_staff(index=True),
        moment("created_at"),
        moment("seen_at"),
        moment("expires_at"),
    )
