"""A coach's own Telegram chat: tied to the account by a one-time link, it gets notices and their buttons."""

from __future__ import annotations

import orjson
from sqlalchemy import update

from bot.call import Call
from bot.incoming import Taken
from bot.people import CHAT, StaffChat
from bot.speak import ring_outgoing
from casework.door.accounts import Account
from casework.door.links import redeem
from casework.telling.announcements import CASE, press
from flows.heard import Started, Tapped
from flows.messages import Bubble, Phrase
from storage.columns import new_id
from storage.insert import insert_new
from storage.tables import Chat, Staff
from storage.trays import Parcel, put

LINKED = Phrase("This chat is now linked to your account. You get notices here, without names.")
NOTICES_ONLY = Phrase("This chat is for notices to staff. Open the console to work on cases.")


def link_staff(call: Call) -> Taken | None:
    """Tie this chat to the account whose one-time link was followed; ``None`` if it was no such link."""
    heard = call.incoming.heard
    if call.incoming.channel != "telegram" or not isinstance(heard, Started) or not heard.payload:
        return None
    staff = redeem(call.session, heard.payload, "link_telegram", call.now)
    if staff is None or staff.organisation != call.incoming.organisation:
        return None
    chat_id = _tie(call, staff.id)
    call.take_in(chat_id)
    _write(call, chat_id, staff.language, LINKED)
    return Taken(chat_id)


def _tie(call: Call, staff_id: str) -> str:
    place = call.place
    here = {"organisation": place.organisation, "channel": place.channel, "address": place.address}
    insert_new(call.session, Chat, id=new_id(), created_at=call.now, **here)
    where = (CHAT.c[name] == value for name, value in here.items())
    tied = update(CHAT).where(*where).values(staff_id=staff_id, state="open").returning(CHAT.c.id)
    return str(call.session.connection().execute(tied).scalar_one())


def hear_staff(call: Call, chat: StaffChat) -> Taken:
    """A coach tapped a notice's button, or typed something where only notices are."""
    if not call.take_in(chat.chat_id):
        return Taken(chat.chat_id, duplicate=True)
    staff = call.session.get_one(Staff, chat.staff_id)
    match call.incoming.heard:
        case Tapped(tap) if tap.question == CASE and staff.active:
            pressed = press(call.session, Account.of(staff), tap.option, call.now)
            link = f"\n{call.house.public_url}{pressed.path}" if pressed.path else ""
            _write(call, chat.chat_id, staff.language, pressed.text, link)
        case _:
            _write(call, chat.chat_id, staff.language, NOTICES_ONLY)
    return Taken(chat.chat_id)


def _write(call: Call, chat_id: str, language: str, text: Phrase, link: str = "") -> None:
    bubble = Bubble(call.house.wording.translate(text.source, language) + link, language)
    sealed = call.house.vault.house.seal(orjson.dumps(bubble.as_json()), f"outgoing|{chat_id}")
    place = call.place
    put(call.session, Parcel(place.organisation, place.channel, chat_id, None, "message", sealed), call.now)
    ring_outgoing(call.session, place.organisation, place.channel, chat_id)
