"""What a person can always say, whatever is asked: back, skip, help, stop, a person, another language."""

from __future__ import annotations

from functools import lru_cache

from rapidfuzz.distance import OSA

from flows.answers.spelling import plain
from flows.wording import Wording

COMMANDS = (
    "hello",
    "back",
    "change",
    "skip",
    "why",
    "repeat",
    "help",
    "language",
    "person",
    "stop",
    "continue",
    "keep",
    "restart",
    "come",
    "move",
    "cancel",
    "sessions",
    "my_sessions",
    "referrals",
    "small_steps",
    "summary",
    "privacy",
    "questions",
    "erase",
    "web",
    "telegram",
    "agenda",
    "aloud",
    "hush",
    "no_news",
)
NAMES_LANGUAGE = "language:"
"""``language:fr`` is the command of words that name French."""

_LONG = 5
"""Shorter words are too much like other words to guess at."""


def recognise(text: str, wording: Wording, fuzzy: bool) -> str | None:
    """The command that the whole of ``text`` is, in any language, with or without a slash.

    With ``fuzzy``, one letter may be wrong in a text of five letters or more, unless that fits two commands.
    """
    said = plain(text.partition("@")[0] if text.startswith("/") else text)
    known = _known(wording)
    if said in known:
        return known[said]
    if not fuzzy or len(said) < _LONG:
        return None
    long = _by_length(wording)
    words = (word for size in (len(said) - 1, len(said), len(said) + 1) for word in long.get(size, ()))
    near = {known[word] for word in words if OSA.distance(said, word, score_cutoff=1) <= 1}
    return near.pop() if len(near) == 1 else None


@lru_cache(maxsize=16)
def _known(wording: Wording) -> dict[str, str]:
    """The command of every spelling. Where two languages differ, the first one wins."""
    known: dict[str, str] = {}
    for words in wording.words.values():
        for command, typed in words.commands.items():
            for word in typed:
                known.setdefault(plain(word), command)
    known.pop("", None)
    return known


@lru_cache(maxsize=16)
def _by_length(wording: Wording) -> dict[int, tuple[str, ...]]:
    """The spellings in which a typo is looked for."""
    found: dict[int, tuple[str, ...]] = {}
    for word in _known(wording):
        if len(word) >= _LONG:
            found[len(word)] = (*found.get(len(word), ()), word)
    return found
