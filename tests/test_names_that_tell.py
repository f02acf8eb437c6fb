"""A name that tells something about who goes there stands in no message on Telegram, no reminder, no calendar and no
notice: random people of all five organisations, whatever they answer and whatever becomes of where they are sent."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session, SQLModel, select

from bot.offer_happenings import filled
from bot.visit_happenings import coach
from casework.agendas.agenda_feeds import coach_calendar
from casework.cases.cases import Actor as Reader
from casework.offers.referral_states import Change
from casework.offers.referrals import Move, Packet, Proposal, move, propose
from casework.visiting.visit_files import visit_file
from flows.messages import Bubble
from storage.tables import Appointment, Case, CatalogueEntry, Partner, Referral
from tests.stage import Actor, Stage, open_stage
from tests.test_offers_properties import NAMES, house, setting, written

TYPED = {"place": "", "phone": "0470 12 34 56", "email": "iemand@example.org", "number": "3"}
WHERE_THEY_BELONG = {CatalogueEntry.__tablename__, Partner.__tablename__}
SURE = {"privacy": "yes", "go_there": "no", "health_where": "coach", "recap": "ok"}
"""Else there would be nobody to send anywhere."""
MINORS = {"under_18", "under_13"}
STEPS: tuple[Change, ...] = ("send", "accept", "begin", "finish")


@cache
def names_that_tell(name: str) -> frozenset[str]:
    """Of the entries and the partners that are sensitive, each in every language; small letters."""
    data = written(name)
    partners = {key: each for key, each in data["partners"].items() if each.get("sensitive")}
    entries = [each for each in data["offers"].values() if each.get("sensitive") or each.get("partner") in partners]
    titles = {title for each in entries for title in each["title"].values()}
    return frozenset(each.casefold() for each in (*titles, *(each["name"] for each in partners.values())))


async def answers_something(actor: Actor, chance: Random) -> None:
    """From the first hello to the last word, a button of the newest question each time."""
    await actor.starts()
    while (question := next((each for each in reversed(actor.fresh) if each.question), None)) is not None:
        asked = question.question or ""
        options = [button.tap.option for button in question.buttons if button.tap.question == asked]
        chosen = [option for option in options if option[:1] not in (">", "=", "~", "@", "*") and option not in MINORS]
        if not chosen:
            at = actor.place.organisation
            codes = sorted(house(at).area & setting(at).gazetteer.codes.keys())
            await actor.says({**TYPED, "place": chance.choice(codes)}.get(question.expects, "Els"))
        elif chosen[0].startswith(("+", "-")):
            await actor.tap(asked, chance.choice([each for each in chosen if each[0] == "+"]))
            await actor.tap(asked, "=")
        else:
            wanted = SURE.get(asked)
            await actor.tap(asked, wanted if wanted in chosen else chance.choice(chosen))


async def sent_everywhere(stage: Stage, actor: Actor, chance: Random) -> None:
    """A coach sends them wherever a name tells something; some of it is asked in the chat, some agreed face to face."""
    reader, now, vault = Reader.of(coach(actor)), stage.clock.now(), stage.house.vault

    def refer(session: Session) -> None:
        case = session.exec(select(Case)).one()
        telling = {row.id for row in session.exec(select(Partner)) if row.sensitive}
        for entry in session.exec(select(CatalogueEntry)):
            if not (entry.sensitive or entry.partner_id in telling):
                continue
            referral = propose(session, vault, reader, Proposal(case.id, entry.id, Packet()), now)
            assert isinstance(referral, Referral)
            further = STEPS[: chance.randint(1, len(STEPS))]
            steps = [Move("ask"), Move("agree", how="spoken", aware=True), *(Move(step) for step in further)]
            if chance.random() < 0.3:
                steps = [*steps[:3], Move("turn_down", "full")]
            for step in steps[chance.randint(0, 1) :]:
                session.refresh(referral)
                move(session, reader, (referral.id, referral.version), step, now)

    await stage.house.ledger.write(refer)


def readable(session: Session) -> Iterator[tuple[str, str]]:
    """Every value of every table that is not sealed, but for the catalogue itself."""
    for table in SQLModel.metadata.sorted_tables:
        if table.name not in WHERE_THEY_BELONG:
            for row in session.connection().execute(table.select()):
                yield from (
                    (f"{table.name}.{name}", str(value)) for name, value in row._mapping.items() if _open(value)
                )


def _open(value: Any) -> bool:
    return value is not None and not isinstance(value, bytes)


def calendars(session: Session, stage: Stage, name: str) -> Iterator[tuple[str, str]]:
    """Each visit as the person's agenda has it, and as that of the coach."""
    now, words = stage.clock.now(), stage.house.wording.translate
    for visit in session.exec(select(Appointment)):
        for language in house(name).languages:
            mine = visit_file(visit, house(name), words, language, now).content
            theirs = coach_calendar(session, house(name), visit.coach, words, now)
            yield from ((f"calendar of {visit.coach}", each.decode().replace("\r\n ", "")) for each in (mine, theirs))


def said(bubble: Bubble) -> str:
    return " ".join((bubble.text, *(button.label for button in (*bubble.buttons, *bubble.tools))))


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=3)
@given(chance=st.randoms(use_true_random=False))
def test_a_name_that_tells_stands_nowhere_where_others_could_read_it(name: str, chance: Random) -> None:
    found = asyncio.run(lives(name, chance))
    telling = names_that_tell(name)
    assert [(where, word) for where, text in found for word in telling if word in text.casefold()] == []
    assert found


async def lives(name: str, chance: Random) -> list[tuple[str, str]]:
    """All that could be read of somebody: on Telegram, in a calendar, in a table."""
    async with open_stage() as stage:
        els = stage.actor("els", name, "telegram")
        await filled(els)
        await answers_something(els, chance)
        await sent_everywhere(stage, els, chance)
        for words in ("mijn doorverwijzing", "mon orientation", "mijn gegevens", "mes données"):
            stage.clock.move(timedelta(days=1))
            await stage.tick()
            await els.says(words)

        def look(session: Session) -> list[tuple[str, str]]:
            return [*readable(session), *calendars(session, stage, name)]

        shown = [("Telegram", said(bubble)) for bubble in els.seen]
        return [*shown, *await stage.house.ledger.read(look)]
