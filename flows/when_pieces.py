"""Takes what somebody typed about a day or an hour apart into pieces of meaning."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from rapidfuzz import process
from rapidfuzz.distance import OSA

from flows.answers.spelling import with_digits
from flows.when_words import UNKNOWN, Piece, TimeWords

MOST = 30
"""Words of a text that is read: who writes more tells a story."""

_LONGEST = 240
_LONG = 5
_HOUR = r"(?:uur|uren|ure|ur|heures?|heur|hrs?|h|u)"
_TOKEN = re.compile(
    rf"""(?P<iso>\d{{4}})-(?P<iso_month>\d\d)-(?P<iso_day>\d\d)(?!\d)
    |(?P<day>\d{{1,2}})\s?[/-]\s?(?P<month>\d{{1,2}})(?:\s?[/-]\s?(?P<year>\d{{4}}|\d\d))?(?!\d|\s?{_HOUR}\b|:)
    |(?P<dot_day>\d{{1,2}})\.(?P<dot_month>\d{{1,2}})\.(?P<dot_year>\d{{4}}|\d\d)?(?!\d)
    |(?P<hour>\d{{1,2}})(?:\s?(?::|\.|[hu])\s?(?P<minutes>[0-5]\d)(?!\d|\.\d)(?:\s?{_HOUR}\b)?|\s?{_HOUR}\b)
    |(?P<half_day>\d{{1,2}})(?::(?P<half_minutes>[0-5]\d))?\s?(?P<ampm>[ap])m\b
    |(?P<ordinal>\d{{1,2}})(?:ste|de|eme|er|e|th|st|nd|rd)\b
    |(?P<dash>(?<=[\dhur])\s?-\s?(?=\d))
    |(?P<number>\d+)
    |(?P<word>[^\W\d_]+\d?(?!\w)|[^\W_]+)""",
    re.VERBOSE,
)
_NOON = 12


def tokens_of(text: str) -> list[re.Match[str]]:
    """The words, numbers, dates and hours of ``text``; none of too long a text."""
    tokens = list(_TOKEN.finditer(_folded(text)))
    return tokens if len(tokens) <= MOST else []


def pieces_of(tokens: list[re.Match[str]], words: TimeWords) -> tuple[Piece, ...]:
    """What they mean from left to right, the longest known phrases first."""
    return tuple(_pieces(tokens, words))


def _folded(text: str) -> str:
    """Without case and accents; what is no letter stays."""
    text = text[:_LONGEST]
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", with_digits(text).casefold().replace("œ", "oe"))
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def _pieces(tokens: list[re.Match[str]], words: TimeWords) -> Iterator[Piece]:
    at = 0
    while at < len(tokens):
        if tokens[at].lastgroup != "word":
            yield _counted(tokens[at])
            at += 1
            continue
        longest = words.longest.get(tokens[at][0], 0)
        size, found = _phrase(tokens[at : at + longest], words) if longest else (1, _guessed(tokens[at][0], words))
        yield from found
        at += size


def _phrase(tokens: list[re.Match[str]], words: TimeWords) -> tuple[int, tuple[Piece, ...]]:
    """The longest phrase that the tokens begin with: of how many words, and its pieces."""
    texts = [token[0] for token in tokens]
    end = next((at for at, token in enumerate(tokens) if token.lastgroup != "word"), len(tokens))
    for size in range(end, 0, -1):
        found = words.phrases.get(" ".join(texts[:size]))
        if found is not None:
            return size, found
    return 1, _guessed(texts[0], words)


def _guessed(word: str, words: TimeWords) -> tuple[Piece, ...]:
    """The pieces of the word that this one is with a letter wrong, too many, missing or swapped."""
    if len(word) < _LONG:
        return (Piece(UNKNOWN),)
    typos = 1 if len(word) < 2 * _LONG else 2
    candidates = words.guessable.get(word[0], ())
    near = process.extractOne(word, candidates, scorer=OSA.distance, score_cutoff=typos)
    return words.phrases[near[0]] if near else (Piece(UNKNOWN),)


def _counted(token: re.Match[str]) -> Piece:
    """A number, a date or an hour as it is written in digits."""
    found = token.groupdict()
    match token.lastgroup:
        case "iso_day":
            return Piece("X", (int(found["iso_day"]), int(found["iso_month"]), int(found["iso"])))
        case "month" | "year":
            return _date(found["day"], found["month"], found["year"])
        case "dot_month" | "dot_year":
            return _date(found["dot_day"], found["dot_month"], found["dot_year"])
        case "hour" | "minutes":
            return _clock(found["hour"], found["minutes"])
        case "ampm":
            hour = int(found["half_day"]) % _NOON + (_NOON if found["ampm"] == "p" else 0)
            return _clock(str(hour), found["half_minutes"] or "00")
        case "ordinal":
            return Piece("O", (int(token["ordinal"]),))
        case "dash":
            return Piece("u")
        case _:
            return _number(token["number"])


def _date(day: str, month: str, year: str | None) -> Piece:
    if year is None:
        return Piece("X", (int(day), int(month)))
    return Piece("X", (int(day), int(month), int(year) if len(year) > 2 else 2000 + int(year)))


def _clock(hour: str, minutes: str | None) -> Piece:
    """ "20.03" is no time at which anybody begins: it is the 20th of March."""
    if minutes and int(minutes) % 5:
        return _date(hour, minutes, None)
    if int(hour) >= 24:
        return _date(hour, minutes, None) if minutes else Piece(UNKNOWN)
    return Piece("C", (int(hour), int(minutes)) if minutes else (int(hour),))


def _number(digits: str) -> Piece:
    if len(digits) <= 2:
        return Piece("N", (int(digits),))
    return Piece("J", (int(digits),)) if len(digits) == 4 and digits[:2] == "20" else Piece(UNKNOWN)
