"""Coming back: after a pause, with a new hello, or to begin again; nothing that was said gets lost."""

from __future__ import annotations

from dataclasses import replace

from flows.answers.consent import ConsentAnswer
from flows.answers.matching import answers
from flows.answers.slot import SlotAnswer
from flows.answers.spelling import plain
from flows.aside import beside, is_menu
from flows.asking import command
from flows.heard import Tap
from flows.log import Aside, Done, Entry, Restarted, Returned, Stopped
from flows.menu import again, ask_open, visit_over
from flows.messages import Phrase, Saying
from flows.proceed import proceed
from flows.script import Ask
from flows.talk import Talk
from flows.walk import Position

BACK = Phrase("Welcome back.")
PLACE_BEFORE = "Welcome back. You were at question {number} of {total}."
PLACE_NOW = "Hello! You are at question {number} of {total}."
LATER = Phrase("Good. You can always come back: just type something.")
"""To who does not want to go on now."""
WELCOME, NUDGE = "welcome", "nudge"
"""The side questions whose first button goes on."""
PARTED, THANKED = "parted", "thanked"
"""No questions: the last word was that we talk on later, or a word back to a thank-you."""


def notice(talk: Talk) -> bool:
    """Whether the person is back after a pause; a visit that has passed meanwhile is noted as over."""
    latest = talk.memory.latest
    if latest is None:
        return False
    _close_visit(talk)
    back = talk.now - latest >= talk.setting.pause
    if back:
        talk.note(Returned(talk.now))
    return back


def _close_visit(talk: Talk) -> None:
    booked = talk.standing_booking()
    if booked and talk.is_past(booked):
        talk.note(Done(booked.step, booked.given, {**booked.outcome, "state": "over"}, talk.now))


def start(talk: Talk) -> None:
    """The chat was opened, for the first time or once more."""
    if talk.memory.answers or talk.memory.told:
        _where_we_are(talk, PLACE_BEFORE, BACK)
    else:
        proceed(talk)


def hello(talk: Talk) -> None:
    """A greeting in the middle: say where we are; after a pause, welcome back."""
    if any(isinstance(entry, Returned) for entry in talk.entries):
        start(talk)
    else:
        _where_we_are(talk, PLACE_NOW)


def _where_we_are(talk: Talk, place: str, *remarks: Phrase) -> None:
    """In the middle, four ways to go on; in the doorway, under the summary and at the end the screen says it all."""
    position = talk.position()
    if not _in_the_middle(position):
        ask_open(talk, *remarks)
        return
    number, total = position.progress
    over = visit_over(talk)
    beside(
        talk,
        WELCOME,
        Phrase("How do you want to go on?"),
        command("Go on", "continue"),
        command("My answers", "summary"),
        command("Start over", "restart"),
        command("Erase everything", "erase"),
        *((again(talk),) if over else ()),
        before=(Phrase(place, {"number": number, "total": total}), *over),
    )


def _in_the_middle(position: Position) -> bool:
    return isinstance(position.open, Ask) and not position.open.required


def welcome(talk: Talk) -> None:
    """Say welcome back above what is asked, where this has not been said yet."""
    if not leaves(talk) and not any(map(_takes_over, talk.entries)):
        _above(talk)


def _takes_over(entry: Entry) -> bool:
    """Whether something else was asked or said above which no welcome belongs."""
    return isinstance(entry, Aside | Stopped) and not is_menu(entry)


def leaves(talk: Talk) -> bool:
    """Whether the last word is that we talk on later: then no question is on the screen."""
    return bool(talk.says) and talk.says[-1].text == LATER


def part(talk: Talk, word: Phrase = LATER, name: str = PARTED) -> None:
    """The last word for now; it is noted by its ``name``, so that it is not said twice in a row."""
    talk.note(Aside(name, (), (), talk.now))
    talk.says.append(Saying(word))


def _above(talk: Talk) -> None:
    asked = [saying for saying in talk.says if saying.question or saying.choices]
    if any(BACK in (saying.text, *saying.before) for saying in talk.says):
        return
    if not asked and (talk.says or talk.effects):
        talk.says.insert(0, Saying(BACK))
    elif asked and not asked[0].redraws:
        talk.says[talk.says.index(asked[0])] = replace(asked[0], before=(BACK, *asked[0].before))


def agrees(talk: Talk, aside: Aside, text: str) -> Tap | None:
    """The way to go on, where "yes" is said to a welcome or to a message of our own accord."""
    goes_on = aside.ours or aside.name in (WELCOME, NUDGE)
    if not goes_on or plain(text) not in set(answers(talk.reader(aside.name), "yes")):
        return None
    question, _, option = aside.taps[0].partition(" ")
    return Tap(question, option)


def restart(talk: Talk, *, sure: bool) -> None:
    """Ask every question again, each with its answer. Consents and a visit ahead stay as they are."""
    questions = _asked_again(talk)
    if not questions:
        ask_open(talk)
    elif sure:
        talk.note(Restarted(questions, talk.now))
        proceed(talk)
    else:
        text = Phrase("I ask all questions again. I show you what you said. Do you want to start over?")
        beside(talk, "restart", text, command("Yes, start over", "restart:yes"), command("No", "repeat"))


def _asked_again(talk: Talk) -> tuple[str, ...]:
    return tuple(ask.id for ask in talk.position().behind if not _kept(talk, ask))


def _kept(talk: Talk, ask: Ask) -> bool:
    if isinstance(ask.kind, SlotAnswer):
        return talk.standing_booking() is not None
    return isinstance(ask.kind, ConsentAnswer) or ask.kind.expects == "language"
