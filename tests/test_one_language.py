"""No key, no English sentence and nothing of another language ever reaches a Dutch or French speaker."""

from __future__ import annotations

import random
from dataclasses import replace

import orjson
import pytest
from sqlmodel import Session, col, select

from bot.opening import load_staff
from bot.stage import Actor
from casework.door.accounts import READERS
from casework.telling.announcements import ANSWERS, TEXTS
from flows.heard import CannotRead, Tap
from flows.messages import Bubble, Button
from storage.columns import new_id
from storage.tables import Chat, Outgoing, Staff
from tests.one_language import LANGUAGES, problems, troubles
from tests.stage import Stage, open_stage, papers

SETTING = papers().scenes.setting("genk", "web")
TYPED = {
    "nl": (
        "waarom",
        "help",
        "wie leest dit?",
        "terug",
        "wijzig",
        "een mens",
        "stop",
        "ja",
        "3600",
        "ik snap het niet",
        "2",
    ),
    "fr": (
        "pourquoi",
        "aide",
        "qui lit ça ?",
        "retour",
        "changer",
        "une personne",
        "stop",
        "oui",
        "4000",
        "je ne comprends pas",
        "2",
    ),
}
WALKS = [("genk", "web", "nl"), ("genk", "telegram", "fr"), ("bijzig", "web", "fr"), ("handel", "telegram", "nl")]
WALKS += [("jobin", "web", "fr"), ("zuidoost-limburg", "telegram", "nl")]
STEPS = 45


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("organisation", "channel", "language"), WALKS)
async def test_whatever_is_tapped_and_typed_each_message_is_in_one_language(
    organisation: str, channel: str, language: str, seed: int
) -> None:
    chance = random.Random(f"{organisation} {channel} {language} {seed}")
    async with open_stage() as stage:
        actor = stage.actor(organisation=organisation, channel=channel)
        await actor.starts(language=language)
        for _ in range(STEPS):
            await step(actor, chance, language)
        setting = stage.house.scenes.setting(organisation, channel)
        assert [problem for bubble in actor.seen for problem in problems(setting, bubble)] == []
        assert {bubble.language for bubble in actor.seen} <= {"nl", "fr"}
        assert len(actor.seen) > STEPS / 2


async def step(actor: Actor, chance: random.Random, language: str) -> None:
    """Mostly a button that is on the screen; sometimes a tool, words, or something we cannot read."""
    newest = next((bubble for bubble in reversed(actor.seen) if bubble.buttons), actor.seen[-1])
    match chance.randrange(10):
        case 0:
            await actor.says(chance.choice(TYPED[language]))
        case 1 if newest.tools:
            await press(actor, chance.choice(newest.tools))
        case 2:
            await actor.at_once(actor.incoming(CannotRead(chance.choice(["voice", "photo", "sticker"]))))
        case _ if newest.buttons:
            await press(actor, chance.choice(newest.buttons))
        case _:
            await actor.says(chance.choice(("3600 Genk", "Fatma", "0470 12 34 56")))


async def press(actor: Actor, button: Button) -> None:
    """Nobody here erases everything: the walk would be over."""
    if not button.tap.option.startswith("erase"):
        await actor.tap(button.tap.question, button.tap.option)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_notices_to_a_coach_are_in_the_language_of_the_coach(language: str) -> None:
    async with open_stage() as stage:
        chat = await linked_coach(stage, language)
        actor = stage.actor()
        await actor.starts(language="fr" if language == "nl" else "nl")
        await actor.says("oui" if language == "nl" else "ja")
        await actor.tap("path", "no_work")
        for _ in range(4):
            await actor.tap("!", "skip")
        await actor.tap("!", "person")
        notices = await sent(stage, chat)
        assert len(notices) >= 2
        for notice in notices:
            assert notice.language == language
            assert problems(SETTING, notice) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("phrase", [*TEXTS.values(), *ANSWERS.values()], ids=lambda phrase: phrase.source[:20])
def test_every_text_for_staff_is_translated(phrase: object, language: str) -> None:
    said = papers().wording.catalogues[language][phrase.source]
    assert said != phrase.source
    assert list(troubles(said, language)) == []


async def linked_coach(stage: Stage, language: str) -> str:
    """The id of a chat on Telegram of everybody's coach in Genk, who reads that language."""
    house = stage.house
    await load_staff(house.ledger, house.organisations, house.clock)

    def work(session: Session) -> str:
        reader = session.exec(select(Staff).where(Staff.organisation == "genk", Staff.role == "team_lead")).first()
        reader = session.exec(select(Staff).where(Staff.organisation == "genk", col(Staff.role).in_(READERS))).all()[0]
        reader.language = language
        chat = Chat(
            id=new_id(),
            organisation="genk",
            channel="telegram",
            address="1",
            staff_id=reader.id,
            created_at=house.clock.now(),
        )
        session.add_all([reader, chat])
        return chat.id

    return await house.ledger.write(work)


async def sent(stage: Stage, chat: str) -> list[Bubble]:
    def work(session: Session) -> list[Bubble]:
        rows = session.exec(select(Outgoing).where(Outgoing.chat_id == chat))
        opened = (stage.house.vault.house.open(row.sealed, f"outgoing|{chat}") for row in rows)
        return [Bubble.from_json(orjson.loads(data)) for data in opened]

    return await stage.house.ledger.read(work)


GOOD = Bubble("Hoe oud ben je?", "nl", (Button("Jonger dan 18", Tap("age", "under_18")),), question="age")


@pytest.mark.parametrize(
    "wrong",
    [
        replace(GOOD, text="How old are you?"),
        replace(GOOD, text="Vous avez quel âge ?"),
        replace(GOOD, text="✓ 3600 Genk\nVous habitez dans quelle commune ? Tapez le code postal."),
        replace(GOOD, text="Je coach heet {coach}."),
        replace(GOOD, text="✓ from_26"),
        replace(GOOD, buttons=(Button("Under 18", Tap("age", "under_18")),)),
        replace(GOOD, buttons=(Button("Moins de 18 ans", Tap("age", "under_18")),)),
        replace(GOOD, tools=(Button("under_18", Tap("age", "under_18")),)),
        replace(GOOD, language="fr"),
    ],
    ids=lambda bubble: f"{bubble.language} {bubble.text[:12]} {bubble.buttons[0].label[:8]}",
)
def test_a_message_that_is_not_in_one_language_is_found(wrong: Bubble) -> None:
    assert problems(SETTING, GOOD) == []
    assert problems(SETTING, wrong) != []
