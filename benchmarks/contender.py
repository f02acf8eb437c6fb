"""A bot in a process of its own: ``python -m benchmarks.contender ours <address of the Bot API> <store>``."""

from __future__ import annotations

import argparse
import asyncio
import importlib
import logging
import os
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from aiohttp import web

TOKEN = "1:benchmark"
SECRET = "s" * 40
HEADER = "X-Telegram-Bot-Api-Secret-Token"


@dataclass(frozen=True, slots=True)
class Contender:
    """A web application with the bot's webhook at ``path``, behind ``secret``."""

    app: web.Application
    path: str
    secret: str


Make = Callable[[str, str], Awaitable[Contender]]
"""Makes the bot from the address of the Bot API and the place where its state goes."""

MAKERS = {
    "ours": "benchmarks.bot_ours:make",
    "ptb": "benchmarks.bot_ptb:make",
    "ptb-each": "benchmarks.bot_ptb:make_durable",
    "aiogram": "benchmarks.bot_aiogram:make",
}


def maker(name: str) -> Make:
    module, _, function = MAKERS[name].partition(":")
    found: Make = getattr(importlib.import_module(module), function)
    return found


async def run(name: str, api: str, store: str) -> None:
    """Serve until SIGTERM; the first line printed says where, at which path and behind which secret.

    The process is ours alone, so the logs are set up here: none of the bots tells of what went well.
    """
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    contender = await maker(name)(api, store)
    runner = web.AppRunner(contender.app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], contender.path, contender.secret, flush=True)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()
    await runner.cleanup()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=MAKERS)
    parser.add_argument("api")
    parser.add_argument("store")
    parser.add_argument("--core", type=int)
    arguments = parser.parse_args()
    if arguments.core is not None:
        os.sched_setaffinity(0, {arguments.core})
    asyncio.run(run(arguments.name, arguments.api, arguments.store))
