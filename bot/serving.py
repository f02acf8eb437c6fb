"""Runs the house until it is told to stop, and tells a newcomer where to look."""

from __future__ import annotations

import asyncio
import errno
import gc
import signal
from collections.abc import Iterator, Mapping

import structlog
import typer
from aiohttp import web
from pydantic import SecretStr
from sqlmodel import Session

from bot.administration import first_reader
from bot.agenda_errands import open_ports
from bot.agenda_network import Outside
from bot.aloud.opening import say_if_off
from bot.app import build, warm_up
from bot.catalogue_seeding import seed_catalogues
from bot.demo.at_the_start import demonstrate
from bot.house import House
from bot.kept_papers import KeptPapers
from bot.logs import set_up_logs
from bot.mailing import mailbox
from bot.opening import load_staff, open_house, open_migrated, read_papers
from bot.provider_secrets import provider_secrets
from bot.replacing_secret import replace_secret
from bot.session_opening import open_group_sessions
from bot.settings import BadSettings, Settings, telegram_tokens
from casework.door.links import one_time_link
from casework.house.organisations import Organisation
from storage.ledger import open_ledger

log = structlog.get_logger()
DRAIN = 10.0
"""Seconds that requests under way have to finish after the signal to stop."""


async def serve_house(settings: Settings, set_up: bool, demo: bool = False) -> None:
    """Open, serve and close. With ``set_up`` the tables and accounts are made first, in the same start. With ``demo``
    invented people come in afterwards, beside it, where nobody ever was."""
    set_up_logs()
    kept = KeptPapers(settings, read_papers)
    papers = kept.papers
    tokens = _look_into_environment(settings, papers.organisations)
    await _try_port(settings)
    async with open_house(settings, papers, open_migrated if set_up else open_ledger) as house:
        say_if_off(house.reading)
        await house.organisations.renew(house.ledger)
        runner = web.AppRunner(build(house, settings, tokens), access_log=None, shutdown_timeout=DRAIN)
        stop = _when_told_to_stop()
        await runner.setup()
        try:
            await _listen(runner, settings)
            if set_up:
                await load_staff(house.ledger, house.organisations, house.clock)
                await seed_catalogues(house.ledger, papers.catalogues, house.clock)
            await open_group_sessions(house)
            for line in await _where_to_look(house) if set_up else ():
                typer.echo(line)
            gc.freeze()
            gc.enable()
            log.info("serving", port=settings.port, organisations=len(house.organisations))
            beside = asyncio.create_task(_beside(house, settings, kept, stop if demo else None))
            await stop.wait()
            await beside
        finally:
            await runner.cleanup()


def _look_into_environment(settings: Settings, organisations: Mapping[str, Organisation]) -> Mapping[str, SecretStr]:
    """The bots' tokens. What else stands there is read again where it is used: here a mistake is said before
    anything is made."""
    mailbox(settings)
    provider_secrets(organisations)
    open_ports(organisations, Outside(settings.networks))
    return telegram_tokens(organisations)


async def _beside(house: House, settings: Settings, kept: KeptPapers, demo: asyncio.Event | None) -> None:
    """What nobody waits for."""
    await asyncio.to_thread(warm_up, house)
    await asyncio.to_thread(kept.keep)
    await replace_secret(house)
    if demo is not None:
        await demonstrate(house, settings, kept.papers, demo)


async def _listen(runner: web.AppRunner, settings: Settings) -> None:
    try:
        await web.TCPSite(runner, settings.host, settings.port).start()
    except OSError as error:
        raise _no_place(settings, error) from None


async def _try_port(settings: Settings) -> None:
    """Before anything is made, and before Telegram is told that we are here."""
    try:
        server = await asyncio.get_running_loop().create_server(asyncio.Protocol, settings.host, settings.port)
    except OSError as error:
        raise _no_place(settings, error) from None
    server.close()
    await server.wait_closed()


def _no_place(settings: Settings, error: OSError) -> BadSettings:
    if error.errno == errno.EADDRINUSE:
        return BadSettings(f"OPSTAP_PORT: {settings.port} is in use by another program. Choose another port.")
    if error.errno == errno.EACCES:
        return BadSettings(f"OPSTAP_PORT: {settings.port} may not be opened by this user. Choose one above 1023.")
    return BadSettings(f"OPSTAP_HOST: {settings.host} is no address of this machine. Use 127.0.0.1 or 0.0.0.0.")


async def _where_to_look(house: House) -> list[str]:
    links = await house.ledger.write(lambda session: list(_sign_ins(session, house)))
    address = house.public_url
    wide = _widest(house)
    chats = [f"  {each.name:<{wide}}  {address}/chat/{each.id}" for each in house.organisations.values()]
    return ["", f"Opstap runs. Start page: {address}/", "", "Web chat:", *chats, "", *links, ""]


def _sign_ins(session: Session, house: House) -> Iterator[str]:
    yield "Staff console, one-time sign-in (15 minutes):"
    for organisation in house.organisations.values():
        staff = first_reader(session, organisation.id)
        if staff is not None:
            token = one_time_link(session, staff, "sign_in", house.clock.now())
            yield f"  {organisation.name:<{_widest(house)}}  {house.public_url}/staff/link/{token}"


def _widest(house: House) -> int:
    return max((len(each.name) for each in house.organisations.values()), default=0)


def _when_told_to_stop() -> asyncio.Event:
    """Listens for the signals before anybody can reach us: a stop right after the start is as orderly as any."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    return stop
