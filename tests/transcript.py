"""Conversations as text files that a coach can read, played over the real flows, engine and desks.

    @ genk web                      organisation and channel; the moment is Wednesday 24 March 2027, 10 o'clock
    > hallo                         the person types
    > [Nederlands]                  the person taps the newest button with this label
    < Hallo! ...                    we say; further lines of the same message are indented
      [Nederlands] [Frans]          its buttons (ticked ones with *), and the tools beneath: (Terug) (Overslaan)
    ! wait 2 days                   something happens, see ``HAPPENINGS``
    = place: 3600:Genk              what the coach gets, at the end

Run the tests with ``--rewrite-transcripts`` to write what is said now into the files; then read the difference.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path

from sqlmodel import select

from casework.booking import BookRequest, book
from casework.cases import Actor as Reader
from casework.cases import read_case
from flows.heard import CannotRead, Said, Started, Tapped
from flows.messages import Bubble
from storage.columns import new_id
from storage.tables import Appointment, Case, Person
from tests.stage import Actor, Stage, open_stage

TAP = re.compile(r"\[(.+)\]")
FOLDER = Path(__file__).parent / "transcripts"


async def play(path: Path) -> list[str]:
    """The conversation of ``path`` as it goes now, in the form of the file."""
    async with open_stage() as stage:
        lines = path.read_text(encoding="utf-8").splitlines()
        played: list[str] = []
        try:
            async for line in _played(stage, lines):
                played.append(line)
        except AssertionError as error:
            raise AssertionError("\n".join([*played[-12:], str(error)])) from None
        return played


async def _played(stage: Stage, lines: list[str]):
    actor = stage.actor()
    for line in lines:
        mark, _, rest = line.partition(" ")
        match mark:
            case "@":
                organisation, channel = rest.split()
                actor = stage.actor(organisation=organisation, channel=channel)
                yield line
            case ">" | "!":
                yield line
                before = len(actor.seen)
                await (_person(actor, rest) if mark == ">" else _happens(actor, rest))
                if actor.toast:
                    yield f"< ({actor.toast})"
                    actor.toast = None
                for bubble in actor.seen[before:]:
                    for drawn in draw(bubble):
                        yield drawn
            case "#":
                yield line
            case "" if not line:
                yield line
            case _:
                continue
    for told in await _handed_over(actor):
        yield told


async def _person(actor: Actor, what: str) -> None:
    tap = TAP.fullmatch(what)
    if tap:
        await actor.taps(tap[1])
    elif what == "/start":
        await actor.starts()
    elif what.startswith("/start "):
        await actor.starts(language=what.removeprefix("/start "))
    else:
        await actor.says(what)


async def _happens(actor: Actor, what: str) -> None:
    for pattern, happening in HAPPENINGS.items():
        match = re.fullmatch(pattern, what)
        if match:
            await happening(actor, *match.groups())
            return
    raise AssertionError(f"nobody knows how to let this happen: {what}")


async def _wait(actor: Actor, count: str, unit: str) -> None:
    actor.stage.clock.move(timedelta(**{f"{unit.rstrip('s')}s": int(count)}))
    await actor.stage.tick()
    await actor.looks()


async def _taken(actor: Actor, label: str) -> None:
    """Somebody else books the time on that button, with every coach who is free then."""
    slot = actor.button(label).tap.option
    stage, organisation = actor.stage, actor.stage.house.organisations[actor.place.organisation]
    now = stage.clock.now()

    def work(session) -> None:
        for _ in organisation.coaches:
            wrapped, _key = stage.house.vault.new_key()
            other = Person(
                id=new_id(), organisation=organisation.id, language="nl", wrapped_key=wrapped, created_at=now
            )
            session.add(other)
            session.flush()
            book(session, organisation, BookRequest(other.id, slot, "nl"), now)

    await stage.house.ledger.write(work)


async def _same_update_twice(actor: Actor, what: str) -> None:
    tap = TAP.fullmatch(what)
    update = actor.incoming(Tapped(actor.button(tap[1]).tap) if tap else Said(what), what)
    await actor.at_once(update, update, update)


async def _two_taps(actor: Actor, first: str, second: str) -> None:
    taps = [actor.incoming(Tapped(actor.button(label).tap), label) for label in (first, second)]
    await actor.at_once(*taps)


async def _sends(actor: Actor, kind: str) -> None:
    await actor.at_once(actor.incoming(CannotRead(kind)))


async def _second_start(actor: Actor) -> None:
    await actor.at_once(actor.incoming(Started()))


HAPPENINGS: dict[str, Callable[..., Awaitable[None]]] = {
    r"wait (\d+) (minutes?|hours?|days?)": _wait,
    r"somebody else takes \[(.+)\]": _taken,
    r"the same update three times: (.+)": _same_update_twice,
    r"two taps at once: \[(.+)\] and \[(.+)\]": _two_taps,
    r"sends a (voice|photo|sticker|file|location)": _sends,
    r"a second start": _second_start,
}


def draw(bubble: Bubble) -> Iterator[str]:
    """A bubble as lines: its text, its buttons, its tools."""
    first, *others = bubble.text.split("\n")
    yield f"{'~' if bubble.redraws else '<'} {first}"
    yield from (f"  {line}" for line in others)
    if bubble.buttons:
        yield "  " + " ".join(f"[{'*' if button.ticked else ''}{button.label}]" for button in bubble.buttons)
    if bubble.tools:
        yield "  " + " ".join(f"({button.label})" for button in bubble.tools)


async def _handed_over(actor: Actor) -> list[str]:
    """What lies in the case and in the appointments, for the file's last lines."""
    house, now = actor.stage.house, actor.stage.clock.now()

    def work(session) -> list[str]:
        lines = []
        for case in session.exec(select(Case)).all():
            file = read_case(session, house.vault, Reader(case.organisation, "test"), case.id, now)
            if file is None:
                continue
            lines += [f"= {name}: {_shown(value)}" for name, value in sorted(file.dossier.newest.answers.items())]
            skipped = ", ".join(file.dossier.newest.skipped)
            lines += [f"= skipped: {skipped}"] if skipped else []
        mine = select(Appointment).where(Appointment.person_id == actor._partner(session).person_id)
        lines += [
            f"= visit: {visit.wall} {visit.state}" for visit in session.exec(mine.order_by(Appointment.created_at))
        ]
        return lines

    return await house.ledger.write(work)


def _shown(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)
