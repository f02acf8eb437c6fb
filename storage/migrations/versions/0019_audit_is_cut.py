"""Rows of the audit that are old enough may go, behind an anchor that keeps the digest of the last of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

GROWS = "the audit only grows: no row of it is changed or removed"
KEPT = "an anchor of the audit stays, and stands for rows of 24 months and more that are there"
BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
REFUSE_CHANGE = f"BEGIN SELECT RAISE(ABORT, '{GROWS}'); END"
REFUSE_ANCHOR = f"BEGIN SELECT RAISE(ABORT, '{KEPT}'); END"
UNFIT = (
    "(NOT EXISTS (SELECT 1 FROM audit WHERE id = NEW.upto AND digest = NEW.digest) OR EXISTS"
    " (SELECT 1 FROM audit WHERE id <= NEW.upto AND at > (SELECT {earlier} FROM audit ORDER BY id DESC LIMIT 1)))"
)
"""The row that an anchor names does not stand in the chain, or one that would go is younger than 24 months."""
GONE = "(SELECT coalesce(max(upto), 0) FROM audit_anchor)"
ON_SQLITE = (
    "DROP TRIGGER audit_only_grows_delete",
    f"CREATE TRIGGER audit_only_grows_delete BEFORE DELETE ON audit WHEN OLD.id > {GONE} {REFUSE_CHANGE}",
    "CREATE TRIGGER audit_anchor_fits BEFORE INSERT ON audit_anchor WHEN "
    + UNFIT.format(earlier="datetime(at, '-24 months')")
    + REFUSE_ANCHOR,
    "CREATE TRIGGER audit_anchor_stays_update BEFORE UPDATE ON audit_anchor " + REFUSE_ANCHOR,
    "CREATE TRIGGER audit_anchor_stays_delete BEFORE DELETE ON audit_anchor " + REFUSE_ANCHOR,
)
YOUNG = UNFIT.format(earlier="at - interval '24 months'")
FUNCTION = "CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {rule} END $$"
ON_POSTGRESQL = (
    "DROP TRIGGER audit_only_grows ON audit",
    FUNCTION.format(
        name="audit_only_grows",
        rule=f"IF TG_OP = 'DELETE' THEN IF OLD.id <= {GONE} THEN RETURN OLD; END IF; END IF;"
        f" RAISE EXCEPTION '{GROWS}';",
    ),
    "CREATE TRIGGER audit_only_grows BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_only_grows()",
    "CREATE TRIGGER audit_is_not_emptied BEFORE TRUNCATE ON audit "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows()",
    FUNCTION.format(
        name="audit_anchor_stays",
        rule=f"IF TG_OP = 'INSERT' THEN IF NOT {YOUNG} THEN RETURN NEW; END IF; END IF; RAISE EXCEPTION '{KEPT}';",
    ),
    "CREATE TRIGGER audit_anchor_stays BEFORE INSERT OR UPDATE OR DELETE ON audit_anchor "
    "FOR EACH ROW EXECUTE FUNCTION audit_anchor_stays()",
    "CREATE TRIGGER audit_anchor_is_not_emptied BEFORE TRUNCATE ON audit_anchor "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_anchor_stays()",
)


def on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def run(*statements: str) -> None:
    for statement in statements:
        op.execute(statement)


def upgrade() -> None:
    op.create_table(
        "audit_anchor",
        sa.Column("id", BIG, primary_key=True, autoincrement=True),
        sa.Column("upto", BIG, nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    run(*(ON_SQLITE if on_sqlite() else ON_POSTGRESQL))


def downgrade() -> None:
    op.drop_table("audit_anchor")
    if on_sqlite():
        run(
            "DROP TRIGGER audit_only_grows_delete",
            "CREATE TRIGGER audit_only_grows_delete BEFORE DELETE ON audit " + REFUSE_CHANGE,
        )
        return
    run(
        "DROP FUNCTION audit_anchor_stays()",
        "DROP TRIGGER audit_is_not_emptied ON audit",
        "DROP TRIGGER audit_only_grows ON audit",
        FUNCTION.format(name="audit_only_grows", rule=f"RAISE EXCEPTION '{GROWS}';"),
        "CREATE TRIGGER audit_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows()",
    )
