"""Going on: say what comes next, ask what is missing, order what must be done."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from flows import asking, neighbours
from flows.agenda_offer import offer
from flows.answers.slot import SlotAnswer
from flows.effects import BookSlot, FindSlots, HandOver, LookForCheque
from flows.heard import slot_start
from flows.held_how import held_how
from flows.log import THE_PERSON, Done, Skipped, Told
from flows.messages import Param, Phrase, Saying
from flows.script import Ask, Do
from flows.talk import Talk
from flows.walk import Position
from flows.when import ANY_TIME, When

ANYBODY = asking.ANYBODY

UNDERSTOOD = "✓ {answer}"
"""Shows how a typed answer was understood; it stands above the next question, and alone it is left out."""


def proceed(talk: Talk, *before: Phrase) -> None:
    """Go to the first thing that is missing; ``before`` are short remarks on what was just said."""
    position = talk.position()
    _tell(talk, position)
    match position.open:
        case None:
            talk.says.extend(Saying(remark) for remark in before)
        case Ask(kind=SlotAnswer()):
            talk.says.extend(Saying(remark) for remark in before if remark.source != UNDERSTOOD)
            find_slots(talk, position.open, position)
        case Ask():
            talk.says.append(question_of(talk, position.open, position, *before))
        case Do():
            talk.says.extend(Saying(remark) for remark in before if remark.source != UNDERSTOOD)
            order(talk, position.open, position)
        case _:
            assert_never(position.open)


def question_of(talk: Talk, question: Ask, position: Position, *before: Phrase) -> Saying:
    """The open question as a message: the choice of language is asked in every language."""
    saying = asking.ask(talk, question, position, *before)
    return asking.in_every_language(saying) if question.kind.expects == "language" else saying


def unask(talk: Talk) -> tuple[Phrase, ...]:
    """Take back the question that was just asked. What it shows as understood is given, to be said elsewhere."""
    asked = [saying for saying in talk.says if saying.question or saying.choices]
    talk.says = [saying for saying in talk.says if saying not in asked]
    return tuple(remark for saying in asked for remark in saying.before if remark.source == UNDERSTOOD)


def _tell(talk: Talk, position: Position) -> None:
    for step in position.told_next:
        talk.says.append(Saying(Phrase(step.text, known_values(talk)), tools=offer(talk, step.text)))
    if position.told_next:
        talk.note(Told(tuple(step.id for step in position.told_next), talk.now))


def known_values(talk: Talk) -> dict[str, Param]:
    """Values for placeholders that come from the conversation itself: the name, and the appointment."""
    name = talk.memory.value("name")
    booking = talk.booking()
    values: dict[str, Param] = {"first_name": str(name)} if name else {}
    values |= neighbours.values(talk)
    if booking and "start" in booking.outcome:
        values |= visit_values(talk, booking)
    return values


def visit_values(talk: Talk, booking: Done) -> dict[str, Param]:
    """When, where and with whom, in the language of the talk."""
    outcome = booking.outcome
    place = talk.setting.places.get(outcome["place"], {}).get(talk.language, {})
    told: dict[str, Param] = {"coach": outcome["coach"], "video_link": outcome.get("video_link", ""), **place}
    how = held_how(outcome.get("way", "office"), told)
    return {"when": datetime.fromisoformat(outcome["start"]), "how": how, **told}


def find_slots(
    talk: Talk,
    question: Ask,
    position: Position,
    after: str | None = None,
    *,
    few: bool = False,
    when: When | None = None,
) -> None:
    """Ask for free times, ``when`` the person wishes to come unless another time is said; ``after`` is the value of the
    last slot that was shown, with ``*`` behind it where any coach's were, or ``*`` alone for the first of any coach."""
    since, shown = (slot_start(after), after.partition("-")[2] or ANYBODY) if after else (None, None)
    when = standing_wish(talk, question.id) if when is None else when
    few = few and when == ANY_TIME
    talk.order(FindSlots(question.id, dict(position.result), talk.language, since, when, few, shown))


def standing_wish(talk: Talk, question: str) -> When:
    """When the person wished to come, unless that time has passed."""
    when = talk.memory.wished.get(question, ANY_TIME)
    return ANY_TIME if when.is_past(talk.reader(question).today) else when


def order(talk: Talk, do: Do, position: Position) -> None:
    """Give the order of a step, or give it again because its inputs have changed."""
    match do.order:
        case "book_appointment":
            _book(talk, do, position)
        case "hand_over":
            talk.order(_hand_over(talk, do, position))
        case "look_for_cheque":
            talk.order(LookForCheque(do.name, dict(position.result)))
        case _:
            raise ValueError(f"{do.where}: no order {do.order}")


def _book(talk: Talk, do: Do, position: Position) -> None:
    standing = talk.standing_booking()
    question = do.given[0]
    talk.order(
        BookSlot(
            do.name,
            question,
            str(position.result[question]),
            dict(position.result),
            talk.language,
            standing.outcome["appointment"] if standing else None,
            standing_wish(talk, question),
        )
    )


def _hand_over(talk: Talk, do: Do, position: Position) -> HandOver:
    done = talk.memory.done.get(do.name)
    answers = talk.memory.answers
    settled = (*position.behind, *position.elsewhere)
    skipped = tuple(ask.id for ask in settled if isinstance(answers.get(ask.id), Skipped))
    helped = {name: answers[name].by for name in (*position.result, *skipped) if name in answers}
    by = {name: who for name, who in helped.items() if who != THE_PERSON}
    case = done.outcome.get("case") if done else None
    spoken = {
        name: said for name, said in talk.memory.spoken.items() if said != talk.language and name in position.result
    }
    return HandOver(do.name, dict(position.result), skipped, talk.language, case, by, spoken)
