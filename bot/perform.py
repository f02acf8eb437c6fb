"""Carries out the engine's orders at the desks of the house, within the turn's own transaction."""

from __future__ import annotations

from typing import TypeAlias, assert_never

from sqlalchemy import bindparam, update

from bot.agenda import give_visit_file
from bot.agenda_order import order_elsewhere
from bot.alert import call_urgently
from bot.arriving import make_link
from bot.call import Call
from bot.cheque_desk import keep_cheque_request, look_for_cheque
from bot.company_desk import answer_about_company, find_companies
from bot.finding import chosen_kind, chosen_way, find_slots, slot_gone, spoken
from bot.hearing import keep_wish
from bot.offer_desk import answer_about_offers
from bot.people import PERSON, Partner
from bot.recordings import keep_recording
from bot.referral_desk import answer_about_referral
from bot.referral_telling import find_referrals
from bot.removing import remove_message
from bot.screens import screen
from bot.session_desk import answer_about_sessions
from bot.step_desk import answer_about_step, find_steps
from bot.visit_answers import answer_visit, too_late, wait_for_time
from bot.visit_facts import record
from casework.cases import cases, first_answer
from casework.cases.case_kinds import kind_of
from casework.cases.dealing import dealers
from casework.hours.calendar import next_morning
from casework.privacy import consents
from casework.privacy.erasing import erase
from casework.talk.coach_talk import ask_for_person
from casework.telling.announcements import announce_about
from casework.telling.notices import News, give_notice
from casework.visiting import booking
from casework.visiting.booking import BookRequest
from casework.visiting.interpreters import call_interpreter
from flows.effects import (
    AnswerCompany,
    AnswerReferral,
    AnswerSession,
    AnswerSmallStep,
    AnswerVisit,
    BookSlot,
    CallPerson,
    CallUrgently,
    Effect,
    EraseEverything,
    FindCompanies,
    FindOffers,
    FindReferrals,
    FindSessions,
    FindSlots,
    FindSmallSteps,
    GiveVisitFile,
    HandOver,
    KeepQuiet,
    KeepRecording,
    LeaveInPeace,
    LookForCheque,
    MakeLink,
    ReadAloud,
    RecordConsent,
    RemoveMessage,
    SpeakLanguage,
    WaitForTime,
    WishOffer,
)
from flows.heard import Accomplished, Erased, Outcome

_PERSON = update(PERSON).where(PERSON.c.id == bindparam("person"))
_KEEPS_QUIET = _PERSON.values(quiet=True)
_RESTS = _PERSON.values(quiet_until=bindparam("until"))
_SPEAKS = _PERSON.values(language=bindparam("spoken"))


Wish: TypeAlias = AnswerVisit | AnswerReferral | FindReferrals | FindSessions | AnswerSession | LookForCheque
"""What one of the desks answers at once."""
WishBeside: TypeAlias = AnswerCompany | FindCompanies | FindSmallSteps | AnswerSmallStep
"""The same, of companies that may call and of small steps."""


def perform(call: Call, partner: Partner, effect: Effect) -> Outcome | None:
    """Carry out one order; its outcome is heard in the same turn. ``None``: nothing comes of it to hear."""
    match effect:
        case FindSlots():
            return find_slots(call, partner, effect)
        case BookSlot():
            return _book(call, partner, effect)
        case AnswerVisit() | AnswerReferral() | FindReferrals() | FindSessions() | AnswerSession() | LookForCheque():
            return _answer(call, partner, effect)
        case AnswerCompany() | FindCompanies() | FindSmallSteps() | AnswerSmallStep():
            return _answer_beside(call, partner, effect)
        case WaitForTime():
            wait_for_time(call, partner, effect)
        case FindOffers() | WishOffer():
            return answer_about_offers(call, partner, effect)
        case HandOver():
            return _hand_over(call, partner, effect)
        case RecordConsent():
            consents.record(call.session, partner.person_id, effect, partner.place.channel, call.now)
        case CallPerson() | CallUrgently():
            (call_urgently if isinstance(effect, CallUrgently) else _call_person)(call, partner)
        case EraseEverything(because, afresh):
            erase(call.session, partner.person_id, call.now)
            return Erased(because, afresh)
        case MakeLink(to):
            return make_link(call, partner, to)
        case GiveVisitFile():
            return give_visit_file(call, partner, effect)
        case ReadAloud(on):
            return keep_wish(call, partner, on=on)
        case KeepRecording():
            return keep_recording(call, partner, effect)
        case RemoveMessage():
            remove_message(call, partner)
        case KeepQuiet() | LeaveInPeace() | SpeakLanguage():
            _remember_of_person(call, partner, effect)
        case _:
            assert_never(effect)
    return None


