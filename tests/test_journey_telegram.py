"""A whole journey over the wire of Telegram: from /start to the appointment, and the reminders after it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from sqlmodel import Session, col, select

from storage.tables import Appointment, Chat, Due, Notice
from tests.running import TOKEN, Running, running
from tests.telegram_server import TelegramServer
from tests.telegram_user import User
from tests.telegram_world import Account, Message

Line = tuple[str, ...]
"""What the person types, or taps if it stands in [ ], and what each of our messages then holds."""

DUTCH_DOORWAY: tuple[Line, ...] = (
    ("/start", "Welke taal wil je?"),
    ("nederlans", "Ik ben een computer", "Telegram bewaart deze chat ook", "Mag ik ze bewaren"),
    ("ja hoor", "Waarvoor kom je?"),
)
DUTCH: tuple[Line, ...] = (
    *DUTCH_DOORWAY,
    ("[Ik zoek werk]", "Hoe oud ben je?"),
    ("[26 tot 33 jaar]", "Hoe mag ik je noemen?"),
    ("ik heet Fatma", "In welke gemeente woon je?"),
    ("genkk", "3600 Genk"),
    ("een jobb", "Je coach zoekt met jou een oplossing", "Wat maakt werken moeilijk"),
    ("+[Mijn kinderen]",),
    ("+[Naar het werk gaan]",),
    ("-[Naar het werk gaan]",),
    ("[Klaar]", "Heb je opvang nodig"),
    ("jaa", "Welk diploma heb je?"),
    ("[Middelbare school]", "Hoe lang zoek je al werk?"),
    ("[Overslaan]", "Waarvan leef je nu?"),
    ("liever ni zeggen", "Telegram is daar niet de plek voor"),
    ("[Met mijn coach]", "Hier vraag ik niets over je gezondheid", "Welk werk vind je leuk?"),
    ("poetsen en keukn", "nog 5 vragen"),
    ("nee", "Dit heb ik opgeschreven"),
    ("[Dat klopt]", "Wil je praten met een coach?"),
    ("[Ja, kies een moment]", "Welk moment past voor jou?"),
    ("vrijdag 10 uur", "Hoe mogen we je bereiken?"),
    ("[Chat]", "vrijdag 26 maart om 10 uur", "Dank je wel, Fatma"),
)
DUTCH_QUICK: tuple[Line, ...] = (
    *DUTCH_DOORWAY,
    ("[Snel een mens]", "Hoe oud ben je?"),
    ("[26 tot 33 jaar]", "In welke gemeente woon je?"),
    ("3600", "Wat wil je graag?"),
    ("[Een job]", "Wil je praten met een coach?"),
    ("[Ja, kies een moment]", "Welk moment past voor jou?"),
    ("[vr 26 mrt, 10 uur]", "Hoe mogen we je bereiken?"),
    ("[Chat]", "vrijdag 26 maart om 10 uur", "Dank je wel"),
)
FRENCH: tuple[Line, ...] = (
    ("/start", "Quelle langue voulez-vous ?"),
    ("francais", "Je suis un ordinateur", "Telegram garde aussi cette discussion", "garder pour votre coach"),
    ("oui", "Qu'est-ce que vous cherchez ?"),
    ("1", "Vous avez quel âge ?"),
    ("[34 à 49 ans]", "Comment est-ce que je peux vous appeler ?"),
    ("je m'apelle Aïcha", "Vous habitez dans quelle commune ?"),
    ("j'habite à Genk", "3600 Genk"),
    ("un travial", "Votre coach cherche une solution", "Qu'est-ce qui rend le travail difficile"),
    ("+[La langue]",),
    ("+[Mes enfants]",),
    ("-[Mes enfants]",),
    ("[C'est bon]", "Est-ce que vous parlez bien le néerlandais ?"),
    ("un peu", "Quelle langue est facile"),
    ("français", "votre plus haut diplôme"),
    ("[Passer]", "Vous cherchez du travail depuis quand ?"),
    ("3", "De quoi est-ce que vous vivez"),
    ("[Plutôt ne pas dire]", "Telegram n'est pas le bon endroit"),
    ("avec mon coach", "votre santé", "Quel travail est-ce que vous aimez ?"),
    ("cuisine", "encore 5 questions"),
    ("non", "ce que j'ai noté"),
    ("oui", "Est-ce que vous voulez parler à un coach ?"),
    ("oui", "Quel moment vous convient ?"),
    ("vendredi 10h", "Comment est-ce qu'on peut vous joindre ?"),
    ("[Chat]", "vendredi 26 mars à 10 heures", "Merci"),
)
WHEN = {"nl": "vrijdag 26 maart om 10 uur", "fr": "vendredi 26 mars à 10 heures"}
COME = {"nl": "Ik kom", "fr": "Je viens"}
NOT_COME = {"nl": "Ik kom niet", "fr": "Je ne viens pas"}
OTHER = {"nl": "Ander moment", "fr": "Autre moment"}
TODAY = {"nl": "Je afspraak is vandaag", "fr": "Votre rendez-vous est aujourd'hui"}
JOURNEYS = {"nl": DUTCH, "fr": FRENCH}


@dataclass
class Phone:
    """Somebody's telephone: talks line by line, and knows the program behind it."""

    program: Running
    account: Account
    user: User

    async def talks(self, *lines: Line) -> Message:
        """Everything of it; the last message on the screen."""
        last = None
        for said, *parts in lines:
            if said[0] in "+-" and said[1:2] == "[":
                await self.ticks(said[2:-1], said[0] == "+")
                continue
            self.user.taps(said[1:-1]) if said.startswith("[") else self.user.says(said)
            last = await self.reads(*parts)
        assert last
        return last

    async def reads(self, *parts: str) -> Message:
        for part in parts:
            message = await self.user.sees()
            assert part in message.text, f"wanted {part!r}, read {message.text!r}"
        return message

    async def ticks(self, label: str, on: bool) -> None:
        """The question stays where it is: its own message changes."""
        message = self.user.chat.from_bot()[-1]
        edits, count = message.edits, len(self.user.screen)
        self.user.taps(next(shown for shown in message.labels if shown.endswith(label)))
        await self.user.sees_edit(message, edits + 1)
        assert next(shown for shown in message.labels if shown.endswith(label)).startswith("✅") is on
        assert len(self.user.screen) == count

    async def visits(self) -> list[tuple[str, str]]:
        """Wall time and state of each appointment, as the database has them."""
        rows = select(Appointment.wall, Appointment.state).order_by(col(Appointment.created_at))
        return await self.program.read(lambda session: [(wall, state) for wall, state in session.exec(rows)])


