"""The one place that wires everything: web server, bots, ticker and staff backend around one house."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING

from aiohttp import web
from pydantic import SecretStr
from sqlalchemy import text
from yarl import URL

from bot.agenda_errands import agenda_errands, open_agendas
from bot.agenda_network import Outside
from bot.agenda_pages import agenda_routes
from bot.behind import behind
from bot.channels.webchat import WebChat, webchat_routes
from bot.converse import Converse
from bot.courier import Manner
from bot.filling_in import FillingIn
from bot.following import follow
from bot.house import House
from bot.landing import landing_routes
from bot.mailing import mail_errands
from bot.opening import LOCALES
from bot.provider_secrets import provider_secrets
from bot.purging import plan_purges, purge_errands
from bot.pushing import contact, make_push_key, push_errands
from bot.recordings import Fetches, Fetching
from bot.report_round import COUNT, Rounds, open_reports
from bot.settings import Settings
from bot.ticker import Errand, Ticker
from bot.webhooks import Webhooks
from casework.cases.recordings import FETCH
from casework.cases.summary import Briefing
from casework.hooks.webhook_payload import Archive
from casework.hooks.webhooks import DELIVER
from flows.plain_language import PlainRules
from flows.plain_rules import load_plain_rules
from flows.script import Flow
from staff.api import api_app
from staff.app import staff_app
from staff.office import Office, no_bot
from staff.pages import warm_up as warm_pages
from storage.ledger import DatabaseAway

if TYPE_CHECKING:
    from bot.bots import Bots
    from bot.telegram_state import Tells

LARGEST = 2**20 + 2**16
"""Bytes of a request: a Telegram update may be 1 MiB, every other route sets its own, smaller limit."""


def build(
    house: House, settings: Settings, tokens: Mapping[str, SecretStr], manner: Manner | None = None
) -> web.Application:
    """The whole program as one web application; its bots and ticker start and stop with it."""
    converse = Converse(house)
    translate, now = house.wording.translate, house.clock.now
    app = web.Application(client_max_size=LARGEST, middlewares=[behind(settings.in_front)])
    app.add_routes([web.get("/healthz", _healthy), web.get("/readyz", partial(_ready, house))])
    app.add_routes(landing_routes(house.organisations, translate, now, settings.secure))
    _add_web_chat(app, house, settings, converse)
    app.add_routes(agenda_routes(house, settings.secure))
    channels: Mapping[str, Fetches] = {}
    tells: Tells = no_bot
    if tokens:
        from bot.bots import Bots  # the library behind it is loaded only where there is a bot

        address = settings.telegram_api.rstrip("/")
        bots = Bots(house, converse, address, settings.public_url, tokens, manner, house.bots)
        channels = bots.apis
        _add_bots(app, bots)
        tells = bots.state()
    office = make_office(house, settings, converse)
    archive = Archive(house.vault, office.briefing.tiers, f"{house.public_url}/api/v1/cases/")
    webhooks = Webhooks(house, Outside(settings.networks), archive)
    office = replace(office, bot_state=tells, try_webhook=webhooks.try_out)
    app.add_subapp("/staff/", staff_app(office))
    app.add_subapp("/api/v1/", api_app(office))
    errands = _errands(house, converse, settings, channels, webhooks)
    for opening in (open_agendas, open_reports, make_push_key, plan_purges):
        app.on_startup.append(partial(opening, house))
    app.cleanup_ctx.append(partial(follow, house))
    app.cleanup_ctx.append(partial(_tick, Ticker(house, errands)))
    return app


def _errands(
    house: House, converse: Converse, settings: Settings, channels: Mapping[str, Fetches], webhooks: Webhooks
) -> dict[str, Errand]:
    """What the ticker sends out of the house, by the kind of the row."""
    return {
        FETCH: Fetching(house, channels).carry_out,
        DELIVER: webhooks.carry_out,
        COUNT: Rounds(house).carry_out,
        **agenda_errands(house, converse, settings),
        **mail_errands(house, settings),
        **purge_errands(house),
        **push_errands(house, Outside(settings.networks), contact(settings)),
    }


def _add_web_chat(app: web.Application, house: House, settings: Settings, converse: Converse) -> None:
    translate, now = house.wording.translate, house.clock.now
    chat = WebChat(
        *(house.ledger, house.vault, converse, house.taps, house.organisations, translate, now, settings.secure),
        reading=house.reading,
        helplines=house.wording.care.helplines.numbers(),
    )
    app.add_routes(webchat_routes(chat))

    async def streams_end(_: web.Application) -> None:
        chat.streams.close()

    app.on_shutdown.append(streams_end)


async def _tick(ticker: Ticker, _: web.Application) -> AsyncIterator[None]:
    ticker.start()
    yield
    ticker.stop()


def _add_bots(app: web.Application, bots: Bots) -> None:
    bots.webhook().add_to(app)

    async def run(_: web.Application) -> AsyncIterator[None]:
        await bots.start()
        yield
        await bots.stop()

    app.cleanup_ctx.append(run)


def make_office(house: House, settings: Settings, converse: Converse) -> Office:
    """What the staff backend may know of the house."""
    asked: list[Flow] = sorted((setting.flow for setting in house.scenes.settings.values()), key=_size)
    flows = {flow.id: flow for flow in asked}
    gazetteer = next(iter(house.scenes.settings.values())).gazetteer
    return Office(
        house.ledger,
        house.vault,
        house.organisations,
        Briefing(flows, house.wording, gazetteer),
        house.clock.now,
        settings.secure,
        house.bots,
        FillingIn(house, converse),
        Outside(settings.networks).refuses,
        house.voice,
        str(URL(house.public_url).origin()),
        provider_secrets(house.organisations),
        plain_rules,
    )


def _size(flow: Flow) -> int:
    """Of a flow that organisations have in several sizes, the largest knows every answer."""
    return sum(1 for _ in flow.texts())


@cache
def plain_rules() -> Mapping[str, PlainRules]:
    """Read when the first text is written."""
    return load_plain_rules(LOCALES)


async def _healthy(_: web.Request) -> web.Response:
    return web.json_response({"alive": True})


async def _ready(house: House, _: web.Request) -> web.Response:
    """Green when the database answers."""
    try:
        await house.ledger.read(lambda session: session.connection().execute(text("SELECT 1")).scalar())
    except DatabaseAway:
        return web.json_response({"ready": False}, status=503)
    return web.json_response({"ready": True})


def warm_up(house: House) -> None:
    """Makes what takes long the first time it is needed. Beside the loop: nobody waits for it, and nobody must."""
    house.wording.care.warm_up()
    warm_pages()
