"""The digits of a text: groups that are written together, and runs of groups with nothing but signs between them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from flows.answers.spelling import with_digits

SIGN = r"[\s.\-‐-―/\\_:;·•*|'’`()\[\]#~°]"
_GAP = rf"(?:{SIGN}|,(?=\S)){{1,5}}"
_RUN = re.compile(rf"[0-9]+(?:{_GAP}[0-9]+)*")
_GROUP = re.compile(r"[0-9]+")
_ZEROS = re.compile(r"(?<![^\W\d_])o+(?=[0-9])|(?<=[0-9])o+(?![^\W\d_])")


@dataclass(frozen=True, slots=True)
class Group:
    """Digits with nothing between them, from ``start`` up to ``end`` of the text."""

    digits: str
    start: int
    end: int


Groups: TypeAlias = Sequence[Group]


def readable(text: str) -> str:
    """``text`` as ``legible``, where the letter o beside a digit is a zero: many people type it so."""
    return _ZEROS.sub(lambda found: "0" * len(found[0]), legible(text))


def legible(text: str) -> str:
    """``text`` in small letters, with the digits of every script as ``0``-``9``, and nothing invisible in it."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", with_digits(text))
        text = "".join(sign for sign in text if unicodedata.category(sign) not in ("Cf", "Mn", "Me"))
    return text.casefold()


def runs(text: str) -> Iterator[Groups]:
    """The runs of a ``readable`` text; a comma ends one where a space follows it."""
    return (_groups(run[0], run.start()) for run in _RUN.finditer(text))


def chains(text: str, gap: int) -> Iterator[Groups]:
    """Groups with at most ``gap`` characters between one and the next, words among them."""
    chain: list[Group] = []
    for group in _groups(text, 0):
        if chain and group.start - chain[-1].end > gap:
            yield chain
            chain = []
        chain.append(group)
    if chain:
        yield chain


def windows(groups: Groups, size: int) -> Iterator[Groups]:
    """Neighbouring groups that have ``size`` digits together; the same ones in the same spacing only once."""
    seen: set[tuple[str, ...]] = set()
    for first in range(len(groups)):
        count = 0
        for last in range(first, len(groups)):
            count += len(groups[last].digits)
            if count >= size:
                part = groups[first : last + 1]
                if count == size and not _seen(part, seen):
                    yield part
                break


def _seen(part: Groups, seen: set[tuple[str, ...]]) -> bool:
    written = tuple(group.digits for group in part)
    was_seen = written in seen
    seen.add(written)
    return was_seen


def joined(groups: Iterable[Group]) -> str:
    return "".join(group.digits for group in groups)


def sizes(groups: Iterable[Group]) -> tuple[int, ...]:
    return tuple(len(group.digits) for group in groups)


def _groups(text: str, offset: int) -> list[Group]:
    return [Group(found[0], offset + found.start(), offset + found.end()) for found in _GROUP.finditer(text)]
