"""People under 18: no intake, nothing kept but a wish to be called; under 13 the talk ends and all is erased."""

from __future__ import annotations

from collections.abc import Iterator

from flows.effects import EraseEverything
from flows.log import Answered, Entry, LanguageChosen, Memory, Told
from flows.menu import ask_open
from flows.messages import Phrase
from flows.script import Ask, Say
from flows.talk import Talk

ADULT, YOUNGEST = 18, 13
AGE, UNDER_18 = "age", "under_18"
"""The question for the age, and its answer of who is a minor. A flow without it asks nobody's age."""
YOUNG_AGE, UNDER_13, FROM_13 = "young_age", "under_13", "from_13"
PATH, QUICK = "path", "quick"
"""Who is a minor is not asked whether to answer all questions."""


def is_minor(memory: Memory) -> bool:
    return memory.value(AGE) == UNDER_18


def hear_age(talk: Talk, years: int) -> bool:
    """Somebody said how old they are, whatever was asked; false where that changes nothing."""
    if years >= ADULT or AGE not in talk.setting.flow.asks:
        return False
    if years < YOUNGEST:
        talk.order(EraseEverything("too_young"))
        return True
    known = is_minor(talk.memory)
    answers = ((PATH, QUICK), (AGE, UNDER_18), (YOUNG_AGE, FROM_13))
    for question, value in answers:
        if talk.memory.value(question) is None or question != PATH:
            talk.note(Answered(question, value, talk.now))
    if known or not forget_the_adult(talk):
        ask_open(talk, Phrase("Thank you for telling me your age."))
    return True


def answers_too_young(talk: Talk, question: Ask, value: object) -> bool:
    """Whether this answer means that something must be erased; then that is ordered and nothing else follows."""
    if question.id == YOUNG_AGE and value == UNDER_13:
        talk.order(EraseEverything("too_young"))
        return True
    return question.id == AGE and value == UNDER_18 and forget_the_adult(talk)


def forget_the_adult(talk: Talk) -> bool:
    """What a minor said as an adult is erased, and a case taken back; false if there is nothing of the kind."""
    kept = tuple(_kept(talk))
    known = {entry.question for entry in kept if isinstance(entry, Answered)}
    if set(talk.memory.answers) <= known:
        return False
    talk.order(EraseEverything("minor", kept))
    return True


def _kept(talk: Talk) -> Iterator[Entry]:
    """What a minor begins with: the language, the way in, and the age."""
    memory, flow = talk.memory, talk.setting.flow
    steps = flow.steps[: flow.steps.index(flow.asks[AGE])]
    told = tuple(step.id for step in steps if isinstance(step, Say) and step.id in memory.told)
    if memory.language:
        yield LanguageChosen(memory.language, talk.now)
    if told:
        yield Told(told, talk.now)
    asked = (step.id for step in steps if isinstance(step, Ask))
    for question in (*asked, AGE, YOUNG_AGE):
        value = memory.value(question)
        if value is not None:
            yield Answered(question, value, talk.now)
