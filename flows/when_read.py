"""Reads what somebody typed about when they want to come, in Dutch, French or a little English.

What words mean, seen from the day on which they are typed:

- "Dinsdag" is the coming Tuesday, never today. "Volgende dinsdag" and "mardi prochain" are the Tuesday of next week,
  also on a Monday; "komende", "aanstaande", "deze" and "qui vient" are the coming one. "Alleen op dinsdag" and "le
  mardi" are every Tuesday, and so are two days together ("dinsdag of donderdag").
- "Mardi en huit" is a week after the coming one.
- Weeks run from Monday through Sunday. "Volgende week" is the next one, "over (binnen) twee weken", "over 14 dagen" and
  "dans quinze jours" are the week of that day; "over drie dagen" is that day. Of what has begun, the rest is meant.
- A date without a year is the next such date; "de 24e" and "le 24" are the next 24th; a month alone is all of it.
- Before noon is the morning, the rest of the day is the afternoon, from five o'clock on it is the evening too.
- "Om 10 uur" is any time from ten until eleven; with minutes it is that moment; "rond 10 uur" is an hour to both sides.
  One to six o'clock are in the afternoon, unless the morning is named.
- "Na" and "vanaf" begin there, "voor" and "tot" end there; of days, "na" begins the day after and "voor" ends the day
  before. A "not" turns around what stands behind it, or before it ("donderdag kan ik niet").
- What lies in the past is nothing that anybody can wish for, and neither is what contradicts itself.

Nothing is ever booked on the strength of this: the full date is always said back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flows.answers import Reader
from flows.when import When
from flows.when_clock import CLOCKS, reduced
from flows.when_days import day_rules
from flows.when_hopes import Hopes
from flows.when_pieces import pieces_of, tokens_of
from flows.when_words import UNKNOWN, Piece, time_words

_MEANS_A_TIME = frozenset("DRONCXMPWVSZkwm")
_LEFT_OVER = frozenset(f"{UNKNOWN}NOXJ")


@dataclass(frozen=True, slots=True)
class Wish:
    """``shown`` is what it says of times that are on the screen: "dinsdag" is any Tuesday there.

    ``exact``: it names one day, or an hour. ``sure``: no word was left over. ``other``: whatever it says besides, it
    wants other times than those on the screen. ``turns_down``: it says when not.
    """

    when: When
    shown: When
    exact: bool = False
    sure: bool = True
    other: bool = False
    turns_down: bool = False


def read_wish(text: str, reader: Reader) -> Wish | None:
    """When ``text`` says that somebody wants to come; ``None`` if it says nothing about that."""
    pieces = _pieces(text, reader)
    if _MEANS_A_TIME.isdisjoint(piece.sign for piece in pieces):
        return None
    found = reduced(reduced(pieces, CLOCKS), day_rules(reader.today))
    hopes = _hopes(found, reader.today)
    when = hopes.when()
    if when is None:
        return None
    sure = _LEFT_OVER.isdisjoint(piece.sign for piece in found)
    return Wish(when, hopes.shown(when), hopes.is_exact(when), sure, hopes.other, hopes.turns_down)


def wants_other_times(text: str, reader: Reader) -> bool:
    """Whether all of ``text`` is a wish for other times than those on the screen ("een andere dag")."""
    return [piece.sign for piece in _pieces(text, reader)] == ["Z"]


def _pieces(text: str, reader: Reader) -> Sequence[Piece]:
    """In the language that leaves the fewest words unknown, that of the talk first; then in all of them together."""
    languages, tokens = tuple(reader.languages()), tokens_of(text)
    best: Sequence[Piece] = ()
    fewest: int | None = None
    alone = (language for language in languages if language in (reader.language, *reader.wording.catalogues))
    for order in (*((language,) for language in alone), languages):
        pieces = pieces_of(tokens, time_words(reader.wording, order))
        unknown = sum(piece.sign == UNKNOWN for piece in pieces)
        if fewest is None or unknown < fewest:
            best, fewest = pieces, unknown
        if not unknown:
            break
    return best


def _hopes(pieces: Sequence[Piece], today: date) -> Hopes:
    hopes = Hopes(today)
    clause: list[Piece] = []
    for piece in (*pieces, Piece("B")):
        if piece.sign == "B":
            hopes.hear(clause)
            clause = []
        else:
            clause.append(piece)
    return hopes
