"""Whether one text is plain enough: short sentences, few words, one question, no hard words (domain.md D2)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from flows.reading_level import sentences

Part: TypeAlias = Literal["question", "beside", "explanation", "button", "consent"]
"""``beside`` is what stands above an open question: the message asks one already."""
Fault: TypeAlias = tuple[str, str]
"""What is wrong with a text, and the remedy."""

QUESTION_WORDS = 12
EXPLANATION_WORDS = 15
MESSAGE_WORDS = 40
BUTTON_LETTERS = 20
LONG_WORD: Mapping[str, int] = {"nl": 14, "fr": 13}
"""From so many letters a word needs an explanation."""

_WORD = re.compile(r"\S*\w\S*")
_LETTERS = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_PLACEHOLDER = re.compile(r"{[a-z_]*}")


@dataclass(frozen=True, slots=True)
class PlainRules:
    """Of one language: ``banned`` words with what to write instead, ``long_words`` and ``exceptions`` (whole texts)
    with the reason why they may stay."""

    banned: Mapping[str, str] = field(default_factory=dict)
    long_words: Mapping[str, str] = field(default_factory=dict)
    exceptions: Mapping[str, str] = field(default_factory=dict)


def faults(text: str, part: Part, language: str, rules: PlainRules) -> Iterator[Fault]:
    """Everything in which ``text``, in ``language``, is harder than it may be."""
    if text in rules.exceptions:
        return
    if part == "button":
        yield from _button(text)
    else:
        yield from _sentences(text, part)
        yield from overlong(text)
        yield from _questions(text, part)
    yield from _banned(text, rules)
    yield from _long_words(text, LONG_WORD[language], rules)


def words(text: str) -> int:
    """How many words somebody reads; a placeholder counts as one."""
    return len(_WORD.findall(text))


def overlong(text: str) -> Iterator[Fault]:
    """Whether a message, its placeholders filled, has too many words."""
    size = words(text)
    if size > MESSAGE_WORDS:
        yield f"the message has {size} words, {MESSAGE_WORDS} at most: {_begin(text)}", "Take out what can wait"


def _button(text: str) -> Iterator[Fault]:
    if len(text) > BUTTON_LETTERS:
        yield f"the button {text!r} has {len(text)} characters, {BUTTON_LETTERS} at most", "Find a shorter name"


def _sentences(text: str, part: Part) -> Iterator[Fault]:
    for sentence in sentences(text):
        asks = part == "question" or (part == "explanation" and sentence.endswith("?"))
        most = QUESTION_WORDS if asks else EXPLANATION_WORDS
        size = words(sentence)
        if size > most:
            yield f"a sentence has {size} words, {most} at most: {sentence!r}", "Cut it in two"


def _questions(text: str, part: Part) -> Iterator[Fault]:
    if part == "beside" and "?" in text:
        yield f"it stands above a question and asks another: {_begin(text)}", "Make it a statement"
    if text.count("?") > 1:
        problem = f"the message asks {text.count('?')} questions: {_begin(text)}"
        yield problem, "Ask one, and make the others statements"


def _banned(text: str, rules: PlainRules) -> Iterator[Fault]:
    for word, better in rules.banned.items():
        if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE):
            yield f"{word!r} is not for people who read slowly: {_begin(text)}", f"Write: {better}"


def _long_words(text: str, long: int, rules: PlainRules) -> Iterator[Fault]:
    for sentence in sentences(_PLACEHOLDER.sub("", text)):
        for found in _LETTERS.finditer(sentence):
            word = found[0]
            name = word[0].isupper() and bool(_LETTERS.search(sentence[: found.start()]))
            if len(word) >= long and not name and word.casefold() not in rules.long_words:
                remedy = "Write a shorter word, or explain it under `long_words` in plain.yaml"
                yield f"the word {word!r} has {len(word)} letters: {_begin(text)}", remedy


def _begin(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:59] + "…")
