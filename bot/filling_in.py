"""Lets a coach fill in together with somebody on the phone: the same conversation, asked and noted by the coach."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from sqlmodel import Session, col, select

from bot.arriving import continue_page, link_to
from bot.channels.transcript import Ours, Reader, find_reader, mark_shown, said_since, transcript, words_of
from bot.channels.webchat_wire import changes_the_screen_only
from bot.converse import Converse
from bot.house import House
from bot.incoming import Incoming
from bot.people import PHONE, Place
from casework.cases.cases import find_case
from casework.cases.filling_in import Noted, Paper, Sheet
from casework.door.accounts import Account
from casework.talk.continuing import ON_PAPER, Way, give_code
from casework.talk.talk_reading import SILENT
from flows.heard import Arrived, Heard, Said, Started, Tapped
from flows.messages import Phrase
from storage import audit
from storage.columns import new_id
from storage.tables import Case, Chat, Person

T = TypeVar("T")

OLD_BUTTON = Phrase("This button no longer works.")
EMPTY = Phrase("Type your answer or tap a button.")
GROUP = 4
"""Characters of a code that stand together on paper."""


class FillingIn:
    """See ``casework.cases.filling_in.FillsIn``. A talk is named by the address of its ``phone`` chat."""

    def __init__(self, house: House, converse: Converse) -> None:
        self.house, self.converse = house, converse

    async def begin(self, account: Account, language: str) -> str:
        talk = new_id()
        await self._take(replace(_update(account, talk, f"{SILENT}start", Started()), language=language))
        return talk

    async def begin_with(self, account: Account, case: str) -> str | None:
        now = self.house.clock.now()
        talk = await self.house.ledger.write(lambda session: _phone_of(session, account.organisation, case, now))
        if talk is not None:
            await self._answer(_update(account, talk, SILENT + new_id(), Arrived("again")))
        return talk

    async def sheet(self, account: Account, talk: str) -> Sheet | None:
        return await self._with_reader(account, talk, self._sheet)

    def _sheet(self, session: Session, reader: Reader) -> Sheet:
        """What came of the last answer; after a tap that came to nothing, the question that still stands."""
        ours = [line for line in transcript(session, reader) if isinstance(line, Ours)]
        fresh = [line for line in ours if not line.shown]
        asked = [line for line in ours if line.bubble.buttons or line.bubble.question]
        messages = tuple(line.bubble for line in fresh or asked[-1:])
        return Sheet(messages, reader.language, _open_case(session, reader))

    async def note(self, account: Account, talk: str, noted: Noted) -> str:
        if noted.token:
            return await self._press(account, talk, noted)
        if not noted.words:
            return self.house.wording.translate(EMPTY.source, account.language)
        return await self._answer(replace(_update(account, talk, noted.key, Said(noted.words)), body=noted.words))

    async def _press(self, account: Account, talk: str, noted: Noted) -> str:
        tap = self.house.taps.read(str(_place(account, talk)), noted.token)
        if tap is None:
            return self.house.wording.translate(OLD_BUTTON.source, account.language)
        if changes_the_screen_only(tap):
            return await self._take(_update(account, talk, SILENT + noted.key, Tapped(tap)))
        label = await self._with_reader(account, talk, lambda session, reader: words_of(session, reader, noted.token))
        return await self._answer(replace(_update(account, talk, noted.key, Tapped(tap)), body=label))

    async def paper(self, account: Account, talk: str) -> Paper | None:
        organisation, now = account.organisation, self.house.clock.now()

        def work(session: Session, reader: Reader) -> Paper | None:
            if reader.person_id is None:
                return None
            way = Way(organisation, "web")
            code = give_code(session, reader.person_id, way, now, ON_PAPER)
            audit.record(session, organisation, account.actor, "conversation.give_link", reader.chat_id, now)
            return Paper(continue_page(self.house, organisation), _grouped(code), link_to(self.house, way, code))

        return await self._with_reader(account, talk, work)

    async def _with_reader(self, account: Account, talk: str, work: Callable[[Session, Reader], T]) -> T | None:
        place = _place(account, talk)
        here = (place.organisation, place.channel, place.address)

        def run(session: Session) -> T | None:
            reader = find_reader(session, self.house.vault, here, account.language)
            return work(session, reader) if reader else None

        return await self.house.ledger.write(run)

    async def _answer(self, update: Incoming) -> str:
        """What stands on the sheet has been read aloud by now."""
        here = (update.organisation, update.channel, update.address)

        def read_aloud(session: Session) -> None:
            reader = find_reader(session, self.house.vault, here, "")
            fresh = said_since(session, reader, 0) if reader else []
            mark_shown(session, (line.id for line in fresh if not line.shown), self.house.clock.now())

        await self.house.ledger.write(read_aloud)
        return await self._take(update)

    async def _take(self, update: Incoming) -> str:
        return (await self.converse.take(update)).toast or ""


def _place(account: Account, talk: str) -> Place:
    return Place(account.organisation, PHONE, talk)


def _update(account: Account, talk: str, key: str, heard: Heard) -> Incoming:
    return Incoming(account.organisation, PHONE, f"{talk[:16]}:{key}", talk, heard, by=f"coach:{account.id}")


def _phone_of(session: Session, organisation: str, case_id: str, now: datetime) -> str | None:
    """The chat in which coaches fill in with the person of this case; made at the first time."""
    case = find_case(session, organisation, case_id)
    if case is None or not case.sealed:
        return None
    session.exec(select(Person.id).where(Person.id == case.person_id).with_for_update(key_share=True))
    known = select(Chat.address).where(Chat.person_id == case.person_id, Chat.channel == PHONE, Chat.state == "open")
    address = session.exec(known).first()
    if address is None:
        address = new_id()
        session.add(
            Chat(organisation=organisation, channel=PHONE, address=address, person_id=case.person_id, created_at=now)
        )
    return address


def _open_case(session: Session, reader: Reader) -> str | None:
    mine = select(Case.id).where(Case.person_id == reader.person_id, col(Case.sealed) != b"")
    return session.exec(mine.order_by(col(Case.created_at).desc())).first()


def _grouped(code: str) -> str:
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))
