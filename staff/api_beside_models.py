"""What the API takes and gives of notes, tasks and files beside a case."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from casework.cases.documents import LARGEST
from staff.api_models import In, Out, Word

Tier = Literal["A", "B"]
Text = Annotated[str, Field(min_length=1, max_length=4000, pattern="^[^\\x00]*\\S[^\\x00]*$")]
ONE_LINE = "^[^\\x00-\\x1f\\x7f]*[^\\x00-\\x20\\x7f][^\\x00-\\x1f\\x7f]*$"
Title = Annotated[str, Field(min_length=1, max_length=200, pattern=ONE_LINE)]
ENCODED = -(-LARGEST // 3) * 4


class NoteOut(Out):
    """A note. `author` is as in the audit; `more` was added to it later. Those for one coach alone go to no system."""

    id: str
    case: str
    author: str
    tier: Tier
    text: str
    version: int
    at: datetime
    edited_at: datetime | None
    more: list[NoteOut] = Field([], description="Of what was added, nothing was added to.")


class NoteList(Out):
    """The notes of a case, the newest first."""

    notes: list[NoteOut]


class NoteIn(In):
    """A note. `tier` A is for all who work on the case, B for coaches."""

    text: Text
    tier: Tier = "B"


class MoreIn(In):
    """What a note is to say now, or what comes after it."""

    text: Text


class TaskOut(Out):
    """Something to do. A `call` was asked for by the program, because no message arrives; it has no title."""

    id: str
    case: str
    kind: Literal["task", "call"]
    title: str
    due_on: date | None
    owner: str | None = Field(description="A coach's id; null for whoever has time.")
    tier: Tier
    state: Literal["open", "done"]
    version: int
    author: str
    at: datetime
    done_at: datetime | None
    done_by: str | None
    late: bool


class TaskList(Out):
    """The tasks of a case: open ones first."""

    tasks: list[TaskOut]


class TaskIn(In):
    """A task. `tier` A is for all who work on the case, B for coaches."""

    title: Title
    due_on: date | None = None
    owner: Word | None = Field(None, description="A coach's id; without one it is for whoever has time.")
    tier: Tier = "B"


class FileOut(Out):
    """A file that staff added, without what is in it."""

    id: str
    case: str
    name: str
    mime: str
    size: int
    tier: Tier
    author: str
    at: datetime


class FileList(Out):
    """The files of a case, the newest first."""

    files: list[FileOut]


class FileContent(FileOut):
    """A file with what is in it, in base64."""

    content: str


class FileIn(In):
    """A file: PDF, JPEG, PNG, DOCX or ODT, told by its content. `content` is base64."""

    name: str = Field(min_length=1, max_length=200, pattern="^[^\\x00]+$")
    content: str = Field(min_length=1, max_length=ENCODED, pattern="^[A-Za-z0-9+/]+={0,2}$")
    tier: Tier = "B"
