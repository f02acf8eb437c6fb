"""Of entries of the catalogue that were put away or brought back, that version is kept too: it said the same as the
next one."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

JSONS = ("title", "about", "themes", "fits", "municipalities", "languages", "rules")
DAYS = ("begins_on", "ends_on", "valid_from", "valid_until")
PLAIN = ("kind", "capacity", "source", "target_group", "funding", "sensitive", "compulsory")
PAST = sa.table(
    "catalogue_past",
    sa.column("entry_id", sa.String()),
    sa.column("version", sa.Integer()),
    sa.column("organisation", sa.String()),
    sa.column("said", sa.JSON()),
    sa.column("changed_at", sa.DateTime(timezone=True)),
    sa.column("changed_by", sa.String()),
)
ENTRY = sa.table(
    "catalogue_entry",
    sa.column("id", sa.String()),
    sa.column("version", sa.Integer()),
    sa.column("organisation", sa.String()),
    sa.column("changed_at", sa.DateTime(timezone=True)),
    sa.column("changed_by", sa.String()),
    *(sa.column(name, sa.JSON()) for name in JSONS),
    *(sa.column(name, sa.Date()) for name in DAYS),
    *(sa.column(name) for name in ("kind", "capacity", "source", "target_group", "funding")),
    *(sa.column(name, sa.Boolean()) for name in ("sensitive", "compulsory")),
)


def upgrade() -> None:
    connection = op.get_bind()
    kept: dict[str, dict[int, dict[str, Any]]] = {}
    for row in connection.execute(sa.select(PAST)).mappings():
        kept.setdefault(row["entry_id"], {})[row["version"]] = dict(row)
    for row in connection.execute(sa.select(ENTRY).where(ENTRY.c.id.in_(list(kept)))).mappings():
        newer = _as_kept(dict(row))
        for version in range(row["version"] - 1, min(kept[row["id"]]), -1):
            if version not in kept[row["id"]]:
                connection.execute(PAST.insert().values({**newer, "version": version}))
            newer = kept[row["id"]].get(version, newer)


def _as_kept(entry: dict[str, Any]) -> dict[str, Any]:
    said = {name: _plain(entry[name]) for name in (*JSONS, *DAYS, *PLAIN)}
    about = {name: entry[name] for name in ("organisation", "changed_at", "changed_by")}
    return {"entry_id": entry["id"], "said": said, **about}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def downgrade() -> None:
    """What was kept besides says the same as the version after it, and can stay."""
