"""Small steps by the API: those of a case, one agreed on, put in other words, and how it goes."""

from __future__ import annotations

from sqlmodel import Session

from casework.cases.case_desk import CaseDesk
from casework.steps.small_steps import MOST, Settled, Wanted, agree, find_step, open_steps, reword, steps_of, tell
from casework.telling.announcements import announce_about
from staff.api_call import Call, Operation, Reply, Wrong, missing, refused, settled
from staff.api_step_models import StepIn, StepList, StepOut, TellStepIn
from storage.step_tables import SmallStep


def list_steps(session: Session, call: Call) -> Reply:
    desk = _desk(session, call, call.id, "case")
    desk.record("step.read", desk.case.id)
    return Reply(StepList(steps=[StepOut.model_validate(step) for step in steps_of(desk, call.today)]))


def agree_on_step(session: Session, call: Call) -> Reply:
    """What a coach and the person agreed on."""
    desk = _desk(session, call, call.id, "case")
    came = agree(desk, call.organisation, _wanted(call.body))
    if not isinstance(came, SmallStep):
        _settle(came, "case")
        missing("case")
    _announce(desk, call)
    return _shown(desk, call, came.id)


def show_step(session: Session, call: Call) -> Reply:
    desk, step = _of(session, call)
    desk.record("step.read", desk.case.id)
    return _shown(desk, call, step.id)


def change_step(session: Session, call: Call) -> Reply:
    desk, step = _of(session, call)
    _settle(reword(desk, _seen(call, step), _wanted(call.body)), "step")
    return _shown(desk, call, step.id)


def tell_step(session: Session, call: Call) -> Reply:
    desk, step = _of(session, call)
    body: TellStepIn = call.body
    _settle(tell(desk, _seen(call, step), body.change), "step")
    _announce(desk, call)
    return _shown(desk, call, step.id)


def _desk(session: Session, call: Call, case_id: str, what: str) -> CaseDesk:
    return open_steps(session, call.office.vault, call.caller.actor, case_id, call.now) or missing(what)


def _of(session: Session, call: Call) -> tuple[CaseDesk, SmallStep]:
    """The step of the address, with the case it belongs to: only of their own organisation."""
    step = session.get(SmallStep, call.id)
    if step is None or step.organisation != call.organisation.id:
        missing("step")
    return _desk(session, call, step.case_id, "step"), step


def _seen(call: Call, step: SmallStep) -> tuple[str, int]:
    return step.id, step.version if call.version is None else call.version


def _wanted(body: StepIn) -> Wanted:
    return Wanted(body.text, body.who, body.by_day)


def _settle(came: Settled, what: str) -> None:
    match came:
        case "empty":
            raise Wrong(422, "There is nothing in it.", "Send some text.", ("text",))
        case "too_many":
            refused(f"{MOST} steps of the case are open.", "Say how it goes with one of them first.")
        case "closed":
            refused("Nobody works on the case any more.", "Read the case: its state says why.")
        case _:
            settled(came, what)


def _announce(desk: CaseDesk, call: Call) -> None:
    if call.office.voice is not None:
        announce_about(desk.session, call.office.voice, desk.case.id, desk.now)


def _shown(desk: CaseDesk, call: Call, id: str) -> Reply:
    desk.session.flush()
    desk.session.expire_all()
    step = find_step(desk, id, call.today) or missing("step")
    return Reply(StepOut.model_validate(step), f'"{step.version}-{step.state}"', f"/api/v1/steps/{step.id}")


OPERATIONS = (
    Operation("listSteps", "GET", "/cases/{id}/steps", "The small steps of a case", "steps:read", list_steps, StepList),
    Operation(
        "agreeOnStep",
        "POST",
        "/cases/{id}/steps",
        "A small step that was agreed on with the person",
        "steps:write",
        agree_on_step,
        StepOut,
        body=StepIn,
        status=201,
    ),
    Operation("readStep", "GET", "/steps/{id}", "One small step", "steps:read", show_step, StepOut),
    Operation(
        "changeStep",
        "POST",
        "/steps/{id}",
        "Other words, another day, or somebody else who does it",
        "steps:write",
        change_step,
        StepOut,
        body=StepIn,
        versioned=True,
    ),
    Operation(
        "tellStep",
        "POST",
        "/steps/{id}/how",
        "How it goes with a small step",
        "steps:write",
        tell_step,
        StepOut,
        body=TellStepIn,
        versioned=True,
    ),
)
