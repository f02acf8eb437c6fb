"""Tells a person how their referrals stand: when they ask, when they come to our own page, when a partner answered."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from bot.call import Call
from bot.house import House
from bot.own_accord import permitted, talk_with, write
from bot.people import Partner
from bot.referral_desk import card
from casework.offers.referral_answers import question
from casework.offers.referral_news import news_of, of_person, standing, still_news
from flows.effects import FindReferrals
from flows.heard import Arrived
from flows.how_it_stands import tell_of_own_accord
from flows.referral_card import ReferralsFound, ReferralStanding
from storage.tables import Due, Referral
from storage.trays import finish_due


def find_referrals(call: Call, partner: Partner, effect: FindReferrals) -> ReferralsFound | None:
    """``None`` where it was only to stand beside something else, and there is nothing."""
    referrals = of_person(call.session, partner.person_id)
    if effect.beside and not referrals:
        return None
    shown = (_shown(call.session, call.house, partner, each, effect.language) for each in referrals)
    return ReferralsFound(tuple(shown), beside=effect.beside)


def private_news(call: Call, partner: Partner) -> tuple[ReferralsFound, ...]:
    """For who has just come to our own page by a link: what partners answered and could not be said elsewhere."""
    if call.incoming.heard != Arrived("here"):
        return ()
    session = call.session
    news = news_of(session, partner.person_id, call.now)
    private = (each for each in news if question(session, partner.key, each).is_private())
    shown = (_shown(session, call.house, partner, each, partner.language) for each in private)
    told = tuple(each for each in shown if not each.hidden)
    return (ReferralsFound(told, news=True),) if told else ()


def tell_news(session: Session, house: House, due: Due, now: datetime) -> None:
    partner = permitted(session, house, due, now) if still_news(session, due) else None
    referral = still_news(session, due)
    if referral is None:
        finish_due(session, due.id or 0, "skipped", "something else became of it")
    elif partner is not None and finish_due(session, due.id or 0, "done"):
        talk = talk_with(house, partner, now)
        tell_of_own_accord(talk, _shown(session, house, partner, referral, talk.language))
        write(session, house, partner, talk, due.key)


def _shown(session: Session, house: House, partner: Partner, referral: Referral, language: str) -> ReferralStanding:
    """Where others could read along no more of a private one than how it stands."""
    shown, state = card(session, house, partner, referral, language), standing(referral)
    if shown.hidden:
        return ReferralStanding(state, hidden=True)
    return ReferralStanding(state, shown.title, shown.partner)
