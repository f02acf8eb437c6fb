"""The same dialogue with python-telegram-bot: ConversationHandler and PicklePersistence, as its guide has it.

Updates come by webhook and are processed in the request, those of different people side by side.
"""

from __future__ import annotations

import hmac
import warnings
from collections.abc import Callable, Coroutine
from typing import Any

import orjson
from aiohttp import web
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    PicklePersistence,
    filters,
)
from telegram.warnings import PTBUserWarning

from benchmarks.contender import HEADER, SECRET, TOKEN, Contender
from benchmarks.dialogue import GOODBYE, QUESTIONS, Question, fits

PATH = "/telegram"
Step = Callable[[Update, ContextTypes.DEFAULT_TYPE], Coroutine[Any, Any, int]]


async def make(api: str, store: str) -> Contender:
    """With its default persistence: the file is written every 60 seconds and at the end."""
    return _contender(_application(api, store), each=False)


async def make_durable(api: str, store: str) -> Contender:
    """The file is written after every update, before the webhook is answered."""
    return _contender(_application(api, store), each=True)


def _application(api: str, store: str) -> Application[Any, Any, Any, Any, Any, Any]:
    application = (
        Application.builder()
        .token(TOKEN)
        .base_url(f"{api}/bot")
        .updater(None)
        .persistence(PicklePersistence(store))
        .build()
    )
    application.add_handler(_conversation())
    return application


def _conversation() -> ConversationHandler[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PTBUserWarning)
        return ConversationHandler(
            entry_points=[CommandHandler("start", _start)],
            states={number: [_handler(number, question)] for number, question in enumerate(QUESTIONS)},
            fallbacks=[],
            name="five",
            persistent=True,
        )


def _handler(number: int, question: Question) -> CallbackQueryHandler[Any, Any] | MessageHandler[Any, Any]:
    if question.buttons:
        return CallbackQueryHandler(_tapped(number, question))
    return MessageHandler(filters.TEXT & ~filters.COMMAND, _typed(number, question))


async def _start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    return await _ask(update, 0)


def _typed(number: int, question: Question) -> Step:
    async def step(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
        assert update.message
        assert context.user_data is not None
        text = update.message.text or ""
        if not fits(question, text):
            return await _ask(update, number)
        context.user_data[question.id] = text
        return await _ask(update, number + 1)

    return step


def _tapped(number: int, question: Question) -> Step:
    async def step(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
        query = update.callback_query
        assert query
        assert context.user_data is not None
        await query.answer()
        asked, _, option = (query.data or "").partition(":")
        if asked != question.id:
            return number
        context.user_data[question.id] = question.buttons[int(option)]
        now = await _ask(update, number + 1)
        await query.edit_message_reply_markup()
        return now

    return step


async def _ask(update: Update, number: int) -> int:
    assert update.effective_chat
    if number == len(QUESTIONS):
        await update.effective_chat.send_message(GOODBYE)
        return ConversationHandler.END
    question = QUESTIONS[number]
    await update.effective_chat.send_message(question.text, reply_markup=_keyboard(question))
    return number


def _keyboard(question: Question) -> InlineKeyboardMarkup | None:
    if not question.buttons:
        return None
    labels = enumerate(question.buttons)
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(label, callback_data=f"{question.id}:{place}")] for place, label in labels]
    )


def _contender(application: Application[Any, Any, Any, Any, Any, Any], *, each: bool) -> Contender:
    async def hear(request: web.Request) -> web.Response:
        if not hmac.compare_digest(request.headers.get(HEADER, ""), SECRET):
            raise web.HTTPForbidden
        await application.process_update(Update.de_json(orjson.loads(await request.read()), application.bot))
        if each:
            await application.update_persistence()
        return web.Response()

    async def start(_: web.Application) -> None:
        await application.initialize()
        await application.start()

    async def stop(_: web.Application) -> None:
        await application.stop()
        await application.shutdown()

    app = web.Application()
    app.router.add_post(PATH, hear)
    app.on_startup.append(start)
    app.on_cleanup.append(stop)
    return Contender(app, PATH, SECRET)
