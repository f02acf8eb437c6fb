"""Shows people their small steps and keeps what they say of one, within the turn's own transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from bot.arriving import make_link
from bot.call import Call
from bot.house import House
from bot.people import Partner
from casework.steps.person_steps import PERSON, asked_lately, find_mine, of_person, say
from casework.steps.small_steps import text_of
from casework.steps.step_states import Change
from casework.telling.announcements import announce_about
from flows.conditions import PRIVATE_CHANNEL
from flows.effects import AnswerSmallStep, FindSmallSteps
from flows.heard import Arrived, LinkMade
from flows.small_step_card import SmallStepAnswered, SmallStepCard, SmallStepsFound
from storage.step_tables import SmallStep


def find_steps(call: Call, partner: Partner, effect: FindSmallSteps) -> SmallStepsFound | None:
    """``None`` where it was only to stand beside something else, and there is nothing."""
    steps = of_person(call.session, partner.person_id)
    if effect.beside and not steps:
        return None
    return SmallStepsFound(cards(partner, steps), is_hidden(call.house, partner), effect.beside)


def answer_about_step(call: Call, partner: Partner, effect: AnswerSmallStep) -> SmallStepAnswered | LinkMade:
    """Where others could read along private steps are neither shown nor spoken of: it leads to our own page."""
    step = find_mine(call.session, partner.person_id, effect.step)
    if step is None:
        return SmallStepAnswered("gone")
    if is_hidden(call.house, partner):
        return make_link(call, partner, "web")
    if effect.wish == "show":
        return SmallStepAnswered("shown", card(partner, step))
    said = say(call.session, step, effect.version, cast(Change, effect.wish), call.now)
    announce_about(call.session, call.house.voice, step.case_id, call.now)
    return SmallStepAnswered(effect.wish if said else "changed", card(partner, step))


def asked_elsewhere(call: Call, partner: Partner) -> tuple[SmallStepsFound, ...]:
    """For who has just come to our own page by a link: what could be asked about and not shown where they were."""
    private = call.organisation.small_steps.private and call.incoming.heard == Arrived("here")
    if not private or is_hidden(call.house, partner) or not asked_lately(call.session, partner.person_id, call.now):
        return ()
    return (SmallStepsFound(cards(partner, of_person(call.session, partner.person_id)), asks=True),)


def is_hidden(house: House, partner: Partner) -> bool:
    facts = house.setting(partner.place.organisation, partner.place.channel).facts.named
    return house.organisations[partner.place.organisation].small_steps.private and facts.get(PRIVATE_CHANNEL) != "yes"


def cards(partner: Partner, steps: Sequence[SmallStep]) -> tuple[SmallStepCard, ...]:
    return tuple(card(partner, step) for step in steps)


def card(partner: Partner, step: SmallStep) -> SmallStepCard:
    text = text_of(partner.key, step)
    return SmallStepCard(step.id, step.version, text, step.who == PERSON, step.state, step.by_day)
