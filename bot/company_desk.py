"""Carries out what somebody answers when they are asked whether a company may call them, within their own turn."""

from __future__ import annotations

from bot.call import Call
from bot.people import Partner
from casework.employers.calls import Said, Wish, agreed_by, answer, asked_of, tell_brokers
from casework.employers.register import name_of
from casework.telling.announcements import announce_about
from flows.company_calls import ENDING
from flows.company_card import CompaniesFound, CompanyAnswered, CompanyCard
from flows.effects import AnswerCompany
from storage.employer_tables import Company, CompanyCall


def answer_about_company(call: Call, partner: Partner, effect: AnswerCompany) -> CompanyAnswered:
    question = asked_of(call.session, partner.person_id, effect.call)
    if question is None:
        return CompanyAnswered("over")
    shown = card(call, question)
    if effect.wish == "what":
        return CompanyAnswered("told", shown)
    if effect.wish == "other" or (effect.wish == "yes" and not effect.number):
        return CompanyAnswered("number", shown)
    return _answered(call, partner, effect, question)


def _answered(call: Call, partner: Partner, effect: AnswerCompany, question: CompanyCall) -> CompanyAnswered:
    """The house hears of a yes, and of one that is taken back."""
    before, shown = question.state, card(call, question)
    wish: Wish = "yes" if effect.wish == "yes" else "no"
    said = Said(wish, effect.language, partner.place.channel, effect.name, effect.number)
    came = answer(call.session, partner.key, question, said, call.now)
    if came == "agreed" or (came == "refused" and before == "agreed"):
        tell_brokers(call.session, call.organisation, question, call.now)
        announce_about(call.session, call.house.voice, question.company_id, call.now)
    return CompanyAnswered(came, shown if came != "over" else None, effect.number[-ENDING:])


def card(call: Call, question: CompanyCall) -> CompanyCard:
    company = call.session.get_one(Company, question.company_id)
    return CompanyCard(question.id, name_of(call.house.vault, company))


def find_companies(call: Call, partner: Partner) -> CompaniesFound | None:
    """``None`` where none may call them: it only stands beside other data of theirs."""
    found = agreed_by(call.session, call.house.vault, partner.person_id)
    return CompaniesFound(tuple(CompanyCard(each.id, name) for each, name in found)) if found else None
