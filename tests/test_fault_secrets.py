"""Nothing that is secret or personal leaves the database: not in logs at DEBUG, not in error pages, not in notices."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from random import Random
from typing import Any

import aiohttp
from pydantic import SecretStr
from sqlmodel import Session, SQLModel, select

from bot.channels.telegram_webhook import HEADER, webhook_secret
from bot.opening import make_house
from bot.own_accord import talk_with
from bot.people import Partner, Place, find
from bot.settings import Settings
from bot.visit_facts import facts
from flows.render import render
from flows.visit_news import remind
from storage.ledger import open_ledger
from storage.tables import Appointment
from storage.vault import Vault
from tests.faults.program import SECRET, TOKEN, Program
from tests.faults.script import Script
from tests.faults.starter import Starter
from tests.faults.talker import FULL, Talker
from tests.patience import PATIENCE
from tests.telegram_faults import NotJson, Reset, Says, ServerError, TooManyRequests
from tests.telegram_server import TelegramServer
from tests.telegram_world import Account

NAME, WORDS, PHONE, CHAT = "Kanarinaam", "kanariwoorden", "0470987654", 771122334455
FIRST_NAME = "Kanarivoornaam"
POISON = "kanarievergif"
HOOK = webhook_secret(Vault([SECRET]), "genk")


def canaries(script: Script, token: str) -> list[str]:
    """Every secret, and all that is personal in this conversation, in each form in which it could appear."""
    barrier = script.wording.translate("Money or housing", "nl")
    personal = [NAME, FIRST_NAME, WORDS, POISON, PHONE, PHONE[1:], "+32470", str(CHAT), barrier, "3600", "housing"]
    return [*personal, SECRET, TOKEN, TOKEN.partition(":")[2], HOOK, token]


async def test_a_conversation_with_every_kind_of_trouble_leaves_no_trace_in_logs_or_pages(
    starter: Starter, telegram: TelegramServer, script: Script, database_url: str, log_file: Path
) -> None:
    program = Program(starter, database_url, telegram.url, log_file, webhook=True)
    await program.start(debug=True, poison=POISON)
    account = telegram.bot(TOKEN)
    user = telegram.user(TOKEN, CHAT, first_name=FIRST_NAME)
    person = Talker(user, script, "nl", FULL, NAME, chance=Random(3))
    trouble(account)
    await person.talk("name")
    user.says(POISON)
    trouble(account)
    await person.talk("phone")
    account.faults.script(Says(400, f"Bad Request: cannot send to {CHAT}"))
    user.shares_contact(PHONE)
    for text in (f"{WORDS} " * 300, f"mijn nummer is {PHONE}", "\u202e" + WORDS, "Y" * 5000):
        user.says(text)
    user.taps_data("x" * 64)
    user.blocks()
    user.unblocks()
    await settled(account)
    pages, cookie = await errors(program)
    await program.stop()

    told = log_file.read_text()
    assert "turn.failed" in told
    assert "courier.not_sent" in told
    for canary in canaries(script, cookie):
        assert not within(canary, told), canary
        assert not within(canary, pages), canary
    names = await readable_text(database_url)
    for canary in (NAME, FIRST_NAME, WORDS, POISON, PHONE[1:], SECRET, TOKEN):
        assert not within(canary, names), canary
    await reminders_name_nobody(database_url)


def trouble(account: Account) -> None:
    account.faults.script(ServerError(), None, NotJson(), Reset(), TooManyRequests(1), None, Reset(accepted=True))


async def settled(account: Account) -> None:
    """Until every update is taken in, and for a moment more."""
    async with asyncio.timeout(PATIENCE):
        while account.pending:
            account.news.clear()
            await asyncio.sleep(0.05)
    await asyncio.sleep(0.5)


async def errors(program: Program) -> tuple[str, str]:
    """All that the program says to who has no business there, and the token of a browser's chat."""
    same = {"Sec-Fetch-Site": "same-origin", "X-Forwarded-For": str(CHAT)}
    pages = []
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar, headers=same) as session:

        async def ask(method: str, path: str, **more: Any) -> None:
            async with session.request(method, program.url + path, **more) as answer:
                body = "" if answer.content_type == "text/event-stream" else await answer.text()
                pages.append(f"{answer.headers.getall('Server', [])} {body}")

        await ask("POST", "/chat/genk/start", json={"language": "nl"})
        cookie = next(iter(jar)).value
        await ask("POST", "/chat/genk/say", json={"key": "12345678", "text": POISON})
        pages.clear()
        for path in ("/metrics", "/healthz", "/readyz", "/nowhere", f"/chat/{NAME}", f"/staff/link/{NAME}", "/staff/"):
            await ask("GET", path.replace(NAME, "nobody"))
        await ask("GET", "/api/v1/cases", headers={"Authorization": "Bearer wrong"})
        await ask("POST", "/staff/sign-in", data={"login": "an", "password": WORDS})
        await ask("POST", "/telegram/genk", json={"update_id": "x", "message": {"text": WORDS}}, headers={HEADER: HOOK})
        await ask("POST", "/telegram/genk", data=WORDS, headers={HEADER: HOOK, "Content-Type": "application/json"})
        await ask("POST", "/telegram/genk", json={"text": WORDS}, headers={HEADER: "wrong"})
        await ask("POST", "/chat/genk/say", data=WORDS.encode(), headers={"Content-Type": "application/json"})
    return "\n".join(pages), cookie


def within(canary: str, text: str) -> bool:
    """As a word of its own where it is short: "3600" may be part of an id."""
    return re.search(rf"(?<![0-9A-Za-z]){re.escape(canary)}(?![0-9A-Za-z])", text, re.IGNORECASE) is not None


async def readable_text(database_url: str) -> str:
    """Every text of every table that is not sealed: notices, reminders, what staff did."""

    def work(session: Session) -> str:
        tables = SQLModel.metadata.tables.values()
        rows = (row for table in tables for row in session.connection().execute(select(table)))
        return "\n".join(str(value) for row in rows for value in row if not isinstance(value, bytes))

    ledger = await open_ledger(database_url)
    try:
        return await ledger.read(work)
    finally:
        await ledger.close()


async def reminders_name_nobody(database_url: str) -> None:
    ledger = await open_ledger(database_url)
    try:
        house = make_house(Settings(database_url=database_url, secret_key=SecretStr(SECRET)), ledger)

        def work(session: Session) -> list[str]:
            partner = find(session, house.vault, Place("genk", "telegram", str(CHAT)))
            assert isinstance(partner, Partner)
            visit = session.exec(select(Appointment).where(Appointment.person_id == partner.person_id)).one()
            talk = talk_with(house, partner, visit.created_at)
            for kind in ("remind_day", "remind_hours"):
                remind(talk, kind, visit.way, visit.version, facts(house, visit, talk))
            return [render(saying, talk.setting, "nl").text for saying in talk.says]

        texts = "\n".join(await ledger.write(work))
        assert texts
        assert not any(word in texts for word in (NAME, FIRST_NAME, PHONE[1:], WORDS, "huis", "geld"))
    finally:
        await ledger.close()
