"""Tells who is on duty that somebody needs contact urgently: no name, no words, at any hour."""

from __future__ import annotations

from bot.call import Call
from bot.people import Partner
from casework.telling.announcements import announce_about
from casework.telling.urgent import give_urgent_notices


def call_urgently(call: Call, partner: Partner) -> None:
    """Within one short while the same conversation alerts only once."""
    if give_urgent_notices(call.session, call.organisation, partner.conversation_id, call.now):
        announce_about(call.session, call.house.voice, partner.conversation_id, call.now)
