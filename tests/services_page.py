"""Writes ``docs/services.md``, the table of what the articles name, from ``docs/services.yaml``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

DOCS = Path(__file__).parent.parent / "docs"
ROWS, PAGE = DOCS / "services.yaml", DOCS / "services.md"
OPEN = "open"
STANDS = ("flow", "offer", "session", "report", "page", OPEN)
HEAD = """\
# What five services do, row by row

Every system, programme, actor and number that five articles name, and where it stands in Opstap. The test named shows
it; a row whose test is missing fails `make test`. Rows that are open say what is missing. This page is written by
`python -m tests.services_page` from `services.yaml`: change that.
"""


def read_rows() -> dict[str, dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = yaml.safe_load(ROWS.read_text("utf-8"))
    return rows


def page(rows: Mapping[str, Mapping[str, Any]]) -> str:
    unfinished = [id for id, row in rows.items() if row["stands"] == OPEN]
    counts = f"**{len(rows) - len(unfinished)} of {len(rows)} rows work, {len(unfinished) or 'none'} are open**"
    return "\n".join([HEAD, ": ".join(filter(None, (counts, ", ".join(unfinished)))) + ".", "", *_table(rows), ""])


def _table(rows: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    yield "| Row | What | Stands as | How | Offers | Test |"
    yield "|---|---|---|---|---|---|"
    for id, row in rows.items():
        stands = f"**{OPEN}**" if row["stands"] == OPEN else row["stands"]
        shown = ", ".join((*map("`{}`".format, shown_by(row)), *_story(row)))
        yield f"| {id} | {row['name']} | {stands} | {row['how']} | {', '.join(row.get('offers', ()))} | {shown} |"


def shown_by(row: Mapping[str, Any]) -> list[str]:
    """The tests that show a row, the one that shows it best first."""
    return [*([row["test"]] if "test" in row else []), *row.get("also", ())]


def _story(row: Mapping[str, Any]) -> Iterator[str]:
    if "story" in row:
        yield f"[{row['story']}](../tests/transcripts/{row['story']}.chat)"


if __name__ == "__main__":
    PAGE.write_text(page(read_rows()), "utf-8")
