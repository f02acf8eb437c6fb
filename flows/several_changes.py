"""Two corrections in one sentence: "ik ben 52 en ik woon in Hasselt"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from flows.answering import change_all
from flows.answers import Understood
from flows.answers.text import ShortText
from flows.contrast import exchanged
from flows.correction import Correction, parts, reads, slice_of
from flows.effects import BookSlot, FindSlots, HandOver, LookForCheque
from flows.log import Value
from flows.offering import offer_change, offer_changes
from flows.proceed import unask
from flows.script import Ask
from flows.talk import Talk

_Change = tuple[Ask, Value]
_ORDERED_AGAIN = FindSlots | BookSlot | HandOver | LookForCheque
"""What going on orders, and orders again whenever the talk is there."""


def several(talk: Talk, said: Correction) -> bool:
    """Offer all of them at once, where each part of the sentence tells another answer to a question of its own."""
    if len(said.named) + len(said.told) < 2:
        return False
    told = dict(found for part in parts(said) if (found := _told(talk, part)))
    new = [(ask, value) for ask, value in told.items() if ask is not said.open and value != talk.memory.value(ask.id)]
    if len(new) < 2:
        return False
    offer_changes(talk, new, said.aside)
    return True


def told_beside(talk: Talk, question: Ask, said: Correction | None) -> tuple[_Change, ...]:
    """Other answers than those that stand, told in the same sentence as the answer to ``question``: "een job, en ik
    woon in Hasselt"."""
    if (
        said is None
        or not {*said.told} - {question}
        or (isinstance(question.kind, ShortText) and not _is_name(question))
    ):
        return ()
    told = (found for part in parts(said) if question not in part.told and (found := _told(talk, part)))
    return tuple((ask, value) for ask, value in told if ask is not question and value != talk.memory.value(ask.id))


def told_within(talk: Talk, question: Ask, said: Correction) -> Value | None:
    """The answer to ``question`` that a part of the sentence tells."""
    about = (part for part in parts(said) if question in part.named + part.told)
    value = next((value for part in about if (value := reads(talk, question, part)) is not None), None)
    return _introduced(talk, question, said) if value is None and _is_name(question) else value


def _introduced(talk: Talk, question: Ask, said: Correction) -> Value | None:
    """ "Ik ben Fatma, ik woon in Genk": what begins like an age is a name too, where the next words tell more."""
    for part, following in pairwise(parts(said)):
        words = slice_of(said.text, part.pieces) if part.pieces and following.pieces[0].meaning.told else ""
        reading = question.kind.read(words.rstrip(" ,.;!"), talk.reader(question.id)) if words else None
        if isinstance(reading, Understood) and not words.startswith(str(reading.value)):
            return reading.value
    return None


def _is_name(question: Ask) -> bool:
    return isinstance(question.kind, ShortText) and question.kind.name


def before_the_rest(said: Correction) -> str:
    """The words before the first "and", or before the first phrase that introduces another answer; nothing where there
    is no rest, or where they are small ones that belong to it ("en fait")."""
    first = next(parts(said)).pieces
    has_rest = len(first) < len(said.pieces)
    return slice_of(said.text, first) if has_rest and not all(piece.known for piece in first) else ""


def take_beside(talk: Talk, changes: Sequence[_Change]) -> None:
    """Ask for these before what comes next, which waits. A deed does not: who never says yes would have no visit, or
    no coach who reads it. So these stand from now on, and the deed is done with them."""
    waits = [effect for effect in talk.effects if isinstance(effect, _ORDERED_AGAIN)]
    talk.effects = [effect for effect in talk.effects if effect not in waits]
    if any(not isinstance(effect, FindSlots) for effect in waits):
        change_all(talk, changes)
    else:
        _offer_beside(talk, changes)


def _offer_beside(talk: Talk, changes: Sequence[_Change]) -> None:
    understood, at = unask(talk), len(talk.says)
    if len(changes) == 1:
        offer_change(talk, *changes[0])
    else:
        offer_changes(talk, changes, None)
    talk.says[at] = replace(talk.says[at], before=(*understood, *talk.says[at].before))


def _told(talk: Talk, part: Correction) -> _Change | None:
    found = list(_readings(talk, part))
    return exchanged(talk, part) or (found[0] if len(found) == 1 else None)


def _readings(talk: Talk, part: Correction) -> Iterator[_Change]:
    for ask in part.named + part.told:
        value = reads(talk, ask, part)
        if value is not None:
            yield ask, value
