"""Bank account numbers in a text: IBANs of every country, in any spacing, with a wrong digit too."""

from __future__ import annotations

import re

from stdnum import iban
from stdnum.be import vat
from stdnum.exceptions import ValidationError

from flows.digits import SIGN

_BY_LENGTH = {
    15: "no",
    16: "be",
    18: "dk fi fk fo gl nl sd",
    19: "mk si",
    20: "at ba ee kz lt lu mn xk",
    21: "ch hr li lv",
    22: "bg bh cr de gb ge ie me rs va",
    23: "ae gi il iq om so tl",
    24: "ad cz es md pk ro sa se sk tn vg",
    25: "ly pt st",
    26: "is tr",
    27: "bi dj fr gr it mc mr sm",
    28: "al az by cy do gt hn hu lb ni pl sv",
    29: "br eg ps qa ua",
    30: "jo kw mu ye",
    31: "mt sc",
    32: "lc",
    33: "ru",
}
_LENGTHS = {country: length for length, countries in _BY_LENGTH.items() for country in countries.split()}
_GAP = rf"(?:{SIGN}|,){{0,4}}"
_CHECKED = rf"(?!{_GAP}0{_GAP}0)(?={_GAP}\d{_GAP}\d)"
"""Check digits are never 00: that begins the phone number behind ``jan@voorbeeld.be``."""
_START = re.compile(rf"([a-z]){SIGN}?([a-z]){_CHECKED}", re.ASCII)
_BELGIAN = re.compile(rf"b{SIGN}?e{_CHECKED}((?:{_GAP}\d){{12,17}})(?![0-9])", re.ASCII)
_COMPANY = re.compile(rf"{_GAP}(\d{{10}}|\d{{4}}{SIGN}\d{{3}}{SIGN}\d{{3}})(?![0-9])", re.ASCII)
_NEXT = re.compile(rf"{_GAP}([a-z0-9])", re.ASCII)


def names_an_account(text: str) -> bool:
    """Whether a ``readable`` or ``legible`` text holds an IBAN, or what would be one but for a wrong digit."""
    if any(not _begins_with_a_company(found[1]) for found in _BELGIAN.finditer(text)):
        return True
    return any(_is_account(text, found[1] + found[2], found.end()) for found in _START.finditer(text))


def _begins_with_a_company(number: str) -> bool:
    """``BE 0403.170.701, 089 12 34 56``: what a company is known by, and its phone."""
    company = _COMPANY.match(number)
    return company is not None and vat.is_valid(re.sub(r"\D", "", company[1]))


def _is_account(text: str, country: str, at: int) -> bool:
    """Whether an account number of ``country`` goes on at ``at``."""
    number, length = country, _LENGTHS.get(country, 0)
    typed_together = text[at].isdecimal()
    while len(number) < length and (following := _NEXT.match(text, at)):
        number += following[1]
        at = following.end()
    return len(number) == length and _is_one(number, repair=typed_together or number[2:].isdecimal())


def _is_one(number: str, *, repair: bool) -> bool:
    """With ``repair``, a number whose check digits are wrong counts as well: a digit was mistyped."""
    if iban.is_valid(number):
        return True
    try:
        return repair and iban.is_valid(number[:2] + iban.calc_check_digits(number) + number[4:])
    except ValidationError:
        return False
