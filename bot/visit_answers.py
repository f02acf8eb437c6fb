"""Carries out what a person wants with a visit, or with a time that is kept for them."""

from __future__ import annotations

from bot.call import Call
from bot.finding import chosen_kind, chosen_way, nearest, spoken
from bot.people import Partner
from bot.visit_facts import record, slot_value
from casework.telling.announcements import announce_about
from casework.visiting.booking import cancel, confirm, current
from casework.visiting.cut_off import Late, is_too_late, tell_coach
from casework.visiting.holds import let_go, take
from casework.visiting.waiting_times import Wish, wait
from flows.effects import AnswerVisit, WaitForTime
from flows.heard import Accomplished, Outcome, VisitGone
from storage.tables import Appointment


def answer_visit(call: Call, partner: Partner, effect: AnswerVisit) -> Outcome:
    """``VisitGone`` for a button of a visit that has since been moved, cancelled or has passed."""
    session, now, step = call.session, call.now, effect.step
    if effect.wish in ("take", "refuse"):
        return _answer_offer(call, partner, effect)
    visit = current(session, partner.person_id, now)
    if visit is None or visit.version != effect.version:
        return VisitGone()
    if effect.wish == "come":
        came = confirm(session, visit.id, visit.version, now)
        return _as_it_is(call, partner, step, "confirmed") if came else VisitGone()
    if is_too_late(call.organisation, visit, now):
        return too_late(call, step, visit, "late_move" if effect.wish == "move" else "late_cancel")
    if effect.wish == "move":
        return _as_it_is(call, partner, step, "moving")
    return Accomplished(step, {"state": "cancelled"}) if cancel(session, visit.id, now) else VisitGone()


def too_late(call: Call, step: str, visit: Appointment, wish: Late) -> Accomplished:
    """Only the coach can still do that, and is told."""
    tell_coach(call.session, visit, wish, call.now)
    announce_about(call.session, call.house.voice, visit.id, call.now)
    return Accomplished(step, record(call.house, visit) | {"state": wish})


def wait_for_time(call: Call, partner: Partner, effect: WaitForTime) -> None:
    """Stand in line for such a time as was looked for."""
    told = effect.answers
    wish = Wish(
        spoken(told, effect.language), nearest(call, told), chosen_kind(told), chosen_way(told), effect.when.as_text()
    )
    wait(call.session, call.organisation.id, partner.person_id, wish, call.now)


def _answer_offer(call: Call, partner: Partner, effect: AnswerVisit) -> Accomplished:
    if effect.wish == "refuse":
        gone = let_go(call.session, partner.person_id, effect.version, call.now)
        return Accomplished(effect.step, {"state": "refused" if gone else "offer_over"})
    visit = take(call.session, call.organisation, partner.person_id, effect.version, call.now)
    if visit is None:
        return Accomplished(effect.step, {"state": "offer_over"})
    return Accomplished(effect.step, record(call.house, visit) | {"state": "taken", "slot": slot_value(visit)})


def _as_it_is(call: Call, partner: Partner, step: str, state: str) -> Outcome:
    visit = current(call.session, partner.person_id, call.now)
    return Accomplished(step, record(call.house, visit) | {"state": state}) if visit else VisitGone()
