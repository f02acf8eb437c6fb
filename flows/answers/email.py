"""An e-mail address, also with the spaces and capitals of a phone keyboard. Nothing is looked up."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address

from flows.answers import NotUnderstood, Option, Reader, Reading, Understood
from flows.answers.matching import answers
from flows.answers.settings import only
from flows.log import Value

HINT = "Type your e-mail address, like name@example.be."
_READ = 320
_ADDRESS = re.compile(r"[a-z0-9._%+'&-]{1,64}@(?:[a-z0-9-]{1,63}\.)+[a-z]{2,24}", re.ASCII)
_AROUND_SIGNS = re.compile(r"\s*([@.])\s*(?=\S)")
_COMMA_FOR_DOT = re.compile(r"(?<=@)([a-z0-9-]+),(?=[a-z]{2,3}\b)")


@dataclass(frozen=True, slots=True)
class EmailAnswer:
    options: tuple[Option, ...] = ()
    expects: str = "email"

    def read(self, text: str, reader: Reader) -> Reading:
        written = unicodedata.normalize("NFKC", text[:_READ]).casefold()
        for word, sign in (*_spoken(reader, "at", "@"), *_spoken(reader, "dot", ".")):
            written = re.sub(rf"(?<=\S)\s+{re.escape(word)}\s+(?=\S)", sign, written)
        close = _COMMA_FOR_DOT.sub(r"\1.", _AROUND_SIGNS.sub(r"\1", written))
        found = dict.fromkeys((*_addresses(written), *(() if _addresses(written) else _addresses(close))))
        return Understood(next(iter(found))) if len(found) == 1 else NotUnderstood(HINT)

    def show(self, value: Value, reader: Reader) -> str:
        return str(value)


def load(settings: Mapping[str, object]) -> EmailAnswer:
    only(settings)
    return EmailAnswer()


def _spoken(reader: Reader, name: str, sign: str) -> list[tuple[str, str]]:
    return [(word, sign) for word in answers(reader, name)]


def _addresses(text: str) -> list[str]:
    return [address for address in _ADDRESS.findall(text) if _valid(address)]


def _valid(address: str) -> bool:
    try:
        return Address(addr_spec=address).addr_spec == address
    except (ValueError, MessageError):
        return False
