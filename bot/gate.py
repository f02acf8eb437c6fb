"""The gate before the door: a number that we may not have goes no further, whoever said it and wherever."""

from __future__ import annotations

from dataclasses import replace

from bot.incoming import Incoming
from flows.forbidden import forbidden, without_digits
from flows.heard import CannotRead, Said, Started, TooPersonal


def let_in(incoming: Incoming) -> Incoming:
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
    kind = forbidden(text)
    if kind is None:
        return incoming
    return replace(incoming, heard=TooPersonal(kind, without_digits(text)), body=None)
