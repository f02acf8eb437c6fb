"""Group sessions beside the flow: what is coming, one in full, sign up, wait, sign off; then back to the question."""

from __future__ import annotations

from dataclasses import replace

from flows.aside import beside
from flows.asking import command
from flows.dates import long_date, short_date
from flows.effects import AnswerSession, FindSessions
from flows.heard import COMMAND, SESSION, Tap
from flows.menu import ask_open, visit_gone
from flows.messages import Choice, Param, Phrase, Saying
from flows.minors import is_minor
from flows.session_card import SessionAnswered, SessionCard, SessionsFound
from flows.session_words import ICONS, about, in_line, named, state_of
from flows.talk import Talk

LIST, ONE = "sessions", "session"
"""What the log calls the side questions: which session to see, and what to do about one."""
WISHES = frozenset({"show", "join", "wait", "leave", "come", "yes", "no", "talk", "no_talk"})
"""What a button about a session can want; most of them carry the version of the person's place."""
FINE = "fine"
"""The wish of who wants nothing."""
HERE = ("waiting", "offered", "enrolled")
"""The states of who comes, or hopes to."""

NOT_NOW = command("No, not now", "repeat")
STAYS = command("Yes, I wait", "repeat")
OTHERS = command("Other sessions", "sessions")


def ask_sessions(talk: Talk, *, mine: bool = False, page: int = 1) -> None:
    """Look for what is coming, or for where the person has a place."""
    if is_minor(talk.memory):
        ask_open(talk, Phrase("Group sessions are for people from 18 years on. A person can help you."))
        return
    known = {**talk.setting.facts.named, **talk.position().result}
    talk.order(FindSessions(known, talk.language, mine=mine, page=page))


def mean_session(talk: Talk) -> None:
    """Somebody wants something with a visit, and has none: maybe they mean a group session."""
    if talk.setting.sessions_until is None or is_minor(talk.memory):
        visit_gone(talk)
    else:
        talk.order(FindSessions({}, talk.language, mine=True, visit=True))


def hear_session_tap(talk: Talk, option: str) -> bool:
    """Do what a button about a session says, such as ``join:<id>:0``; false for one that says nothing we know."""
    wish, _, rest = option.partition(":")
    session, _, version = rest.partition(":")
    if wish == FINE:
        _go_on(talk, Phrase("That is fine."))
    elif wish in WISHES and session and version.isdecimal():
        talk.order(AnswerSession(wish, session, int(version), talk.language))
    else:
        return False
    return True


def hear_sessions(talk: Talk, found: SessionsFound) -> None:
    """A button for each; or why there is none, above the open question."""
    if found.sessions:
        _list(talk, found)
    elif found.visit:
        visit_gone(talk)
    elif found.mine:
        ask_open(talk, Phrase("You are not signed up for a group session."))
    else:
        ask_open(talk, Phrase("There is no group session for you now. A person can help you."))


def _list(talk: Talk, found: SessionsFound) -> None:
    head = Phrase("You come to these sessions.") if found.mine else Phrase("These sessions are coming.")
    lines = (_line(number, card) for number, card in enumerate(found.sessions, 1))
    mine = command("My sessions", "my_sessions")
    more = () if found.next_page is None else (Choice(Phrase("More choices"), _page(found.next_page), "⋯"),)
    beside(
        talk,
        LIST,
        Phrase("Which one do you want to see?"),
        *(_button(talk, card) for card in found.sessions),
        *more,
        *((mine,) if not found.mine and any(card.state in HERE for card in found.sessions) else ()),
        command("Nothing", "repeat"),
        before=(head, *lines),
        known_as=tuple(_known_as(talk, card) for card in found.sessions),
    )


def _page(number: int) -> Tap:
    return Tap(COMMAND, f"sessions:{number}")


def _line(number: int, card: SessionCard) -> Phrase:
    known: dict[str, Param] = {
        "number": number,
        "title": Phrase(card.title, fixed=True),
        "when": card.start,
        "state": state_of(card),
    }
    return Phrase("{number}. {title}: {when}. {state}", known)


def _button(talk: Talk, card: SessionCard) -> Choice:
    label = short_date(card.start, talk.language, talk.setting.zone)
    return Choice(Phrase(label, fixed=True), _tap("show", card), ICONS[card.kind])


def _known_as(talk: Talk, card: SessionCard) -> str:
    """Its name and its day, so that a word of either is enough to type."""
    return f"{card.title} {long_date(card.start, talk.language, talk.setting.zone)}"


