"""A web chat to test the page with: the real server around a small conversation that is easy to foresee."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import orjson
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlmodel import Session, select

from bot.aloud.reading import Reading
from bot.channels.webchat import WebChat, webchat_routes
from bot.channels.webchat_shop import CHANNEL
from bot.incoming import Incoming, Taken
from bot.landing import landing_routes
from bot.taps import Taps
from casework.house.organisations import Organisation, load_organisations
from flows.heard import CannotRead, ContactShared, Said, Started, Tap, Tapped
from flows.messages import Bubble, Button
from storage import trays
from storage.insert import insert_new
from storage.ledger import Ledger, ring
from storage.tables import Chat, Conversation, Heard, Person
from storage.vault import Key, Vault
from tests.webchat_wording import HELPLINES, translate

ORGANISATIONS = Path(__file__).parent.parent / "organisations"
SECRET = "a secret of tests, and long enough to be one"
Both = tuple[str, str]

WELCOME: tuple[Both, ...] = (
    ("Hallo! Ik ben een computer, geen mens.", "Bonjour ! Je suis un ordinateur, pas une personne."),
    ("Ik stel 4 korte vragen. Stoppen mag altijd.", "Je pose 4 questions courtes. Vous pouvez arrêter."),
)
DONE: Both = (
    "Dank je! Je afspraak is op maandag 29 maart om 10 uur. Je coach heet An.",
    "Merci ! Votre rendez-vous est le lundi 29 mars à 10 heures. Votre coach s'appelle An.",
)
WHY: Both = (
    "Dan weten we welke dienst dicht bij je is.",
    "Comme ça, nous savons quel service est près de chez vous.",
)
PERSON: Both = (
    "Goed. Een mens belt je. Je kan ook zelf bellen: 089 00 00 00.",
    "D'accord. Une personne vous appelle. Vous pouvez aussi appeler : 089 00 00 00.",
)


@dataclass(frozen=True, slots=True)
class Question:
    id: str
    text: Both
    options: dict[str, Both] = field(default_factory=dict)
    several: bool = False
    expects: str = "choice"
    private: bool = False


QUESTIONS = (
    Question(
        "place",
        (
            "Vraag 1 van 4\nIn welke gemeente woon je? Typ je postcode.",
            "Question 1 sur 4\nVous habitez dans quelle commune ? Tapez le code postal.",
        ),
        expects="place",
    ),
    Question(
        "barriers",
        (
            "Vraag 2 van 4\nWat maakt werken moeilijk voor jou? Je mag er meer kiezen.",
            "Question 2 sur 4\nQu'est-ce qui rend le travail difficile ? Choisissez une ou plusieurs réponses.",
        ),
        {
            "childcare": ("Opvang voor kinderen", "Garde des enfants"),
            "transport": ("Naar het werk gaan", "Aller au travail"),
            "language": ("De taal", "La langue"),
            "money": ("Zorgen over geld", "Soucis d'argent"),
            "none": ("Niets van dit", "Rien de tout cela"),
        },
        several=True,
    ),
    Question(
        "phone",
        (
            "Vraag 3 van 4\nOp welk nummer kunnen we je bellen?",
            "Question 3 sur 4\nÀ quel numéro est-ce qu'on peut vous appeler ?",
        ),
        expects="phone",
        private=True,
    ),
    Question(
        "slot",
        (
            "Vraag 4 van 4\nWanneer kom je naar je coach?",
            "Question 4 sur 4\nQuand venez-vous voir votre coach ?",
        ),
        {
            "a": ("Maandag 29 maart om 10 uur", "Lundi 29 mars à 10 heures"),
            "b": ("Dinsdag 30 maart om 14 uur", "Mardi 30 mars à 14 heures"),
            "c": ("Donderdag 1 april om 9 uur", "Jeudi 1er avril à 9 heures"),
        },
    ),
)
TOOLS: dict[str, Both] = {
    "back": ("Terug", "Retour"),
    "skip": ("Overslaan", "Passer"),
    "why": ("Waarom?", "Pourquoi ?"),
}
THAT_IS_ALL: Both = ("Dat is alles", "C'est tout")
SPOKEN = {"Nederlands": "nl", "Français": "fr"}


class StandIn:
    """Takes updates in as the real conversation does: one transaction, each update once, sealed messages."""

    def __init__(self, ledger: Ledger, vault: Vault, taps: Taps) -> None:
        self.ledger, self.vault, self.taps = ledger, vault, taps
        self.applied: list[Incoming] = []
        self.ticked: dict[str, set[str]] = {}
        self.screens: dict[str, int] = {}

    async def take(self, incoming: Incoming) -> Taken:
        taken = await self.ledger.write(lambda session: self._turn(session, incoming))
        if not taken.duplicate:
            self.applied.append(incoming)
        return taken

    async def tells(self, address: str, text: str) -> None:
        """A message that nobody asked for, as a coach's reply is."""
        await self.shows(address, Bubble(text, "nl"))

    async def shows(self, address: str, bubble: Bubble) -> None:
        def work(session: Session) -> None:
            chat = session.exec(select(Chat).where(Chat.address == address)).one()
            person = session.get_one(Person, chat.person_id)
            Turn(self, session, chat, person).say(bubble)

        await self.ledger.write(work)

    def _turn(self, session: Session, incoming: Incoming) -> Taken:
        chat, person, talk = self._who(session, incoming)
        key = self.vault.open_key(person.wrapped_key)
        if not self._keep(session, chat, key, incoming, talk):
            return Taken(chat.id, duplicate=True)
        if incoming.heard == Said("wis alles"):
            return self._erase(session, chat, incoming)
        Turn(self, session, chat, person).answer(talk, incoming)
        return Taken(chat.id)

    def _erase(self, session: Session, chat: Chat, incoming: Incoming) -> Taken:
        """Nothing leads from who was here to the stranger who is here now."""
        chat.address = f"erased/{chat.id}"
        session.flush()
        stranger, person, _ = self._who(session, incoming)
        Turn(self, session, stranger, person).say(Bubble("Alles is gewist.", person.language))
        return Taken(stranger.id)

    def _who(self, session: Session, incoming: Incoming) -> tuple[Chat, Person, Conversation]:
        chat = session.exec(select(Chat).where(Chat.address == incoming.address)).first()
        if chat is not None:
            talk = session.exec(select(Conversation).where(Conversation.chat_id == chat.id)).one()
            return chat, session.get_one(Person, chat.person_id), talk
        now, wrapped = datetime.now(UTC), self.vault.new_key()[0]
        org = incoming.organisation
        person = Person(organisation=org, language=incoming.language or "nl", wrapped_key=wrapped, created_at=now)
        session.add(person)
        session.flush()
        chat = Chat(organisation=org, channel=CHANNEL, address=incoming.address, person_id=person.id, created_at=now)
        session.add(chat)
        session.flush()
        talk = Conversation(
            organisation=org, person_id=person.id, chat_id=chat.id, flow="stage", created_at=now, updated_at=now
        )
        session.add(talk)
        session.flush()
        return chat, person, talk

    def _keep(self, session: Session, chat: Chat, key: Key, incoming: Incoming, talk: Conversation) -> bool:
        names = (incoming.organisation, incoming.channel, incoming.update_key)
        hidden = QUESTIONS[min(talk.version, 3)].private and isinstance(incoming.heard, Said)
        body = None if hidden else incoming.body
        sealed = None if body is None else key.seal(body.encode(), "heard|" + "|".join(names))
        where = dict(zip(("organisation", "channel", "update_key"), names, strict=True))
        now = datetime.now(UTC)
        return insert_new(session, Heard, **where, chat_id=chat.id, state="applied", sealed=sealed, at=now)


