"""Which answer a button can give: only what its question knows, whatever the button says."""

from __future__ import annotations

from flows.answers.choices import SeveralChoices
from flows.answers.slot import SlotAnswer
from flows.heard import slot_start
from flows.log import Value
from flows.script import Ask


def possible(question: Ask, option: str) -> Value | None:
    """The answer that a button with ``option`` gives, if the question knows that option."""
    if isinstance(question.kind, SlotAnswer):
        return option if slot_start(option) else None
    if option not in {known.id for known in question.kind.options}:
        return option if question.kind.expects == "place" else None
    return (option,) if isinstance(question.kind, SeveralChoices) else option