def _tap(wish: str, card: SessionCard) -> Tap:
    return Tap(SESSION, f"{wish}:{card.id}:{card.version}")


def hear_answer(talk: Talk, answered: SessionAnswered) -> None:
    """Say what came of a button, and ask what comes next."""
    card = answered.card
    if card is None:
        ask_open(talk, Phrase("This group session is over, or it is no longer there."))
        return
    match answered.came:
        case "enrolled":
            _enrolled(talk, card)
        case "full":
            _ask_to_wait(talk, card, Phrase("All seats are taken now."))
        case "waiting":
            waits = named(Phrase("You are on the waiting list: {title}, {when}."), card)
            ask_open(talk, waits, in_line(card), Phrase("I write to you when a seat is free."))
        case "left":
            ask_open(talk, named(Phrase("You are signed off: {title}, {when}."), card))
        case "declined":
            ask_open(talk, Phrase("That is fine. Somebody else can have the seat."))
        case "coming":
            _go_on(talk, Phrase("Good, you are coming. See you {when}.", {"when": card.leaves or card.start}))
        case "talk":
            _go_on(talk, Phrase("Good. You have a job talk there. Your coach knows it."))
        case "no_talk":
            _go_on(talk, Phrase("Good. You only come to look."))
        case "changed":
            _show(talk, card, Phrase("This has changed. It is like this now."))
        case _:
            _show(talk, card)


def _go_on(talk: Talk, remark: Phrase) -> None:
    """The open question comes back; after the end the remark is enough."""
    if talk.open_question():
        ask_open(talk, remark)
    else:
        talk.says.append(Saying(remark))


def _enrolled(talk: Talk, card: SessionCard) -> None:
    """For a visit to a company, ask at once whether they want a job talk there."""
    done = named(Phrase("You are signed up: {title}."), card)
    *lines, last = (done, *about(card, talk.setting, talk.language))
    if not card.interview:
        talk.says.append(Saying(last, before=tuple(lines)))
        if talk.open_question():
            ask_open(talk)
        return
    beside(
        talk,
        ONE,
        Phrase("Do you want a job talk there, on the spot?"),
        Choice(Phrase("Yes, a job talk"), _tap("talk", card)),
        Choice(Phrase("No, only look"), _tap("no_talk", card)),
        before=(*lines, last),
    )


def _show(talk: Talk, card: SessionCard, *remarks: Phrase) -> None:
    """One session in full, and the two things that can be done about it."""
    told = (*remarks, Phrase(card.title, fixed=True), *about(card, talk.setting, talk.language))
    match card.state:
        case "enrolled":
            leaves = Choice(Phrase("No, sign me off"), _tap("leave", card))
            _ask(talk, Phrase("You are signed up. Do you still come?"), _comes("come", card), leaves, told)
        case "waiting" if not (card.free and card.open):
            leaves = Choice(Phrase("No, take me off"), _tap("leave", card))
            _ask(talk, Phrase("Do you want to stay on the list?"), STAYS, leaves, (*told, in_line(card)))
        case "offered":
            until = Phrase("I keep this seat for you until {until}.", {"until": card.hold_until or card.start})
            no = Choice(Phrase("No, thank you"), _tap("no", card))
            _ask(talk, Phrase("Do you want this seat?"), _comes("yes", card), no, (*told, until))
        case "attended" | "absent":
            ask_open(talk, *told)
        case _ if not card.open:
            ask_open(talk, *told, Phrase("It is too late to sign up. A person can help you."))
        case _ if card.free:
            join = Choice(Phrase("Yes, I sign up"), _tap("join", card))
            _ask(talk, Phrase("Do you want to come?"), join, NOT_NOW, told)
        case _:
            _ask_to_wait(talk, card, *told, Phrase("All seats are taken."))


def _comes(wish: str, card: SessionCard) -> Choice:
    return Choice(Phrase("Yes, I come"), _tap(wish, card))


def _ask_to_wait(talk: Talk, card: SessionCard, *told: Phrase) -> None:
    number = Phrase("You would be number {number} on the waiting list.", {"number": card.line})
    wait = Choice(Phrase("Yes, put me there"), _tap("wait", card))
    _ask(talk, Phrase("Do you want to be on the waiting list?"), wait, NOT_NOW, (*told, number))


def _ask(talk: Talk, text: Phrase, yes: Choice, no: Choice, told: tuple[Phrase, ...]) -> None:
    """Two answers, so that a typed yes or no is one too; and the way back to the list."""
    beside(talk, ONE, text, yes, no, before=told)
    talk.says[-1] = replace(talk.says[-1], tools=(OTHERS,))