@dataclass(frozen=True, slots=True)
class Turn:
    stage: StandIn
    session: Session
    chat: Chat
    person: Person

    def answer(self, talk: Conversation, incoming: Incoming) -> None:
        match incoming.heard:
            case Started():
                for both in WELCOME:
                    self.say(Bubble(self.text(both), self.person.language))
            case Said(text) if text in SPOKEN:
                self.person.language = SPOKEN[text]
            case Said("Een mens" | "Une personne"):
                self.say(Bubble(self.text(PERSON), self.person.language))
            case Said():
                talk.version += 1
            case Tapped(Tap("!", "back")):
                talk.version = max(0, talk.version - 1)
            case Tapped(Tap("!", "why")):
                self.say(Bubble(self.text(WHY), self.person.language))
            case Tapped(Tap(_, option)) if option[0] in "+-":
                self.tick(option)
                return self.ask(talk, redraws=True)
            case Tapped():
                talk.version += 1
            case ContactShared() | CannotRead():
                pass
        return self.ask(talk)

    def tick(self, option: str) -> None:
        ticked = self.stage.ticked.setdefault(self.chat.id, set())
        (ticked.add if option[0] == "+" else ticked.discard)(option[1:])

    def ask(self, talk: Conversation, redraws: bool = False) -> None:
        if talk.version >= len(QUESTIONS):
            return self.say(Bubble(self.text(DONE), self.person.language))
        question = QUESTIONS[talk.version]
        return self.say(
            Bubble(
                self.text(question.text),
                self.person.language,
                tuple(self.options(question)),
                tuple(self.button(Tap("!", name), self.text(both)) for name, both in TOOLS.items()),
                question=question.id,
                expects=question.expects,
                redraws=redraws,
            )
        )

    def options(self, question: Question) -> list[Button]:
        ticked = self.stage.ticked.get(self.chat.id, set()) if question.several else set()
        found = []
        for name, both in question.options.items():
            sign = ("-" if name in ticked else "+") if question.several else ""
            found.append(replace(self.button(Tap(question.id, sign + name), self.text(both)), ticked=name in ticked))
        if question.several:
            found.append(self.button(Tap(question.id, "="), self.text(THAT_IS_ALL)))
        return found

    def button(self, tap: Tap, label: str) -> Button:
        place = f"{self.chat.organisation}/{self.chat.channel}/{self.chat.address}"
        return Button(label, tap, token=self.stage.taps.token(place, tap))

    def text(self, both: Both) -> str:
        return both[1] if self.person.language == "fr" else both[0]

    def say(self, bubble: Bubble) -> None:
        key = self.stage.vault.open_key(self.person.wrapped_key)
        screen = self.stage.screens.get(self.chat.id) if bubble.redraws else None
        parcel = trays.Parcel(
            organisation=self.chat.organisation,
            channel=CHANNEL,
            chat_id=self.chat.id,
            conversation_id=None,
            kind="redraw" if screen else "message",
            sealed=key.seal(orjson.dumps(bubble.as_json()), f"outgoing|{self.chat.id}"),
            replaces=screen,
        )
        id_ = trays.put(self.session, parcel, datetime.now(UTC))
        if bubble.question and not screen:
            self.stage.screens[self.chat.id] = id_
        ring(self.session, f"chat/{self.chat.id}")


