"""The words for days and months in the languages we speak, and moments as people name them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from babel.dates import get_day_names, get_month_names

from flows.answers.spelling import closest, plain

_LOCALES = ("nl", "fr", "en")
_LONG = 5
_ENDINGS = ("ste", "de", "eme", "er", "e", "th", "st", "nd", "rd")


def month(word: str) -> int | None:
    """1 for "januari", "janvier", "jan", "januarie". ``word`` is ``plain``."""
    return _named(word, _names(get_month_names))


def weekday(word: str) -> int | None:
    """0 for "maandag", "lundi", "ma". ``word`` is ``plain``."""
    return _named(word, _names(get_day_names))


def ordinal(word: str) -> int | None:
    """24 for "24", "24e", "24ste"; 1 for "1er"."""
    number = next((word.removesuffix(end) for end in _ENDINGS if word.endswith(end)), word)
    return int(number) if number.isascii() and number.isdecimal() and len(number) <= 8 else None


def _named(word: str, names: Mapping[str, int]) -> int | None:
    """A typo in a short word is no month: "mais" is not "mars"."""
    found = closest(word, names) if len(word) >= _LONG else ()
    return found[0] if len(found) == 1 else names.get(word)


@cache
def _names(source: object) -> Mapping[str, int]:
    names: dict[str, int] = {}
    for width in ("wide", "abbreviated"):
        for locale in _LOCALES:
            named = (
                get_month_names(width, locale=locale)
                if source is get_month_names
                else get_day_names(width, locale=locale)
            )
            for position, name in named.items():
                names.setdefault(plain(name), position)
    return names
