"""Changes over an organisation's file, links of partners, notices in a browser, and tokens that end."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INDEXED = {"notice_way": (), "notice_delivery": ("notice_id", "staff_id", "outgoing_id")}


def text(name: str, *more: Any, nullable: bool = False, **how: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), *more, nullable=nullable, **how)


def moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def sealed() -> sa.Column[Any]:
    return sa.Column("sealed", sa.LargeBinary(), nullable=False)


def of_staff(**how: Any) -> sa.Column[Any]:
    return text("staff_id", sa.ForeignKey("staff.id", name=how.pop("key", None)), **how)


def ways(*more: str) -> dict[str, str]:
    """The rule of each table that says which ways there are."""
    known = ", ".join(f"'{way}'" for way in ("telegram", "email", *more))
    return {"notice_way": f"way IN ({known}, 'console')", "notice_delivery": f"way IN ({known})"}


def notice_way(rule: str) -> sa.Table:
    return sa.Table(
        "notice_way",
        sa.MetaData(),
        of_staff(primary_key=True, key="fk_notice_way_staff_id_staff"),
        text("way"),
        text("email", nullable=True),
        moment("changed_at"),
        sa.CheckConstraint(rule, name="ck_notice_way_way_known"),
    )


def notice_delivery(rule: str) -> sa.Table:
    about = "ck_notice_delivery"
    return sa.Table(
        "notice_delivery",
        sa.MetaData(),
        text("id", primary_key=True),
        text("notice_id", sa.ForeignKey("notice.id", name="fk_notice_delivery_notice_id_notice")),
        of_staff(key="fk_notice_delivery_staff_id_staff"),
        text("way"),
        text("state"),
        text("reason", nullable=True),
        sa.Column("outgoing_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        text("token_hash", nullable=True),
        moment("used_at", nullable=True),
        moment("created_at"),
        moment("sent_at", nullable=True),
        sa.UniqueConstraint("token_hash", name="uq_notice_delivery_token_hash"),
        sa.UniqueConstraint("notice_id", "staff_id", "way", name="uq_notice_delivery_notice_id_staff_id_way"),
        sa.CheckConstraint(rule, name=f"{about}_way_known"),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'failed', 'cancelled')", name=f"{about}_state_known"),
        sa.CheckConstraint("state <> 'failed' OR reason IS NOT NULL", name=f"{about}_failed_for_a_reason"),
    )


def allow(rules: dict[str, str]) -> None:
    """SQLite cannot change a rule of a table: there it is made anew."""
    made = {"notice_way": notice_way, "notice_delivery": notice_delivery}
    for table, rule in rules.items():
        if op.get_bind().dialect.name == "sqlite":
            with op.batch_alter_table(table, copy_from=made[table](rule), recreate="always"):
                pass
            for column in INDEXED[table]:
                op.create_index(f"ix_{table}_{column}", table, [column])
        else:
            op.drop_constraint(op.f(f"ck_{table}_way_known"), table, type_="check")
            op.create_check_constraint(op.f(f"ck_{table}_way_known"), table, rule)


def upgrade() -> None:
    op.create_table(
        "organisation_change",
        sa.Column("id", BIG, primary_key=True, autoincrement=True),
        text("organisation"),
        text("place"),
        sa.Column("value", sa.JSON(), nullable=True),
        text("actor"),
        moment("at"),
    )
    op.create_index("ix_organisation_change_newest", "organisation_change", ["organisation", "place", "id"])
    op.create_table(
        "partner_link",
        text("id", primary_key=True),
        text("organisation", index=True),
        text("name"),
        text("code", unique=True),
        sa.Column("begun", sa.Integer(), nullable=False),
        moment("created_at"),
        moment("closed_at", nullable=True),
    )
    op.create_table(
        "push_browser",
        text("id", primary_key=True),
        of_staff(index=True),
        text("address_hash", unique=True),
        sealed(),
        moment("created_at"),
    )
    op.create_table("house_secret", text("name", primary_key=True), sealed(), moment("created_at"))
    op.add_column("api_token", moment("expires_at", nullable=True))
    allow(ways("push"))


def downgrade() -> None:
    op.execute("DELETE FROM notice_delivery WHERE way = 'push'")
    op.execute("UPDATE notice_way SET way = 'console' WHERE way = 'push'")
    allow(ways())
    op.drop_column("api_token", "expires_at")
    for table in ("house_secret", "push_browser", "partner_link", "organisation_change"):
        op.drop_table(table)
