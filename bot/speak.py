"""Puts what is said into the outgoing tray, each button signed for its chat, all of it sealed for its person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

import orjson
from sqlmodel import Session

from bot.house import House
from bot.people import Partner
from bot.taps import Taps
from flows.messages import Bubble, Button
from storage.ledger import ring
from storage.trays import Parcel, put

PULLED = "web"
"""The channel whose messages are not carried: an open page fetches them."""
BULK = 1
"""The lane of what nobody waits for: a flood of reminders does not hold up an answer."""


def speak(session: Session, house: House, partner: Partner, bubbles: Iterable[Bubble], now: datetime) -> int | None:
    """The outgoing row of the question that is on the screen afterwards, if there is one."""
    screen = partner.screen
    for bubble in bubbles:
        redraws = bubble.redraws and screen is not None
        parcel = _parcel(partner, signed(house.taps, partner, bubble), screen if redraws else None)
        row = put(session, parcel, now)
        if bubble.question and not redraws:
            screen = row
    ring_outgoing(session, partner.place.organisation, partner.place.channel, partner.chat_id)
    return screen


def speak_later(session: Session, house: House, partner: Partner, bubble: Bubble, now: datetime) -> None:
    """Put out something nobody waits for, such as a reminder."""
    put(session, replace(_parcel(partner, signed(house.taps, partner, bubble), None), lane=BULK), now)
    ring_outgoing(session, partner.place.organisation, partner.place.channel, partner.chat_id)


def ring_outgoing(session: Session, organisation: str, channel: str, chat_id: str) -> None:
    """After the commit, wake who shows this chat (a page of ours), or who carries the channel's messages."""
    ring(session, f"chat/{chat_id}" if channel == PULLED else f"outgoing/{organisation}/{channel}")


def _parcel(partner: Partner, bubble: Bubble, replaces: int | None) -> Parcel:
    return Parcel(
        partner.place.organisation,
        partner.place.channel,
        partner.chat_id,
        partner.conversation_id,
        "message" if replaces is None else "redraw",
        partner.key.seal(orjson.dumps(bubble.as_json()), f"outgoing|{partner.chat_id}"),
        replaces=replaces,
    )


def signed(taps: Taps, partner: Partner, bubble: Bubble) -> Bubble:
    """The bubble with a token in each button that works at this chat only."""
    place = str(partner.place)

    def sign(button: Button) -> Button:
        return replace(button, token=taps.token(place, button.tap))

    return replace(bubble, buttons=tuple(map(sign, bubble.buttons)), tools=tuple(map(sign, bubble.tools)))
