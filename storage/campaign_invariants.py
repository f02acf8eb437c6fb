"""What must always hold of campaigns: only who wanted news has a letter, one each, and none of what was stopped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, extract, literal, select
from sqlmodel import SQLModel

TABLES = SQLModel.metadata.tables
CAMPAIGN, LETTER, PERSON, DUE = (TABLES[name] for name in ("campaign", "campaign_letter", "person", "due"))
CONSENT, OUTGOING = TABLES["consent"], TABLES["outgoing"]
KEY = (LETTER.c.campaign_id, LETTER.c.person_id)
WAITS, NEWS = "campaign_letter", "news"
"""The kind of the rows that fall due and how the key of each message begins; and what is agreed to."""
A_MINUTE = 60
"""Seconds: who says no at the very moment at which a letter leaves may find both at once."""
Rule = tuple[str, str, Select[Any]]


def broken_campaigns() -> Iterator[Rule]:
    """For each rule the table, what is wrong, and a query for the keys of the rows that break it."""
    erased = exists().where(PERSON.c.id == LETTER.c.person_id, PERSON.c.wrapped_key == b"")
    yield "campaign_letter", "its person is erased", select(*KEY).where(erased)
    its_own = exists().where(
        CAMPAIGN.c.id == LETTER.c.campaign_id,
        PERSON.c.id == LETTER.c.person_id,
        PERSON.c.organisation != CAMPAIGN.c.organisation,
    )
    yield "campaign_letter", "its person is of another organisation", select(*KEY).where(its_own)
    draft = exists().where(CAMPAIGN.c.id == LETTER.c.campaign_id, CAMPAIGN.c.state == "draft")
    yield "campaign_letter", "its campaign has not begun", select(*KEY).where(draft)
    yield from _waiting()
    yield from _wanted()


def _waiting() -> Iterator[Rule]:
    """A letter that is planned falls due once; one that is settled never again."""
    planned = select(*KEY).where(LETTER.c.state == "planned")
    runs = exists().where(CAMPAIGN.c.id == LETTER.c.campaign_id, CAMPAIGN.c.state == "running")
    yield "campaign_letter", "it is planned, and its campaign does not run", planned.where(~runs)
    due = and_(DUE.c.subject == LETTER.c.campaign_id, DUE.c.person_id == LETTER.c.person_id, DUE.c.state == "planned")
    yield "campaign_letter", "it is planned, and nothing is due", planned.where(~exists().where(due))
    again = select(*KEY).where(LETTER.c.state != "planned", exists().where(due, DUE.c.kind == WAITS))
    yield "campaign_letter", "it is settled, and would go out again", again
    twin = DUE.alias("twin")
    same = and_(twin.c.kind == WAITS, twin.c.subject == DUE.c.subject, twin.c.person_id == DUE.c.person_id)
    twice = select(DUE.c.id).where(DUE.c.kind == WAITS, exists().where(same, twin.c.id < DUE.c.id))
    yield "due", "it would send somebody a campaign for the second time", twice


def _wanted() -> Iterator[Rule]:
    """Proofs of consent are forgotten after years, but never the last word of who is still here."""
    about_news = exists().where(CONSENT.c.person_id == LETTER.c.person_id, CONSENT.c.scope == NEWS)
    yield "campaign_letter", "its person never said anything about news", select(*KEY).where(~about_news)
    key = literal(f"{WAITS}|") + LETTER.c.campaign_id + "|" + LETTER.c.person_id
    sent = select(*KEY).join(OUTGOING, OUTGOING.c.key == key).where(LETTER.c.state == "sent")
    unwanted = exists().where(_said(CONSENT, granted=False), _seconds(CONSENT.c.at) + A_MINUTE < _sent(), ~_but_yes())
    yield "campaign_letter", "it was sent to who had said no", sent.where(unwanted)


def _said(word: Any, *, granted: bool) -> ColumnElement[bool]:
    return and_(word.c.person_id == LETTER.c.person_id, word.c.scope == NEWS, word.c.granted.is_(granted))


def _but_yes() -> ColumnElement[bool]:
    """They said yes after that no, and before it was sent."""
    yes = CONSENT.alias("yes")
    return exists().where(_said(yes, granted=True), yes.c.at > CONSENT.c.at, _seconds(yes.c.at) <= _sent() + A_MINUTE)


def _sent() -> Any:
    return _seconds(OUTGOING.c.created_at)


def _seconds(moment: Any) -> Any:
    return extract("epoch", moment)
