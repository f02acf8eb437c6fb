"""Ties a chat to the person whose one-time link was followed there, and makes such links."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from sqlalchemy import insert, select

from bot.call import Call
from bot.house import House
from bot.notebook import read_log
from bot.people import CHAT, PHONE, Partner, StaffChat, find
from casework.privacy.erasing import erase
from casework.talk.continuing import Destination, Way, give_code, read_code, use_up, whose
from flows.heard import Arrival, Arrived, LinkMade, Started
from flows.memory import remember
from storage.columns import new_id


def make_link(call: Call, partner: Partner, to: str) -> LinkMade:
    """The address is empty where that channel cannot be reached."""
    organisation = partner.place.organisation
    match to:
        case "web" | "telegram":
            if not _start(call.house, organisation, to):
                return LinkMade(to, "")
            code = give_code(call.session, partner.person_id, Way(organisation, to), call.now)
            return LinkMade(to, link_to(call.house, Way(organisation, to), code))
        case _:
            return LinkMade(to, "")


def link_to(house: House, way: Way, code: str) -> str:
    """On our page the code is a fragment: it reaches no server's log and nobody's preview."""
    return f"{_start(house, way.organisation, way.to)}{code}"


def continue_page(house: House, organisation: str) -> str:
    """Where a code can be typed."""
    return f"{house.public_url}/chat/{organisation}/continue"


def _start(house: House, organisation: str, to: Destination) -> str:
    match to:
        case "web":
            return f"{continue_page(house, organisation)}#" if house.public_url else ""
        case "telegram":
            bot = house.bots.get(organisation)
            return f"https://t.me/{bot}?start=" if bot else ""
        case _:
            assert_never(to)


def arriving(call: Call) -> Call | None:
    """The same update; where it follows a link, it is heard as an arrival and its words are not kept.

    ``None``: a link that no longer works was followed to a page where nobody is.
    """
    heard, channel = call.incoming.heard, call.incoming.channel
    code = read_code(heard.payload) if isinstance(heard, Started) else ""
    there = find(call.session, call.house.vault, call.place) if code else None
    match channel:
        case "web" | "telegram" if code and not isinstance(there, StaffChat):
            arrived = Arrived(_arrive(call, there, code, Way(call.incoming.organisation, channel)))
        case _:
            return call
    if there is None and channel == "web" and arrived.how != "here":
        return None
    return replace(call, incoming=replace(call.incoming, heard=arrived, body=None))


def _arrive(call: Call, there: Partner | None, code: str, way: Way) -> Arrival:
    person_id = whose(call.session, code, way, call.now)
    if person_id is None:
        return "used"
    if there and there.person_id != person_id and _has_answers(call, there):
        return "occupied"
    if not use_up(call.session, code, way, call.now):
        return "used"
    if there and there.person_id == person_id:
        return "here"
    if there:
        erase(call.session, there.person_id, call.now)
    _add_chat(call, person_id)
    return "here"


def _has_answers(call: Call, partner: Partner) -> bool:
    return bool(remember(read_log(call.session, partner.key, partner.conversation_id)).answers)


def _add_chat(call: Call, person_id: str) -> None:
    place = call.place
    call.session.connection().execute(
        insert(CHAT).values(
            id=new_id(),
            organisation=place.organisation,
            channel=place.channel,
            address=place.address,
            person_id=person_id,
            state="open",
            created_at=call.now,
        )
    )


def came_from(call: Call, partner: Partner) -> Arrived | None:
    """What is said first to who used another chat since they were here; ``None`` where nothing is to be said."""
    if partner.last_chat == partner.chat_id or partner.place.channel == PHONE:
        return None
    if isinstance(call.incoming.heard, Arrived):
        return None
    last = call.session.connection().execute(select(CHAT.c.channel).where(CHAT.c.id == partner.last_chat)).scalar()
    return Arrived("with_coach" if last == PHONE else "back")
