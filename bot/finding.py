"""Free times for somebody in a talk: what they told decides which, and the desk finds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC

from bot.call import Call
from bot.people import Partner
from casework.agendas.agenda_times import is_silent, look_again
from casework.visiting.booking import Wanted, search
from casework.visiting.earlier_coach import earlier_coach
from casework.visiting.visits import is_ahead, of_person
from flows.effects import BookSlot, FindSlots
from flows.heard import SlotGone, SlotsFound, WhyEmpty, slot_start
from flows.log import Value

COACHES_SPEAK = frozenset({"nl", "fr", "en"})
"""Answers to the question of the language with a coach that name one; for another one the talk's own is a start."""
FEW = 3
"""So many times are shown to who is asked to choose another one."""


def find_slots(call: Call, partner: Partner, effect: FindSlots) -> SlotsFound:
    """One screen of free times, and what to say with them."""
    wanted = replace(wishes(call, partner, effect.answers, effect.language), after=effect.after, when=effect.when)
    if effect.few:
        wanted = replace(wanted, limit=FEW, a_day=1)
    if effect.shown not in (None, wanted.earlier):
        wanted = replace(wanted, earlier=None)
    found = search(call.session, call.organisation, wanted, call.now)
    look_again(call.session, call.organisation, call.now)
    empty: WhyEmpty = "unreachable" if is_silent(call.session, call.organisation) else "full"
    return SlotsFound(effect.question, found.slots, found.more, effect.when, effect.after, empty, found.reason)


def slot_gone(call: Call, partner: Partner, effect: BookSlot) -> SlotGone:
    """Other times instead of the one that was wanted. The same hour at another place would read as that one."""
    wanted = replace(wishes(call, partner, effect.answers, effect.language), earlier=None, when=effect.when)
    found = search(call.session, call.organisation, wanted, call.now)
    others = tuple(slot for slot in found.slots if slot.start.astimezone(UTC) != slot_start(effect.slot))
    return SlotGone(effect.question, others, found.more, effect.when, why=found.reason)


def wishes(call: Call, partner: Partner, answers: Mapping[str, Value], language: str) -> Wanted:
    """A visit that is moved stays of the same kind, and is held the same way, unless others were chosen."""
    visits = of_person(call.session, partner.person_id)
    moved = next((visit for visit in visits if is_ahead(visit, call.now)), None)
    return Wanted(
        spoken(answers, language),
        place=nearest(call, answers),
        kind=chosen_kind(answers) or (moved.kind if moved else None),
        way=chosen_way(answers) or (moved.way if moved else None),
        expertise=_told(answers),
        earlier=earlier_coach(call.session, partner.person_id, visits),
    )


def chosen_way(answers: Mapping[str, Value]) -> str | None:
    way = answers.get("visit_way")
    return way if isinstance(way, str) else None


def spoken(answers: Mapping[str, Value], language: str) -> str:
    """The language in which the person likes to talk with a coach; that of the chat, unless they said another one."""
    liked = answers.get("coach_language")
    return liked if isinstance(liked, str) and liked in COACHES_SPEAK else language


def chosen_kind(answers: Mapping[str, Value]) -> str | None:
    kind = answers.get("visit_kind")
    return kind if isinstance(kind, str) else None


def nearest(call: Call, answers: Mapping[str, Value]) -> str | None:
    """The office for where the person lives."""
    postcode = str(answers.get("place", "")).partition(":")[0]
    return call.organisation.nearest_place(postcode, call.now.astimezone(call.organisation.tz).date())


def _told(answers: Mapping[str, Value]) -> frozenset[str]:
    """The options that were chosen, whichever the question."""
    several = (value if isinstance(value, tuple) else (str(value),) for value in answers.values())
    return frozenset(option for options in several for option in options)
