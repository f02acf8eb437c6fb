"""Every text in every language, and the words people type, as values the engine can look things up in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flows.harmless import phone_spans
from flows.helplines import Helplines
from flows.patterns import Patterns
from flows.tongues import Tongues

SOURCE = "en"


@dataclass(frozen=True, slots=True)
class Words:
    """What people type, in one language: words of commands, of common answers, and of options.

    ``commands`` maps ``back``, ``skip``, ... to what is typed for it; ``answers`` does so for ``yes``, ``no``,
    ``dont_know`` and ``rather_not``; ``options`` maps an option's id, or ``question.option``, to its synonyms.
    ``questions`` maps a question's id to what it is called, ``statements`` to what introduces its answer,
    ``corrections`` the parts of a correcting sentence (``change``, ``wrong``, ...), ``chatter`` what is said
    besides (``thanks``, ``insult``) and ``times`` what days, hours and the words around them are called.
    """

    commands: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    questions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    statements: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    corrections: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    chatter: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    times: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Care:
    """By language, what people type in ``distress`` and of whom they speak (``about_whom``); and who helps."""

    distress: Mapping[str, Patterns] = field(default_factory=dict)
    about_whom: Mapping[str, Patterns] = field(default_factory=dict)
    helplines: Helplines = field(default_factory=Helplines)

    def warm_up(self) -> None:
        """Make ready for the first text what would take long then."""
        phone_spans("")
        for patterns in (*self.distress.values(), *self.about_whom.values()):
            patterns.warm_up()


@dataclass(frozen=True, slots=True)
class Manner:
    """How people ask in one language, all of it ``plain``: what their spellings mean, words that mean nothing, and
    how a question begins."""

    spellings: Mapping[str, str] = field(default_factory=dict)
    fillers: frozenset[str] = frozenset()
    openers: frozenset[str] = frozenset()
    _longest: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        longest = max((opener.count(" ") + 1 for opener in self.openers), default=0)
        object.__setattr__(self, "_longest", longest)

    def begins_a_question(self, words: list[str]) -> bool:
        return any(" ".join(words[:size]) in self.openers for size in range(1, self._longest + 1))


@dataclass(frozen=True, slots=True, eq=False)
class Wording:
    """One for the whole program, equal to no other: what is worked out of it is remembered by which one it is.

    ``catalogues`` maps a language to its translations by English source; ``words`` to what people type;
    ``tongues`` are the words by which a language is known, ``manners`` how people ask in each."""

    catalogues: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    words: Mapping[str, Words] = field(default_factory=dict)
    care: Care = field(default_factory=Care)
    tongues: Tongues = field(default_factory=Tongues)
    manners: Mapping[str, Manner] = field(default_factory=dict)

    @property
    def languages(self) -> tuple[str, ...]:
        return (*self.catalogues, SOURCE)

    def translate(self, source: str, language: str) -> str:
        """The text in ``language``. The English source stands where a translation is missing: the check
        ``opstap check`` keeps that from happening in what is shipped."""
        return self.catalogues.get(language, {}).get(source) or source
