"""Carries out what a person answers about a referral, within the turn's own transaction."""

from __future__ import annotations

from typing import Literal, TypeAlias, cast

from sqlmodel import Session

from bot.arriving import make_link
from bot.call import Call
from bot.house import House
from bot.people import Partner
from casework.offers.referral_answers import Said, answer, asked_of, question, standing, waiting
from casework.telling.announcements import announce_about
from flows.conditions import PRIVATE_CHANNEL
from flows.effects import AnswerReferral
from flows.heard import Arrived, LinkMade, Outcome
from flows.referral_card import ReferralAnswered, ReferralCard
from storage.tables import Referral

Given: TypeAlias = Literal["yes", "sure", "no"]


def answer_about_referral(call: Call, partner: Partner, effect: AnswerReferral) -> ReferralAnswered | LinkMade:
    """Where others could read along, only a no is taken: all else leads to our own page."""
    referral = asked_of(call.session, partner.person_id, effect.referral)
    if referral is None:
        return ReferralAnswered("over")
    shown = card(call.session, call.house, partner, referral, effect.language)
    if referral.state == "proposed" and shown.hidden and effect.wish != "no":
        return make_link(call, partner, "web")
    if effect.wish == "show":
        return ReferralAnswered("asked" if referral.state == "proposed" else standing(referral), shown)
    said = Said(cast(Given, effect.wish), effect.language, partner.place.channel)
    came = answer(call.session, referral, said, call.now)
    announce_about(call.session, call.house.voice, referral.case_id, call.now)
    return ReferralAnswered(came, shown)


def card(session: Session, house: House, partner: Partner, referral: Referral, language: str) -> ReferralCard:
    asked = question(session, partner.key, referral)
    facts = house.setting(partner.place.organisation, partner.place.channel).facts.named
    return ReferralCard(
        referral.id,
        asked.title.get(language) or next(iter(asked.title.values()), ""),
        asked.partner,
        asked.packet.lines,
        asked.packet.sentence,
        asked.named,
        hidden=asked.is_private() and facts.get(PRIVATE_CHANNEL) != "yes",
    )


def left_to_ask(call: Call, partner: Partner) -> tuple[Outcome, ...]:
    """For who has just come to our own page by a link: the questions that may be shown there."""
    if call.incoming.heard != Arrived("here"):
        return ()
    language = partner.language
    cards = (
        card(call.session, call.house, partner, referral, language)
        for referral in waiting(call.session, partner.person_id)
    )
    return tuple(ReferralAnswered("asked", each) for each in cards if not each.hidden)
