"""Gives a person their visit as a file: a document in the chat on Telegram, a link of its own everywhere else."""

from __future__ import annotations

import orjson

from bot.call import Call
from bot.people import Partner
from bot.speak import ring_outgoing
from casework.visiting.calendar_file import MIME
from casework.visiting.visit_files import KEYS, VisitFile, link_token, visit_file, visit_to_give
from flows import heard
from flows.agenda import FILE, FILE_OFF
from flows.effects import GiveVisitFile
from flows.messages import Bubble, TextFile
from flows.render import phrase_text
from storage.tables import Appointment
from storage.trays import Parcel, put

DOCUMENT = "document"
"""The kind of an outgoing row that is a file."""
BY_DOCUMENT = "telegram"
"""The channel where a file is a message of its own."""
PATH = "/chat/{organisation}/visit/{token}.ics"


def give_visit_file(call: Call, partner: Partner, effect: GiveVisitFile) -> heard.VisitFile:
    visit = visit_to_give(call.session, partner.person_id, call.now)
    if visit is None:
        return heard.VisitFile("none")
    if partner.place.channel == BY_DOCUMENT:
        made = visit_file(visit, call.organisation, call.house.wording.translate, effect.language, call.now)
        _send(call, partner, made, effect.language)
        return heard.VisitFile("sent", off=made.off)
    return heard.VisitFile("link", _address(call, visit), off=visit.state == "cancelled")


def _address(call: Call, visit: Appointment) -> str:
    token = link_token(call.house.vault.derive(KEYS), visit)
    return call.house.public_url + PATH.format(organisation=visit.organisation, token=token)


def _send(call: Call, partner: Partner, made: VisitFile, language: str) -> None:
    """As a row of its own in front of what this turn says, carried like any other."""
    place = partner.place
    caption = phrase_text(FILE_OFF if made.off else FILE, call.setting, language)
    bubble = Bubble(caption, language, file=TextFile(made.name, MIME, made.content.decode()))
    parcel = Parcel(
        place.organisation,
        place.channel,
        partner.chat_id,
        partner.conversation_id,
        DOCUMENT,
        partner.key.seal(orjson.dumps(bubble.as_json()), f"outgoing|{partner.chat_id}"),
    )
    put(call.session, parcel, call.now)
    ring_outgoing(call.session, place.organisation, place.channel, partner.chat_id)
