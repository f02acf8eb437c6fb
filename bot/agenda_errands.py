"""Sets up whatever looks into calendars and appointment systems elsewhere."""

from __future__ import annotations

import os
from collections.abc import Mapping

from aiohttp import web
from sqlmodel import Session

from bot.agenda_asking import Asking
from bot.agenda_fetching import Calendars
from bot.agenda_http import HttpAgenda
from bot.agenda_network import Outside
from bot.converse import Converse
from bot.house import House
from bot.settings import AGENDAS, BadSettings, Settings
from bot.ticker import Errand
from casework.agendas.agenda_orders import ASK, LEAVE
from casework.agendas.agenda_port import Agenda
from casework.agendas.agenda_times import open_agenda
from casework.agendas.outside_times import FETCH
from casework.house.organisation import Organisation


def agenda_errands(house: House, converse: Converse, settings: Settings) -> dict[str, Errand]:
    """What the ticker sends out, by the kind of the row."""
    outside = Outside(settings.networks)
    ports = open_ports(house.organisations, outside)
    asking = Asking(house, converse, ports)
    calendars = Calendars(house, outside, ports)
    return {FETCH: calendars.carry_out, ASK: asking.ask, LEAVE: asking.leave}


def open_ports(
    organisations: Mapping[str, Organisation], outside: Outside, environment: Mapping[str, str] = os.environ
) -> dict[str, Agenda]:
    """The systems elsewhere, by organisation. Raises ``BadSettings`` for one whose token is not set."""
    ports: dict[str, Agenda] = {}
    for name in environment:
        id = name.removeprefix(AGENDAS).lower().replace("_", "-")
        if name.startswith(AGENDAS) and not (id in organisations and organisations[id].agenda):
            raise BadSettings(f"{name}: no organisation {id} has `agenda:` in its file. Take it out")
    for organisation in organisations.values():
        if organisation.agenda:
            name = AGENDAS + organisation.id.upper().replace("-", "_")
            if not environment.get(name):
                raise BadSettings(f"{name}: set the token that its appointment system knows us by")
            ports[organisation.id] = HttpAgenda(outside, organisation.agenda.address, environment[name])
    return ports


async def open_agendas(house: House, _: web.Application) -> None:
    """Each system elsewhere has its calendar here, with the row that has it looked into."""
    now = house.clock.now()

    def work(session: Session) -> None:
        for organisation in house.organisations.values():
            open_agenda(session, house.vault, organisation, now)

    if any(organisation.agenda for organisation in house.organisations.values()):
        await house.ledger.write(work)
