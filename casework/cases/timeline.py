"""All that happened with a case in one list, the newest first: states, visits, messages, notes, tasks, files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby, pairwise
from typing import Literal, TypeAlias

from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from casework.cases.beside import Beside
from casework.cases.case_states import steps
from casework.cases.cases import CaseFile
from casework.cases.dossier import Dossier, Edition
from casework.cases.notes import Note
from casework.cases.tasks import steps as task_steps
from casework.door.rights import Holder, may
from casework.offers.referrals import steps_of_case
from casework.steps.small_steps import Step
from casework.talk.talk_reading import UNSEEN, delivery
from casework.visiting.visit_steps import steps_of_person
from flows.log import THE_PERSON
from storage.tables import Case, Chat, Outgoing, TalkLine

Kind: TypeAlias = Literal["case", "answers", "visit", "session", "message", "note", "task", "file", "referral", "step"]
PAGE = 25
OF_MESSAGES = 200
"""Messages that are looked at for one page: runs of them become one line."""
SAID = ("message", "document")
EXCERPT = 120


@dataclass(frozen=True, slots=True)
class Event:
    """``what`` is the word of its kind for what happened; ``who`` did it, as the audit, the log or a visit names them.

    ``about`` is an id to be named (a coach, a place, a reason, a group session), ``text`` the words of a note, a task
    or a file. ``count`` messages of one sort in a row are one event, ``key`` and ``at`` those of the last of them.
    """

    at: datetime
    key: str
    kind: Kind
    what: str
    who: str = ""
    about: str = ""
    text: str = ""
    when: datetime | None = None
    count: int = 1

    @property
    def order(self) -> tuple[datetime, str]:
        return self.at, self.key


@dataclass(frozen=True, slots=True)
class Stretch:
    """A page of the list; ``more`` is where the next one begins, ``None`` at the end."""

    events: tuple[Event, ...]
    more: tuple[datetime, str] | None


@dataclass(frozen=True, slots=True)
class Chronicle:
    """Of which case it is, who reads it, what is kept ``beside`` it for them, and the small ``steps`` that they see."""

    session: Session
    file: CaseFile
    holder: Holder
    beside: Beside
    steps: Sequence[Step] = ()

    @property
    def case(self) -> Case:
        return self.file.case

    def stretch(self, before: tuple[datetime, str] | None = None, size: int = PAGE) -> Stretch:
        """What came before ``before``; a run of messages is one event."""
        messages, horizon = self._messages(before)
        all_of_it = (event for event in (*messages, *self._rest()) if horizon is None or event.at >= horizon)
        earlier = [event for event in all_of_it if before is None or event.order < before]
        found = sorted(earlier, key=lambda event: event.order, reverse=True)
        runs = [tuple(run) for _, run in groupby(found, key=_run)]
        shown = [replace(run[0], count=len(run)) for run in runs[:size]]
        goes_on = len(runs) > size or horizon is not None
        return Stretch(tuple(shown), runs[:size][-1][-1].order if goes_on and runs else None)

    def _messages(self, before: tuple[datetime, str] | None) -> tuple[list[Event], datetime | None]:
        """With the moment before which there may be more that were not looked at."""
        if not may(self.holder, "see_person", self.case):
            return [], None
        rows = _said(self.session, self.case.person_id, before)
        horizon = rows[-1].created_at if len(rows) == OF_MESSAGES else None
        return list(_messages(self.session, self.case.person_id, rows)), horizon

    def _rest(self) -> Iterator[Event]:
        yield from _states(self.session, self.case)
        yield from _editions(self.file.dossier)
        if may(self.holder, "see_person", self.case):
            yield from _visits(self.session, self.file)
            yield from _sessions(self.file)
        yield from _beside(self.session, self.beside)
        yield from _steps(self.steps)
        if may(self.holder, "refer", self.case) and may(self.holder, "see_barriers", self.case):
            yield from _referrals(self.session, self.case)


def _run(event: Event) -> tuple[object, ...]:
    """Messages of the assistant of one day with the same fate stand together; all else stands alone."""
    if event.kind == "message" and event.who == "assistant":
        return (event.what, event.at.date())
    return (event.key,)


def _states(session: Session, case: Case) -> Iterator[Event]:
    for step in steps(session, case.id):
        about = step.reason or step.coach or ""
        yield Event(step.at, f"step:{step.version:06}{step.id}", "case", step.change, step.actor, about)


def _editions(dossier: Dossier) -> Iterator[Event]:
    """The first one is the offer of the case."""
    for number, (before, edition) in enumerate(pairwise(dossier.editions)):
        what = "renewed" if before.answers != edition.answers else "same"
        yield Event(edition.at, f"answers:{number:02}", "answers", what, _who(before, edition))


def _who(before: Edition, edition: Edition) -> str:
    """Who gave what is new in it, if that was one alone; the person, if they had a part in it."""
    renewed = (name for name, value in edition.answers.items() if before.answers.get(name) != value)
    givers = {edition.by.get(name, THE_PERSON) for name in renewed}
    return givers.pop() if len(givers) == 1 else THE_PERSON


def _visits(session: Session, file: CaseFile) -> Iterator[Event]:
    for visit in file.visits:
        what = "moved_to" if visit.moved_from else "booked"
        if visit.hold_until is None:
            yield Event(visit.created_at, f"visit:{visit.id}", "visit", what, "", visit.place, when=visit.starts_at)
    for step, visit in steps_of_person(session, file.case.person_id) if file.visits else ():
        if step.change != "move":
            key = f"visit step:{step.id}"
            yield Event(step.at, key, "visit", step.change, step.by, visit.place, when=visit.starts_at)


def _sessions(file: CaseFile) -> Iterator[Event]:
    for place in file.places:
        yield Event(place.changed_at, f"session:{place.id}", "session", place.state, "", place.session)


def _said(session: Session, person_id: str, before: tuple[datetime, str] | None) -> Sequence[Outgoing]:
    """The last messages before that moment, the newest first."""
    mine = select(Chat.id).where(
        Chat.person_id == person_id, col(Chat.staff_id).is_(None), col(Chat.channel).not_in(UNSEEN)
    )
    query = select(Outgoing).options(defer(Outgoing.sealed))  # type: ignore[arg-type]  # SQLModel does not type it
    query = query.where(col(Outgoing.chat_id).in_(mine), col(Outgoing.kind).in_(SAID))
    if before is not None:
        query = query.where(col(Outgoing.created_at) <= before[0])
    return session.exec(query.order_by(col(Outgoing.id).desc()).limit(OF_MESSAGES)).all()


def _messages(session: Session, person_id: str, rows: Sequence[Outgoing]) -> Iterator[Event]:
    lines = session.exec(select(TalkLine).where(TalkLine.person_id == person_id)).all()
    by_coach = {line.outgoing_id: line for line in lines if line.outgoing_id is not None}
    for row in rows:
        line = by_coach.get(row.id or 0)
        who = f"staff:{line.staff_id}" if line else "assistant"
        what = "again" if line and line.instead_of and row.state == "sent" else delivery(row)
        yield Event(row.sent_at or row.created_at, f"message:{row.id:012}", "message", what, who, row.channel)
    for line in lines:
        if line.staff_id is None:
            yield Event(line.at, f"line:{line.id:012}", "message", "wrote", "person", line.channel or "")


def _referrals(session: Session, case: Case) -> Iterator[Event]:
    for step, entry in steps_of_case(session, case.id):
        title = next(iter(entry.title.values()), "")
        yield Event(step.at, f"referral:{step.id}", "referral", step.change, step.actor, text=title)


def _steps(seen: Sequence[Step]) -> Iterator[Event]:
    for step in seen:
        for each in step.history:
            yield Event(each.at, f"small step:{each.id}", "step", each.change, each.actor, text=step.text)


def _beside(session: Session, beside: Beside) -> Iterator[Event]:
    for note in beside.notes:
        yield from _noted(note)
    known = {task.id: task for task in beside.tasks}
    for step in task_steps(session, known):
        task = known[step.task_id]
        is_call = task.kind != "task"
        what = f"call_{step.change}" if is_call else step.change
        yield Event(step.at, f"task:{step.id}", "task", what, step.actor, text="" if is_call else task.title)
    for file in beside.files:
        yield Event(file.at, f"file:{file.id}", "file", "added", file.author, text=file.name)


def _noted(note: Note) -> Iterator[Event]:
    yield Event(note.at, f"note:{note.id}", "note", "written", note.author, text=_excerpt(note.text))
    for more in note.more:
        yield Event(more.at, f"note:{more.id}", "note", "added", more.author, text=_excerpt(more.text))


def _excerpt(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= EXCERPT else f"{line[:EXCERPT].rstrip()}…"
