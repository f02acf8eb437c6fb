"""The words people type about days and hours, as small pieces of meaning that a sentence is made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from flows.answers.spelling import spelled
from flows.wording import Wording, Words

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
PARTS = ("morning", "afternoon", "evening", "noon", "late_afternoon", "not_early")
RELATIVE = ("today", "tomorrow", "after_tomorrow")
_SIGNS: Mapping[str, str] = {
    "next": "n",
    "this": "t",
    "week": "w",
    "weekend": "k",
    "month": "m",
    "days": "j",
    "workdays": "V",
    "beginning": "s",
    "middle": "d",
    "end": "E",
    "in_time": "i",
    "from": "f",
    "until": "u",
    "before": "b",
    "after": "a",
    "between": "e",
    "and": "&",
    "or": "|",
    "at": "@",
    "around": "~",
    "hour": "h",
    "half": "H",
    "quarter": "q",
    "less": "-",
    "not": "!",
    "only": "o",
    "but": "B",
    "article": "l",
    "first": "g",
    "one": "1",
    "soonest": "S",
    "other": "Z",
}
UNKNOWN = "?"
_NUMBERS = (*range(2, 25), 30)
_LONG = 5
"""Shorter words are too much like other words to guess at."""


@dataclass(frozen=True, slots=True)
class Piece:
    """``sign`` is one letter that says what kind of thing it is, ``values`` the numbers that belong to it.

    ``D`` a day of the week (0 is Monday), ``M`` a month, ``R`` so many days from today, ``N`` a number, ``O`` a day of
    the month, ``C`` an hour (and minutes), ``X`` a day and a month (and a year), ``J`` a year, ``P`` a part of the day
    (its place in ``PARTS``), ``W`` so many weeks from now; the others are the small words of ``_SIGNS``.
    """

    sign: str
    values: tuple[int, ...] = ()


def _named() -> dict[str, tuple[Piece, ...]]:
    """What each list of a ``times.yaml`` stands for."""
    named: dict[str, tuple[Piece, ...]] = {name: (Piece(sign),) for name, sign in _SIGNS.items()}
    for sign, names in (("D", DAYS), ("P", PARTS), ("R", RELATIVE)):
        named |= {name: (Piece(sign, (number,)),) for number, name in enumerate(names)}
    named |= {name: (Piece("M", (number,)),) for number, name in enumerate(MONTHS, 1)}
    named |= {f"this_{part}": (Piece("R", (0,)), *named[part]) for part in PARTS[:3]}
    return named | {"week_later": (Piece("W", (1,)),), "two_weeks_later": (Piece("W", (2,)),), "filler": ()}


NAMES: Mapping[str, tuple[Piece, ...]] = _named()
_GUESSED = frozenset((*DAYS, *MONTHS, *PARTS, *RELATIVE))
_TAILS = (*PARTS, "tomorrow")
"""What is written behind the name of a day in one word; "maandagmorgen" ends in the word for tomorrow."""


@dataclass(frozen=True, slots=True)
class TimeWords:
    """Every phrase and its pieces; ``longest`` is how many words those have that begin with this one. In ``guessable``,
    by first letter, a wrong letter is understood."""

    phrases: Mapping[str, tuple[Piece, ...]]
    longest: Mapping[str, int]
    guessable: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, languages: Iterable[Words]) -> TimeWords:
        """A word that two languages have means what it does in the first."""
        phrases: dict[str, tuple[Piece, ...]] = {}
        guessable: set[str] = set()
        for words in languages:
            own = dict(_phrases(words))
            phrases = own | phrases
            guessable.update(filter(_is_long, _spellings(words, _GUESSED)), filter(_is_long, _compounds(words)))
        return cls(phrases, _lengths(phrases), _by_first_letter(guessable))


def _lengths(phrases: Iterable[str]) -> dict[str, int]:
    longest: dict[str, int] = {}
    for phrase in phrases:
        first, *others = phrase.split()
        longest[first] = max(longest.get(first, 0), 1 + len(others))
    return longest


def _phrases(words: Words) -> Iterator[tuple[str, tuple[Piece, ...]]]:
    """Later ones win: what is listed first in ``NAMES`` comes last."""
    yield from _compounds(words).items()
    yield from _halves(words)
    for number in _NUMBERS:
        yield from ((spelled(word), (Piece("N", (number,)),)) for word in words.answers.get(str(number), ()))
    for name in reversed(tuple(NAMES)):
        yield from ((spelled(word), NAMES[name]) for word in words.times.get(name, ()))


def _halves(words: Words) -> Iterator[tuple[str, tuple[Piece, ...]]]:
    """ "Halfelf": as some write it, in one word."""
    for half in _spellings(words, ("half",)):
        for number in range(1, 13):
            names = map(spelled, words.answers.get(str(number), ()))
            yield from ((f"{half}{name}", (*NAMES["half"], Piece("N", (number,)))) for name in names)


def _compounds(words: Words) -> dict[str, tuple[Piece, ...]]:
    """ "Dinsdagnamiddag", "morgenvroeg": a day and a part of it in one word."""
    tails = {tail: NAMES[name] for name in _TAILS for tail in _spellings(words, (name,)) if len(tail) > 1}
    return {
        f"{head}{tail}": (*NAMES[name], *pieces)
        for name in (*DAYS, *RELATIVE[1:])
        for head in _spellings(words, (name,))
        if len(head) >= _LONG
        for tail, pieces in tails.items()
        if tail != head
    }


def _spellings(words: Words, names: Iterable[str]) -> Iterator[str]:
    for name in names:
        yield from (word for word in map(spelled, words.times.get(name, ())) if " " not in word)


def _is_long(word: str) -> bool:
    return len(word) >= _LONG


def _by_first_letter(words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for word in sorted(words):
        found[word[0]] = (*found.get(word[0], ()), word)
    return found


@lru_cache(maxsize=64)
def time_words(wording: Wording, languages: tuple[str, ...]) -> TimeWords:
    """The words of these languages together, made once."""
    return TimeWords.of(wording.words.get(language, Words()) for language in languages)
