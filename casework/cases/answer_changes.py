"""The history of changed answers, from the log: which, when, from what to what, and by whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlmodel import Session, col, func, select

from casework.cases.need_to_know import sees
from casework.cases.summary import Briefing, Line, part_of, shown, tells
from casework.door.rights import Holder
from flows.answers import Reader
from flows.log import THE_PERSON, Value
from storage.tables import Case, LogEntry
from storage.vault import Key

ANSWERS = ("answered", "skipped")


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as it came; ``value`` is ``None`` where the question was skipped. ``by`` as in the log."""

    question: str
    value: Value | None
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Changed:
    """An answer that came in the place of another; an empty text is a question that was skipped."""

    question: str
    label: str
    before: str
    after: str
    at: datetime
    by: str


def given_again(session: Session, key: Key, conversation_id: str) -> Iterator[Given]:
    """Every answer to what was answered more than once in the conversation, the earliest first."""
    mine = LogEntry.conversation_id == conversation_id, col(LogEntry.kind).in_(ANSWERS)
    several = select(LogEntry.question).where(*mine).group_by(col(LogEntry.question)).having(func.count() > 1)
    rows = select(LogEntry).where(*mine, col(LogEntry.question).in_(several))
    for row in session.exec(rows.order_by(col(LogEntry.seq))):
        told = orjson.loads(key.open(row.sealed, f"log|{conversation_id}|{row.seq}"))
        value = told.get("value")
        kept: Value | None = tuple(value) if isinstance(value, list) else value
        yield Given(row.question or "", kept, row.at, told.get("by", THE_PERSON))


def changes(
    session: Session, key: Key, briefing: Briefing, about: tuple[Case, str], reader: tuple[Holder, str]
) -> list[Changed]:
    """Those that this reader (a holder of rights and a language) may see, the latest first.

    ``about`` is the case and its flow. Of questions that the flow no longer has nobody could say what they mean.
    """
    case, flow = about
    before: dict[str, Given] = {}
    found = []
    for each in given_again(session, key, case.conversation_id):
        last = before.get(each.question)
        if last is not None and last.value != each.value:
            found.append((last, each))
        before[each.question] = each
    told = (_told(briefing, flow, pair, case, reader) for pair in reversed(found))
    return [change for change in told if change is not None]


def _told(
    briefing: Briefing, flow: str, pair: tuple[Given, Given], case: Case, reader: tuple[Holder, str]
) -> Changed | None:
    last, now = pair
    ask = briefing.flows[flow].asks.get(now.question) if flow in briefing.flows else None
    if ask is None or not ask.label or not tells(ask):
        return None
    if not sees(reader[0], case, part_of(ask), Line(ask.id, ask.label, "", ask.tier)):
        return None
    of = Reader(ask.id, reader[1], briefing.wording, briefing.gazetteer, now.at.date())
    label = briefing.wording.translate(ask.label, reader[1])
    return Changed(ask.id, label, shown(ask, last.value, of), shown(ask, now.value, of), now.at, now.by)
