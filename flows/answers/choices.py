"""Several choices: ticked one by one, or typed in one go ("1 en 3", "vélo et bus")."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flows.answers import NotUnderstood, Option, Reader, Reading, Understood
from flows.answers.matching import Lexicon, Meant, inside, mentions, nearly, whole
from flows.answers.options import labels, load_options, which
from flows.answers.spelling import LONGEST, plain
from flows.log import Value

HINT = "Tap all that fit, or type the numbers, like: 1 and 3."
NOTICE = "I did not understand all of it. You can change it later."

_BETWEEN = re.compile(r"[,;/+&|\n]|\.\s")
_FROM_TO = re.compile(r"\d\s*[-–—]\s*\d")


@dataclass(frozen=True, slots=True)
class SeveralChoices:
    options: tuple[Option, ...]
    expects: str = "choice"

    def read(self, text: str, reader: Reader) -> Reading:
        lexicon = Lexicon.of(self.options, reader)
        said = plain(text)
        if found := whole(said, lexicon):
            return which(found, reader) if len(found) > 1 else self._reading([found], reader)
        if said in lexicon.vague or _FROM_TO.search(text[:LONGEST]):
            return NotUnderstood(HINT)
        reading = self._reading([_meant(part, lexicon) for part in _parts(text, lexicon)], reader)
        unclear = () if isinstance(reading, Understood) else nearly(said, lexicon)
        return which(unclear, reader) if unclear else reading

    def _reading(self, parts: list[Meant], reader: Reader) -> Reading:
        ids = {option.id for part in parts for option in part}
        together = {option.id for option in self.options if not option.alone} & ids
        if not ids:
            return NotUnderstood(HINT)
        if not together and len(ids) > 1:
            return which(tuple(option for option in self.options if option.id in ids), reader)
        chosen = tuple(option.id for option in self.options if option.id in (together or ids))
        return Understood(chosen, None if all(parts) else NOTICE)

    def show(self, value: Value, reader: Reader) -> str:
        ids = value if isinstance(value, tuple) else (str(value),)
        return ", ".join(labels(ids, self.options, reader))


def load(settings: Mapping[str, object]) -> SeveralChoices:
    """As for one choice; ``alone: true`` marks an option that cannot be ticked together with others."""
    return SeveralChoices(load_options(settings))


def _parts(text: str, lexicon: Lexicon) -> Iterator[str]:
    """The things listed: between commas, between "and"s (unless a label contains it), each number."""
    for chunk in filter(None, map(plain, _BETWEEN.split(text[:LONGEST]))):
        part: list[str] = []
        for mention in mentions(chunk, lexicon):
            if not mention.meant and mention.words[0] in lexicon.ands:
                yield from _numbers_apart(part, lexicon)
                part = []
            else:
                part.extend(mention.words)
        yield from _numbers_apart(part, lexicon)


def _numbers_apart(words: list[str], lexicon: Lexicon) -> Iterator[str]:
    if words and all(word in lexicon.numbers for word in words):
        yield from words
    elif words:
        yield " ".join(words)


def _meant(part: str, lexicon: Lexicon) -> Meant:
    sure = whole(part, lexicon) or inside(part, lexicon)
    guess = () if sure else nearly(part, lexicon)
    return sure or (guess if len(guess) == 1 else ())
