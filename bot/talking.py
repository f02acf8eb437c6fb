"""``opstap chat``: the conversation in a terminal, over the configured database."""

from __future__ import annotations

import asyncio
import gc
import getpass
import sys
from collections.abc import Mapping
from threading import Thread

import typer

from bot.channels.terminal import Terminal
from bot.converse import Converse
from bot.opening import load_staff, open_house, open_migrated, read_papers
from bot.settings import BadSettings, Settings, look_up
from casework.house.organisations import Organisation


async def talk_here(settings: Settings, organisation: str | None, language: str | None) -> None:
    """Until the end of the input. A later start continues where this one ended."""
    papers = read_papers(settings)
    whom = agree(papers.organisations, organisation, language)
    async with open_house(settings, papers, open_migrated) as house:
        await load_staff(house.ledger, house.organisations, house.clock)
        gc.enable()
        terminal = Terminal(Converse(house), whom, getpass.getuser(), typer.echo)
        await terminal.start(language)
        while line := await typed_line():
            await terminal.say(line.strip())


def agree(organisations: Mapping[str, Organisation], organisation: str | None, language: str | None) -> str:
    """With whom to talk. Raises ``BadSettings`` for an organisation we do not have, or a language that it does not
    speak."""
    found = look_up(organisation, organisations)
    if language is not None and language not in found.languages:
        raise BadSettings(f"{found.id} does not speak {language}. Choose: {', '.join(found.languages)}.")
    return found.id


async def typed_line() -> str:
    """The next line with its end; empty at the end of the input. What is no text in it becomes ``?``.

    It is read in a thread that nobody waits for, and without Python's lock around it, so that Ctrl-C ends the
    talk at once and not at the next Enter.
    """
    sys.stdout.write("> ")
    sys.stdout.flush()
    loop = asyncio.get_running_loop()
    typed: asyncio.Future[bytes] = loop.create_future()

    def read() -> None:
        with open(sys.stdin.fileno(), "rb", buffering=0, closefd=False) as keyboard:
            line = keyboard.readline()
        loop.call_soon_threadsafe(typed.set_result, line)

    Thread(target=read, daemon=True).start()
    return (await typed).decode(sys.stdin.encoding, "replace")