@asynccontextmanager
async def phone(database_url: str, *, webhook: bool = False, chat: int = 501) -> AsyncIterator[Phone]:
    async with TelegramServer() as telegram:
        account = telegram.bot(TOKEN)
        account.faults.limits = None
        async with running(database_url, telegram.url, webhook=webhook) as program:
            yield Phone(program, account, telegram.user(TOKEN, chat))


async def from_start_to_the_visit(phone: Phone, language: str) -> None:
    """The whole intake, then what comes the day before and two hours before."""
    await phone.talks(*JOURNEYS[language])
    assert phone.account.sent("editMessageText") or phone.account.sent("editMessageReplyMarkup")
    assert await phone.visits() == [("2027-03-26T10:00", "booked")]
    phone.program.later(days=1)
    asked = await phone.reads(WHEN[language])
    assert [label.partition(" ")[2] for label in asked.labels] == [COME[language], OTHER[language], NOT_COME[language]]
    await phone.talks((f"[{COME[language]}]", WHEN[language]))
    assert await phone.visits() == [("2027-03-26T10:00", "confirmed")]
    phone.program.later(hours=22)
    await phone.reads(TODAY[language])
    await phone.talks((f"[{NOT_COME[language]}]", "coach"))
    assert await phone.visits() == [("2027-03-26T10:00", "cancelled")]


