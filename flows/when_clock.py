"""Hours as people say them ("half elf", "kwart voor tien", "dix heures et quart"), as an hour and minutes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from flows.when_words import Piece

Rule: TypeAlias = tuple[re.Pattern[str], Callable[[Sequence[Piece]], Sequence[Piece] | None]]
"""Pieces with such signs are replaced by what is made of them; ``None`` leaves them as they are."""


def reduced(pieces: Sequence[Piece], rules: Iterable[Rule]) -> list[Piece]:
    """``pieces`` after each rule in turn, wherever it applies."""
    found = list(pieces)
    signs = _signs(found)
    for pattern, make in rules:
        if pattern.search(signs):
            for match in reversed(list(pattern.finditer(signs))):
                made = make(found[match.start() : match.end()])
                if made is not None:
                    found[match.start() : match.end()] = made
            signs = _signs(found)
    return found


def _signs(pieces: Iterable[Piece]) -> str:
    return "".join([piece.sign for piece in pieces])


def _at(hour: int, minutes: int) -> list[Piece] | None:
    hour, minutes = hour + minutes // 60, minutes % 60
    return [Piece("T", (hour, minutes))] if 0 <= hour < 24 else None


def _hour(pieces: Sequence[Piece]) -> int:
    """The hour that is counted from: "een" is one."""
    number = next(piece for piece in pieces if piece.sign in "N1C")
    return number.values[0] if number.values else 1


def _plus(minutes: int) -> Callable[[Sequence[Piece]], list[Piece] | None]:
    return lambda pieces: _at(_hour(pieces), minutes)


def _less(pieces: Sequence[Piece]) -> list[Piece] | None:
    return _at(_hour(pieces), -pieces[-1].values[0])


def _with_minutes(pieces: Sequence[Piece]) -> list[Piece] | None:
    minutes = pieces[-1].values[0]
    return _at(_hour(pieces), minutes) if minutes < 60 and minutes % 5 == 0 else None


def _as_written(pieces: Sequence[Piece]) -> list[Piece] | None:
    values = pieces[0].values or (1,)
    return _at(values[0], values[1] if len(values) > 1 else 0)


def _behind(pieces: Sequence[Piece]) -> list[Piece] | None:
    """ "Tussen de 10 en de 12": the number at the end is an hour."""
    hour = _as_written(pieces[-1:])
    return [*(piece for piece in pieces[:-1] if piece.sign != "l"), *hour] if hour else None


CLOCKS: tuple[Rule, ...] = (
    (re.compile("qb[N1C]h?"), _plus(-15)),
    (re.compile("q[ai][N1C]h?"), _plus(15)),
    (re.compile("H[N1C]h?(?!M)"), _plus(-30)),
    (re.compile("[N1C]h?&H"), _plus(30)),
    (re.compile("[N1C]h?&?q"), _plus(15)),
    (re.compile("[N1C]h?-q"), _plus(-15)),
    (re.compile("[N1C]h?-N"), _less),
    (re.compile("[N1]hN(?!M)"), _with_minutes),
    (re.compile("[N1]h|C"), _as_written),
    (re.compile("(?<=[@~])[N1](?![Mwjmh])"), _as_written),
    (re.compile("el?[N1](?=[&u])"), _behind),
    (re.compile("eT[&u]l?[N1](?!M)"), _behind),
    (re.compile("[N1](?=[u@]T)"), _as_written),
)
"""From the pieces of ``flows.when_pieces`` to pieces ``T``: an hour and minutes, as they were said."""