@dataclass(frozen=True, slots=True)
class Stage:
    """What a test needs: the address of the server, its web chat, and the conversation behind it."""

    server: TestServer
    shop: WebChat
    conversation: StandIn

    @property
    def url(self) -> str:
        return str(self.server.make_url("/")).rstrip("/")

    @property
    def chat(self) -> str:
        return f"{self.url}/chat/genk"


@cache
def organisations() -> Mapping[str, Organisation]:
    return load_organisations(ORGANISATIONS)


@asynccontextmanager
async def on_stage(
    ledger: Ledger,
    *,
    port: int | None = None,
    secure: bool = False,
    conversation: StandIn | None = None,
    reading: Reading | None = None,
) -> AsyncIterator[Stage]:
    """``conversation`` carries over what a restarted server still knows."""
    vault, taps = Vault([SECRET]), Taps(SECRET.encode())
    stand_in = conversation or StandIn(ledger, vault, taps)
    houses = organisations()

    def now() -> datetime:
        return datetime.now(UTC)

    shop = WebChat(ledger, vault, stand_in, taps, houses, translate, now, secure, reading, HELPLINES)
    app = web.Application()
    app.add_routes([*webchat_routes(shop), *landing_routes(houses, translate, now, secure)])

    async def close(_app: web.Application) -> None:
        shop.streams.close()

    app.on_shutdown.append(close)
    server = TestServer(app, port=port)
    await server.start_server()
    try:
        yield Stage(server, shop, stand_in)
    finally:
        await server.close()
