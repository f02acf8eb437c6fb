"""What happened with a case by the API: its timeline, and the answers that were changed, as far as scopes reach."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field
from sqlmodel import Session

from casework.cases.answer_changes import changes
from casework.cases.beside import Beside
from casework.cases.case_desk import open_desk
from casework.cases.cases import CaseFile, read_case
from casework.cases.documents import documents
from casework.cases.notes import notes
from casework.cases.tasks import tasks
from casework.cases.timeline import Chronicle, Event, Kind
from casework.door.api_tokens import Scope
from casework.steps.small_steps import Step, open_steps, steps_of
from staff.api_beside import BARRIERS
from staff.api_call import Call, Operation, Reply, Wrong, missing
from staff.api_cases import SCOPE_OF_TIER
from staff.api_models import In, Out
from staff.cursor import read_place, write_place

SCOPE_OF_KIND: dict[Kind, Scope] = {
    "visit": "appointments:read",
    "session": "sessions:read",
    "message": "talk:read",
    "note": "notes:read",
    "task": "tasks:read",
    "file": "files:read",
    "referral": "referrals:read",
    "step": "steps:read",
}
"""What became of the case itself, and that answers changed, comes with ``cases:read``."""


class TimelineQuery(In):
    """From where on."""

    cursor: str | None = Field(None, max_length=200, description="`next` of the answer before.")


class EventLine(Out):
    """Something that happened. `count` messages of one sort in a row are one line."""

    at: datetime
    kind: Kind
    what: str
    who: str = Field(description="As the audit names them; empty where nobody did it.")
    about: str = Field(description="The id that it is about: a coach, a place, a reason, a session, a channel.")
    text: str = Field(description="The words of a note, a task or a file, cut short.")
    when: datetime | None
    count: int


class Timeline(Out):
    """One stretch, the newest first. What the token has no scope for is left out."""

    events: list[EventLine]
    next: str | None


class ChangeLine(Out):
    """An answer that came in the place of another; empty for a question that was skipped."""

    question: str
    label: str
    before: str
    after: str
    at: datetime
    by: str


class ChangeList(Out):
    """The answers that were changed, the latest first, in words of the first language of the house."""

    changes: list[ChangeLine]


def show_timeline(session: Session, call: Call) -> Reply:
    file = _file(session, call)
    chronicle = Chronicle(session, file, call.caller.system, _beside(session, call), _steps(session, call))
    found = chronicle.stretch(_place(call.query.cursor))
    shown = [EventLine.model_validate(event) for event in found.events if _shown(call, event)]
    return Reply(Timeline(events=shown, next=write_place(*found.more) if found.more else None))


def _shown(call: Call, event: Event) -> bool:
    """Of a referral the title is told, which tells what is hard."""
    needed = {SCOPE_OF_KIND.get(event.kind, "cases:read")}
    if event.kind == "referral":
        needed.add(BARRIERS)
    return needed <= call.caller.scopes


def _beside(session: Session, call: Call) -> Beside:
    """Notes, tasks and files of the tiers that the token reads."""
    desk = open_desk(session, call.office.vault, call.caller.actor, call.id, call.now)
    if desk is None:
        return Beside()
    open_tiers = {"A", "B"} if BARRIERS in call.caller.scopes else {"A"}
    today = call.today
    return Beside(
        [note for note in notes(desk) if note.tier in open_tiers],
        [task for task in tasks(desk, today) if task.tier in open_tiers],
        [file for file in documents(desk) if file.tier in open_tiers],
    )


def _steps(session: Session, call: Call) -> list[Step]:
    desk = open_steps(session, call.office.vault, call.caller.actor, call.id, call.now)
    return steps_of(desk, call.today) if desk else []


def _place(cursor: str | None) -> tuple[datetime, str] | None:
    try:
        return read_place(cursor) if cursor else None
    except ValueError:
        raise Wrong(400, "Check these: cursor", "Send `next` of the answer before as it came.", ("cursor",)) from None


def show_changes(session: Session, call: Call) -> Reply:
    file, briefing = _file(session, call), call.office.briefing
    reader = call.caller.system, call.organisation.languages[0]
    found = changes(session, file.key, briefing, (file.case, file.flow), reader)
    tiers = briefing.tiers(file.flow)
    told = [each for each in found if SCOPE_OF_TIER.get(tiers.get(each.question, "C")) in call.caller.scopes]
    return Reply(ChangeList(changes=[ChangeLine.model_validate(each) for each in told]))


def _file(session: Session, call: Call) -> CaseFile:
    return read_case(session, call.office.vault, call.caller.actor, call.id, call.now) or missing("case")


OPERATIONS = (
    Operation(
        "readTimeline",
        "GET",
        "/cases/{id}/timeline",
        "All that happened with a case",
        "cases:read",
        show_timeline,
        Timeline,
        TimelineQuery,
    ),
    Operation(
        "listChanges",
        "GET",
        "/cases/{id}/changes",
        "The answers that were changed",
        "cases:read",
        show_changes,
        ChangeList,
    ),
)
