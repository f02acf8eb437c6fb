"""The new and the old answer in one sentence: "ik woon in Genk, niet in Aalst", "pas le bus mais le vélo"."""

from __future__ import annotations

from flows.answering import answer, change, which
from flows.answers import Which
from flows.answers.consent import ConsentAnswer
from flows.answers.matching import answers
from flows.answers.recap import Recap
from flows.answers.slot import SlotAnswer
from flows.answers.spelling import plain
from flows.answers.text import ShortText
from flows.correction import Correction, Typed, exactly, slice_of, trimmed
from flows.log import Reopened, Value
from flows.offering import ask_which
from flows.script import Ask
from flows.sentence import Piece
from flows.talk import Talk

_NEVER = ConsentAnswer | Recap | SlotAnswer
_Span = tuple[Piece, ...]


def contrasted(talk: Talk, said: Correction) -> bool:
    """Change the one answer that stands as the old one; between two that are both new, take the one that is meant."""
    found = None if _in_doubt(talk, said) else _new_and_old(said)
    if found is None:
        return False
    new, old = found
    hits = _hits(talk, said, new, old)
    if len(hits) == 1:
        _change(talk, hits[0], new, old)
    elif hits:
        ask_which(talk, hits)
    else:
        return _answers_the_open_one(talk, said, new, old)
    return True


def exchanged(talk: Talk, said: Correction) -> tuple[Ask, Value] | None:
    """The question and its new answer, if there is just one that it can be."""
    found = _new_and_old(said)
    hits = _hits(talk, said, *found) if found else []
    if found is None or len(hits) != 1:
        return None
    value, old = (exactly(talk, hits[0], typed) for typed in found)
    return (hits[0], _instead(talk, hits[0], value, old)) if value is not None else None


def _in_doubt(talk: Talk, said: Correction) -> bool:
    """ "Weet niet wat dat is" sets nothing against something else."""
    doubts = set(answers(talk.reader(said.open.id if said.open else ""), "doubt")) if said.has("not") else set()
    return any(piece.words in doubts for piece in said.pieces)


def _new_and_old(said: Correction) -> tuple[Typed, Typed] | None:
    sides = _sides(said.pieces)
    core = tuple(map(trimmed, sides)) if sides else ()
    if len(core) != 2 or not all(core):
        return None
    new, old = (Typed.of(slice_of(said.text, span)) for span in core)
    return new, old


def _hits(talk: Talk, said: Correction, new: Typed, old: Typed) -> list[Ask]:
    """The questions to which the one is the answer that stands, and the other could be one."""
    about, places = said.named + said.told, _places(talk, said, old.text)
    standing = [ask for ask in said.answered if _stands(talk, ask, old, places) and _could_be(talk, ask, new, old)]
    return [ask for ask in standing if ask in about] or standing


def denied(talk: Talk, said: Correction) -> tuple[Ask, ...]:
    """The questions whose answer that stands is said not to be so, while no other is told: "ik woon niet in Genk".
    What can be about the open question is about that one."""
    if not said.has("not") or said.core is None or (said.open and exactly(talk, said.open, said.core) is not None):
        return ()
    words, about = said.core, said.named + said.told
    places = _places(talk, said, words.text)
    standing = tuple(ask for ask in said.answered if _stands(talk, ask, words, places))
    return tuple(ask for ask in standing if ask in about) or standing


def _sides(found: _Span) -> tuple[_Span, _Span] | None:
    """The pieces of the new answer and those of the old one."""
    for at, piece in enumerate(found):
        if piece.has("instead"):
            return found[:at], found[at + 1 :]
    nots = [at for at, piece in enumerate(found) if piece.has("not")]
    if len(nots) != 1:
        return None
    at = nots[0]
    buts = [later for later in range(at + 1, len(found)) if found[later].has("but")]
    if buts:
        return found[buts[0] + 1 :], found[at + 1 : buts[0]]
    rather = [later for later in range(at + 2, len(found) - 1) if found[later].has("rather")]
    if rather and all(piece.known for piece in found[:at]):
        return found[rather[0] + 1 :], found[at + 1 : rather[0]]
    return found[:at], found[at + 1 :]


def _places(talk: Talk, said: Correction, words: str) -> frozenset[Value]:
    """What ``words`` are as a place, looked up once however many questions ask for one."""
    if not any(ask.kind.expects == "place" for ask in said.answered):
        return frozenset()
    return frozenset(place.value for place in talk.setting.gazetteer.find(words, talk.language))


def _stands(talk: Talk, ask: Ask, words: Typed, places: frozenset[Value]) -> bool:
    """Whether ``words`` are the answer that stands, or one of them; ``places`` are what they are as a place."""
    value = talk.memory.value(ask.id)
    if value is None or isinstance(ask.kind, _NEVER) or ask.kind.expects == "language":
        return False
    if isinstance(ask.kind, ShortText):
        return words.plain == plain(str(value))
    if ask.kind.expects == "place":
        return value in places
    named = exactly(talk, ask, words)
    return named == value or (isinstance(named, tuple) and isinstance(value, tuple) and set(named) <= set(value))


def _could_be(talk: Talk, ask: Ask, words: Typed, old: Typed) -> bool:
    """Whether ``words`` are another answer: "bus" and "bike" are both the same thing that is hard."""
    new = exactly(talk, ask, words)
    others = (talk.memory.value(ask.id), exactly(talk, ask, old))
    return (new is not None and new not in others) or bool(_several(talk, ask, words.text))


def _several(talk: Talk, ask: Ask, words: str) -> Which | None:
    reading = ask.kind.read(words, talk.reader(ask.id)) if not ask.kind.options else None
    return reading if isinstance(reading, Which) else None


def _change(talk: Talk, ask: Ask, new: Typed, old: Typed) -> None:
    unclear = _several(talk, ask, new.text)
    if unclear:
        talk.note(Reopened(ask.id, talk.now))
        which(talk, ask, unclear.options)
        return
    value = exactly(talk, ask, new)
    if value is not None:
        change(talk, ask, _instead(talk, ask, value, exactly(talk, ask, old)), new.text)


def _instead(talk: Talk, ask: Ask, value: Value, old: Value | None) -> Value:
    """Of several things only the one that was named is replaced; what stands alone stays alone."""
    standing = talk.memory.value(ask.id)
    if not (isinstance(value, tuple) and isinstance(old, tuple) and isinstance(standing, tuple)):
        return value
    alone = {option.id for option in ask.kind.options if option.alone}
    kept = set() if alone & set(value) else set(standing) - set(old) - alone
    return tuple(option.id for option in ask.kind.options if option.id in kept | set(value))


def _answers_the_open_one(talk: Talk, said: Correction, new: Typed, old: Typed) -> bool:
    ask = said.open
    if ask is None or isinstance(ask.kind, _NEVER | ShortText) or ask.kind.expects == "language":
        return False
    value, other = exactly(talk, ask, new), exactly(talk, ask, old)
    if value is None or value == other or (other is None and ask.kind.options):
        return False
    answer(talk, ask, value, said.text)
    return True
