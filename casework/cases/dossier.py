"""What a case holds: the answers as they were handed over, each time they were, as bytes to be sealed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from types import MappingProxyType
from typing import Any

import orjson

from flows.log import Value

KEPT = 10
"""How many editions stay. A person may change their answers for ever; the case does not grow for ever."""


@dataclass(frozen=True, slots=True)
class Edition:
    """The answers at one hand-over, by question, in the order they are asked.

    ``by`` says who gave those that the person did not give alone: ``coach:<id of the account>``.
    """

    answers: Mapping[str, Value]
    skipped: tuple[str, ...]
    language: str
    appointment: str | None
    at: datetime
    by: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Earlier:
    """An answer that stood before. ``until`` is when another one came in its place, or it fell away."""

    value: Value
    until: datetime


@dataclass(frozen=True, slots=True)
class Words:
    """A question and its answer as the person saw them then, in the language in which they talked."""

    language: str
    asked: str
    answered: str


NO_WORDS: Mapping[str, Words] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Dossier:
    """The editions of a case, the oldest first; there is at least one. ``words``: of the answers that stand."""

    editions: tuple[Edition, ...]
    words: Mapping[str, Words] = field(default_factory=dict)

    @property
    def newest(self) -> Edition:
        return self.editions[-1]

    def renewed(self, edition: Edition, words: Mapping[str, Words] = NO_WORDS) -> Dossier:
        """With a new edition. The first one always stays; it is what the coach met first.

        Of an answer that stands as before the words of then stay too: the flow may have been reworded since.
        """
        first, *rest = self.editions
        before, now = self.newest.answers, edition.answers
        kept = {name: seen for name, seen in self.words.items() if name in now and now[name] == before.get(name)}
        return Dossier((first, *rest[-(KEPT - 2) :], edition), {**words, **kept})

    def earlier(self, question: str) -> tuple[Earlier, ...]:
        """The answers that differed from the one that stands, the latest first."""
        now = self.newest.answers.get(question)
        told = [(edition.answers.get(question), edition.at) for edition in self.editions]
        changes = [
            Earlier(value, at) for (value, _), (after, at) in pairwise(told) if value is not None and value != after
        ]
        return tuple(change for change in reversed(changes) if change.value != now)

    def as_bytes(self) -> bytes:
        """JSON, ready to be sealed; ``Dossier.from_bytes`` is its inverse."""
        words = {name: [seen.language, seen.asked, seen.answered] for name, seen in self.words.items()}
        return orjson.dumps({"editions": [_as_json(edition) for edition in self.editions], "words": words})

    @classmethod
    def from_bytes(cls, data: bytes) -> Dossier:
        kept = orjson.loads(data)
        words = {name: Words(*seen) for name, seen in kept.get("words", {}).items()}
        return cls(tuple(map(_edition, kept["editions"])), words)


def _as_json(edition: Edition) -> dict[str, Any]:
    return {
        "answers": dict(edition.answers),
        "skipped": edition.skipped,
        "language": edition.language,
        "appointment": edition.appointment,
        "at": edition.at.isoformat(),
        "by": dict(edition.by),
    }


def _edition(data: Mapping[str, Any]) -> Edition:
    return Edition(
        answers={question: _value(value) for question, value in data["answers"].items()},
        skipped=tuple(data["skipped"]),
        language=data["language"],
        appointment=data["appointment"],
        at=datetime.fromisoformat(data["at"]),
        by=data.get("by", {}),
    )


def _value(value: Any) -> Value:
    kept: Value = tuple(value) if isinstance(value, list) else value
    return kept
