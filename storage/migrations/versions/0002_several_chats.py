"""A person may have several chats, be quiet for a while, hear messages aloud and speak for their coach."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NAMES = {"fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s"}


def moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def screen() -> sa.Column[Any]:
    return sa.Column("screen", sa.BigInteger(), nullable=True)


def change_person() -> None:
    with op.batch_alter_table("person") as person:
        person.add_column(moment("quiet_until", nullable=True))
        person.add_column(sa.Column("hears", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("person") as person:
        person.alter_column("hears", server_default=None)


def change_screens() -> None:
    with op.batch_alter_table("chat") as chat:
        chat.add_column(screen())
    op.execute("UPDATE chat SET screen = (SELECT screen FROM conversation WHERE conversation.chat_id = chat.id)")
    with op.batch_alter_table("conversation") as conversation:
        conversation.drop_column("screen")


def change_links() -> None:
    with op.batch_alter_table("one_time_link", naming_convention=NAMES) as link:
        link.alter_column("staff_id", existing_type=sa.String(), nullable=True)
        link.add_column(sa.Column("person_id", sa.String(), nullable=True))
        link.create_foreign_key("fk_one_time_link_person_id_person", "person", ["person_id"], ["id"])
        link.create_index("ix_one_time_link_person_id", ["person_id"])


def create_recording() -> None:
    op.create_table(
        "recording",
        sa.Column("id", sa.String(), primary_key=True, nullable=False),
        sa.Column("person_id", sa.String(), sa.ForeignKey("person.id"), nullable=False, index=True),
        sa.Column("conversation_id", sa.String(), sa.ForeignKey("conversation.id"), nullable=False, index=True),
        sa.Column("question", sa.String(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("mime", sa.String(), nullable=False),
        moment("at"),
    )


def upgrade() -> None:
    change_person()
    change_screens()
    change_links()
    create_recording()


def downgrade() -> None:
    op.drop_table("recording")
    op.execute("DELETE FROM one_time_link WHERE staff_id IS NULL")
    with op.batch_alter_table("one_time_link", naming_convention=NAMES) as link:
        link.drop_index("ix_one_time_link_person_id")
        link.drop_constraint("fk_one_time_link_person_id_person", type_="foreignkey")
        link.drop_column("person_id")
        link.alter_column("staff_id", existing_type=sa.String(), nullable=False)
    with op.batch_alter_table("conversation") as conversation:
        conversation.add_column(screen())
    op.execute("UPDATE conversation SET screen = (SELECT screen FROM chat WHERE chat.id = conversation.chat_id)")
    with op.batch_alter_table("chat") as chat:
        chat.drop_column("screen")
    with op.batch_alter_table("person") as person:
        person.drop_column("hears")
        person.drop_column("quiet_until")
