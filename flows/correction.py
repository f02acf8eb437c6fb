"""A typed sentence seen as a correction: which questions it is about, and which answer it carries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from flows.answers import Reading, Understood
from flows.answers.choices import SeveralChoices
from flows.answers.consent import ConsentAnswer
from flows.answers.matching import Lexicon
from flows.answers.number_words import in_digits
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

_SMALL = frozenset({"filler", "have", "indeed", "want", "but", "rather", "and"})
_Span = tuple[Piece, ...]
_Asks = tuple[Ask, ...]


@dataclass(frozen=True, slots=True)
class Typed:
    """Words as they were typed, and spelled to be compared: once, for however many questions they may answer."""

    text: str
    plain: str

    @classmethod
    def of(cls, text: str) -> Typed:
        return cls(text, plain(text))


@dataclass(frozen=True, slots=True)
class Correction:
    """``open`` is the open question, ``answered`` those with an answer, ``aside`` what was asked beside just now.

    ``named`` are the questions that are called by a name of theirs; ``told`` those, not called by their name, whose
    answer is introduced ("ik woon in"). ``core`` are the unknown words and what stands between them, ``wider`` the
    same with the small words before them, if there are any.
    """

    text: str
    pieces: _Span
    open: Ask | None
    answered: _Asks
    aside: Aside | None = None
    named: _Asks = ()
    told: _Asks = ()
    core: Typed | None = None
    wider: Typed | None = None

    def has(self, tag: str) -> bool:
        return any(piece.has(tag) for piece in self.pieces)

    @property
    def begins_with_no(self) -> bool:
        return self.pieces[:1] != () and self.pieces[0].has("no")

    @property
    def denies(self) -> bool:
        """Whether it begins with a "no" that what follows puts right; a "no, and" is an answer by itself."""
        return self.begins_with_no and not (len(self.pieces) > 1 and self.pieces[1].has("and"))

    @property
    def all_known(self) -> bool:
        return all(piece.known for piece in self.pieces)

    @property
    def names_something(self) -> bool:
        """Whether it calls a question by its name, also one that was not asked."""
        return any(piece.meaning.named for piece in self.pieces)


def correction(talk: Talk, question: Ask | None, text: str, aside: Aside | None) -> Correction:
    setting = talk.setting
    found = pieces(text, phrases_of(setting.flow, setting.wording))
    core, wider = _spans(text, found)
    if not any(map(_hints_at_more, found)) and aside is None:
        return Correction(text, found, question, (), core=core, wider=wider)
    counting = answered(setting.flow, talk.memory, setting.facts)
    changeable = tuple(ask for ask in counting if ask.label and not isinstance(ask.kind, Recap))
    named, told = _about(found, changeable, question)
    return Correction(text, found, question, changeable, aside, named, told, core, wider)


def parts(said: Correction) -> Iterator[Correction]:
    """The sentence cut at each "and", and before each phrase that is about a question. Before the name of one its
    answer can stand ("Sara is mijn naam"): what begins the sentence goes with it."""
    cuts = [at for at, piece in enumerate(said.pieces) if _begins_a_part(piece)]
    if cuts and said.pieces[cuts[0]].meaning.named:
        cuts = cuts[1:]
    for start, end in pairwise((0, *cuts, len(said.pieces))):
        found = said.pieces[start:end]
        core, wider = _spans(said.text, found)
        named, told = _about(found, said.answered, said.open)
        yield replace(said, pieces=found, named=named, told=told, core=core, wider=wider)


def _begins_a_part(piece: Piece) -> bool:
    return bool(piece.meaning.named or piece.meaning.told) or piece.has("and")


def _about(found: _Span, changeable: _Asks, question: Ask | None) -> tuple[_Asks, _Asks]:
    asks = {ask.id: ask for ask in (*changeable, *((question,) if question else ()))}
    named = {name for piece in found for name in piece.meaning.named}
    told = {name for piece in found for name in piece.meaning.told} - named
    return tuple(asks[id] for id in asks if id in named), tuple(asks[id] for id in asks if id in told)


def _hints_at_more(piece: Piece) -> bool:
    """Most answers are just words: then nobody has to look what was answered before."""
    meaning = piece.meaning
    return bool(meaning.named or meaning.told or meaning.tags - _SMALL)


def reads(talk: Talk, ask: Ask, said: Correction) -> Value | None:
    """The answer to ``ask`` that the sentence carries besides its known words, if all of the rest is that answer. Who
    lives *not* in a town has told no other one."""
    if isinstance(ask.kind, _CLEARLY):
        return None
    polar = _polar(said, ask)
    if polar is not None:
        return polar
    return None if said.has("not") else next(_carried(talk, ask, said), None)


def stands_alone(talk: Talk, ask: Ask, said: Correction) -> bool:
    """Whether the sentence is an answer to ``ask`` with nothing around it but small words."""
    if isinstance(ask.kind, _CLEARLY) or said.has("not"):
        return False
    return next(_carried(talk, ask, said), None) is not None


def _carried(talk: Talk, ask: Ask, said: Correction) -> Iterator[Value]:
    wider = None if isinstance(ask.kind, ShortText) else said.wider
    for typed in (said.core, wider):
        value = exactly(talk, ask, typed) if typed else None
        if value is not None:
            yield value


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


def _spans(text: str, found: _Span) -> tuple[Typed | None, Typed | None]:
    core = trimmed(found)
    if not core:
        return None, None
    at = start = found.index(core[0])
    while start and found[start - 1].has("filler"):
        start -= 1
    wider = found[start : at + len(core)] if start < at else ()
    return _typed(text, core), _typed(text, wider) if wider else None


def _typed(text: str, span: _Span) -> Typed:
    return Typed.of(slice_of(text, span))


def trimmed(found: _Span) -> _Span:
    unknown = [at for at, piece in enumerate(found) if not piece.known]
    return found[unknown[0] : unknown[-1] + 1] if unknown else ()


def slice_of(text: str, span: _Span) -> str:
    start, end = span[0].start, span[-1].end
    return text[start - 1 if text[start - 1 : start] == "+" else start : end]


def exactly(talk: Talk, ask: Ask, typed: Typed) -> Value | None:
    """``typed`` as an answer to ``ask`` with nothing left over; a number of a list is none here."""
    reader, kind = talk.reader(ask.id), ask.kind
    if isinstance(kind, ShortText):
        return _understood(kind.read(typed.text, reader)) if kind.name and _could_be_a_name(typed.text) else None
    if not kind.options:
        return _understood(kind.read(typed.text, reader))
    spellings = Lexicon.of(kind.options, reader).spellings
    meant = spellings.get(typed.plain) or spellings.get(in_digits(typed.plain, reader.wording), ())
    if len(meant) != 1:
        return None
    return (meant[0].id,) if isinstance(kind, SeveralChoices) else meant[0].id


def _could_be_a_name(text: str) -> bool:
    words = text.split()
    return len(words) <= _LONGEST_NAME and all(word.replace("-", "").replace("'", "").isalpha() for word in words)


def _understood(reading: Reading) -> Value | None:
    return reading.value if isinstance(reading, Understood) else None
