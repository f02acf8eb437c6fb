"""How people spell: text made comparable, text made safe to keep, and words that are nearly the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias, TypeVar

from rapidfuzz import process
from rapidfuzz.distance import OSA

T = TypeVar("T")
Lengths: TypeAlias = Mapping[int, Sequence[str]]

LONGEST = 500
"""What is compared is at most this many characters: nobody chooses an option with more."""

_NEARLY = 60
"""Typos are looked for in at most this many characters."""

_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i"})
_SAME_PICTURE = re.compile(r"([^\w\s])(?: \1)+")
_STRETCHED = re.compile(r"(\D)\1{2,}")
_DIGIT = re.compile(r"\d")
_ASCII_SIGNS = re.compile(r"[^0-9a-z]+")
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_PICTURES = 0x2190
_TURNS_DIRECTION = frozenset("\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_MARKS_IN_A_ROW = 3


def plain(text: str) -> str:
    """``text`` without case, accents, punctuation and invisible characters, its words one space apart.

    Digits of every script become ``0``-``9``; pictures stay, each a word by itself and none
    twice in a row. Question marks alone give ``"?"``.
    """
    text = text[:LONGEST]
    if text.isascii():  # most of what is compared, at a tenth of the time
        return " ".join(_ASCII_SIGNS.sub(" ", text.lower()).split()) or ("?" if "?" in text else "")
    text = unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)
    letters = "".join(map(_comparable, unicodedata.normalize("NFKD", text).translate(_LETTERS)))
    words = " ".join(unicodedata.normalize("NFC", letters).split())[:LONGEST].rstrip()
    words = _SAME_PICTURE.sub(r"\1", words)
    return words or ("?" if "?" in text else "")


spelled = lru_cache(maxsize=8192)(plain)
"""``plain`` for words of our own (labels, word lists), remembered. Never for what a person typed."""


def _comparable(character: str) -> str:
    if character.isascii():
        return character if character.isalnum() else " "
    category = unicodedata.category(character)
    match category[0]:
        case "L":
            return character
        case "N":
            return str(unicodedata.decimal(character)) if category == "Nd" else character
        case "S" if ord(character) >= _PICTURES and ord(character) not in _SKIN_TONES:
            return f" {character} "
        case "M" | "C":
            return ""
        case _:
            return " "


def with_digits(text: str) -> str:
    """``text`` with the digits of every script as ``0``-``9``."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)


def clean(text: str, limit: int) -> tuple[str, bool]:
    """``text`` safe to keep and to show: NFC, nothing invisible that controls, at most ``limit`` characters.

    The second value says whether something was cut off.
    """
    head = unicodedata.normalize("NFC", text[: limit * 20])
    kept = unicodedata.normalize("NFC", "".join(_harmless(head))).strip()
    was_cut = len(kept) > limit or len(text) > limit * 20
    return kept[:limit].strip(), was_cut


def _harmless(text: str) -> list[str]:
    kept: list[str] = []
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        marks = marks + 1 if category == "Mn" else 0
        if character == "\n" or (category not in ("Cc", "Cs", "Cn") and character not in _TURNS_DIRECTION):
            if marks <= _MARKS_IN_A_ROW:
                kept.append(character)
        elif character == "\t":
            kept.append(" ")
    return kept


def closest(text: str, candidates: Mapping[str, T], lengths: Lengths | None = None) -> tuple[T, ...]:
    """What ``text`` can be meant for: its own entry, or else the entries with the fewest typos.

    ``text`` and the keys are ``plain``. The typos allowed grow with the length: none up to three letters,
    three at most. Digits are never typos. Several entries equally near are all given, in their order. Of many
    thousand candidates give the keys by their ``lengths``: only those that can be near are compared.
    """
    if text in candidates:
        return (candidates[text],)
    for calmer in (_STRETCHED.sub(r"\1\1", text), _STRETCHED.sub(r"\1", text)):
        if calmer in candidates:
            return (candidates[calmer],)
    if not text or len(text) > _NEARLY:
        return ()
    typos = allowed_typos(text)
    keys = _as_long(len(text), typos, lengths) if lengths is not None else list(candidates)
    near = process.extract(text, keys, scorer=OSA.distance, score_cutoff=typos, limit=None)
    found = [(typos, key) for key, typos, _ in near if typos <= _bound(text, key)]
    fewest = min((typos for typos, _ in found), default=0)
    return tuple(dict.fromkeys(candidates[key] for typos, key in found if typos == fewest))


def by_length(keys: Iterable[str]) -> Lengths:
    """``keys`` by how many letters they have."""
    found: dict[int, list[str]] = {}
    for key in keys:
        found.setdefault(len(key), []).append(key)
    return found


def _as_long(length: int, typos: int, lengths: Lengths) -> list[str]:
    return [key for size in range(length - typos, length + typos + 1) for key in lengths.get(size, ())]


def allowed_typos(text: str) -> int:
    """How many letters may be wrong, too many, missing or swapped in a text of this length."""
    return 1 if len(text) == 4 else min(3, len(text) // 5)


def _bound(text: str, candidate: str) -> int:
    shorter = min(text, candidate, key=len)
    if _DIGIT.findall(text) != _DIGIT.findall(candidate):
        return -1
    if len(shorter) <= 5 and text[0] != candidate[0]:
        return -1
    return allowed_typos(shorter)
