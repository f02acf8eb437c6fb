"""A side question: a few buttons beside the flow. The next thing said may answer it in words as well."""

from __future__ import annotations

from itertools import starmap

from flows.answers import Option
from flows.answers.matching import Lexicon, Meant, inside, nearly, whole
from flows.answers.spelling import plain
from flows.heard import COMMAND, Tap
from flows.log import Aside, AsideOver, Entry
from flows.messages import Choice, Phrase, Saying
from flows.talk import Talk

YES_OR_NO = ("yes", "no")
"""Of two buttons the first is the yes and the second is the no."""

PLAIN = ("Yes", "No")
"""The labels of the first two among more, where they are the yes and the no."""

NOTHING = "nothing"
"""What the button is called that leaves everything as it is, among several: a plain no means it."""

MENU, MENU_AGAIN = "menu", "menu_again"
"""What can be done after the end: nothing is asked there, so its buttons are known by their numbers and whole labels
alone; a part of "cancel my appointment" is no wish for it."""

_LEAVE_IT = f"{COMMAND} repeat"
_SHORT = 3
"""Words of a text in which a typo is looked for; a longer one says more than a button."""


def beside(
    talk: Talk,
    name: str,
    text: Phrase,
    *choices: Choice,
    before: tuple[Phrase, ...] = (),
    known_as: tuple[str, ...] = (),
    tools: tuple[Choice, ...] = (),
) -> None:
    """Ask ``text`` with ``choices`` instead of the open question, which waits; ``name`` says what it is about.

    The first choices may be known by more than their labels say: part of ``known_as`` is enough to type then.
    """
    taps = tuple(f"{choice.tap.question} {choice.tap.option}" for choice in choices)
    labels = (*known_as, *(choice.label.source for choice in choices[len(known_as) :]))
    talk.note(Aside(name, taps, labels, talk.now))
    talk.says.append(Saying(text, choices, tools, before=before))


def leave(talk: Talk) -> Aside | None:
    """The side question that was on the screen until now: whatever was said, it is over."""
    aside = talk.memory.aside
    if aside:
        talk.note(AsideOver(talk.now))
    return aside


def stay(talk: Talk, aside: Aside | None) -> None:
    """After a tap that changed nothing on the screen, the side question is still there."""
    if aside and not talk.says and not talk.effects and not talk.memory.aside:
        talk.note(aside)


def typed(talk: Talk, aside: Aside, text: str) -> Tap | None:
    """The button of ``aside`` that ``text`` names by its label, its number, or a yes or a no."""
    ids = _ids(aside)
    options = tuple(Option(id, label) for id, label in zip(ids, aside.labels, strict=True))
    lexicon, said = Lexicon.of(options, talk.reader(aside.name)), plain(text)
    loosely = len(said.split()) <= _SHORT and not is_menu(aside)
    meant = whole(said, lexicon) or (_nearly(said, lexicon) if loosely else ())
    if len(meant) != 1:
        return None
    question, _, option = aside.taps[ids.index(meant[0].id)].partition(" ")
    return Tap(question, option)


def is_menu(entry: Entry) -> bool:
    return isinstance(entry, Aside) and entry.name in (MENU, MENU_AGAIN)


def _nearly(said: str, lexicon: Lexicon) -> Meant:
    """Who names two buttons in a few words means both of them."""
    named = inside(said, lexicon)
    return named if len(named) > 1 else nearly(said, lexicon)


def _ids(aside: Aside) -> tuple[str, ...]:
    """Of two buttons, and of more that begin with a plain yes and no, the first two are known by any yes or no."""
    numbered = tuple(starmap(_id, enumerate(aside.taps, 1)))
    plainly = len(aside.taps) == len(YES_OR_NO) or aside.labels[: len(YES_OR_NO)] == PLAIN
    plainly = plainly and not is_menu(aside)
    return (*YES_OR_NO, *numbered[len(YES_OR_NO) :]) if plainly else numbered


def _id(number: int, tap: str) -> str:
    return NOTHING if tap == _LEAVE_IT else str(number)
