"""Writes to somebody of our own accord: a message with buttons, which a typed answer may answer as well."""

from __future__ import annotations

from collections.abc import Sequence

from flows.aside import YES_OR_NO
from flows.heard import COMPANY, REFERRAL, SESSION, VISIT
from flows.log import Approached
from flows.messages import Choice, Phrase, Saying
from flows.talk import Talk
from flows.translated import translation_mark

_OFFERS = (f"{VISIT} take:", f"{SESSION} yes:", f"{REFERRAL} yes:", f"{COMPANY} yes:")
"""How the first button begins of what is kept until a deadline (a time, a seat), or of what only a person can allow."""


def is_offer(taps: Sequence[str]) -> bool:
    return len(taps) >= len(YES_OR_NO) and taps[0].startswith(_OFFERS)


def approach(talk: Talk, name: str, text: Phrase, *choices: Choice, before: tuple[Phrase, ...] = ()) -> None:
    """Say it. A typed answer is one to this only where no question stands open: to that one it is otherwise. An offer,
    which cannot wait, is looked at also then (``flows.offer_in_words``)."""
    taps = tuple(f"{choice.tap.question} {choice.tap.option}" for choice in choices)
    if taps and (talk.memory.asked is None or is_offer(taps)):
        talk.note(Approached(name, taps, tuple(choice.label.source for choice in choices), talk.now))
    talk.says.append(Saying(text, choices, before=(*translation_mark(talk.setting, talk.language), *before)))
