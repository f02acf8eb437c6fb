"""All that a coach sees of the talk with one person: the lines, who has it, what waits, what can be said at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from casework.cases.cases import find_case
from casework.door.accounts import Account
from casework.door.rights import may
from casework.house.organisation import Organisation
from casework.talk.coach_talk import Holder, holder, name_of_holder, talk_of
from casework.talk.replies import Ready, ready
from casework.talk.talk_lines import Desk, chat_of
from casework.talk.talk_reading import Eyes, Spoken, read_talk
from casework.talk.talk_unread import mark_read
from casework.visiting.own_accord import REMINDS
from casework.visiting.visits import current
from flows.dates import long_date
from storage import audit
from storage.tables import Case, CoachTalk, Due, Person


@dataclass(frozen=True, slots=True)
class TalkPage:
    """``held``: reminders that wait until the talk is given back; ``name`` and ``until`` are those of who has it."""

    case: Case
    language: str
    spoken: list[Spoken]
    holder: Holder
    name: str
    until: datetime | None
    reachable: bool
    held: int
    replies: list[Ready]


@dataclass(frozen=True, slots=True)
class Reader:
    """Who opens the talk; ``tier_of`` says how private a question is."""

    account: Account
    tier_of: Callable[[str], str]

    def eyes(self, case: Case, read: int) -> Eyes:
        """Questions of tier C are shown to who may see health answers."""
        sees_all = may(self.account, "see_private", case)
        return Eyes(read, lambda question: not sees_all and self.tier_of(question) == "C")


def talkable(session: Session, account: Account, case_id: str) -> Case | None:
    """The case, if the account may write to its person; one that was erased is not there."""
    case = find_case(session, account.organisation, case_id)
    return case if case is not None and case.sealed and may(account, "talk", case) else None


def open_talk(session: Session, desk: Desk, reader: Reader, case: Case, now: datetime) -> TalkPage:
    """What is unread is read with this."""
    account, person = reader.account, session.get_one(Person, case.person_id)
    talk, read = talk_of(session, case.person_id), mark_read(session, account, case, now)
    return TalkPage(
        case=case,
        language=person.language,
        spoken=read_talk(session, desk.vault, case, reader.eyes(case, read)),
        holder=holder(talk, account, now),
        name=name_of_holder(session, talk),
        until=talk.until if talk else None,
        reachable=chat_of(session, case.person_id) is not None,
        held=held(session, talk),
        replies=replies_for(session, desk.organisation, account, case, now),
    )


def replies_for(
    session: Session, organisation: Organisation, account: Account, case: Case, now: datetime
) -> list[Ready]:
    """What can be sent to this person as it is, in their language."""
    values = _values(session, organisation, account, case, now)
    person = session.get_one(Person, case.person_id)
    return list(ready(organisation.replies, values, person.language, account.language))


def note_reading(session: Session, account: Account, case: Case, now: datetime, *, again: bool = False) -> None:
    """``again``: the page is open and renews itself."""
    noting = audit.record_again if again else audit.record
    noting(session, account.organisation, account.actor, "talk.read", case.id, now)


def held(session: Session, talk: CoachTalk | None) -> int:
    """Reminders that would have come by now, or would come before the lease ends."""
    if talk is None or talk.until is None:
        return 0
    waiting = (
        select(func.count())
        .select_from(Due)
        .where(
            Due.person_id == talk.person_id,
            col(Due.kind).startswith(REMINDS),
            Due.state == "planned",
            col(Due.due_at) <= talk.until,
        )
    )
    return session.exec(waiting).one()


def _values(
    session: Session, organisation: Organisation, account: Account, case: Case, now: datetime
) -> Mapping[str, Mapping[str, str]]:
    visit = current(session, case.person_id, now)
    coach = account.name.split()[0]
    told = {"coach": coach, "organisation": organisation.name, "phone": organisation.phone}
    if visit is None:
        return dict.fromkeys(_languages(organisation), told)
    place = organisation.places[visit.place].name if visit.place in organisation.places else ""
    return {
        language: {**told, "place": place, "when": long_date(visit.starts_at, language, organisation.tz)}
        for language in _languages(organisation)
    }


def _languages(organisation: Organisation) -> Iterator[str]:
    yield from dict.fromkeys((*organisation.languages, "nl", "fr"))
