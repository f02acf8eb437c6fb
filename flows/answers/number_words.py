"""Numbers in words, as people say them and telephones write them down: "zesendertig", "trente-quatre"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from flows.answers.spelling import spelled
from flows.wording import Wording, Words

HIGHEST = 100
_LONGEST = 4
"""Words of a number, as in "quatre vingt dix neuf"."""
_TENS = range(20, HIGHEST, 10)
_WITH_TEENS = (60, 80)
"""French says sixty-twelve and eighty-twelve."""


def in_digits(said: str, wording: Wording) -> str:
    """``said`` (plain) with every number of its words in digits."""
    return " ".join(_in_digits(said.split(), number_words(wording)))


def _in_digits(words: list[str], numbers: Mapping[str, int]) -> Iterator[str]:
    at = 0
    while at < len(words):
        sizes = range(min(_LONGEST, len(words) - at), 0, -1)
        size = next((size for size in sizes if " ".join(words[at : at + size]) in numbers), 0)
        yield str(numbers[" ".join(words[at : at + size])]) if size else words[at]
        at += size or 1


@lru_cache(maxsize=16)
def number_words(wording: Wording) -> Mapping[str, int]:
    """The words for 0 to 100 in every language."""
    return {word: number for words in wording.words.values() for word, number in _of_a_language(words)}


def _of_a_language(words: Words) -> Iterator[tuple[str, int]]:
    said = {number: tuple(map(spelled, words.answers.get(str(number), ()))) for number in range(HIGHEST + 1)}
    for ten in _TENS:
        for unit in range(1, 20 if ten in _WITH_TEENS else 10):
            yield from ((word, ten + unit) for word in _together(said[ten], said[unit]))
    yield from ((word, number) for number, several in said.items() for word in several)


def _together(tens: tuple[str, ...], units: tuple[str, ...]) -> Iterator[str]:
    """Dutch says the unit first, French the ten."""
    for ten in tens:
        for unit in units:
            yield from (f"{unit}en{ten}", f"{unit} en {ten}", f"{ten} {unit}", f"{ten} et {unit}")
