"""A small office for tests of the staff backend: two organisations, a flow, people who handed over a case."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer
from argon2 import PasswordHasher
from pydantic import SecretStr
from sqlmodel import Session, select
from yarl import URL

from casework.cases.cases import HandOverRequest, hand_over
from casework.cases.summary import Briefing
from casework.door.accounts import Account, ensure_accounts, find_account, set_password
from casework.house.in_force import InForce
from casework.house.organisations import Organisation, load_organisations
from flows.answers.gazetteer import Gazetteer
from flows.check import sound_flow
from flows.log import Value
from flows.wording import Wording
from staff.api import api_app
from staff.app import staff_app
from staff.office import Office
from storage.ledger import Ledger
from storage.tables import Appointment, Chat, Conversation, Person, Staff
from storage.time_claim import claim_time
from storage.vault import Vault

NOW = datetime(2027, 3, 24, 9, 0, tzinfo=UTC)
PASSWORD = "een korte zin over soep"
QUICK_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
"""A hash says itself how much work it takes: this one next to none, so that a sign-in costs a test no time."""
FOLDER = Path(__file__).parents[1] / "organisations"
HERE, ELSEWHERE = "bijzig", "genk"
ORGANISATIONS = load_organisations(FOLDER)

INTAKE = """
flow: intake
title: Intake
steps:
  - ask: first_name
    text: What may I call you?
    why: Then your coach knows your name.
    label: Name
    words: {max: 40}
  - use: barriers
  - ask: agreed
    text: May I ask about your health?
    label: Asking about health
    why: Then your coach looks for work that fits.
    when: {private_channel: "yes"}
    consent: {scope: health, wording: 1}
  - ask: health
    when: {private_channel: "yes", agreed: "yes"}
    text: Does your health make working hard?
    why: Then your coach looks for work that fits.
    label: Health
    tier: C
    choice: {"yes": {label: "Yes"}, "no": {label: "No"}}
"""
BARRIERS = """
flow: barriers
title: What makes working hard
steps:
  - ask: barriers
    text: What makes working hard for you?
    why: Then your coach can help with it.
    label: What is hard
    tier: B
    choices: {childcare: {label: My children}, money: {label: Money or housing}, none: {label: Nothing, alone: true}}
