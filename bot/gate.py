"""The gate before the door: a number that we may not have goes no further, whoever said it and wherever."""

from __future__ import annotations

from dataclasses import replace

from bot.incoming import Incoming
from flows.forbidden import forbidden, forbidden_in_words, without_digits
from flows.heard import CannotRead, Said, Started, TooPersonal
from flows.wording import Wording


def let_in(incoming: Incoming, wording: Wording) -> Incoming:
    """The update as it may be processed, kept or parked: with nothing in it that must not come in."""
    match incoming.heard:
        case Said(text):
            text = f"{text}\n{incoming.body or ''}" if incoming.body != text else text
        case Started():
            text = incoming.body or ""
        case CannotRead(_, words):
            text = words
        case _:
            return incoming
    kind = forbidden(text) or forbidden_in_words(text, wording)
    if kind is None:
        return incoming
    return replace(incoming, heard=TooPersonal(kind, without_digits(text)), body=None)
