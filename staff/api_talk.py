"""The talk with a person by the API, in a coach's name: taken, written in, handed back; never what the person said."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field
from sqlmodel import Session

from casework.door.accounts import Account
from casework.talk.coach_talk import name_of_holder, release, talk_of
from casework.talk.talk_lines import LONGEST, Desk, Writer, begin, chat_of, write
from casework.talk.talk_page import held, replies_for, talkable
from casework.talk.talk_reading import Delivery, Eyes, Spoken, read_talk
from casework.talk.talk_unread import read_by, unread
from staff.api_call import Call, Operation, Reply, Work, Wrong, missing, refused
from staff.api_cases import case_of, in_the_name_of
from staff.api_models import In, Out, Word
from storage import audit
from storage.tables import Case, Person, Staff

Coach = Annotated[Word, Field(description="In whose name: the coach's id in the organisation's file.")]
Text = Annotated[str, Field(min_length=1, max_length=LONGEST, pattern="^[^\\x00-\\x08\\x0b-\\x1f\\x7f]+$")]


class WrittenLine(Out):
    """A line that a coach wrote. Of what did not arrive: where it was said `instead`, or that a `call` is asked for."""

    name: str
    at: datetime
    channel: str
    delivery: Delivery | None
    instead: str
    call: bool


class TalkOut(Out):
    """Who has the talk, and what became of what coaches wrote. What the person wrote goes to no system."""

    language: str
    holder: Literal["assistant", "coach"]
    coach: str | None = Field(description="Who has it, until when; each line makes it longer.")
    name: str
    until: datetime | None
    reachable: bool
    held: int = Field(description="Reminders that wait until the talk is handed back.")
    unread: int = Field(description="Lines of the person that nobody has read yet.")
    lines: list[WrittenLine]


class SaidOut(TalkOut):
    """With what came of the line: `unreachable` has become a call to make."""

    came: Literal["written", "unreachable"]


class ReplyOut(Out):
    """A canned reply as it can be sent; `meaning` is the same in the coach's language, where that is another."""

    id: str
    title: str
    text: str
    meaning: str


class ReplyList(Out):
    """The canned replies that can be filled in for this person."""

    replies: list[ReplyOut]


class UnreadOut(Out):
    """A case whose person wrote lines that its coach has yet to read."""

    case: str
    lines: int


class UnreadList(Out):
    """Who wrote to a coach."""

    cases: list[UnreadOut]


class ReplyQuery(In):
    """For which coach."""

    coach: Coach


class LeaveIn(In):
    """Who hands the talk back."""

    coach: Coach


class TakeIn(In):
    """Who takes the talk."""

    coach: Coach
    over: bool = Field(False, description="Although a colleague has it.")


class LineIn(TakeIn):
    """What the person reads, under the coach's first name."""

    text: Text


def show_talk(session: Session, call: Call) -> Reply:
    case = case_of(session, call, call.id)
    _note(session, call, "talk.read", case)
    return Reply(_talk(session, call, case))


def show_unread(session: Session, call: Call) -> Reply:
    """Of people whose coach they are or whose talk they have."""
    account = in_the_name_of(session, call, call.id) or missing("coach")
    counted = unread(session, account)
    return Reply(UnreadList(cases=[UnreadOut(case=case, lines=lines) for case, lines in counted.items()]))


def take_talk(session: Session, call: Call) -> Reply:
    """The person hears with whom they talk from now on; the assistant keeps silent."""
    writer = _writer(session, call, over=call.body.over)
    came = begin(session, _desk(call), writer, call.now)
    if came == "unreachable":
        refused("No chat of the person takes messages now.", "Call them, or wait until they write.")
    _settle(came)
    _note(session, call, "talk.take_for", writer.case)
    return Reply(_talk(session, call, writer.case))


def write_line(session: Session, call: Call) -> Reply:
    """Whoever writes has the talk. Where no chat takes messages any more a task is made to call."""
    writer = _writer(session, call, over=call.body.over)
    came = write(session, _desk(call), writer, call.body.text, call.now)
    _settle(came)
    _note(session, call, "talk.write_for", writer.case)
    talk = _talk(session, call, writer.case).model_dump()
    return Reply(SaidOut(**talk, came="written" if came == "written" else "unreachable"))


