"""Consent: given or refused in clear words only, never by a sign, a question or silence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flows.answers import NotUnderstood, Option, Reader, Reading, Understood
from flows.answers.matching import answers
from flows.answers.options import labels
from flows.answers.settings import flag, id, only, whole
from flows.answers.spelling import closest, plain, spelled
from flows.answers.yesno import NO, YES
from flows.log import Value

HINT = "Please tap a button, or type yes or no. Both are fine."
PERSON = Option("person", "Rather with a person")


@dataclass(frozen=True, slots=True)
class ConsentAnswer:
    """``scope`` is what is agreed to, ``wording`` the number of the text that was shown."""

    scope: str
    wording: int
    options: tuple[Option, ...]
    expects: str = "choice"

    def read(self, text: str, reader: Reader) -> Reading:
        said, clear = plain(text), self._clear_words(reader)
        found = () if "?" in text else closest(said, clear) or closest(_bare(said, reader), clear)
        denies = set(answers(reader, "not")) & set(said.split())
        if found in (("yes",), ("no",), ("person",)) and not (denies and found == ("yes",)):
            return Understood(found[0])
        return NotUnderstood(HINT)

    def _clear_words(self, reader: Reader) -> dict[str, str]:
        clear: dict[str, str] = {}
        for option in self.options:
            names = {"yes": ("agree",), "no": ("no", "refuse")}.get(option.id, ())
            own = [spelled(reader.wording.translate(option.label, language)) for language in reader.languages()]
            typed = [word for name in names for word in answers(reader, name)]
            clear.update(dict.fromkeys((word for word in (*own, *typed) if word[:1].isalpha()), option.id))
        return clear

    def show(self, value: Value, reader: Reader) -> str:
        return ", ".join(labels((str(value),), self.options, reader))


def _bare(said: str, reader: Reader) -> str:
    """Without the words of politeness around it: "ja hoor, mevrouw"."""
    polite = {spelled(word) for words in reader.wording.words.values() for word in words.chatter.get("polite", ())}
    return " ".join(word for word in said.split() if word not in polite)


def load(settings: Mapping[str, object]) -> ConsentAnswer:
    """From ``scope``, ``wording``, and ``person: true`` for a third way."""
    only(settings, "scope", "wording", "person")
    third = (PERSON,) if flag(settings, "person") else ()
    wording = whole(settings, "wording")
    if wording < 1:
        raise ValueError("'wording' counts from 1")
    return ConsentAnswer(id(settings, "scope"), wording, (YES, NO, *third))
