"""The same dialogue with aiogram: its state machine over SQLite, its own webhook handler.

A tap is answered in the webhook's own answer, which aiogram is able to do: a call less for each tap.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import orjson
from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey
from aiogram.methods import AnswerCallbackQuery
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web

from benchmarks.contender import SECRET, TOKEN, Contender
from benchmarks.dialogue import GOODBYE, QUESTIONS, Question, fits

PATH = "/telegram"
T = TypeVar("T")
TABLE = "CREATE TABLE fsm (chat INTEGER, user INTEGER, state TEXT, data BLOB, PRIMARY KEY (chat, user))"


class Intake(StatesGroup):
    language = State()
    name = State()
    place = State()
    goal = State()
    childcare = State()


STATES = (Intake.language, Intake.name, Intake.place, Intake.goal, Intake.childcare)


class SqliteStorage(BaseStorage):
    """State and data of a chat in one row; each change is committed with synchronous=FULL.

    One thread does it all, a hop for each call: less work than aiosqlite, which hops for each statement.
    """

    def __init__(self, path: str) -> None:
        self._thread = ThreadPoolExecutor(1, "sqlite")
        self._open = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            self._open.execute(f"PRAGMA {pragma}")
        self._open.execute(TABLE)

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        await self._set("state", key, state.state if isinstance(state, State) else state)

    async def get_state(self, key: StorageKey) -> str | None:
        found: str | None = await self._get("state", key)
        return found

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        await self._set("data", key, orjson.dumps(data))

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        found = await self._get("data", key)
        data: dict[str, Any] = orjson.loads(found) if found else {}
        return data

    async def close(self) -> None:
        self._thread.shutdown()
        self._open.close()

    async def _set(self, column: str, key: StorageKey, value: str | bytes | None) -> None:
        insert = f"INSERT INTO fsm (chat, user, {column}) VALUES (?, ?, ?)"
        upsert = f"{insert} ON CONFLICT DO UPDATE SET {column} = excluded.{column}"
        await self._hop(lambda: self._open.execute(upsert, (key.chat_id, key.user_id, value)))

    async def _get(self, column: str, key: StorageKey) -> Any:
        query = f"SELECT {column} FROM fsm WHERE chat = ? AND user = ?"
        row = await self._hop(lambda: self._open.execute(query, (key.chat_id, key.user_id)).fetchone())
        return row[0] if row else None

    async def _hop(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


async def make(api: str, store: str) -> Contender:
    """``store`` is the database's file."""
    bot = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(api)))
    dispatcher = Dispatcher(storage=SqliteStorage(store))
    dispatcher.include_router(_router())
    app = web.Application()
    SimpleRequestHandler(dispatcher, bot, handle_in_background=False, secret_token=SECRET).register(app, PATH)
    setup_application(app, dispatcher, bot=bot)
    return Contender(app, PATH, SECRET)


def _router() -> Router:
    router = Router()
    router.message.register(_start, CommandStart())
    for number, question in enumerate(QUESTIONS):
        here = StateFilter(STATES[number])
        if question.buttons:
            router.callback_query.register(_tapped(number, question), here)
        else:
            router.message.register(_typed(number, question), here, F.text)
    return router


async def _start(message: Message, state: FSMContext) -> None:
    await _ask(message, state, 0)


def _typed(number: int, question: Question) -> Callable[..., Any]:
    async def step(message: Message, state: FSMContext) -> None:
        text = message.text or ""
        if fits(question, text):
            await state.update_data({question.id: text})
        await _ask(message, state, number + fits(question, text))

    return step


def _tapped(number: int, question: Question) -> Callable[..., Any]:
    async def step(query: CallbackQuery, state: FSMContext) -> AnswerCallbackQuery:
        asked, _, option = (query.data or "").partition(":")
        if asked == question.id and isinstance(query.message, Message):
            await state.update_data({question.id: question.buttons[int(option)]})
            await _ask(query.message, state, number + 1)
            await query.message.edit_reply_markup()
        return query.answer()

    return step


async def _ask(message: Message, state: FSMContext, number: int) -> None:
    if number == len(QUESTIONS):
        await state.set_state(None)
        await message.answer(GOODBYE)
        return
    await state.set_state(STATES[number])
    await message.answer(QUESTIONS[number].text, reply_markup=_keyboard(QUESTIONS[number]))


def _keyboard(question: Question) -> InlineKeyboardMarkup | None:
    if not question.buttons:
        return None
    rows = [
        [InlineKeyboardButton(text=label, callback_data=f"{question.id}:{place}")]
        for place, label in enumerate(question.buttons)
    ]
    return InlineKeyboardMarkup(inline_keyboard=rows)
