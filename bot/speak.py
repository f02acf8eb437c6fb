"""Puts what is said into the outgoing tray, each button signed for its chat, all of it sealed for its person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import orjson
from sqlmodel import Session

from bot.hearing import VOICE, as_sound, marked
from bot.house import House
from bot.packages import Line, Package
from bot.people import Partner
from bot.taps import Taps
from flows.messages import Bubble, Button
from storage.ledger import ring
from storage.trays import Parcel, put, put_or_take

PULLED = "web"
"""The channel whose messages are not carried: an open page fetches them."""
BULK = 1
"""The lane of what nobody waits for: a flood of reminders does not hold up an answer."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """``screen`` is the outgoing row of the question that is on the screen now, if there is one; ``package`` is to
    be handed to ``House.carriers`` after the commit."""

    screen: int | None
    package: Package | None = None


def speak(session: Session, house: House, partner: Partner, bubbles: Sequence[Bubble], now: datetime) -> Spoken:
    """Put out what is said. The first message is taken along by this process, if it can carry it at once."""
    screen, package = partner.screen, None
    for number, bubble in enumerate(bubbles):
        redraws = bubble.redraws and screen is not None
        ready = marked(partner, signed(house.taps, partner, bubble))
        parcel = _parcel(partner, ready, screen if redraws else None)
        carrier = house.carriers.free(_line(partner)) if number == 0 and not redraws else None
        if carrier:
            row, taken = put_or_take(session, parcel, now, carrier.lease_s)
            package = _package(row, partner, ready, followed=len(bubbles) > 1 or partner.hears) if taken else None
        else:
            row = put(session, parcel, now)
        if bubble.question and not redraws:
            screen = row
    if sound := as_sound(partner, bubbles):
        put(session, replace(_parcel(partner, sound, None), kind=VOICE), now)
    if package is None:
        ring_outgoing(session, partner.place.organisation, partner.place.channel, partner.chat_id)
    return Spoken(screen, package)


def _line(partner: Partner) -> Line:
    return Line(partner.place.organisation, partner.place.channel)


def _package(row: int, partner: Partner, bubble: Bubble, *, followed: bool) -> Package:
    return Package(row, _line(partner), partner.chat_id, partner.place.address, bubble=bubble, followed=followed)


def speak_later(
    session: Session, house: House, partner: Partner, bubble: Bubble, now: datetime, key: str | None = None
) -> None:
    """Put out something nobody waits for, such as a reminder; with a ``key`` only once."""
    put(session, replace(_parcel(partner, signed(house.taps, partner, bubble), None), lane=BULK, key=key), now)
    if sound := as_sound(partner, (bubble,)):
        spoken = f"{key}|{VOICE}" if key else None
        put(session, replace(_parcel(partner, sound, None), kind=VOICE, lane=BULK, key=spoken), now)
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
        return Button(button.label, button.tap, button.ticked, taps.token(place, button.tap))

    return replace(bubble, buttons=tuple(map(sign, bubble.buttons)), tools=tuple(map(sign, bubble.tools)))
