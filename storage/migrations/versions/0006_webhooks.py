"""Systems elsewhere are told what happens; tokens of the API have scopes, and a call sent twice is carried out once."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BEFORE = '["cases:read", "answers:read", "barriers:read", "appointments:read"]'
"""What every token could do so far."""


def text(name: str, *more: Any, nullable: bool = False, **how: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), *more, nullable=nullable, **how)


def number(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=False)


def moment(name: str, *, nullable: bool = False, **how: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable, **how)


def data(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.JSON(), nullable=False)


def create_webhook() -> None:
    op.create_table(
        "webhook",
        text("id", primary_key=True),
        text("organisation", index=True),
        text("name"),
        data("kinds"),
        data("shows"),
        text("consent"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        text("state"),
        number("failures"),
        moment("failing_since", nullable=True),
        text("problem", nullable=True),
        moment("created_at"),
    )


def create_webhook_event() -> None:
    op.create_table(
        "webhook_event",
        text("id", primary_key=True),
        text("organisation"),
        text("webhook_id", sa.ForeignKey("webhook.id")),
        text("case_id", sa.ForeignKey("intake_case.id"), index=True),
        number("seq"),
        text("kind"),
        data("facts"),
        moment("at"),
        text("state"),
        number("attempts"),
        moment("tried_at", nullable=True),
        moment("not_before"),
        moment("settled_at", nullable=True),
        text("reason", nullable=True),
        text("answer", nullable=True),
        text("reference", nullable=True),
        sa.UniqueConstraint("webhook_id", "case_id", "seq"),
    )
    op.create_index("ix_webhook_event_line", "webhook_event", ["webhook_id", "state", "at"])


def create_api_call() -> None:
    op.create_table(
        "api_call",
        text("caller", primary_key=True),
        text("key", primary_key=True),
        text("organisation"),
        text("body"),
        number("status"),
        text("headers"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        moment("at", index=True),
    )


def upgrade() -> None:
    with op.batch_alter_table("api_token") as token:
        token.add_column(sa.Column("scopes", sa.JSON(), nullable=False, server_default=BEFORE))
    with op.batch_alter_table("api_token") as token:
        token.alter_column("scopes", server_default=None)
    create_webhook()
    create_webhook_event()
    create_api_call()


def downgrade() -> None:
    for table in ("api_call", "webhook_event", "webhook"):
        op.drop_table(table)
    with op.batch_alter_table("api_token") as token:
        token.drop_column("scopes")
