"""A number, in digits or in words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from babel.numbers import format_decimal

from flows.answers import NotUnderstood, Option, Reader, Reading, Understood
from flows.answers.number_words import in_digits
from flows.answers.settings import flag, only
from flows.answers.spelling import LONGEST, plain
from flows.log import Value

HINT = "Type a number, like 2."
WHOLE = "Type a whole number, like 2."
OTHER = "This number does not fit here. Type another number, or skip."
_DIGITS = re.compile(r"(?<![\d.,])-?\d{1,9}(?:[.,]\d{1,6})?(?![\d]|[.,]\d)")
_THOUSANDS = re.compile(r"\.(?=\d{3}$)")


@dataclass(frozen=True, slots=True)
class NumberAnswer:
    min: float | None = None
    max: float | None = None
    whole: bool = False
    options: tuple[Option, ...] = ()
    expects: str = "number"

    def read(self, text: str, reader: Reader) -> Reading:
        numbers = _in_digits(text) or _in_words(text, reader)
        if len(numbers) != 1:
            return NotUnderstood(HINT)
        number = int(numbers[0]) if numbers[0].is_integer() else numbers[0]
        if self.whole and isinstance(number, float):
            return NotUnderstood(WHOLE)
        too_low = self.min is not None and number < self.min
        too_high = self.max is not None and number > self.max
        return NotUnderstood(OTHER) if too_low or too_high else Understood(number)

    def show(self, value: Value, reader: Reader) -> str:
        return format_decimal(value, locale=reader.language) if isinstance(value, int | float) else str(value)


def load(settings: Mapping[str, object]) -> NumberAnswer:
    """``min``, ``max``, and ``whole: true`` where half a thing makes no sense."""
    only(settings, "min", "max", "whole")
    answer = NumberAnswer(_bound(settings, "min"), _bound(settings, "max"), flag(settings, "whole"))
    if answer.min is not None and answer.max is not None and answer.min > answer.max:
        raise ValueError("'min' is higher than 'max'")
    return answer


def _bound(settings: Mapping[str, object], name: str) -> float | None:
    if name not in settings:
        return None
    value = settings[name]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    raise ValueError(f"{name!r} must be a number")


def _in_digits(text: str) -> list[float]:
    found = _DIGITS.findall(unicodedata.normalize("NFKC", text[:LONGEST]))
    return [float(_THOUSANDS.sub("", number).replace(",", ".")) for number in found]


def _in_words(text: str, reader: Reader) -> list[float]:
    return _in_digits(in_digits(plain(text), reader.wording))
