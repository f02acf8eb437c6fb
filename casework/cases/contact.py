"""How somebody can be reached by a human being: the name, number and e-mail address they gave, if they gave any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from casework.cases.case_names import QUESTION
from casework.cases.dossier import Dossier
from casework.door.rights import Holder, may
from casework.talk.talk_reading import UNSEEN
from flows.script import Flow
from storage.tables import Case, Chat


@dataclass(frozen=True, slots=True)
class Contact:
    """Empty texts for what is not known, or not for the reader."""

    name: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Channel:
    """A chat of theirs. ``state`` is ``open`` or ``blocked``: then nothing arrives there."""

    channel: str
    state: str


def contact(flow: Flow | None, dossier: Dossier, holder: Holder, case: Case) -> Contact:
    """Who sees the person may use the number they gave to be reached."""
    if flow is None or not may(holder, "see_person", case):
        return Contact()
    answers = dossier.newest.answers
    kinds = {ask.kind.expects: str(answers[ask.id]) for ask in flow.asks.values() if ask.id in answers}
    return Contact(str(answers.get(QUESTION) or ""), kinds.get("phone", ""), kinds.get("email", ""))


def channels(session: Session, person_id: str) -> Sequence[Channel]:
    """By channel, the best of their chats there: open, if one of them is."""
    mine = Chat.person_id == person_id, col(Chat.staff_id).is_(None), col(Chat.channel).not_in(UNSEEN)
    rows = session.exec(select(Chat.channel, Chat.state).where(*mine, col(Chat.state) != "erased")).all()
    best = {channel: "blocked" for channel, _ in rows} | {channel: "open" for channel, state in rows if state == "open"}
    return tuple(Channel(channel, state) for channel, state in sorted(best.items()))
