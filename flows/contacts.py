"""Takes phone numbers and e-mail addresses out of a text that did not have to hold any."""

from __future__ import annotations

import re

from flows.harmless import phone_spans

PHONE, MAIL = "[☎]", "[@]"
"""What stands in their place; the same in every language."""

_MAIL = re.compile(r"[\w.%+'&-]{1,64}\s?@\s?(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}", re.IGNORECASE)
_FEWEST = 8
"""Digits of the shortest phone number."""

ASKED_FOR = frozenset({"phone", "email"})
"""The kinds of answer (``Kind.expects``) that are a phone number or an address themselves."""


def says_nothing_else(public: str) -> bool:
    """Whether a number or an address was all that somebody said; ``public`` is what is left without it."""
    rest = public.replace(PHONE, "").replace(MAIL, "")
    return rest != public and not any(map(str.isalnum, rest))


def without_contacts(text: str) -> str:
    if sum(map(str.isdecimal, text)) >= _FEWEST:
        for start, end in reversed(phone_spans(text)):
            text = f"{text[:start]}{PHONE}{text[end:]}"
    return _MAIL.sub(MAIL, text) if "@" in text else text
