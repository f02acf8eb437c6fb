"""Tries whether words would be understood, on a copy of what is remembered: nothing is noted, nothing said."""

from __future__ import annotations

from copy import copy
from dataclasses import fields

from flows.log import Aside, Missed
from flows.memory import Memory
from flows.talk import Talk
from flows.understand import hear_text


def understood(talk: Talk, text: str, aside: Aside | None) -> bool:
    """Whether ``text`` answers, corrects or commands something as the talk stands."""
    trial = Talk(talk.setting, _copied(talk.memory), talk.now, talk.by)
    hear_text(trial, text, aside)
    return not any(isinstance(entry, Missed) for entry in trial.entries)


def _copied(memory: Memory) -> Memory:
    """Its own dictionaries and sets; the entries in them never change."""
    return Memory(**{field.name: copy(getattr(memory, field.name)) for field in fields(memory)})
