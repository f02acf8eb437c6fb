"""Texts that coaches send often: organisation data in each language; placeholders are filled in word for word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass as plain_dataclass
from dataclasses import field
from types import MappingProxyType

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from casework.hours.notation import Texts
from casework.house.placeholders import flaws as unfilled

PLACEHOLDERS = ("coach", "organisation", "phone", "when", "place")
"""``when`` and ``place`` are those of the person's visit: without one, a reply that needs them is not offered."""
_PLACEHOLDER = re.compile(r"\{(\w*)\}")


@dataclass(frozen=True, slots=True, eq=False, config=ConfigDict(extra="forbid", defer_build=True))
class Reply:
    """``title`` is what a coach chooses it by, ``text`` what the person reads."""

    title: Texts = field(default_factory=dict)
    text: Texts = field(default_factory=dict)


NO_REPLIES: Mapping[str, Reply] = MappingProxyType({})


@plain_dataclass(frozen=True, slots=True)
class Ready:
    """A reply that can be sent as it is. ``meaning`` is the same for a coach who reads another language."""

    id: str
    title: str
    text: str
    meaning: str


def flaws(reply: Reply, languages: Iterable[str]) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """What is missing or unknown in it: where, what, and what to do. Nobody has to write English."""
    for part in ("title", "text"):
        texts: Texts = getattr(reply, part)
        for language in languages:
            if not texts.get(language) and language != "en":
                yield (part,), f"nothing in '{language}'", f"add a line '{language}: ...'"
        yield from ((((part, *path), problem, remedy)) for path, problem, remedy in unfilled(texts, PLACEHOLDERS))


def ready(
    replies: Mapping[str, Reply], values: Mapping[str, Mapping[str, str]], theirs: str, ours: str
) -> Iterator[Ready]:
    """Those that can be filled in, in the person's language (``theirs``); ``values`` are by language.

    None for somebody whose language the organisation has given up since.
    """
    for id, reply in replies.items():
        text = _filled(reply.text.get(theirs, ""), values.get(theirs, {}))
        if text:
            meaning = "" if theirs == ours else _filled(reply.text.get(ours, ""), values.get(ours, {}))
            yield Ready(id, reply.title.get(ours) or next(iter(reply.title.values())), text, meaning)


def _filled(text: str, values: Mapping[str, str]) -> str:
    """Empty if a value is missing. A value with braces in it stays what it is: each place is filled once."""
    if not all(values.get(name) for name in _PLACEHOLDER.findall(text)):
        return ""
    return _PLACEHOLDER.sub(lambda found: values[found[1]], text)
