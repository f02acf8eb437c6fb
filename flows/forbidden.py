"""What must not come in: national numbers, card numbers and bank accounts, near misses too.

``python-stdnum`` says what is valid. A wrong digit or an odd space does not make a number less personal, so what
is laid out like one is recognised as well. A phone number, a date, a postcode or a year never is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate

from stdnum import luhn
from stdnum.be import bis, eid, nn

from flows.answers.number_words import in_digits, number_words
from flows.digits import Groups, chains, joined, legible, readable, runs, sizes, windows
from flows.harmless import Harmless
from flows.ibans import names_an_account
from flows.patterns import sentences
from flows.wording import Wording

NATIONAL, ACCOUNT, CARD = "national", "account", "card"
KINDS = (NATIONAL, ACCOUNT, CARD)

_FEWEST = 8
_FEWEST_WORDS = 4
"""In fewer words no such number is said."""
_SPREAD = 16
"""Characters between the parts of a national number that is spread over words."""

_CALLED_SO = re.compile(
    r"rijksreg|nationaal nummer|bis ?nummer|registre nat|num[eé]ro nat|num[eé]ro bis|\b(?:rrn|insz|niss|nrn)\b"
)
_LAID_OUT = re.compile(r"\b\d{1,2}\.\d{1,2}\.\d{1,2}\s?[-‐-―]\s?(?:\d{3,4}\.\d{1,3}|\d{2}\.\d{3}|\d{3})\b", re.ASCII)
_NATIONAL_CUTS = frozenset({2, 4, 6, 9, 11})
_BY_FOUR = (4, 4, 3)
_MONTHS = frozenset((*range(13), *range(20, 33), *range(40, 53)))
_RESIDENCE_CARD = re.compile(r"\bb[ .-]?\d{7}[ .-]?\d{2}\b", re.ASCII)
_IDENTITY_CARD = (3, 7, 2)
_BANK_CARDS = frozenset({(4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 4, 4, 3), (4, 4, 4, 1), (4, 4, 5), (6, 13)})
_SHORTEST_CARD = 12
_MOST_PARTS = max(map(len, _BANK_CARDS))
_ISSUER = re.compile(r"2[2-7]|3[0-9]|[456]")
_SPARE = 4
"""Digits of a run that may stand beside phone numbers and dates without making it a card: a postcode, an hour."""


def forbidden(text: str) -> str | None:
    """``national``, ``account`` or ``card``: what kind of number is in ``text`` that we may not have."""
    letters, text = legible(text), readable(text)
    if sum(map(str.isdecimal, text)) < _FEWEST:
        return None
    harmless = Harmless(text)
    if names_an_account(text) or names_an_account(letters):  # an o is a letter of a French account too
        return ACCOUNT
    found = [run for run in runs(text) if not harmless.is_dialled(run)]
    if _has_national_number(text, found, harmless):
        return NATIONAL
    if _RESIDENCE_CARD.search(text) or any(_is_card(run, harmless) for run in found):
        return CARD
    return None


def forbidden_in_words(text: str, wording: Wording) -> str | None:
    """The same for a number that is said: "vijfentachtig nul zeven dertig nul drie drie achtentwintig"."""
    words, numbers = [word for sentence in sentences(text) for word in sentence], number_words(wording)
    if sum(word in numbers for word in words) < _FEWEST_WORDS:
        return None
    return forbidden(in_digits(" ".join(words), wording))


def without_digits(text: str) -> str:
    """The words around the numbers: all that may be looked at of a text with something forbidden in it."""
    return re.sub(r"[0-9]+", " ", readable(text))


def _has_national_number(text: str, found: list[Groups], harmless: Harmless) -> bool:
    named = _CALLED_SO.search(text) is not None
    return (
        _LAID_OUT.search(text) is not None
        or any(_is_national(part, harmless) for run in found for part in windows(run, 11))
        or (named and any(_could_be_one(run, harmless) for run in found))
        or any(_is_spread(part, harmless) for chain in chains(text, _SPREAD) for part in windows(chain, 11))
    )


def _is_national(part: Groups, harmless: Harmless) -> bool:
    digits = joined(part)
    if not _has_a_day(digits) or _mobile_after_a_digit(part):
        return False
    valid = _is_valid(digits)
    laid_out = _NATIONAL_CUTS.issuperset(accumulate(sizes(part))) or sizes(part) == _BY_FOUR
    return (valid or laid_out) and not harmless.is_phone(part, surely=valid)


def _is_spread(part: Groups, harmless: Harmless) -> bool:
    """Parts with words between them: nothing less than a valid number counts."""
    digits = joined(part)
    return _has_a_day(digits) and _is_valid(digits) and not any(map(harmless.holds, part))


def _is_valid(digits: str) -> bool:
    return nn.is_valid(digits) or bis.is_valid(digits)


def _has_a_day(digits: str) -> bool:
    return int(digits[2:4]) in _MONTHS and int(digits[4:6]) <= 31


def _mobile_after_a_digit(part: Groups) -> bool:
    """ "5 0470 12 34 56": the number in a list, and then a phone."""
    return len(part[0].digits) == 1 and part[1].digits[:2] == "04" and len(part[1].digits) >= 3


def _could_be_one(run: Groups, harmless: Harmless) -> bool:
    """Whoever names a national number beside these digits has given it, with a digit more or less."""
    return _FEWEST <= len(joined(run)) <= 14 and not harmless.covers(run)


def _is_card(run: Groups, harmless: Harmless) -> bool:
    if len(joined(run)) < _SHORTEST_CARD:
        return False
    found = any(map(_is_bank_card, _card_parts(run))) or any(map(_is_identity_card, windows(run, 12)))
    return found and not harmless.covers(run, spare=_SPARE)


def _card_parts(run: Groups) -> Iterator[Groups]:
    """The run as a whole, and the parts of it that are laid out like a card or written in one piece."""
    yield run
    parts = (run[first : first + count] for first in range(len(run)) for count in range(1, _MOST_PARTS + 1))
    yield from (part for part in parts if len(part) == 1 or sizes(part) in _BANK_CARDS)


def _is_bank_card(part: Groups) -> bool:
    digits = joined(part)
    if not 13 <= len(digits) <= 19 or digits.startswith("00"):
        return False
    in_one_piece = len(part) == 1 and len(digits) > 13
    return in_one_piece or (_ISSUER.match(digits) is not None and luhn.is_valid(digits))


def _is_identity_card(part: Groups) -> bool:
    """The number of a Belgian identity card; an account number of before 2011 looks the same."""
    return sizes(part) == _IDENTITY_CARD or eid.is_valid(joined(part))
