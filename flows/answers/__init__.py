"""Kinds of answer, one a file: what each accepts, in every language, and what it offers as buttons."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from flows.answers.gazetteer import Gazetteer
from flows.log import Value
from flows.wording import Wording


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose. ``alone`` cannot be ticked together with others ("nothing").

    ``own_words`` marks a label that stands as it is in every language ("Français"). Whoever chooses it has said what
    it ``means`` too: names with their values, such as the answer to a later question.
    """

    id: str
    label: str
    icon: str = ""
    alone: bool = False
    own_words: bool = False
    means: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Understood:
    """``notice`` (English source, no placeholders) is said with it: a long text was cut, a word not known."""

    value: Value
    notice: str | None = None


@dataclass(frozen=True, slots=True)
class Which:
    """What was said fits several answers; ``options`` are these answers, their ids being values.

    Their labels are in the person's language already.
    """

    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """``hint`` (English source, no placeholders) says how this can be answered; it never blames."""

    hint: str


Reading: TypeAlias = Understood | Which | NotUnderstood


@dataclass(frozen=True, slots=True)
class Reader:
    """What a kind of answer may look at: wording and words of every language, places, and the day."""

    question: str
    language: str
    wording: Wording
    gazetteer: Gazetteer
    today: datetime.date

    def languages(self) -> Iterator[str]:
        """The language of the talk first, then the others: a person may mix them."""
        yield from dict.fromkeys((self.language, *self.wording.languages, *self.wording.words))


class Kind(Protocol):
    """A kind of answer, as loaded from its place in a flow file."""

    @property
    def expects(self) -> str:
        """The hint for channels: ``choice``, ``text``, ``place``, ``phone``, ``email``, ``date``, ``number``,
        ``slot``, ``language``."""

    @property
    def options(self) -> tuple[Option, ...]:
        """What can be tapped; empty where the answer is typed."""

    def read(self, text: str, reader: Reader) -> Reading:
        """What ``text`` (as typed, trimmed, not empty) means as an answer."""

    def show(self, value: Value, reader: Reader) -> str:
        """The value as the person should see it again, in ``reader.language``."""


class Loader(Protocol):
    """Each kind's module has ``load(settings) -> Kind``: the kind from its YAML settings.

    It raises ``ValueError`` with one line that says what is wrong with them.
    """

    def __call__(self, settings: Mapping[str, object]) -> Kind: ...
