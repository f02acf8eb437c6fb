"""Who finds reading hard asks once to hear our messages, and from then on hears them, until they say no."""

from __future__ import annotations

from typing import assert_never

from flows.effects import ReadAloud
from flows.heard import HearsAloud
from flows.menu import ask_open
from flows.messages import Phrase
from flows.talk import Talk


def wish_aloud(talk: Talk, *, on: bool) -> None:
    """The outcome says whether that is possible at this channel."""
    talk.order(ReadAloud(on))


def tell_aloud(talk: Talk, outcome: HearsAloud) -> None:
    match outcome.how:
        case "on":
            remark = Phrase("I also read my messages aloud now. To stop it, type: no voice.")
        case "off":
            remark = Phrase("Good. I no longer read aloud.")
        case "cannot":
            remark = Phrase("I cannot read aloud here. A person can help you. Type: person.")
        case _:
            assert_never(outcome.how)
    ask_open(talk, remark)
