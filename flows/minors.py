"""People under 18: no intake, nothing kept but a wish to be called; under 13 the talk ends and all is erased."""

from __future__ import annotations

from collections.abc import Iterator

from flows.aside import beside
from flows.asking import command
from flows.effects import EraseEverything
from flows.heard import CARE, Tap
from flows.log import Answered, Entry, LanguageChosen, Told
from flows.memory import Memory
from flows.menu import ask_open
from flows.messages import Choice, Phrase
from flows.script import Ask, Say
from flows.talk import Talk

ADULT, YOUNGEST = 18, 13
AGE, UNDER_18 = "age", "under_18"
"""The question for the age, and its answer of who is a minor. A flow without it asks nobody's age."""
YOUNG_AGE, UNDER_13, FROM_13 = "young_age", "under_13", "from_13"
SURELY = "age:"
"""Before the years in the option of a button that says them again."""
PATH, QUICK = "path", "quick"
"""Who is a minor is not asked whether to answer all questions."""


def is_minor(memory: Memory) -> bool:
    return memory.value(AGE) == UNDER_18


def hear_age(talk: Talk, years: int) -> bool:
    """Somebody said how old they are, whatever was asked; false where that changes nothing.

    Where it contradicts an earlier answer, one more word is asked before anything is erased.
    """
    if years >= ADULT or AGE not in talk.setting.flow.asks:
        return False
    said = talk.shown(talk.setting.flow.asks[AGE])
    if said and not is_minor(talk.memory):
        text = Phrase("You said {answer} before. Are you younger than 18?", {"answer": said})
        beside(talk, "minor", text, Choice(Phrase("Yes"), Tap(CARE, f"{SURELY}{years}")), command("No", "repeat"))
    else:
        take_age(talk, years)
    return True


def take_age(talk: Talk, years: int) -> None:
    """From now on the talk is one with a minor; or it ends, with a child."""
    if years < YOUNGEST:
        talk.order(EraseEverything("too_young"))
        return
    known = is_minor(talk.memory)
    if talk.memory.value(PATH) is None:
        talk.note(Answered(PATH, QUICK, talk.now))
    talk.note(Answered(AGE, UNDER_18, talk.now))
    talk.note(Answered(YOUNG_AGE, FROM_13, talk.now))
    if known or not forget_the_adult(talk):
        ask_open(talk, Phrase("Thank you for telling me your age."))


def answers_too_young(talk: Talk, question: Ask, value: object, *, known: bool) -> bool:
    """Whether this answer means that something must be erased; then that is ordered and nothing else follows.

    Who was ``known`` as a minor already has said nothing as an adult.
    """
    if question.id == YOUNG_AGE and value == UNDER_13:
        talk.order(EraseEverything("too_young"))
        return True
    return question.id == AGE and value == UNDER_18 and not known and forget_the_adult(talk)


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
