"""A phone number, written or said in any way; kept as E.164."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flows.answers import NotUnderstood, Option, Reader, Reading, Understood, Which
from flows.answers.number_words import dialled
from flows.answers.settings import only
from flows.answers.spelling import plain
from flows.log import Value

HINT = "Type your phone number, like 0470 12 34 56."
_READ = 200
_HOME = "BE"
_SHOWN = 6


@dataclass(frozen=True, slots=True)
class PhoneAnswer:
    options: tuple[Option, ...] = ()
    expects: str = "phone"

    def read(self, text: str, reader: Reader) -> Reading:
        numbers = _numbers(text[:_READ]) or _numbers(dialled(plain(text[:_READ]), reader.wording))
        if not numbers:
            return NotUnderstood(HINT)
        if len(numbers) == 1:
            return Understood(numbers[0])
        shown = (Option(number, self.show(number, reader), own_words=True) for number in numbers[:_SHOWN])
        return Which(tuple(shown))

    def show(self, value: Value, reader: Reader) -> str:
        import phonenumbers

        try:
            number = phonenumbers.parse(str(value))
        except phonenumbers.NumberParseException:
            return str(value)
        home = phonenumbers.region_code_for_number(number) == _HOME
        style = phonenumbers.PhoneNumberFormat.NATIONAL if home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
        return phonenumbers.format_number(number, style)


def load(settings: Mapping[str, object]) -> PhoneAnswer:
    only(settings)
    return PhoneAnswer()


def _numbers(text: str) -> list[str]:
    import phonenumbers  # with the first text that is read: it would slow every start

    found = (match.number for match in phonenumbers.PhoneNumberMatcher(text, _HOME))
    style = phonenumbers.PhoneNumberFormat.E164
    return list(dict.fromkeys(phonenumbers.format_number(number, style) for number in found))
