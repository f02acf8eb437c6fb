"""The audit only grows; a case keeps who it was offered to and what came of that, and is found by number and name."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

REFUSED = "the audit only grows: no row of it is changed or removed"
SEARCHED: dict[str, tuple[str, list[str]]] = {
    "ix_audit_organisation_subject": ("audit", ["organisation", "subject"]),
    "ix_audit_organisation_actor": ("audit", ["organisation", "actor"]),
    "ix_audit_organisation_at": ("audit", ["organisation", "at"]),
    "ix_case_newest": ("intake_case", ["organisation", "created_at", "id"]),
    "ix_case_of_state": ("intake_case", ["organisation", "state", "created_at", "id"]),
    "ix_case_of_coach": ("intake_case", ["organisation", "coach", "created_at", "id"]),
    "ix_case_name": ("intake_case", ["organisation", "name_index"]),
}


def text(name: str, *more: Any, nullable: bool = False, **how: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), *more, nullable=nullable, **how)


def moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def close_the_audit() -> None:
    if on_sqlite():
        for event in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_only_grows_{event.lower()} BEFORE {event} ON audit "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSED}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows()"
    )


def open_the_audit() -> None:
    if on_sqlite():
        for event in ("update", "delete"):
            op.execute(f"DROP TRIGGER audit_only_grows_{event}")
        return
    op.execute("DROP TRIGGER audit_only_grows ON audit")
    op.execute("DROP FUNCTION audit_only_grows()")


def upgrade() -> None:
    close_the_audit()
    for column in (text("place", nullable=True), text("name_index", nullable=True), moment("answer_by", nullable=True)):
        op.add_column("intake_case", column)
    op.create_table(
        "case_step",
        text("id", primary_key=True),
        text("organisation"),
        text("case_id", sa.ForeignKey("intake_case.id"), index=True),
        sa.Column("version", sa.Integer(), nullable=False),
        text("change"),
        text("coach", nullable=True),
        text("actor"),
        text("reason", nullable=True),
        moment("at"),
    )
    for name, (table, columns) in SEARCHED.items():
        op.create_index(name, table, columns)


def downgrade() -> None:
    for name, (table, _) in SEARCHED.items():
        op.drop_index(name, table)
    op.drop_table("case_step")
    op.execute("UPDATE intake_case SET state = 'offered' WHERE state IN ('declined', 'expired')")
    with op.batch_alter_table("intake_case") as case:
        for column in ("answer_by", "name_index", "place"):
            case.drop_column(column)
    open_the_audit()
