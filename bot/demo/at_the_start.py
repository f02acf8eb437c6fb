"""Lets the invented people come in while the house is open already: nobody waits for them, and a stop ends it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import typer
from sqlmodel import Session, select

from bot.house import House
from bot.settings import Settings
from storage.tables import Person

if TYPE_CHECKING:
    from bot.opening import Papers


async def demonstrate(house: House, settings: Settings, papers: Papers, stop: asyncio.Event) -> None:
    """Where nobody ever was, erased or not. On every later start this is one look."""
    if not await house.ledger.read(_is_new):
        return
    from bot.demo.command import told
    from bot.demo.demonstration import RealPeople, furnish

    try:
        people = await furnish(house.ledger, settings, papers, house.clock, stop.is_set)
    except RealPeople:
        return
    await house.organisations.renew(house.ledger)
    if people:
        typer.echo(told(people))


def _is_new(session: Session) -> bool:
    return session.exec(select(Person.id).limit(1)).first() is None