def _answer(call: Call, partner: Partner, effect: Wish) -> Outcome | None:
    match effect:
        case AnswerVisit():
            return answer_visit(call, partner, effect)
        case AnswerReferral():
            return answer_about_referral(call, partner, effect)
        case FindReferrals():
            return find_referrals(call, partner, effect)
        case LookForCheque():
            return look_for_cheque(call, effect)
        case _:
            return answer_about_sessions(call, partner, effect)


def _answer_beside(call: Call, partner: Partner, effect: WishBeside) -> Outcome | None:
    match effect:
        case AnswerCompany():
            return answer_about_company(call, partner, effect)
        case FindCompanies():
            return find_companies(call, partner)
        case FindSmallSteps():
            return find_steps(call, partner, effect)
        case _:
            return answer_about_step(call, partner, effect)


def _remember_of_person(call: Call, partner: Partner, effect: KeepQuiet | LeaveInPeace | SpeakLanguage) -> None:
    run, person = call.session.connection().execute, {"person": partner.person_id}
    match effect:
        case KeepQuiet():
            run(_KEEPS_QUIET, person)
        case LeaveInPeace():
            run(_RESTS, {**person, "until": next_morning(call.organisation, call.now)})
        case SpeakLanguage(language):
            run(_SPEAKS, {**person, "spoken": language})
        case _:
            assert_never(effect)


def _book(call: Call, partner: Partner, effect: BookSlot) -> Outcome:
    elsewhere = order_elsewhere(call, partner, effect)
    if elsewhere is not None:
        return elsewhere
    told, moved_from = effect.answers, effect.moved_from
    language, kind, way = spoken(told, effect.language), chosen_kind(told), chosen_way(told)
    request = BookRequest(partner.person_id, effect.slot, language, moved_from, kind, way)
    came_of = booking.book(call.session, call.organisation, request, call.now)
    match came_of:
        case booking.Booked(appointment):
            if call_interpreter(call.session, call.organisation, appointment, call.now):
                announce_about(call.session, call.house.voice, appointment.id, call.now)
            return Accomplished(effect.step, record(call.house, appointment))
        case booking.TooLate(appointment):
            return too_late(call, effect.step, appointment, "late_move")
        case booking.Taken():
            return slot_gone(call, partner, effect)
        case _:
            assert_never(came_of)


def _hand_over(call: Call, partner: Partner, effect: HandOver) -> Accomplished:
    now = call.now
    visit = booking.current(call.session, partner.person_id, now)
    request = cases.HandOverRequest(
        partner.place.organisation,
        partner.person_id,
        partner.conversation_id,
        effect.answers,
        effect.skipped,
        effect.language,
        effect.case,
        visit.id if visit else None,
        effect.by,
        dict(screen(call, partner).words(effect.answers, effect.language, effect.spoken)),
        dealers(call.session, call.organisation, kind_of(effect.answers)),
    )
    case = cases.hand_over(call.session, call.house.vault, request, now)
    keep_cheque_request(call, case, effect.answers)
    first_answer.begin(call.session, call.organisation, case, now)
    announce_about(call.session, call.house.voice, case, now)
    return Accomplished(effect.step, {"state": "handed_over", "case": case})


def _call_person(call: Call, partner: Partner) -> None:
    """One notice per turn of the conversation; the staff see which conversation, not what was said."""
    subject = partner.conversation_id
    news = News(partner.place.organisation, "person_asked", subject, f"person_asked|{subject}|{partner.version}")
    ask_for_person(call.session, partner.place.organisation, partner.person_id, call.now)
    give_notice(call.session, news, call.now)
    announce_about(call.session, call.house.voice, subject, call.now)
