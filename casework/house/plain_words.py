"""Warns who writes a text for job seekers where it is hard to read: by the rules that our own texts keep."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from casework.house.sheets import Filled, Wrong
from flows.messages import Phrase
from flows.plain_language import EXPLANATION_WORDS, LONG_WORD, MESSAGE_WORDS, PlainRules, words
from flows.reading_level import sentences

LONG_SENTENCE = Phrase("This sentence has {size} words. {most} or fewer are easy to read: {text}")
LONG_TEXT = Phrase("The text has {size} words. {most} or fewer are easy to read.")
HARD_WORD = Phrase("“{word}” is a hard word. Better: {better}")
LONG_WORDS = Phrase("“{word}” is a long word. A shorter one, or two words, are easier.")
_LETTERS = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")


def warnings(filled: Filled, rules: Mapping[str, PlainRules]) -> dict[str, list[Wrong]]:
    """By language. They keep nobody from saving."""
    if filled.field.kind != "text":
        return {}
    found = {part: list(_hard(text, part, rules[part])) for part, text in filled.inputs.items() if part in rules}
    return {part: wrongs for part, wrongs in found.items() if wrongs}


def _hard(text: str, language: str, rules: PlainRules) -> Iterator[Wrong]:
    for sentence in sentences(text):
        if words(sentence) > EXPLANATION_WORDS:
            begin = sentence if len(sentence) < 60 else sentence[:59] + "…"
            values = {"size": str(words(sentence)), "most": str(EXPLANATION_WORDS), "text": begin}
            yield Wrong(LONG_SENTENCE, values)
    if words(text) > MESSAGE_WORDS:
        yield Wrong(LONG_TEXT, {"size": str(words(text)), "most": str(MESSAGE_WORDS)})
    for word, better in rules.banned.items():
        if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE):
            yield Wrong(HARD_WORD, {"word": word, "better": better})
    for found in _LETTERS.finditer(_PLACEHOLDER.sub("", text)):
        word = found[0]
        if len(word) >= LONG_WORD[language] and not word[0].isupper() and word.casefold() not in rules.long_words:
            yield Wrong(LONG_WORDS, {"word": word})
