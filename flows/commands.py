"""What a person can always say, whatever is asked: back, skip, help, stop, a person, another language."""

from __future__ import annotations

from collections.abc import Iterable
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
    "move",
    "cancel",
    "summary",
    "privacy",
    "questions",
    "erase",
    "web",
    "telegram",
    "aloud",
    "hush",
)
NAMES_LANGUAGE = "language:"
"""``language:fr`` is the command of words that name French."""

_LONG = 5
"""Shorter words are too much like other words to guess at."""

_List = tuple[tuple[str, tuple[str, ...]], ...]


def recognise(text: str, wording: Wording, fuzzy: bool) -> str | None:
    """The command that the whole of ``text`` is, in any language, with or without a slash.

    With ``fuzzy``, one letter may be wrong in a text of five letters or more, unless that fits two commands.
    """
    said = plain(text.partition("@")[0] if text.startswith("/") else text)
    known = _known(tuple(tuple(words.commands.items()) for words in wording.words.values()))
    if said in known:
        return known[said]
    if not fuzzy or not _LONG <= len(said) <= max(map(len, known), default=0) + 1:
        return None
    near = {known[word] for word in known if len(word) >= _LONG and OSA.distance(said, word, score_cutoff=1) <= 1}
    return near.pop() if len(near) == 1 else None


@lru_cache(maxsize=16)
def _known(languages: tuple[_List, ...]) -> dict[str, str]:
    """The command of every spelling. Where two languages differ, the first one wins."""
    known: dict[str, str] = {}
    for command, words in _every(languages):
        for word in words:
            known.setdefault(plain(word), command)
    known.pop("", None)
    return known


def _every(languages: Iterable[_List]) -> Iterable[tuple[str, tuple[str, ...]]]:
    return (entry for language in languages for entry in language)