"""
DUTCH = {
    "Cases": "Dossiers",
    "Name": "Naam",
    "What is hard": "Wat is moeilijk",
    "What makes working hard": "Wat maakt werken moeilijk",
    "My children": "Mijn kinderen",
    "Money or housing": "Geld of wonen",
    "New intake. Open the case.": "Nieuwe intake. Open het dossier.",
    "Accept": "Aannemen",
    "Open": "Openen",
}
ANSWERS: Mapping[str, Value] = {"first_name": "Samira", "barriers": ("childcare", "money"), "health": "yes"}


@cache
def briefing() -> Briefing:
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "intake.yaml").write_text(INTAKE, "utf-8")
        (folder / "barriers.yaml").write_text(BARRIERS, "utf-8")
        flow = sound_flow("intake", folder)
    return Briefing({"intake": flow}, Wording({"nl": DUTCH, "fr": {}}), Gazetteer(codes={}, names={}, values={}))


@dataclass(repr=False)
class Stage:
    """The office on one ledger, with a clock that the test moves."""

    ledger: Ledger
    now: datetime = NOW
    vault: Vault = field(default_factory=lambda: Vault(["s" * 32]))
    organisations: Mapping[str, Organisation] = field(default_factory=lambda: ORGANISATIONS)
    origin: str = ""
    provider_secrets: Mapping[str, SecretStr] = field(default_factory=dict)

    def office(self, secure: bool = False) -> Office:
        return Office(
            ledger=self.ledger,
            vault=self.vault,
            organisations=InForce(self.organisations),
            briefing=briefing(),
            now=lambda: self.now,
            secure=secure,
            bots={HERE: "bijzig_bot"},
            origin=self.origin,
            provider_secrets=self.provider_secrets,
        )

    def later(self, **parts: float) -> None:
        self.now += timedelta(**parts)

    async def staff(self) -> None:
        """Every coach has an account; those of the first organisation can sign in with a password."""

        def work(session: Session) -> None:
            for organisation in (HERE, ELSEWHERE):
                ensure_accounts(session, ORGANISATIONS[organisation], self.now)
            for staff in session.exec(select(Staff)).all():
                set_password(session, staff, QUICK_HASH)

        await self.ledger.write(work)

    async def account(self, login: str, organisation: str = HERE) -> Account:
        found = await self.ledger.read(lambda session: find_account(session, organisation, login))
        assert found is not None
        return Account.of(found)

    async def person(self, organisation: str = HERE) -> tuple[str, str]:
        """A new person in a web chat: the ids of the person and the conversation."""
        wrapped, _ = self.vault.new_key()

        def work(session: Session) -> tuple[str, str]:
            person = Person(organisation=organisation, language="nl", wrapped_key=wrapped, created_at=self.now)
            session.add(person)
            session.flush()
            place: dict[str, Any] = {"organisation": organisation, "channel": "web", "address": person.id}
            chat = Chat(**place, person_id=person.id, created_at=self.now)
            session.add(chat)
            session.flush()
            talk = Conversation(
                organisation=organisation,
                person_id=person.id,
                chat_id=chat.id,
                flow="intake",
                created_at=self.now,
                updated_at=self.now,
            )
            session.add(talk)
            return person.id, talk.id

        return await self.ledger.write(work)

    async def visit(self, person_id: str, coach: str, organisation: str = HERE) -> str:
        """An appointment of two days later, as booking would write it."""
        at = self.now + timedelta(days=2)
        row = Appointment(
            organisation=organisation,
            person_id=person_id,
            coach=coach,
            place=next(iter(ORGANISATIONS[organisation].places)),
            kind="visit",
            starts_at=at,
            ends_at=at + timedelta(hours=1),
            busy_from=at,
            busy_until=at + timedelta(hours=1),
            zone="Europe/Brussels",
            wall="2027-03-26T10:00",
            language="nl",
            created_at=self.now,
        )
        assert await self.ledger.write(lambda session: claim_time(session, row)), "the coach has another visit then"
        return row.id

    async def case(self, answers: Mapping[str, Value] = ANSWERS, organisation: str = HERE, **more: Any) -> str:
        """A case of a new person."""
        person_id, conversation_id = await self.person(organisation)
        request = HandOverRequest(organisation, person_id, conversation_id, answers, (), "nl", **more)
        return await self.hand_over(request)

    async def hand_over(self, request: HandOverRequest) -> str:
        return await self.ledger.write(lambda session: hand_over(session, self.vault, request, self.now))

    @asynccontextmanager
    async def serve(self, secure: bool = False) -> AsyncIterator[Callable[[], Awaitable[Browser]]]:
        """The console and the API over HTTP; yields a way to open a new browser."""
        app = web.Application()
        office = self.office(secure)
        app.add_subapp("/staff/", staff_app(office))
        app.add_subapp("/api/v1/", api_app(office))
        browsers: list[TestClient[Any, Any]] = []
        async with TestServer(app, port=URL(self.origin).port if self.origin else None) as server:

            async def new_browser() -> Browser:
                client: TestClient[Any, Any] = TestClient(server)
                browsers.append(client)
                await client.start_server()
                return Browser(client)

            try:
                yield new_browser
            finally:
                for client in browsers:
                    await client.session.close()


@dataclass
class Browser:
    """Opens pages, keeps cookies, and sends the forms it finds on a page the way a browser does."""

    client: TestClient[Any, Any]
    html: str = ""
    status: int = 0
    path: str = ""

    async def open(self, path: str) -> Browser:
        return await self._took(await self.client.get(path))

    async def send(self, action: str, headers: Mapping[str, str] | None = None, **fields: str) -> Browser:
        """Send the form of the page on the screen whose address contains ``action``."""
        form = next(form for form in re.findall(r"<form.*?</form>", self.html, re.S) if action in form)
        address = re.search(r'action="([^"]*)"', form)
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
        assert address is not None
        sent = headers if headers is not None else {"Sec-Fetch-Site": "same-origin"}
        target = address[1].replace("&amp;", "&")
        return await self._took(await self.client.post(target, data={**hidden, **fields}, headers=sent))

    async def sign_in(self, login: str, organisation: str = HERE, password: str = PASSWORD) -> Browser:
        await self.open("/staff/sign-in")
        return await self.send("/staff/sign-in", organisation=organisation, login=login, password=password)

    async def _took(self, response: ClientResponse) -> Browser:
        self.html, self.status, self.path = await response.text(errors="replace"), response.status, response.url.path
        return self

    def cookie(self, name: str = "opstap-staff") -> str:
        return next(cookie.value for cookie in self.client.session.cookie_jar if cookie.key == name)


Open: TypeAlias = Callable[[], Awaitable[Browser]]
"""A browser of its own for whoever comes to the door."""
