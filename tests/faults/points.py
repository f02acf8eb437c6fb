"""The named moments at which the program can be made to die by ``kill -9``; armed only in processes of tests."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import Engine, event

import bot.channels.telegram_api
import bot.converse
import bot.courier
import bot.perform
import bot.serving
import bot.ticker
import bot.turn
import storage.migrate

Fatal = Callable[[], None]
POINTS: dict[str, Callable[[Fatal], None]] = {}
BEGINNING = ("in a migration", "at the end of a migration")
BOOKING = "in a booking, before its commit"
LATER = ("in a reminder, before its commit", "after a reminder's commit")


def arm(name: str, hit: int) -> None:
    """Die when ``name`` is reached for the ``hit``-th time (the first is 1)."""
    left = [hit]

    def fatal() -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    POINTS[name](fatal)


def speak_up() -> None:
    """Everything that libraries can say, at DEBUG."""
    quiet = bot.serving.set_up_logs

    def loud() -> None:
        quiet()
        logging.getLogger().setLevel(logging.DEBUG)

    bot.serving.set_up_logs = loud


def poison(word: str) -> None:
    """Whoever says ``word`` meets an error that repeats what they said."""
    original = bot.turn.hear

    def hear(setting: Any, memory: Any, heard: Any, *more: Any) -> Any:
        if word in str(heard):
            raise RuntimeError(f"cannot hear {heard}")
        return original(setting, memory, heard, *more)

    bot.turn.hear = hear


def point(name: str) -> Callable[[Callable[[Fatal], None]], Callable[[Fatal], None]]:
    def add(function: Callable[[Fatal], None]) -> Callable[[Fatal], None]:
        POINTS[name] = function
        return function

    return add


def dies_after(module: Any, name: str, fatal: Fatal, counts: Callable[[Any], object] = lambda result: True) -> None:
    """Replace a plain function by one that dies after its work."""
    original = getattr(module, name)

    def work(*args: Any, **kwargs: Any) -> Any:
        result = original(*args, **kwargs)
        if counts(result):
            fatal()
        return result

    setattr(module, name, work)


def dies_around(module: Any, name: str, before: Fatal | None, after: Fatal | None) -> None:
    """The same for a coroutine function."""
    original: Callable[..., Awaitable[Any]] = getattr(module, name)

    async def work(*args: Any, **kwargs: Any) -> Any:
        if before:
            before()
        result = await original(*args, **kwargs)
        if after:
            after()
        return result

    setattr(module, name, work)


def sends(fatal: Fatal, *, after: bool) -> None:
    original = bot.channels.telegram_api.TelegramApi.call

    async def call(self: Any, method: str, fields: Any, *more: Any, **most: Any) -> Any:
        if method == "sendMessage" and not after:
            fatal()
        result = await original(self, method, fields, *more, **most)
        if method == "sendMessage" and after:
            fatal()
        return result

    bot.channels.telegram_api.TelegramApi.call = call  # type: ignore[method-assign]  # that is the fault


@point("in a migration")
def _(fatal: Fatal) -> None:
    @event.listens_for(Engine, "after_cursor_execute")
    def _(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().upper().startswith("CREATE TABLE"):
            fatal()


@point("at the end of a migration")
def _(fatal: Fatal) -> None:
    dies_after(storage.migrate, "move", fatal)


@point("in a turn, before its commit")
def _(fatal: Fatal) -> None:
    dies_after(bot.converse, "turn", fatal)


@point(BOOKING)
def _(fatal: Fatal) -> None:
    dies_after(bot.perform, "_book", fatal)


@point("after a turn's commit, before its answer")
def _(fatal: Fatal) -> None:
    dies_around(bot.converse.Converse, "take", None, fatal)


@point("in a claim, before its commit")
def _(fatal: Fatal) -> None:
    dies_after(bot.courier, "claim_packages", fatal, counts=bool)


@point("after a claim, before the message")
def _(fatal: Fatal) -> None:
    dies_around(bot.courier.Courier, "_carry", fatal, None)


@point("before the message is sent")
def _(fatal: Fatal) -> None:
    sends(fatal, after=False)


@point("after the message is sent, before its mark")
def _(fatal: Fatal) -> None:
    sends(fatal, after=True)


@point("in a mark, before its commit")
def _(fatal: Fatal) -> None:
    dies_after(bot.courier, "settle", fatal)


@point("after a mark's commit")
def _(fatal: Fatal) -> None:
    original = bot.courier.Courier._exchange

    async def exchange(self: Any) -> None:
        marks = bool(self._fates)
        await original(self)
        if marks:
            fatal()

    bot.courier.Courier._exchange = exchange  # type: ignore[method-assign]  # that is the fault


@point("in a reminder, before its commit")
def _(fatal: Fatal) -> None:
    dies_after(bot.ticker, "remind", fatal)


@point("after a reminder's commit")
def _(fatal: Fatal) -> None:
    dies_around(bot.ticker.Ticker, "_carry_out", None, fatal)


WHILE_TALKING = tuple(name for name in POINTS if name not in (*BEGINNING, *LATER))
"""The moments that come again and again while people talk."""
