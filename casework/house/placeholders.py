"""Names between braces in a text that an organisation writes: what fills them in must be there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def unfilled(text: str, known: Sequence[str]) -> list[str]:
    """Those that people would read as they stand, braces and all."""
    return [found[0] for found in _PLACEHOLDER.finditer(text) if found[1] not in known]


def listed(known: Sequence[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in known)


def flaws(texts: Mapping[str, str], known: Sequence[str] = ()) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """By language: where, what is wrong, and what to do."""
    remedy = f"write one of {listed(known)}, or take it out" if known else "take it out"
    for language, text in texts.items():
        for name in unfilled(text, known):
            yield (language,), f"'{name}' is filled in by nothing", remedy
