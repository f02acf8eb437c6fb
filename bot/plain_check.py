"""Finds the texts that are hard to read: each one by itself, and a whole file by the formulas of its language."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.shown_texts import Catalogues, Shown
from flows.plain_language import PlainRules, faults, overlong, words
from flows.problems import Problem
from flows.reading_level import measure, sentences, too_hard

PLACEHOLDER = re.compile(r"{([a-z_]+)}")
TELLING = 6
"""Words from which on a single text is worth naming as the hardest."""


def hard_texts(
    shown: Iterable[Shown], rules: Mapping[str, PlainRules], fillings: Mapping[str, Sequence[Mapping[str, str]]]
) -> Iterator[Problem]:
    """``fillings`` are, per language, all that placeholders can be filled in with together."""
    for text in dict.fromkeys(shown):
        if text.language not in rules:
            continue
        found = list(faults(text.text, text.part, text.language, rules[text.language]))
        if not found and PLACEHOLDER.search(text.text):
            full = (filled(text.text, values) for values in fillings.get(text.language, ()))
            found = list(overlong(max(full, key=words, default=text.text)))
        for problem, remedy in found:
            yield Problem(text.where, f"{text.language}: {problem}", remedy)


def filled(text: str, values: Mapping[str, str]) -> str:
    return PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def hard_files(shown: Iterable[Shown]) -> Iterator[Problem]:
    """Files whose running text falls short of a gate, at the text that is the hardest of it."""
    groups: dict[tuple[str, str], list[Shown]] = defaultdict(list)
    for text in dict.fromkeys(shown):
        if text.part != "button" and sentences(text.text):
            groups[text.group, text.language].append(text)
    for (group, language), texts in groups.items():
        short = too_hard(measure([text.text for text in texts], language), language)
        if short:
            hardest = max(texts, key=_hardness)
            problem = f"{language}: {group} is hard to read ({short}); the hardest is {hardest.text!r}"
            yield Problem(hardest.where, problem, "Use shorter words and sentences")


def _hardness(text: Shown) -> float:
    measured = measure([text.text], text.language)
    return measured.syllables * 10 + measured.sentence if measured.words >= TELLING else 0.0


def odd_placeholders(catalogues: Catalogues) -> Iterator[Problem]:
    """Translations that fill in something else than their source."""
    for language, texts in catalogues.items():
        for source, (text, where) in texts.items():
            wanted, written = set(PLACEHOLDER.findall(source)), set(PLACEHOLDER.findall(text))
            for name in sorted(wanted - written):
                yield Problem(where, f"{language}: {{{name}}} is missing in {text!r}", "Put it in")
            for name in sorted(written - wanted):
                remedy = f"Its English text knows: {', '.join(sorted(wanted)) or 'none'}"
                yield Problem(where, f"{language}: {{{name}}} cannot be filled in", remedy)
