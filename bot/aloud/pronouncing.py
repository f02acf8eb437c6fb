"""What is said of a message: its text and the answers to choose from, in words that a voice says right."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.aloud.lexicon import Lexicon
from bot.web.pages import Translate
from flows.messages import Bubble, Phrase

CHOOSE = Phrase("You can choose:")
CHOSEN = Phrase("You have chosen:")
LONGEST = 3000
"""Characters of a message that are said: minutes more than any message of ours takes."""

_LINK = re.compile(r"https?://\S+")
_PHONE = re.compile(r"(?<![\w.,])(?:\+\d{2}|0)[\d /.]{7,16}\d(?!\w)")
_MUTE = frozenset("•·*_#|~^<>=[]{}\\`")
_SILENT_KINDS = ("C", "So", "Sk", "Sm", "Zl", "Zp", "Me")
_ENDS = tuple(".!?:;,…")


@dataclass(frozen=True, slots=True)
class Passage:
    """So much to be said by one voice."""

    language: str
    text: str


def passages(bubble: Bubble, translate: Translate, lexicons: Mapping[str, Lexicon]) -> tuple[Passage, ...]:
    """In order. A question asked in every language is said in each by its own voice, with the answers."""
    lines = bubble.text.split("\n")
    above = lines[: -len(bubble.languages)] if bubble.languages else lines
    parts = list(zip(bubble.languages, lines[len(above) :], strict=False)) or [(bubble.language, "")]
    said = [
        (language, [*(above if place == 0 else ()), line, *_answers(bubble, translate, language)])
        for place, (language, line) in enumerate(parts)
    ]
    return tuple(
        Passage(language, _sentences(sentences, lexicons[language]))
        for language, sentences in said
        if language in lexicons
    )


def _answers(bubble: Bubble, translate: Translate, language: str) -> Iterator[str]:
    chosen = [button.label for button in bubble.buttons if button.ticked]
    free = [button.label for button in bubble.buttons if not button.ticked]
    for phrase, labels in ((CHOSEN, chosen), (CHOOSE, free)):
        if labels:
            yield translate(phrase.source, language)
            yield from labels


def _sentences(lines: Iterable[str], lexicon: Lexicon) -> str:
    """One after the other, with a pause between what stands on lines or buttons of its own."""
    said = (readable(line, lexicon) for line in lines)
    return " ".join(line if line.endswith(_ENDS) else f"{line}." for line in said if line)[:LONGEST]


def readable(text: str, lexicon: Lexicon) -> str:
    """Without signs and icons; numbers, abbreviations and times as people say them."""
    text = unicodedata.normalize("NFC", text)
    text = _LINK.sub(lexicon.link, text)
    text = _PHONE.sub(_digit_by_digit, text)
    text = lexicon.worded(text)
    return " ".join("".join(map(_sound_of, text)).split()).replace(" ,", ",")


def _digit_by_digit(phone: re.Match[str]) -> str:
    """``089 00 00 00`` as eight digits, with a short rest where it is written in groups."""
    groups = re.findall(r"\d+", phone[0])
    plus = "+ " if phone[0].startswith("+") else ""
    return plus + ", ".join(" ".join(group) for group in groups)


def _sound_of(sign: str) -> str:
    if sign == "+":
        return " + "
    if sign == "/":
        return ", "
    mute = sign in _MUTE or unicodedata.category(sign).startswith(_SILENT_KINDS)
    return " " if mute else sign
