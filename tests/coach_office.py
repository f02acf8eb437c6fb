"""A coach at the console and a person in a chat, for tests of their talk."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session, select

from bot.stage import Actor
from casework.cases.cases import HandOverRequest, hand_over
from casework.door.accounts import Account, ensure_accounts, find_account
from casework.talk.coach_talk import release, talk_of
from casework.talk.talk_lines import Desk, Writer, Written, begin, write
from casework.talk.talk_reading import Eyes, Spoken, read_talk
from casework.talk.talk_unread import mark_read, unread
from storage.tables import Case, Chat, Conversation, Notice
from tests.stage import Stage


class Office:
    """A coach of Genk at their desk, with the case of one person who is in the middle of the questions."""

    def __init__(self, stage: Stage, person: Actor) -> None:
        self.stage, self.person = stage, person
        self.organisation = stage.house.organisations["genk"]
        self.desk = Desk(stage.house.vault, stage.house.wording, self.organisation)

    async def opens(self) -> Office:
        now = self.stage.clock.now()

        def work(session: Session) -> tuple[str, list[Account]]:
            ensure_accounts(session, self.organisation, now)
            chat = session.exec(select(Chat).where(Chat.address == self.person.place.address)).one()
            talk = session.exec(select(Conversation).where(Conversation.person_id == chat.person_id)).one()
            request = HandOverRequest("genk", talk.person_id, talk.id, {}, (), "nl")
            coaches = [one.id for one in self.organisation.coaches.values() if one.bookable][:2]
            accounts = [find_account(session, "genk", login) for login in coaches]
            return hand_over(session, self.stage.house.vault, request, now), [
                Account.of(one) for one in accounts if one
            ]

        self.case_id, (self.coach, self.colleague) = await self.stage.house.ledger.write(work)
        self.name = self.coach.name.split()[0]
        return self

    async def writes(self, text: str, who: Account | None = None, *, over: bool = False) -> Written:
        def work(session: Session) -> Written:
            writer = Writer(who or self.coach, session.get_one(Case, self.case_id), over)
            return write(session, self.desk, writer, text, self.stage.clock.now())

        written = await self.stage.house.ledger.write(work)
        await self.person.looks()
        return written

    async def takes(self) -> None:
        def work(session: Session) -> None:
            begin(session, self.desk, Writer(self.coach, session.get_one(Case, self.case_id)), self.stage.clock.now())

        await self.stage.house.ledger.write(work)
        await self.person.looks()

    async def leaves(self) -> list[str]:
        def work(session: Session) -> bool:
            return release(session, self.coach, session.get_one(Case, self.case_id), self.stage.clock.now())

        assert await self.stage.house.ledger.write(work)
        return await self.time_passes(timedelta())

    async def time_passes(self, by: timedelta) -> list[str]:
        """What the person gets meanwhile."""
        self.stage.clock.move(by)
        await self.stage.tick()
        await self.person.looks()
        return [bubble.text for bubble in self.person.fresh]

    async def reads(self, hidden: str = "") -> list[Spoken]:
        def work(session: Session) -> list[Spoken]:
            case = session.get_one(Case, self.case_id)
            read = mark_read(session, self.coach, case, self.stage.clock.now())
            return read_talk(session, self.stage.house.vault, case, Eyes(read, lambda question: question == hidden))

        return await self.stage.house.ledger.write(work)

    async def unread(self) -> int:
        found = await self.stage.house.ledger.read(lambda session: unread(session, self.coach))
        return found.get(self.case_id, 0)

    async def notices(self, kind: str) -> list[Notice]:
        def work(session: Session) -> list[Notice]:
            return list(session.exec(select(Notice).where(Notice.kind == kind)))

        return await self.stage.house.ledger.read(work)

    async def has_it(self) -> bool:
        def work(session: Session) -> bool:
            talk = talk_of(session, session.get_one(Case, self.case_id).person_id)
            return talk is not None and talk.staff_id == self.coach.id

        return await self.stage.house.ledger.read(work)


async def office(stage: Stage, channel: str = "telegram") -> Office:
    """The person has said yes and what they seek; the next question is open."""
    person = stage.actor("ann", channel=channel)
    await person.starts()
    for said in ("nederlands", "ja", "snel een mens", "34 tot 49 jaar"):
        await person.says(said)
    return await Office(stage, person).opens()
