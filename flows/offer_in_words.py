"""A typed yes or no while a question is open and an offer of ours was said last: to which of the two it belongs."""

from __future__ import annotations

from flows.answers import Option
from flows.answers.matching import Lexicon, whole
from flows.answers.spelling import plain
from flows.approach import is_offer
from flows.aside import YES_OR_NO, beside
from flows.asking import command
from flows.heard import Tap
from flows.log import Aside
from flows.messages import Choice, Phrase
from flows.script import Ask
from flows.talk import Talk
from flows.understand import possible_answer

ABOUT = {
    "offer": Phrase("The free time"),
    "seat": Phrase("The free seat"),
    "referral": Phrase("What my coach asks"),
    "company": Phrase("The company"),
}
"""By the name of the offer, what it is about."""


def is_beside_a_question(talk: Talk, aside: Aside) -> bool:
    return aside.ours and is_offer(aside.taps) and talk.open_question() is not None


def answered(talk: Talk, aside: Aside, text: str) -> Tap | None:
    """The button of the offer that ``text`` names, where it cannot be an answer to the open question."""
    tap, question = _meant(talk, aside, text), talk.open_question()
    return tap if question and possible_answer(talk, question, text) is None else None


def asks_back(talk: Talk, aside: Aside, text: str) -> bool:
    """Whether it can be an answer to both; then nothing is taken, and the person is asked."""
    tap, question = _meant(talk, aside, text), talk.open_question()
    if tap is None or question is None:
        return False
    offer, other = Choice(ABOUT[aside.name], tap), _to_the_question(talk, question, text)
    unsure = Phrase("I am not sure. What do you answer?")
    beside(talk, "which", unsure, offer, other, command("Nothing", "repeat"))
    return True


def _meant(talk: Talk, aside: Aside, text: str) -> Tap | None:
    """A number is never one: it counts the answers to the question."""
    said = plain(text)
    if said.isdecimal():
        return None
    options = tuple(Option(id, label) for id, label in zip(YES_OR_NO, aside.labels, strict=False))
    named = whole(said, Lexicon.of(options, talk.reader(aside.name)))
    if len(named) != 1:
        return None
    question, _, option = aside.taps[YES_OR_NO.index(named[0].id)].partition(" ")
    return Tap(question, option)


def _to_the_question(talk: Talk, question: Ask, text: str) -> Choice:
    value = possible_answer(talk, question, text)
    if value in [option.id for option in question.kind.options]:
        return Choice(Phrase("Your question"), Tap(question.id, str(value)))
    return command("Your question", "repeat")
