"""Carries out what somebody answers when they are asked whether a company may call them, within their own turn."""

from __future__ import annotations

from bot.call import Call
from bot.people import Partner
from casework.employers.calls import (
    Said,
    Told,
    agreed_by,
    answer,
    asked_of,
    keep_told,
    tell_brokers,
    told_so_far,
)
from casework.employers.register import name_of
from casework.telling.announcements import announce_about
from flows.company_calls import ENDING
from flows.company_card import CompaniesFound, CompanyAnswered, CompanyCard
from flows.effects import AnswerCompany
from storage.employer_tables import Company, CompanyCall

ASKED_FOR = {"later": "later", "what": "told", "other": "number"}
"""By a wish that decides nothing, what is shown next."""


def answer_about_company(call: Call, partner: Partner, effect: AnswerCompany) -> CompanyAnswered:
    question = asked_of(call.session, partner.person_id, effect.call)
    if question is None:
        return CompanyAnswered("over")
    shown = card(call, question)
    match effect.wish:
        case "later" | "what" | "other":
            return CompanyAnswered(ASKED_FOR[effect.wish], shown)
        case "no":
            return _settled(call, partner, question, Said("no", effect.language, partner.place.channel))
        case _:
            return _agreed(call, partner, effect, question)


def _agreed(call: Call, partner: Partner, effect: AnswerCompany, question: CompanyCall) -> CompanyAnswered:
    """Whatever the company must be told and nobody knows yet is asked first, one after the other."""
    before = told_so_far(partner.key, question)
    told = Told(effect.name or before.name, effect.number or before.number)
    missing = "number" if not told.number else "name" if not told.name and effect.wish != "bare" else ""
    if missing:
        keep_told(call.session, partner.key, question, told)
        return CompanyAnswered(missing, card(call, question))
    return _settled(call, partner, question, Said("yes", effect.language, partner.place.channel, told))


def _settled(call: Call, partner: Partner, question: CompanyCall, said: Said) -> CompanyAnswered:
    """The house hears of a yes, and of one that is taken back."""
    before, shown = question.state, card(call, question)
    came = answer(call.session, partner.key, question, said, call.now)
    if came == "agreed" or (came == "refused" and before == "agreed"):
        tell_brokers(call.session, call.organisation, question, call.now)
        announce_about(call.session, call.house.voice, question.company_id, call.now)
    ends_in, named = said.told.number[-ENDING:], bool(said.told.name)
    return CompanyAnswered(came, shown if came != "over" else None, ends_in, named)


def card(call: Call, question: CompanyCall) -> CompanyCard:
    company = call.session.get_one(Company, question.company_id)
    return CompanyCard(question.id, name_of(call.house.vault, company))


def find_companies(call: Call, partner: Partner) -> CompaniesFound | None:
    """``None`` where none may call them: it only stands beside other data of theirs."""
    found = agreed_by(call.session, call.house.vault, partner.person_id)
    return CompaniesFound(tuple(CompanyCard(each.id, name) for each, name in found)) if found else None
