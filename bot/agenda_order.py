"""A time of an appointment system elsewhere is wanted: it is held here, and asked for there after the commit."""

from __future__ import annotations

from bot.call import Call
from bot.finding import chosen_way, slot_gone
from bot.people import Partner
from casework.agendas.agenda_orders import ask_for
from casework.visiting.cut_off import is_too_late
from casework.visiting.holds import Keeper, hold
from casework.visiting.slot_rules import slot_by_rule
from casework.visiting.visits import change, current, of_person
from flows.effects import BookSlot
from flows.heard import Accomplished, Outcome, slot_start
from storage.tables import Appointment


def order_elsewhere(call: Call, partner: Partner, effect: BookSlot) -> Outcome | None:
    """``None`` where the time is ours to give, or nothing has to be asked for."""
    agenda = call.organisation.agenda
    if agenda is None or effect.slot.partition("-")[2] != agenda.coach:
        return None
    old = current(call.session, partner.person_id, call.now)
    if old and (old.starts_at == slot_start(effect.slot) or is_too_late(call.organisation, old, call.now)):
        return None
    kept = _hold(call, partner, effect, old)
    if kept is None:
        return slot_gone(call, partner, effect)
    body = {"step": effect.step, "question": effect.question, "moved_from": effect.moved_from}
    ask_for(call.session, kept, body, call.now)
    return Accomplished(effect.step, {"state": "asked", "slot": effect.slot})


def _hold(call: Call, partner: Partner, effect: BookSlot, old: Appointment | None) -> Appointment | None:
    """Who wants another time than the one that is asked for no longer wants that one."""
    way = chosen_way(effect.answers) or (old.way if old else None)
    slot = slot_by_rule(call.organisation, effect.slot, call.now, old.kind if old else None, way)
    for visit in of_person(call.session, partner.person_id):
        if visit.state == "held":
            change(call.session, visit, "let_go", "person", call.now)
    keeper = Keeper(partner.person_id, effect.language, old.kind if old else None, way)
    return hold(call.session, call.organisation, slot, keeper, call.now) if slot else None
