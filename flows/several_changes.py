"""Two corrections in one sentence: "ik ben 52 en ik woon in Hasselt"."""

from __future__ import annotations

from collections.abc import Iterator

from flows.contrast import exchanged
from flows.correction import Correction, parts, reads
from flows.log import Value
from flows.offering import offer_changes
from flows.script import Ask
from flows.talk import Talk

_Change = tuple[Ask, Value]


def several(talk: Talk, said: Correction) -> bool:
    """Offer all of them at once, where each part of the sentence tells another answer to a question of its own."""
    if len(said.named) + len(said.told) < 2:
        return False
    told = dict(found for part in parts(said) if (found := _told(talk, part)))
    new = [(ask, value) for ask, value in told.items() if ask is not said.open and value != talk.memory.value(ask.id)]
    if len(new) < 2:
        return False
    offer_changes(talk, new, said.aside)
    return True


def _told(talk: Talk, part: Correction) -> _Change | None:
    found = list(_readings(talk, part))
    return exchanged(talk, part) or (found[0] if len(found) == 1 else None)


def _readings(talk: Talk, part: Correction) -> Iterator[_Change]:
    for ask in part.named + part.told:
        value = reads(talk, ask, part)
        if value is not None:
            yield ask, value
