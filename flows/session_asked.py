"""Whether somebody asks, in a sentence of their own, for the group sessions that are coming."""

from __future__ import annotations

from functools import lru_cache

from flows.answers.spelling import plain, spelled
from flows.wording import Wording

SESSIONS = "sessions"
"""The command whose words are looked for inside the sentence."""


def asks_for_sessions(text: str, wording: Wording) -> bool:
    said = f" {plain(text)} "
    return any(word in said for word in _words(wording))


@lru_cache(maxsize=16)
def _words(wording: Wording) -> tuple[str, ...]:
    typed = (word for words in wording.words.values() for word in words.commands.get(SESSIONS, ()))
    return tuple(dict.fromkeys(f" {spelled(word)} " for word in typed))
