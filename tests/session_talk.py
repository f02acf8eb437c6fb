"""People who talk at a house with group sessions."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlmodel import Session, select

from bot.house import House
from casework.house.in_force import InForce
from casework.sessions.session_file import GroupSession
from flows.heard import SESSION
from storage.tables import Enrolment
from storage.verify import verify
from tests.stage import Actor, Stage

CV, INFO = "cv-mrt", "info-apr"
TO_THE_END = ("ja", "[Snel een mens]", "[34 tot 49 jaar]", "3600", "[Een job]", "[Nee, nu niet]", "chat")


async def somebody(stage: Stage, name: str = "ann", *words: str, channel: str = "web") -> Actor:
    actor = stage.actor(name, channel=channel)
    await actor.starts(language="nl")
    if channel == "telegram":
        await actor.says("nederlands")
    for word in words or TO_THE_END:
        await (actor.taps(word[1:-1]) if word.startswith("[") else actor.says(word))
    return actor


async def signed_up(stage: Stage, *names: str, group: str = CV) -> list[Actor]:
    """One after the other: the first two have a seat at the workshop, the others wait."""
    actors = [await somebody(stage, name) for name in names]
    for actor in actors:
        await actor.tap(SESSION, f"wait:{group}:0")
    return actors


async def state_of(stage: Stage, actor: Actor, group: str = CV) -> str | None:
    def look(session: Session) -> str | None:
        mine = select(Enrolment.state).where(
            Enrolment.person_id == actor.partner(session).person_id, Enrolment.session == group
        )
        return session.exec(mine).first()

    return await stage.house.ledger.write(look)


async def passes(stage: Stage, **time: float) -> None:
    stage.clock.move(timedelta(**time))
    await stage.tick()


def said(actor: Actor) -> str:
    return "\n".join(bubble.text for bubble in actor.fresh)


async def sound(stage: Stage) -> bool:
    return await stage.house.ledger.read(verify) == []


async def leaves(stage: Stage, actor: Actor) -> None:
    await actor.tap(SESSION, f"leave:{CV}:1")
    await passes(stage, seconds=5)


def organisation(house: House):  # type: ignore[no-untyped-def]
    return house.organisations["genk"]


def group(house: House) -> GroupSession:
    return organisation(house).sessions[CV]  # type: ignore[no-any-return]


def edited(stage: Stage, seats: int) -> House:
    genk = organisation(stage.house)
    changed = replace(genk, sessions={**genk.sessions, CV: replace(group(stage.house), seats=seats)})
    return replace(stage.house, organisations=InForce({**stage.house.organisations, "genk": changed}))
