"""Compares what the database holds afterwards with what people did, saw and were told."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson
from pydantic import SecretStr
from sqlmodel import Session, col, select

from bot.channels.telegram_drawing import messages
from bot.house import House
from bot.notebook import read_log
from bot.opening import make_house
from bot.people import Partner, Place, find
from bot.settings import Settings
from flows.answers.text import ShortText
from flows.log import Skipped, Value
from flows.memory import Memory, remember
from flows.messages import Bubble
from flows.script import Ask
from storage.ledger import open_ledger
from storage.tables import Appointment, Case, Conversation, Due, Heard, Outgoing
from storage.time_claim import LIVE
from storage.verify import verify
from tests.faults.program import SECRET
from tests.faults.talker import Talker
from tests.stage import papers

Row = TypeVar("Row")


@asynccontextmanager
async def open_house(database_url: str) -> AsyncIterator[House]:
    """The house of a program that is not running now."""
    ledger = await open_ledger(database_url)
    try:
        settings = Settings(database_url=database_url, secret_key=SecretStr(SECRET), clock="2027-03-24T10:00+01:00")
        yield make_house(settings, ledger, papers=papers())
    finally:
        await ledger.close()


async def wrong(database_url: str, talkers: Sequence[Talker], kills: int = 1) -> list[str]:
    """Everything lost, doubled or broken, a line each; nothing when all is well.

    Each of the ``kills`` may have cut one message off between its arrival and the note of it: that one comes
    once more.
    """
    async with open_house(database_url) as house:
        broken = await house.ledger.read(verify)
        found = await house.ledger.write(lambda session: list(_wrong(session, house, talkers, kills)))
    return [*map(str, broken), *found]


def _wrong(session: Session, house: House, talkers: Sequence[Talker], kills: int) -> Iterator[str]:
    for talker in talkers:
        try:
            book = Book(session, house, talker, kills)
        except LookupError as problem:
            yield f"{talker.address}: {problem}"
            continue
        yield from (f"{talker.address}: {problem}" for problem in book.problems())
    parked = session.exec(select(Heard).where(Heard.state != "applied")).all()
    yield from (f"parked: {row.reason}" for row in parked)


@dataclass
class Book:
    """One person's side and ours. Everything is read anew."""

    session: Session
    house: House
    talker: Talker
    kills: int = 1

    def __post_init__(self) -> None:
        place = Place("genk", "telegram", self.talker.address)
        partner = find(self.session, self.house.vault, place)
        if not isinstance(partner, Partner):
            raise LookupError("the person is not known at all")
        self.partner = partner

    def problems(self) -> Iterator[str]:
        yield from self._updates()
        yield from self._answers()
        yield from self._visit()
        yield from self._messages()

    def _rows(self, table: type[Row], *conditions: Any) -> list[Row]:
        return list(self.session.exec(select(table).where(*conditions)))

    def memory(self) -> Memory:
        return remember(read_log(self.session, self.partner.key, self.partner.conversation_id))

    def _updates(self) -> Iterator[str]:
        heard = self._rows(Heard, Heard.chat_id == self.partner.chat_id)
        keys = sorted(int(row.update_key) for row in heard)
        if keys != sorted(self.talker.updates):
            yield f"updates taken in {keys}, sent {self.talker.updates}"
        turns = self.session.get_one(Conversation, self.partner.conversation_id).version
        if turns != len(keys):
            yield f"{turns} turns of {len(keys)} updates"

    def _answers(self) -> Iterator[str]:
        memory, asks = self.memory(), self.house.scenes.setting("genk", "telegram").flow.asks
        for question, told in self.talker.told.items():
            if question == "slot" and self._full(memory):
                continue
            kept = memory.language if question == "language" else memory.value(question)
            if not _same(asks[question], told, kept):
                yield f"answer to {question}: told {told!r}, kept {kept!r}"
        for question in memory.answers.keys() - self.talker.told.keys() - ({"slot"} if self._full(memory) else set()):
            yield f"answer to {question} that nobody gave"

    @staticmethod
    def _full(memory: Memory) -> bool:
        """The person was told that no time is free: nobody here skips a question by themselves."""
        return isinstance(memory.answers.get("slot"), Skipped)

    def _visit(self) -> Iterator[str]:
        person = self.partner.person_id
        visits = self._rows(Appointment, Appointment.person_id == person, col(Appointment.state).in_(LIVE))
        wanted = int("slot" in self.talker.told and not self._full(self.memory()))
        if len(visits) != wanted:
            yield f"{len(visits)} visits, wanted {wanted}"
        for visit in visits:
            if visit.starts_at.strftime("%Y%m%dT%H%M") != str(self.talker.told["slot"]).partition("-")[0]:
                yield "the visit is at another time than was chosen"
            due = self._rows(Due, Due.subject == visit.id)
            kinds = Counter(row.kind for row in due)
            if not kinds or max(kinds.values()) > 1:
                yield f"reminders {dict(kinds)}"
        cases = self._rows(Case, Case.person_id == person)
        if len(cases) != 1:
            yield f"{len(cases)} cases"

    def _messages(self) -> Iterator[str]:
        said: Counter[str] = Counter()
        for row in self._rows(Outgoing, Outgoing.chat_id == self.partner.chat_id):
            if row.state != "sent" and not (row.kind == "redraw" and row.state == "cancelled"):
                yield f"a message that is {row.state} ({row.reason})"
            if row.kind == "message":
                said.update(message["text"] for message in messages(self.bubble(row)))
        seen = Counter(each.as_sent for each in self.talker.user.chat.from_bot())
        yield from _differences(said, seen, self.kills)

    def bubble(self, row: Outgoing) -> Bubble:
        about = f"outgoing|{self.partner.chat_id}"
        return Bubble.from_json(orjson.loads(self.partner.key.open(row.sealed, about)))


def _differences(said: Counter[str], seen: Counter[str], kills: int) -> Iterator[str]:
    for text, times in said.items():
        if not times <= seen[text] <= times + kills:
            yield f"said {times} times and seen {seen[text]} times: a text of {len(text)} characters"
    yield from (f"seen and never said: a text of {len(text)} characters" for text in seen.keys() - said.keys())


def _same(ask: Ask, told: Value, kept: Value | None) -> bool:
    if ask.kind.options or ask.kind.expects == "slot" or isinstance(ask.kind, ShortText):
        return told == kept
    return kept is not None


def copies(talkers: Iterable[Talker]) -> int:
    return sum(talker.copies for talker in talkers)
