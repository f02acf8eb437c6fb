"""What must always hold of campaigns: nothing is on its way that was stopped, and nothing of who is gone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, exists, select
from sqlmodel import SQLModel

TABLES = SQLModel.metadata.tables
CAMPAIGN, LETTER, PERSON, DUE = (TABLES[name] for name in ("campaign", "campaign_letter", "person", "due"))
KEY = (LETTER.c.campaign_id, LETTER.c.person_id)


def broken_campaigns() -> Iterator[tuple[str, str, Select[Any]]]:
    """For each rule the table, what is wrong, and a query for the keys of the rows that break it."""
    erased = exists().where(PERSON.c.id == LETTER.c.person_id, PERSON.c.wrapped_key == b"")
    yield "campaign_letter", "its person is erased", select(*KEY).where(erased)
    runs = exists().where(CAMPAIGN.c.id == LETTER.c.campaign_id, CAMPAIGN.c.state == "running")
    planned = select(*KEY).where(LETTER.c.state == "planned")
    yield "campaign_letter", "it is planned, and its campaign does not run", planned.where(~runs)
    waits = exists().where(
        DUE.c.subject == LETTER.c.campaign_id, DUE.c.person_id == LETTER.c.person_id, DUE.c.state == "planned"
    )
    yield "campaign_letter", "it is planned, and nothing is due", planned.where(~waits)
