"""How easy Dutch and French texts are to read, by formulas that count words, sentences and syllables."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

_SENTENCE_END = re.compile(r"(?<=[.?!:])\s+(?![?!:])")
_WORD = re.compile(r"[^\W\d_]+")
_DUTCH = re.compile(r"aai|ooi|oei|eeu|ieu|aa|ee|oo|uu|ie|oe|eu|ui|ij|ei|au|ou|[aeiouyáéèëïöüà]")
_FRENCH = re.compile(r"eau|oui|o[uiœ]|œu|ai|ei|au|eu|ui|i[eoa]|[aeiouyàâéèêëîïôûùœ]")
_FRENCH_SILENT = re.compile(r"(?<=[^aeiouyàâéèêëîïôûù])e(s|nt)?$")


@dataclass(frozen=True, slots=True)
class Measure:
    """What the formulas are about: words per sentence and syllables per word."""

    words: int
    sentence: float
    syllables: float

    @property
    def douma(self) -> float:
        """Flesch-Douma, for Dutch: 80 and more is easy."""
        return 206.84 - 0.93 * self.sentence - 77 * self.syllables

    @property
    def brouwer(self) -> float:
        """Brouwer's A, for Dutch: 75 and more is easy."""
        return 195 - 200 / 3 * self.syllables - 2 * self.sentence

    @property
    def kandel_moles(self) -> float:
        """Kandel and Moles, for French: 80 and more is easy."""
        return 207 - 1.015 * self.sentence - 73.6 * self.syllables


ENOUGH = 100
"""The formulas say little about fewer words than this."""
GATES: dict[str, tuple[tuple[str, int], ...]] = {
    "nl": (("douma", 80), ("brouwer", 75)),
    "fr": (("kandel_moles", 80),),
}
"""Per language the formulas, by their name in ``Measure``, and what they must reach (domain.md D2)."""


def too_hard(measured: Measure, language: str) -> str | None:
    """Which gate the texts fall short of, if they are long enough to tell."""
    for formula, least in GATES[language] if measured.words >= ENOUGH else ():
        score = getattr(measured, formula)
        if score < least:
            return f"{formula.replace('_', '-').title()} {score:.0f}, at least {least}"
    return None


def sentences(text: str) -> list[str]:
    """The sentences of a text; a colon ends one too."""
    return [sentence for sentence in _SENTENCE_END.split(text) if _WORD.search(sentence)]


def measure(texts: Iterable[str], language: str) -> Measure:
    """Count ``texts`` (not empty) in ``language`` (``nl`` or ``fr``)."""
    parts = [sentence for text in texts for sentence in sentences(text)]
    words = [word.lower() for part in parts for word in _WORD.findall(part)]
    syllables = sum(map(SYLLABLES[language], words))
    return Measure(len(words), len(words) / len(parts), syllables / len(words))


def _dutch(word: str) -> int:
    return max(1, len(_DUTCH.findall(word)))


def _french(word: str) -> int:
    return max(1, len(_FRENCH.findall(_FRENCH_SILENT.sub("", word))))


SYLLABLES: dict[str, Callable[[str], int]] = {"nl": _dutch, "fr": _french}
