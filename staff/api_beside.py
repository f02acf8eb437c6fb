"""Notes, tasks and files of cases by the API; of tier B only with the scope that opens barriers, of tier C never."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error
from typing import Any, TypeVar

from pydantic import BaseModel
from sqlmodel import Session

from casework.cases.case_desk import CaseDesk, open_desk
from casework.cases.documents import LARGEST, Brought, Document, add_document, documents, open_document, remove_document
from casework.cases.notes import Note, add_to_note, edit_note, find_note, notes, write_note
from casework.cases.tasks import Task, Wanted, change_task, find_task, finish_task, make_task, reopen_task, tasks
from casework.door.api_tokens import Scope
from casework.telling.announcements import announce_about
from staff.api_beside_models import (
    ENCODED,
    FileContent,
    FileIn,
    FileList,
    FileOut,
    MoreIn,
    NoteIn,
    NoteList,
    NoteOut,
    TaskIn,
    TaskList,
    TaskOut,
)
from staff.api_call import Call, Operation, Reply, Wrong, missing, outdated, refused
from staff.api_models import Nothing
from storage.dossier_tables import CaseDocument, CaseNote, CaseTask

Row = TypeVar("Row", CaseNote, CaseTask, CaseDocument)
BARRIERS: Scope = "barriers:read"


def list_notes(session: Session, call: Call) -> Reply:
    desk = _desk(session, call, call.id, "case")
    return Reply(NoteList(notes=[_note(desk, note) for note in notes(desk) if shown_tier(call, note.tier)]))


def make_note(session: Session, call: Call) -> Reply:
    body: NoteIn = call.body
    desk = _desk(session, call, call.id, "case")
    _allow(call, body.tier)
    return _noted(desk, _kept(write_note(desk, body.text, body.tier), CaseNote).id)


def add_more(session: Session, call: Call) -> Reply:
    desk, row = _of(session, call, CaseNote, "note")
    return _noted(desk, _kept(add_to_note(desk, row.id, call.body.text), CaseNote).adds_to or row.id)


def change_note(session: Session, call: Call) -> Reply:
    desk, row = _of(session, call, CaseNote, "note")
    _settled(edit_note(desk, row.id, row.version if call.version is None else call.version, call.body.text))
    session.expire_all()
    return _noted(desk, row.adds_to or row.id)


def list_tasks(session: Session, call: Call) -> Reply:
    desk = _desk(session, call, call.id, "case")
    return Reply(TaskList(tasks=[task_out(task) for task in tasks(desk, call.today) if shown_tier(call, task.tier)]))


def add_task(session: Session, call: Call) -> Reply:
    desk = _desk(session, call, call.id, "case")
    _allow(call, call.body.tier)
    made = _kept(make_task(desk, call.organisation, _wanted(call.body)), CaseTask).id
    _announce(desk, call)
    return _tasked(desk, call, made)


def show_task(session: Session, call: Call) -> Reply:
    desk, row = _of(session, call, CaseTask, "task")
    return _tasked(desk, call, row.id)


def edit_task(session: Session, call: Call) -> Reply:
    desk, row = _of(session, call, CaseTask, "task")
    _allow(call, call.body.tier)
    _settled(change_task(desk, call.organisation, row.id, _version(call, row), _wanted(call.body)))
    _announce(desk, call)
    return _tasked(desk, call, row.id)


def end_task(session: Session, call: Call) -> Reply:
    desk, row = _of(session, call, CaseTask, "task")
    _settled(finish_task(desk, row.id, _version(call, row)))
    return _tasked(desk, call, row.id)


def open_task(session: Session, call: Call) -> Reply:
    desk, row = _of(session, call, CaseTask, "task")
    _settled(reopen_task(desk, row.id, _version(call, row)))
    return _tasked(desk, call, row.id)


def list_files(session: Session, call: Call) -> Reply:
    desk = _desk(session, call, call.id, "case")
    return Reply(FileList(files=[_file(desk, file) for file in documents(desk) if shown_tier(call, file.tier)]))


def add_file(session: Session, call: Call) -> Reply:
    body: FileIn = call.body
    desk = _desk(session, call, call.id, "case")
    _allow(call, body.tier)
    try:
        content = b64decode(body.content, validate=True)
    except (Error, ValueError):
        raise Wrong(422, "The content is no base64.", "Encode the file in base64.", ("content",)) from None
    row = _kept(add_document(desk, Brought(body.name, content), body.tier), CaseDocument)
    file = next(file for file in documents(desk) if file.id == row.id)
    return Reply(_file(desk, file), location=f"/api/v1/files/{row.id}")


def read_file(session: Session, call: Call) -> Reply:
    desk, row = _of(session, call, CaseDocument, "file")
    found = open_document(desk, row.id) or missing("file")
    file, content = found
    return Reply(FileContent(**_file(desk, file).model_dump(), content=b64encode(content).decode()))


def remove_file(session: Session, call: Call) -> Reply:
    """By the system that added it alone."""
    desk, row = _of(session, call, CaseDocument, "file")
    if not remove_document(desk, row.id):
        refused("It was added by somebody else.", "Who added it takes it away.")
    return Reply(None)


def _announce(desk: CaseDesk, call: Call) -> None:
    """Whose task it is now hears of it on the way they chose."""
    if call.office.voice is not None:
        announce_about(desk.session, call.office.voice, desk.case.id, desk.now)


def _desk(session: Session, call: Call, case_id: str, what: str) -> CaseDesk:
    return open_desk(session, call.office.vault, call.caller.actor, case_id, call.now) or missing(what)


def _of(session: Session, call: Call, table: type[Row], what: str) -> tuple[CaseDesk, Row]:
    """The row of the address, with the case it belongs to: only of their own organisation, and of a tier they see."""
    row = session.get(table, call.id)
    if row is None or row.organisation != call.organisation.id or not shown_tier(call, row.tier):
        missing(what)
    return _desk(session, call, row.case_id, what), row


def shown_tier(call: Call, tier: str) -> bool:
    return tier == "A" or (tier == "B" and BARRIERS in call.caller.scopes)


def _allow(call: Call, tier: str) -> None:
    """Nobody writes what they may not read."""
    if not shown_tier(call, tier):
        raise Wrong(403, f"This token has no scope {BARRIERS}.", "Write in tier A, or ask for that scope.", ("tier",))


def _version(call: Call, row: CaseTask) -> int:
    return row.version if call.version is None else call.version


def _kept(came: Row | str, table: type[Row]) -> Row:
    if not isinstance(came, table):
        _settled(str(came))
        missing("case")
    return came


def _settled(came: str) -> None:
    """Raises for what was not kept."""
    match came:
        case "done":
            return
        case "missing":
            missing("case")
        case "changed":
            outdated()
        case "too_late":
            refused("The note can only be added to now.", "POST /notes/{id}/more")
        case "nobody":
            raise Wrong(422, "No such coach can open the case.", "Send a coach's id, or none.", ("owner",))
        case "not_this_kind":
            raise Wrong(422, "This kind of file is not taken.", "PDF, JPEG, PNG, DOCX or ODT.", ("content",))
        case "too_big":
            raise Wrong(422, "The file is too large.", f"At most {LARGEST} bytes.", ("content",))
        case "empty":
            raise Wrong(422, "There is nothing in it.", "Send some text.", ("text",))
        case _:
            refused("Its state does not allow it now.", "Read it again.")


def _noted(desk: CaseDesk, id: str) -> Reply:
    note = find_note(desk, id) or missing("note")
    return Reply(_note(desk, note), f'"{note.version}"', f"/api/v1/notes/{note.id}")


def _tasked(desk: CaseDesk, call: Call, id: str) -> Reply:
    desk.session.flush()
    desk.session.expire_all()
    task = find_task(desk, id, call.today) or missing("task")
    return Reply(task_out(task), f'"{task.version}"', f"/api/v1/tasks/{task.id}")


def _note(desk: CaseDesk, note: Note) -> NoteOut:
    more = [_note(desk, each) for each in note.more]
    return NoteOut(**_fields(note, NoteOut, "case", "more"), case=desk.case.id, more=more)


def task_out(task: Task) -> TaskOut:
    return TaskOut.model_validate(task)


def _file(desk: CaseDesk, file: Document) -> FileOut:
    return FileOut(**_fields(file, FileOut, "case"), case=desk.case.id)


def _fields(value: object, model: type[BaseModel], *but: str) -> dict[str, Any]:
    return {name: getattr(value, name) for name in model.model_fields if name not in but}


def _wanted(body: TaskIn) -> Wanted:
    return Wanted(body.title, body.due_on, body.owner, body.tier)


OPERATIONS = (
    Operation("listNotes", "GET", "/cases/{id}/notes", "The notes of a case", "notes:read", list_notes, NoteList),
    Operation(
        "writeNote",
        "POST",
        "/cases/{id}/notes",
        "A note, which its author can change for 15 minutes",
        "notes:write",
        make_note,
        NoteOut,
        body=NoteIn,
        status=201,
    ),
    Operation(
        "changeNote",
        "POST",
        "/notes/{id}",
        "Another text, by its author within 15 minutes",
        "notes:write",
        change_note,
        NoteOut,
        body=MoreIn,
        versioned=True,
    ),
    Operation(
        "addToNote",
        "POST",
        "/notes/{id}/more",
        "Something that comes after",
        "notes:write",
        add_more,
        NoteOut,
        body=MoreIn,
    ),
    Operation("listTasks", "GET", "/cases/{id}/tasks", "The tasks of a case", "tasks:read", list_tasks, TaskList),
    Operation(
        "makeTask",
        "POST",
        "/cases/{id}/tasks",
        "Something to do",
        "tasks:write",
        add_task,
        TaskOut,
        body=TaskIn,
        status=201,
    ),
    Operation("readTask", "GET", "/tasks/{id}", "One task", "tasks:read", show_task, TaskOut),
    Operation(
        "changeTask",
        "POST",
        "/tasks/{id}",
        "Another title, day or owner of an open task",
        "tasks:write",
        edit_task,
        TaskOut,
        body=TaskIn,
        versioned=True,
    ),
    Operation(
        "finishTask",
        "POST",
        "/tasks/{id}/done",
        "It is done",
        "tasks:write",
        end_task,
        TaskOut,
        body=Nothing,
        versioned=True,
    ),
    Operation(
        "reopenTask",
        "POST",
        "/tasks/{id}/open",
        "It is to be done again",
        "tasks:write",
        open_task,
        TaskOut,
        body=Nothing,
        versioned=True,
    ),
    Operation("listFiles", "GET", "/cases/{id}/files", "The files of a case", "files:read", list_files, FileList),
    Operation(
        "addFile",
        "POST",
        "/cases/{id}/files",
        "A file for the case",
        "files:write",
        add_file,
        FileOut,
        body=FileIn,
        status=201,
        largest=ENCODED + 2**12,
    ),
    Operation("readFile", "GET", "/files/{id}", "One file with what is in it", "files:read", read_file, FileContent),
    Operation("removeFile", "DELETE", "/files/{id}", "A file goes", "files:write", remove_file, None, problems=(409,)),
)
