"""Not understood: first a hint, then simpler words, then a person; never the same sentence twice in a row."""

from __future__ import annotations

from dataclasses import replace

from flows import asking
from flows.answers.consent import ConsentAnswer
from flows.answers.slot import SlotAnswer
from flows.aside import beside
from flows.asking import ROUND, command
from flows.heard import Tap, slot_start
from flows.log import Missed, Offered
from flows.menu import ask_open
from flows.messages import Choice, Phrase, Saying
from flows.script import Ask
from flows.talk import Talk

_PERSON = (
    Phrase("This is not easy by chat. Shall a person help you?"),
    Phrase("A person can ask you this too. Do you want that?"),
)


def missed(talk: Talk, question: Ask, hint: str) -> None:
    """Count it, and ask in another way than last time."""
    times = talk.memory.offered.get(question.id, ()) if isinstance(question.kind, SlotAnswer) else ()
    talk.note(Missed(question.id, talk.now))
    rounds, step = divmod(talk.memory.missed[question.id] - 1, ROUND)
    match step:
        case 0 if times:
            _hint_above_times(talk, question, Phrase(hint or "I did not understand that."), times)
        case 0 if rounds % 2 and question.kind.options and not isinstance(question.kind, ConsentAnswer):
            _say(talk, question, _numbered(talk, question))
        case 0:
            _hint(talk, question, Phrase(hint or "I did not understand that."))
        case 1:
            ask_simpler(talk, question)
        case _:
            _offer_a_person(talk, question, _PERSON[rounds % 2])


def ask_simpler(talk: Talk, question: Ask, *before: Phrase) -> None:
    """The question in simpler words, with its buttons."""
    saying = asking.ask(talk, question, talk.position())
    if isinstance(question.kind, SlotAnswer):
        ask_open(talk, *before)
    elif question.simpler:
        _say(talk, question, replace(saying, text=Phrase(question.simpler), before=(*before, *saying.before)))
    else:
        _say(talk, question, replace(saying, before=(*before, _try(question)), lines=()))


def _try(question: Ask) -> Phrase:
    if question.required:
        return Phrase("Try other words, or tap a button.")
    return Phrase("Try other words, or tap a button. You can also skip this question.")


def _hint(talk: Talk, question: Ask, hint: Phrase) -> None:
    """The hint stands alone: the question is what was said just before."""
    _say(talk, question, replace(asking.ask(talk, question, talk.position()), text=hint, before=(), lines=()))


def _hint_above_times(talk: Talk, question: Ask, hint: Phrase, times: tuple[str, ...]) -> None:
    """The hint with the times that were shown: looking for others would ask the question once more."""
    starts = ((value, slot_start(value)) for value in times)
    free = tuple(Choice(asking.moment(start), Tap(question.id, value)) for value, start in starts if start)
    others = (asking.other_days(question, asking.last_of(times)),)
    talk.note(Offered(question.id, times, talk.now))
    tools = asking.tools(talk, question, talk.position())
    talk.says.append(Saying(hint, (*free, *others), tools, question.id, question.kind.expects))


def _numbered(talk: Talk, question: Ask) -> Saying:
    """Every option with its number, also those of another screen."""
    options = asking.offered(talk, question)
    lines = tuple(
        Phrase("{number}. {label}", {"number": number, "label": Phrase(option.label, fixed=option.own_words)})
        for number, option in enumerate(options, 1)
    )
    saying = asking.ask(talk, question, talk.position())
    return replace(saying, text=Phrase("Type the number that fits."), before=(), lines=lines)


def _say(talk: Talk, question: Ask, saying: Saying) -> None:
    several = question.kind.expects == "language"
    talk.says.append(asking.in_every_language(saying) if several else saying)


def offer_a_person(talk: Talk, text: Phrase = _PERSON[0]) -> None:
    beside(talk, "person", text, command("A person", "person"), command("Try again", "repeat"))


def _offer_a_person(talk: Talk, question: Ask, text: Phrase) -> None:
    offer_a_person(talk, text)
    if question.kind.expects == "language":
        talk.says[-1] = asking.in_every_language(talk.says[-1])
