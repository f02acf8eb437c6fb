"""Tells a company whether a cheque is left, and keeps its request, within the turn's own transaction."""

from __future__ import annotations

from collections.abc import Mapping

from bot.call import Call
from casework.local_work.cheques import Register, keep_request, look
from flows.effects import LookForCheque
from flows.heard import Accomplished
from flows.log import Value
from storage.tables import Case

PERSON = "person"
"""Who asks, as the audit names them."""


def look_for_cheque(call: Call, effect: LookForCheque) -> Accomplished:
    return Accomplished(effect.step, {"state": look(_register(call), effect.answers)})


def keep_cheque_request(call: Call, case_id: str, answers: Mapping[str, Value]) -> None:
    """In a house that has cheques, of the case that was handed over."""
    if call.organisation.cheques:
        keep_request(_register(call), call.session.get_one(Case, case_id), answers)


def _register(call: Call) -> Register:
    return Register(call.session, call.organisation, PERSON, call.now)
