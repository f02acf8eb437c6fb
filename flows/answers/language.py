"""The language to talk in; each is called by its own name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flows.answers import Option, Reader, Reading
from flows.answers.choice import read_one
from flows.answers.options import labels
from flows.answers.settings import only
from flows.log import Value

OWN_NAMES = {"nl": "Nederlands", "fr": "Français", "en": "English"}
HINT = "Nederlands? Français? Tap a button."


@dataclass(frozen=True, slots=True)
class LanguageChoice:
    options: tuple[Option, ...]
    expects: str = "language"

    def read(self, text: str, reader: Reader) -> Reading:
        return read_one(text, self.options, reader, HINT)

    def show(self, value: Value, reader: Reader) -> str:
        return ", ".join(labels((str(value),), self.options, reader))


def load(settings: Mapping[str, object]) -> LanguageChoice:
    """``languages`` are their ids (``[nl, fr]``)."""
    only(settings, "languages")
    ids = settings.get("languages", ["nl", "fr"])
    if not isinstance(ids, list) or not ids or not set(map(str, ids)) <= set(OWN_NAMES):
        raise ValueError(f"'languages' must be a list of {', '.join(OWN_NAMES)}")
    return LanguageChoice(tuple(Option(id, OWN_NAMES[id], own_words=True) for id in map(str, ids)))
