"""Passes what a person writes on to the coach who has the talk, or to whoever answers their wish for a human being."""

from __future__ import annotations

from bot.call import Call
from bot.people import Partner
from casework.talk.coach_talk import end, talk_of
from casework.talk.talk_unread import Wrote, note_line
from flows.heard import Said
from flows.memory import Memory


def pass_on(call: Call, partner: Partner, memory: Memory) -> None:
    """Note the line as one for staff; whoever says stop has ended the talk with the coach too."""
    if not (partner.with_coach or partner.asked_for_person):
        return
    if isinstance(call.incoming.heard, Said):
        wrote = Wrote(partner.person_id, call.incoming.channel, call.incoming.update_key)
        note_line(call.session, call.organisation, wrote, call.now)
    talk = talk_of(call.session, partner.person_id) if partner.with_coach and memory.stopped else None
    if talk is not None:
        end(call.session, talk, waits=False, now=call.now)
