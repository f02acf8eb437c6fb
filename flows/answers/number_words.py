"""Numbers in words, as people say them and telephones write them down: "zesendertig", "trente-quatre", "nul vier"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from flows.answers.spelling import spelled
from flows.wording import Wording, Words

HUNDRED, THOUSAND = 100, 1000
_LONGEST = 4
"""Words of a number below a hundred, as in "quatre vingt dix neuf"."""
_COMPOUND = 10
"""Letters of the shortest word for more than a hundred, "honderdzes"."""
_PARTS = 5
"""Most parts of a number, as in 3, 1000, 6, 100, 20."""
_TENS = range(20, HUNDRED, 10)
_WITH_TEENS = (60, 80)
"""French says sixty-twelve and eighty-twelve."""
_BETWEEN_DIGITS = re.compile(r"(?<=[0-9]) (?=[0-9])")


def in_digits(said: str, wording: Wording) -> str:
    """``said`` (plain) with every number of its words in digits."""
    numbers, scales, begins = number_words(wording), _scales(wording), _begins(wording)
    words = [part for word in said.split() for part in _taken_apart(word, numbers, scales)]
    if begins.isdisjoint(words):
        return said
    return " ".join(map(str, _composed(list(_counted(words, numbers)))))


def dialled(said: str, wording: Wording) -> str:
    """The same, with numbers that follow each other in one piece: so a postcode and a phone number are said."""
    return _BETWEEN_DIGITS.sub("", in_digits(said, wording))


def _taken_apart(word: str, numbers: Mapping[str, int], scales: re.Pattern[str]) -> Sequence[str]:
    """ "drieduizendzeshonderd" is four words in one."""
    if len(word) < _COMPOUND:
        return (word,)
    parts = [part for part in scales.split(word) if part]
    return parts if all(part in numbers for part in parts) else (word,)


def _counted(words: Sequence[str], numbers: Mapping[str, int]) -> Iterator[str | int]:
    """Numbers up to a hundred and a thousand, and the words between them."""
    at = 0
    while at < len(words):
        sizes = range(min(_LONGEST, len(words) - at), 0, -1)
        size = next((size for size in sizes if " ".join(words[at : at + size]) in numbers), 0)
        yield numbers[" ".join(words[at : at + size])] if size else words[at]
        at += size or 1


def _composed(parts: Sequence[str | int]) -> Iterator[str | int]:
    """ "drie duizend zes honderd" is one number; "drie zes" are two."""
    at = 0
    while at < len(parts):
        number, size = _number(parts[at : at + _PARTS])
        yield number if size else parts[at]
        at += size or 1


def _number(parts: Sequence[str | int]) -> tuple[int, int]:
    """The number of a hundred or more that begins here, and of how many parts; 0 of none."""
    number = size = 0
    for scale in (THOUSAND, HUNDRED):
        times, more = _scaled(parts[size : size + 2], scale)
        number, size = number + times * scale, size + more
    match parts[size : size + 1]:
        case [int(rest)] if size and 0 < rest < HUNDRED:
            return number + rest, size + 1
        case _:
            return number, size


def _scaled(parts: Sequence[str | int], scale: int) -> tuple[int, int]:
    """How many hundreds or thousands begin here, and in how many parts."""
    match parts:
        case [first, *_] if first == scale:
            return 1, 1
        case [int(times), second] if second == scale and 0 < times < HUNDRED:
            return times, 2
        case _:
            return 0, 0


@lru_cache(maxsize=16)
def number_words(wording: Wording) -> Mapping[str, int]:
    """The words for 0 to 100 and for 1000 in every language."""
    return {word: number for words in wording.words.values() for word, number in _of_a_language(words)}


@lru_cache(maxsize=16)
def _begins(wording: Wording) -> frozenset[str]:
    """The words with which a number begins: most sentences have none."""
    return frozenset(word.partition(" ")[0] for word in number_words(wording))


@lru_cache(maxsize=16)
def _scales(wording: Wording) -> re.Pattern[str]:
    """What Dutch writes in one word with the numbers around it."""
    numbers = number_words(wording)
    return re.compile("|".join(word for word, number in numbers.items() if number in (HUNDRED, THOUSAND)).join("()"))


def _of_a_language(words: Words) -> Iterator[tuple[str, int]]:
    known = (*range(HUNDRED + 1), THOUSAND)
    said = {number: tuple(map(spelled, words.answers.get(str(number), ()))) for number in known}
    together = _ten_first if _says_the_ten_first(said) else _unit_first
    for ten in _TENS:
        for unit in range(1, 20 if ten in _WITH_TEENS else 10):
            yield from ((word, ten + unit) for word in together(said[ten], said[unit]))
    yield from ((word, number) for number, several in said.items() for word in several)


def _says_the_ten_first(said: Mapping[int, tuple[str, ...]]) -> bool:
    """French does ("dix-sept"), and Dutch does not: "negentig een" are two numbers there."""
    return any(word.startswith(f"{ten} ") for ten in said[10] for word in said[17])


def _ten_first(tens: tuple[str, ...], units: tuple[str, ...]) -> Iterator[str]:
    yield from (word for ten in tens for unit in units for word in (f"{ten} {unit}", f"{ten} et {unit}"))


def _unit_first(tens: tuple[str, ...], units: tuple[str, ...]) -> Iterator[str]:
    yield from (word for ten in tens for unit in units for word in (f"{unit}en{ten}", f"{unit} en {ten}"))
