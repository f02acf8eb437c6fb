"""A visit that staff made stands in the talk as if the person had asked for a time and had chosen this one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flows.conditions import Condition, Is, conjuncts, holds
from flows.log import Answered, Skipped, Value
from flows.script import Ask, Do
from flows.talk import Talk


def agree(talk: Talk, do: Do, chosen: Mapping[str, str]) -> bool:
    """Note the answers that lead to the time, and the time; whether it can be asked again from here.

    ``chosen`` has what was made, by question. Where more than one answer would have to be another one the person is on
    a way without appointments, and stays on it.
    """
    slot = talk.setting.flow.asks[do.given[0]]
    match list(_in_the_way(talk, slot)):
        case [Is(question, (value, *_))] if question in talk.setting.flow.asks:
            talk.note(Answered(question, value, talk.now))
    for question in do.given[1:]:
        ask = talk.setting.flow.asks.get(question)
        if ask is not None:
            talk.note(_settled(talk, ask, chosen.get(question, "")))
    talk.note(Answered(slot.id, chosen[slot.id], talk.now))
    return slot.id in talk.position().result


def _in_the_way(talk: Talk, slot: Ask) -> Iterator[Condition]:
    """What does not hold of all that must hold for a time to be asked."""
    facts = talk.setting.facts
    known: dict[str, Value] = {**facts.named, **talk.position().result}
    return (part for part in conjuncts(slot.when) if not holds(part, known, facts.regions))


def _settled(talk: Talk, ask: Ask, value: str) -> Answered | Skipped:
    """What was made, if people can choose it themselves."""
    if any(option.id == value for option in ask.kind.options):
        return Answered(ask.id, value, talk.now)
    return Skipped(ask.id, talk.now)
