"""Which options a person's words can mean: labels, numbers, synonyms, sentences and typos."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from flows.answers import Option, Reader
from flows.answers.number_words import in_digits
from flows.answers.spelling import closest, plain, spelled
from flows.wording import Wording, Words

_WORDS = 60
"""A sentence is read up to this many words."""

_PHRASE = 7
"""The longest label or synonym that is recognised inside a sentence, in words."""

VAGUE = ("dont_know", "rather_not", "all")
"""Common answers that choose none of the options, unless one of these is called so."""

Meant = tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Every spelling of every option, and the little words that matter when reading a sentence: ``vague`` is what
    chooses nothing ("geen idee", "alles"), and a "not" with one of the ``doubts`` ("weet", "snap") is no "no".

    A spelling of the language of the talk comes before the same spelling in another language.
    """

    options: Meant
    spellings: Mapping[str, Meant]
    numbers: Mapping[str, int]
    nots: frozenset[str]
    ands: frozenset[str]
    vague: frozenset[str]
    doubts: frozenset[str]

    @classmethod
    def of(cls, options: Meant, reader: Reader) -> Lexicon:
        """Made once for a question in a language: its labels and words do not change while we run."""
        return _lexicon(_Asked(options, reader.question, reader.language, reader))

    @classmethod
    def made(cls, options: Meant, reader: Reader) -> Lexicon:
        spellings: dict[str, Meant] = {}
        for language in reader.languages():
            words = reader.wording.words.get(language, Words())
            names = [reader.wording.translate(option.label, language) for option in options]
            _add(spellings, ((spelled(name), option) for name, option in zip(names, options, strict=True)))
            _add(spellings, _synonyms(options, reader.question, words))
        _add(spellings, ((spelled(name), option) for option in options for name in (option.id, option.icon)))
        spellings.pop("", None)
        return cls(
            options,
            spellings,
            positions(len(options), reader),
            frozenset(answers(reader, "not")),
            frozenset(answers(reader, "and")),
            frozenset(word for name in VAGUE for word in answers(reader, name)) - spellings.keys(),
            frozenset(answers(reader, "doubt")),
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """A key of what is remembered: the wording counts by what it is, and the rest of the reader does not count."""

    options: Meant
    question: str
    language: str
    reader: Reader

    def __hash__(self) -> int:
        return hash((self.question, self.language, id(self.reader.wording)))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _Asked)
            and self.reader.wording is other.reader.wording
            and (self.options, self.question, self.language) == (other.options, other.question, other.language)
        )


@lru_cache(maxsize=1024)
def _lexicon(asked: _Asked) -> Lexicon:
    return Lexicon.made(asked.options, asked.reader)


def answers(reader: Reader, name: str) -> Iterator[str]:
    """What people type for this common answer, in every language, ``plain``."""
    for words in reader.wording.words.values():
        yield from map(spelled, words.answers.get(name, ()))


def _add(spellings: dict[str, Meant], found: Iterable[tuple[str, Option]]) -> None:
    fresh: dict[str, Meant] = {}
    for spelling, option in found:
        if spelling not in spellings and option not in fresh.get(spelling, ()):
            fresh[spelling] = (*fresh.get(spelling, ()), option)
    spellings.update(fresh)


def _synonyms(options: Meant, question: str, words: Words) -> Iterator[tuple[str, Option]]:
    for option in options:
        own = words.options.get(f"{question}.{option.id}", ())
        common = words.options.get(option.id, ())
        for word in (*own, *common, *words.answers.get(option.id, ())):
            yield spelled(word), option


def positions(count: int, reader: Reader) -> dict[str, int]:
    """What a list of so many is counted by: "2", "twee", "de tweede", "nummer 2"."""
    numbers = {str(position): position for position in range(1, count + 1)}
    before = list(answers(reader, "number"))
    for position in range(1, count + 1):
        for name in (f"{position}", f"{position}."):
            numbers.update(dict.fromkeys(answers(reader, name), position))
        numbers.update({f"{word} {position}": position for word in before})
    return numbers


def whole(said: str, lexicon: Lexicon) -> Meant:
    """The options that are spelled or numbered exactly like this."""
    if said in lexicon.spellings:
        return lexicon.spellings[said]
    position = lexicon.numbers.get(said)
    return (lexicon.options[position - 1],) if position else ()


def nearly(said: str, lexicon: Lexicon) -> Meant:
    """The options whose spelling differs by a typo, or that are named by a part of it.

    A "not" is never a typo: it must stand in both or in none.
    """
    nots = lexicon.nots & set(said.split())
    same = {key: meant for key, meant in lexicon.spellings.items() if lexicon.nots & set(key.split()) == nots}
    return _either(closest(said, same)) or _either(_by_a_part(said, same)) or _by_a_long_word(said, same)


def _by_a_part(said: str, spellings: Mapping[str, Meant]) -> Iterator[Meant]:
    if len(said) >= 3:
        yield from (meant for key, meant in spellings.items() if f" {said} " in f" {key} ")


def _by_a_long_word(said: str, spellings: Mapping[str, Meant]) -> Meant:
    long = [word for word in said.split()[:_WORDS] if len(word) >= 6]
    return _either(meant for word in long for meant in closest(word, spellings))


def _either(several: Iterable[Meant]) -> Meant:
    return tuple(dict.fromkeys(option for meant in several for option in meant))


@dataclass(frozen=True, slots=True)
class Mention:
    """Options named at one place of a sentence (several if the word is ambiguous), and what was left over."""

    meant: Meant
    words: tuple[str, ...]


def mentions(said: str, lexicon: Lexicon) -> Iterator[Mention]:
    """``said`` from left to right: known phrases, the longest first, and the single words between them."""
    words = said.split()[:_WORDS]
    at = 0
    while at < len(words):
        size = min(_PHRASE, len(words) - at)
        while size > 1 and " ".join(words[at : at + size]) not in lexicon.spellings:
            size -= 1
        phrase = tuple(words[at : at + size])
        yield Mention(lexicon.spellings.get(" ".join(phrase), ()), phrase)
        at += size


def inside(said: str, lexicon: Lexicon) -> Meant:
    """The options named in a sentence; none if it has a "not" that is part of none of their names."""
    heard = tuple(mentions(said, lexicon))
    bare_nots = [mention for mention in heard if set(mention.words) <= lexicon.nots]
    named = _either(mention.meant for mention in heard if mention not in bare_nots)
    if not named:
        return () if lexicon.doubts & set(said.split()) else _either(mention.meant for mention in bare_nots)
    return () if bare_nots and any(option.id != "no" for option in named) else named


def names_an_option(text: str, options: Meant, reader: Reader) -> bool:
    """Whether ``text`` is exactly a label, a number or a synonym of one of ``options``: then it is no command."""
    return bool(whole(plain(text), Lexicon.of(options, reader)))


def meant(text: str, lexicon: Lexicon, wording: Wording) -> Meant:
    """The options that ``text`` can mean: one if it is clear, several if it is not, none if unknown."""
    said = plain(text)
    if said in lexicon.vague:
        return ()
    return whole(said, lexicon) or inside(said, lexicon) or _counted(said, lexicon, wording) or nearly(said, lexicon)


def _counted(said: str, lexicon: Lexicon, wording: Wording) -> Meant:
    """The options named in a sentence whose numbers are words: "ik ben zesendertig jaar"."""
    digits = in_digits(said, wording)
    return inside(digits, lexicon) if digits != said else ()
