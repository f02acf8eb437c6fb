"""What the desks answer to an order, and how the talk goes on from there."""

from __future__ import annotations

from typing import assert_never

from flows.afresh import begin_again
from flows.agenda import hand
from flows.agenda_offer import offer
from flows.aloud import tell_aloud
from flows.company_calls import hear_companies, hear_company
from flows.company_card import CompaniesFound, CompanyAnswered
from flows.elsewhere import hand_link
from flows.free_times import hear_gone, hear_times
from flows.heard import (
    Accomplished,
    CoachLeft,
    Erased,
    HearsAloud,
    LinkMade,
    Outcome,
    RecordingKept,
    SlotGone,
    SlotsFound,
    VisitFile,
    VisitGone,
)
from flows.how_it_stands import hear_how_it_stands
from flows.log import Done
from flows.messages import Phrase, Saying
from flows.news import ask_for_news
from flows.offer_card import OffersFound, OfferWished
from flows.proceed import UNDERSTOOD, known_values, proceed
from flows.recordings import tell_kept
from flows.referral_card import ReferralAnswered, ReferralsFound
from flows.referring import hear_referral
from flows.script import Do
from flows.session_card import SessionAnswered, SessionsFound
from flows.sessions import hear_answer, hear_sessions
from flows.small_step_card import SmallStepAnswered, SmallStepsFound
from flows.small_steps import hear_small_step, hear_small_steps
from flows.suggested import hear_offers, hear_wish, seek_offers
from flows.talk import Talk
from flows.visiting import hear_visit
from flows.walk import given_to
from flows.with_coach import come_back

MOVED = Phrase("Your new appointment: {when}.")
HELD_OTHERWISE = Phrase("Your new appointment: {when}. {how}")


def hear_outcome(talk: Talk, outcome: Outcome) -> None:
    """Take the outcome of an order into the log and go on."""
    match outcome:
        case SlotsFound():
            hear_times(talk, outcome)
        case SlotGone():
            hear_gone(talk, outcome)
        case Accomplished(step, came_of):
            _accomplished(talk, talk.setting.flow.dos[step], dict(came_of))
        case Erased(because):
            begin_again(talk, because)
        case LinkMade():
            hand_link(talk, outcome)
        case VisitFile():
            hand(talk, outcome)
        case SessionsFound():
            hear_sessions(talk, outcome)
        case SessionAnswered():
            hear_answer(talk, outcome)
        case ReferralAnswered():
            hear_referral(talk, outcome)
        case ReferralsFound():
            hear_how_it_stands(talk, outcome)
        case CompanyAnswered() | CompaniesFound() | SmallStepsFound() | SmallStepAnswered():
            _hear_beside(talk, outcome)
        case OffersFound() | OfferWished():
            _hear_of_offers(talk, outcome)
        case HearsAloud():
            tell_aloud(talk, outcome)
        case RecordingKept():
            tell_kept(talk, outcome)
        case CoachLeft():
            come_back(talk, outcome)
        case VisitGone():
            talk.say("This appointment has changed or is over.")
            proceed(talk)
        case _:
            assert_never(outcome)


def _hear_beside(talk: Talk, outcome: CompanyAnswered | CompaniesFound | SmallStepsFound | SmallStepAnswered) -> None:
    """Of companies that may call, and of small steps."""
    match outcome:
        case CompanyAnswered():
            hear_company(talk, outcome)
        case CompaniesFound():
            hear_companies(talk, outcome)
        case SmallStepsFound():
            hear_small_steps(talk, outcome)
        case _:
            hear_small_step(talk, outcome)


def _hear_of_offers(talk: Talk, outcome: OffersFound | OfferWished) -> None:
    """After them, or where nothing fits, comes the question about news."""
    if isinstance(outcome, OffersFound) and outcome.offers:
        hear_offers(talk, outcome)
        return
    if isinstance(outcome, OfferWished):
        hear_wish(talk, outcome)
    ask_for_news(talk)


def _accomplished(talk: Talk, do: Do, outcome: dict[str, str]) -> None:
    if hear_visit(talk, do, outcome):
        return
    before = talk.memory.done.get(do.name)
    talk.note(Done(do.name, given_to(do, talk.position().result), outcome, talk.now))
    if before:
        _say_changed(talk, do, before)
    proceed(talk, *(() if before else _said_in_full(talk, do)))
    # Where a flow has no last words there may be nothing to offer either: what can still be done is said then.
    if not before and talk.says:
        seek_offers(talk, do)


def _said_in_full(talk: Talk, do: Do) -> tuple[Phrase, ...]:
    """The day and the hour that were booked, above the next question; after the last one the closing words say them."""
    values = known_values(talk)
    if do.order != "book_appointment" or "when" not in values or not talk.open_question():
        return ()
    return (Phrase(UNDERSTOOD, {"answer": values["when"]}),)


def _say_changed(talk: Talk, do: Do, before: Done) -> None:
    if do.order == "book_appointment":
        way = talk.memory.done[do.name].outcome.get("way")
        text = MOVED if before.outcome.get("way", way) == way else HELD_OTHERWISE
        talk.says.append(Saying(Phrase(text.source, known_values(talk)), tools=offer(talk)))
    else:
        talk.say("Your coach will see your change.")
