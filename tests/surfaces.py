"""Moves somebody between their chats on the stage, by the links that they are given."""

from __future__ import annotations

import re

from sqlmodel import Session, select

from bot.filling_in import FillingIn
from casework.cases.filling_in import Noted
from casework.door.accounts import Account, ensure_accounts, find_account
from flows.log import Answered
from flows.messages import Button
from storage.tables import Case, Chat, Person
from tests.stage import Actor, Stage

BOT = "genk_bot"
PAGE = re.compile(r"https?://[^ ]+/chat/genk/continue#([0-9a-z]{26})$")
TELEGRAM = re.compile(rf"https://t\.me/{BOT}\?start=([0-9a-z]{{26}})$")
TO_HEALTH = (
    *("ja", "[Ik zoek werk]", "[34 tot 49 jaar]", "Samira", "3600", "[Een job]", "niets"),
    *("secundair", "minder dan 6 maanden", "werkloosheidsuitkering"),
)
"""From the question of privacy to the private questions, in Dutch."""


def with_bot(stage: Stage) -> Stage:
    stage.house.bots["genk"] = BOT
    return stage


async def plays(actor: Actor, words: tuple[str, ...]) -> Actor:
    """``[label]`` taps, anything else is typed."""
    for word in words:
        await (actor.taps(word[1:-1]) if word.startswith("[") else actor.says(word))
    return actor


async def on_telegram(stage: Stage, *words: str, name: str = "1001") -> Actor:
    actor = with_bot(stage).actor(name, channel="telegram")
    await actor.starts()
    return await plays(actor, ("Nederlands", *words))


def code_on_screen(actor: Actor) -> str:
    """The code of the newest link that was given there."""
    for bubble in reversed(actor.seen):
        found = bubble.link and (PAGE.match(bubble.link.address) or TELEGRAM.match(bubble.link.address))
        if found:
            return found[1]
    raise AssertionError(f"no link in {[bubble.text for bubble in actor.seen[-3:]]}")


async def moves_to_web(actor: Actor, name: str = "browser") -> Actor:
    await actor.says("web")
    page = actor.stage.actor(name)
    await page.starts(payload=code_on_screen(actor))
    return page


def texts(actor: Actor) -> str:
    """What has just been said there."""
    return "\n".join(bubble.text for bubble in actor.fresh)


def asked(actor: Actor) -> str | None:
    """The question that was just asked there."""
    return next((bubble.question for bubble in reversed(actor.fresh) if bubble.question), None)


async def answers(actor: Actor) -> dict[str, object]:
    return {entry.question: entry.value for entry in await actor.log() if isinstance(entry, Answered)}


async def chats_of(stage: Stage) -> list[Chat]:
    return list(await stage.house.ledger.read(lambda session: session.exec(select(Chat)).all()))


async def the_case(stage: Stage) -> Case:
    return await stage.house.ledger.read(lambda session: session.exec(select(Case)).one())


class Phone:
    """A coach who fills in with somebody: reads what is on the sheet and notes the answers."""

    def __init__(self, stage: Stage, account: Account) -> None:
        self.desk = FillingIn(stage.house, stage.converse)
        self.account = account
        self.talk = ""
        self.count = 0

    @classmethod
    async def of(cls, stage: Stage, login: str = "an", organisation: str = "genk") -> Phone:
        def account(session: Session) -> Account:
            ensure_accounts(session, stage.house.organisations[organisation], stage.clock.now())
            staff = find_account(session, organisation, login)
            assert staff is not None
            return Account.of(staff)

        return cls(stage, await stage.house.ledger.write(account))

    async def begins(self, language: str = "nl") -> None:
        self.talk = await self.desk.begin(self.account, language)

    async def goes_on_with(self, case: str) -> None:
        self.talk = await self.desk.begin_with(self.account, case) or ""

    async def notes(self, *answers: str) -> str:
        told = ""
        for answer in answers:
            self.count += 1
            tap = answer.startswith("[")
            token = (await self.button(answer[1:-1])).token if tap else ""
            noted = Noted(f"key{self.count:05}", "" if tap else answer, token)
            told = await self.desk.note(self.account, self.talk, noted)
        return told

    async def button(self, label: str) -> Button:
        for message in reversed(await self.reads()):
            for button in (*message.buttons, *message.tools):
                if label in (button.label, button.label.partition(" ")[2]):
                    return button
        raise AssertionError(f"no button [{label}] on the sheet")

    async def reads(self):
        sheet = await self.desk.sheet(self.account, self.talk)
        assert sheet is not None
        return sheet.messages


async def to_the_end(actor: Actor) -> Actor:
    """Skips what is still asked, and agrees with the summary."""
    while question := asked(actor):
        await (actor.tap("recap", "ok") if question == "recap" else actor.says("overslaan"))
    return actor


async def people_of(stage: Stage) -> list[Person]:
    """Those who are not erased."""
    alive = select(Person).where(Person.wrapped_key != b"")
    return list(await stage.house.ledger.read(lambda session: session.exec(alive).all()))
