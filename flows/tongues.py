"""The words by which each language is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Tongue:
    """``words`` tell the language, ``known`` belong to it, those of names included; all of them are ``plain``."""

    words: frozenset[str] = frozenset()
    known: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Tongues:
    """``names`` maps what a language is called, in any language, to it.

    ``says`` are words around speaking, ``wants`` ask for a language, ``refuses`` say that it is not spoken and
    ``learns`` that it is learnt: they are looked for beside a name, whatever language they are in.
    """

    by_language: Mapping[str, Tongue] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    says: frozenset[str] = frozenset()
    wants: frozenset[str] = frozenset()
    refuses: frozenset[str] = frozenset()
    learns: frozenset[str] = frozenset()