@pytest.mark.parametrize("language", ["nl", "fr"])
@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
async def test_from_start_to_the_appointment_and_its_reminders(sqlite_url: str, language: str, webhook: bool) -> None:
    async with phone(sqlite_url, webhook=webhook) as person:
        await from_start_to_the_visit(person, language)


async def test_the_same_journey_on_postgresql(postgres_url: str) -> None:
    async with phone(postgres_url, webhook=True) as person:
        await from_start_to_the_visit(person, "nl")


async def test_another_time_chosen_from_a_reminder_moves_the_visit(sqlite_url: str) -> None:
    async with phone(sqlite_url) as person:
        await person.talks(*DUTCH_QUICK)
        person.program.later(days=1)
        await person.reads("vrijdag 26 maart om 10 uur")
        await person.talks(
            ("[Ander moment]", "Welk moment past voor jou?"),
            ("di 30 mrt, 9 uur", "dinsdag 30 maart om 9 uur"),
        )
        assert await person.visits() == [("2027-03-26T10:00", "moved"), ("2027-03-30T09:00", "booked")]
        person.program.later(days=1)
        person.program.later(days=3)
        await person.reads("Je coach ziet")
        await person.reads("dinsdag 30 maart om 9 uur")
        await person.program.until(_no_reminder_waits_for_friday)


def _no_reminder_waits_for_friday(session: Session) -> bool:
    visit = session.exec(select(Appointment).where(Appointment.state == "moved")).one()
    open_ones = select(Due).where(Due.subject == visit.id, col(Due.state) == "planned")
    return session.exec(open_ones).first() is None


async def test_the_menu_shows_commands_that_are_understood(sqlite_url: str) -> None:
    async with phone(sqlite_url) as person:
        await person.talks(*DUTCH_QUICK[:6])
        assert set(person.account.commands) >= {"nl", "fr", ""}
        for menu in person.account.commands.values():
            for command in menu:
                person.user.says(f"/{command['command']}")
                answer = await person.user.sees()
                assert not answer.text.startswith(("Tik op een knop, of typ", "Ik begrijp dat niet"))
        assert all(len(menu) >= 5 for menu in person.account.commands.values())


async def test_a_second_start_and_another_language_keep_the_answers(sqlite_url: str) -> None:
    async with phone(sqlite_url, webhook=True) as person:
        await person.talks(*DUTCH_QUICK[:6])
        await person.talks(("/start", "Welkom terug"), ("français", "Qu'est-ce que vous voulez faire ?"))
        await person.talks(("[Un travail]", "Est-ce que vous voulez parler à un coach ?"))
        await person.talks(("/start", "question 3 sur 4"))


async def test_who_blocks_the_bot_gets_nothing_and_the_staff_hear_of_it(sqlite_url: str) -> None:
    async with phone(sqlite_url) as person:
        await person.talks(*DUTCH_QUICK)
        person.user.blocks()
        await person.program.until(lambda session: _states(session) == ["blocked"])
        sent = len(person.account.sent())
        person.program.later(days=1)
        await person.program.until(_a_reminder_was_left_out)
        assert len(person.account.sent()) == sent
        assert await person.program.read(lambda session: _notices(session)) >= {"new_case", "unreachable"}
        person.user.unblocks()
        await person.program.until(lambda session: _states(session) == ["open"])
        await person.talks(("/start", "Welkom terug"))


async def test_a_block_that_telegram_did_not_tell_is_learnt_from_the_refusal(sqlite_url: str) -> None:
    async with phone(sqlite_url) as person:
        await person.talks(*DUTCH_QUICK)
        person.user.chat.blocked = True
        person.program.later(days=1)
        await person.program.until(lambda session: _states(session) == ["blocked"])
        assert "unreachable" in await person.program.read(_notices)


def _states(session: Session) -> list[str]:
    return list(session.exec(select(Chat.state)))


def _notices(session: Session) -> set[str]:
    return set(session.exec(select(Notice.kind)))


def _a_reminder_was_left_out(session: Session) -> bool:
    return "skipped" in session.exec(select(Due.state)).all()