def leave_talk(session: Session, call: Call) -> Reply:
    """The person hears so within moments."""
    writer = _writer(session, call)
    if not release(session, writer.account, writer.case, call.now):
        refused("The talk is not theirs.", "Read who has it.")
    _note(session, call, "talk.release_for", writer.case)
    return Reply(_talk(session, call, writer.case))


def show_replies(session: Session, call: Call) -> Reply:
    account, case = _in_name(session, call, call.query.coach, 400)
    found = replies_for(session, call.organisation, account, case, call.now)
    return Reply(ReplyList(replies=[ReplyOut.model_validate(each) for each in found]))


def _writer(session: Session, call: Call, *, over: bool = False) -> Writer:
    account, case = _in_name(session, call, call.body.coach)
    return Writer(account, case, over)


def _in_name(session: Session, call: Call, coach: str, status: int = 422) -> tuple[Account, Case]:
    """What only somebody of the staff can do is done by the account of a coach who may."""
    case, account = case_of(session, call, call.id), in_the_name_of(session, call, coach)
    if account is None or talkable(session, account, case.id) is None:
        raise Wrong(status, "No coach of this name can write to them.", "Send a coach's id.", ("coach",))
    return account, case


def _settle(came: str) -> None:
    match came:
        case "busy":
            refused("A colleague has the talk.", "Wait, or send `over`.")
        case "empty":
            raise Wrong(422, "There is nothing in it.", "Send some text.", ("text",))


def _talk(session: Session, call: Call, case: Case) -> TalkOut:
    """As coaches see it, without the words."""
    talk, person = talk_of(session, case.person_id), session.get_one(Person, case.person_id)
    has_it = talk is not None and talk.staff_id is not None and (talk.until is None or talk.until > call.now)
    staff = session.get(Staff, talk.staff_id) if talk and talk.staff_id and has_it else None
    eyes = Eyes(read_by(session, person.id, None), lambda question: True)
    spoken = read_talk(session, call.office.vault, case, eyes)
    return TalkOut(
        language=person.language,
        holder="coach" if has_it else "assistant",
        coach=staff.coach if staff else None,
        name=name_of_holder(session, talk) if has_it else "",
        until=talk.until if talk and has_it else None,
        reachable=chat_of(session, person.id) is not None,
        held=held(session, talk) if has_it else 0,
        unread=sum(each.who == "person" and each.unread for each in spoken),
        lines=list(_written(spoken)),
    )


def _written(spoken: list[Spoken]) -> Iterator[WrittenLine]:
    yield from (WrittenLine.model_validate(each) for each in spoken if each.who == "coach")


def _desk(call: Call) -> Desk:
    return Desk(call.office.vault, call.office.briefing.wording, call.organisation)


def _note(session: Session, call: Call, action: str, case: Case) -> None:
    audit.record(session, call.organisation.id, call.caller.system.actor, action, case.id, call.now)


def _change(id: str, path: str, summary: str, work: Work, models: tuple[type[In], type[TalkOut]]) -> Operation:
    return Operation(id, "POST", f"/cases/{{id}}/talk/{path}", summary, "talk:write", work, models[1], body=models[0])


OPERATIONS = (
    Operation(
        "readTalk", "GET", "/cases/{id}/talk", "Who has the talk with the person", "talk:read", show_talk, TalkOut
    ),
    _change("takeTalk", "take", "A coach has the talk", take_talk, (TakeIn, TalkOut)),
    _change("writeLine", "lines", "A line of a coach to the person", write_line, (LineIn, SaidOut)),
    _change("leaveTalk", "leave", "The assistant has the talk again", leave_talk, (LeaveIn, TalkOut)),
    Operation(
        "listUnread",
        "GET",
        "/coaches/{id}/unread",
        "Who wrote to a coach who has yet to read it",
        "talk:read",
        show_unread,
        UnreadList,
    ),
    Operation(
        "listReplies",
        "GET",
        "/cases/{id}/replies",
        "Canned replies, ready for this person",
        "talk:read",
        show_replies,
        ReplyList,
        ReplyQuery,
    ),
)
