"""A typed sentence seen as a correction: which questions it is about, and which answer it carries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flows.answers import Reading, Understood
from flows.answers.choices import SeveralChoices
from flows.answers.consent import ConsentAnswer
from flows.answers.matching import Lexicon
from flows.answers.recap import Recap
from flows.answers.slot import SlotAnswer
from flows.answers.spelling import plain
from flows.answers.text import ShortText
from flows.log import Aside, Value
from flows.script import Ask
from flows.sentence import Piece, phrases_of, pieces
from flows.talk import Talk
from flows.walk import answered

_LONGEST_NAME = 3
_CLEARLY = ConsentAnswer | Recap | SlotAnswer
"""Kinds whose answer is never taken out of a sentence: they are opened and answered by themselves."""

_SMALL = frozenset({"filler", "have", "indeed", "want", "but"})
_Span = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Correction:
    """``open`` is the open question, ``answered`` those with an answer, ``aside`` what was asked beside just now."""

    text: str
    pieces: _Span
    open: Ask | None
    answered: tuple[Ask, ...]
    aside: Aside | None = None

    def has(self, tag: str) -> bool:
        return any(piece.has(tag) for piece in self.pieces)

    @property
    def begins_with_no(self) -> bool:
        return self.pieces[:1] != () and self.pieces[0].has("no")

    @property
    def all_known(self) -> bool:
        return all(piece.known for piece in self.pieces)

    @property
    def named(self) -> tuple[Ask, ...]:
        """The questions that are called by a name of theirs."""
        names = {name for piece in self.pieces for name in piece.meaning.named}
        return tuple(ask for ask in self._about() if ask.id in names)

    @property
    def told(self) -> tuple[Ask, ...]:
        """The questions, not called by their name, whose answer is introduced ("ik woon in")."""
        names = {name for piece in self.pieces for name in piece.meaning.told}
        named = self.named
        return tuple(ask for ask in self._about() if ask.id in names and ask not in named)

    @property
    def names_something(self) -> bool:
        """Whether it calls a question by its name, also one that was not asked."""
        return any(piece.meaning.named for piece in self.pieces)

    def _about(self) -> Iterator[Ask]:
        yield from self.answered
        if self.open and self.open not in self.answered:
            yield self.open


def correction(talk: Talk, question: Ask | None, text: str, aside: Aside | None) -> Correction:
    setting = talk.setting
    found = pieces(text, phrases_of(setting.flow, setting.wording))
    if not any(map(_hints_at_more, found)) and aside is None:
        return Correction(text, found, question, ())
    counting = answered(setting.flow, talk.memory, setting.facts)
    changeable = tuple(ask for ask in counting if ask.label and not isinstance(ask.kind, Recap))
    return Correction(text, found, question, changeable, aside)


def _hints_at_more(piece: Piece) -> bool:
    """Most answers are just words: then nobody has to look what was answered before."""
    meaning = piece.meaning
    return bool(meaning.named or meaning.told or meaning.tags - _SMALL)


def reads(talk: Talk, ask: Ask, said: Correction) -> Value | None:
    """The answer to ``ask`` that the sentence carries besides its known words, if all of the rest is that answer."""
    if isinstance(ask.kind, _CLEARLY):
        return None
    polar = _polar(said, ask)
    if polar is not None:
        return polar
    for span in _spans(said.pieces, ask):
        value = exactly(talk, ask, slice_of(said.text, span))
        if value is not None:
            return value
    return None


def stands_alone(talk: Talk, ask: Ask, said: Correction) -> bool:
    """Whether the sentence is an answer to ``ask`` with nothing around it but small words."""
    return not isinstance(ask.kind, _CLEARLY) and any(
        exactly(talk, ask, slice_of(said.text, span)) is not None for span in _spans(said.pieces, ask)
    )


def _polar(said: Correction, ask: Ask) -> Value | None:
    """ "Ik heb wel een ..." and "je n'ai pas de ...": yes, no or nothing of what the question is called by."""
    denied = said.has("not")
    if not said.all_known or not (denied or said.has("have")) or ask not in said.named:
        return None
    ids = {option.id for option in ask.kind.options}
    if {"yes", "no"} <= ids:
        return "no" if denied else "yes"
    if not denied or "none" not in ids:
        return None
    return ("none",) if isinstance(ask.kind, SeveralChoices) else "none"


def _spans(found: _Span, ask: Ask) -> Iterator[_Span]:
    """The unknown words and what stands between them; then the same with the small words before them."""
    core = trimmed(found)
    if core:
        yield core
        at = found.index(core[0])
        start = at
        while start and found[start - 1].has("filler"):
            start -= 1
        if start < at and not isinstance(ask.kind, ShortText):
            yield found[start : found.index(core[-1]) + 1]


def trimmed(found: _Span) -> _Span:
    unknown = [at for at, piece in enumerate(found) if not piece.known]
    return found[unknown[0] : unknown[-1] + 1] if unknown else ()


def slice_of(text: str, span: _Span) -> str:
    start, end = span[0].start, span[-1].end
    return text[start - 1 if text[start - 1 : start] == "+" else start : end]


def exactly(talk: Talk, ask: Ask, text: str) -> Value | None:
    """``text`` as an answer to ``ask`` with nothing left over; a number of a list is none here."""
    reader, kind = talk.reader(ask.id), ask.kind
    if isinstance(kind, ShortText):
        return _understood(kind.read(text, reader)) if kind.name and _could_be_a_name(text) else None
    if not kind.options:
        return _understood(kind.read(text, reader))
    meant = Lexicon.of(kind.options, reader).spellings.get(plain(text), ())
    if len(meant) != 1:
        return None
    return (meant[0].id,) if isinstance(kind, SeveralChoices) else meant[0].id


def _could_be_a_name(text: str) -> bool:
    words = text.split()
    return len(words) <= _LONGEST_NAME and all(word.replace("-", "").replace("'", "").isalpha() for word in words)


def _understood(reading: Reading) -> Value | None:
    return reading.value if isinstance(reading, Understood) else None
