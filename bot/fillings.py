"""What a text can be filled in with: for each place, what somebody who comes there will read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from flows.dates import long_date
from flows.held_how import held_how
from flows.plain_language import words
from flows.render import phrase_text
from flows.talk import Setting

LONG_DATE = datetime.fromisoformat("2027-09-29T08:30:00+00:00")


def all_fillings(settings: Iterable[Setting]) -> Mapping[str, list[Mapping[str, str]]]:
    """Per language, a value for each placeholder: once for every place, with the longest of what changes."""
    found: dict[str, list[Mapping[str, str]]] = {}
    for setting in settings:
        for language in setting.languages:
            for values in _of(setting, language):
                if values not in found.setdefault(language, []):
                    found[language].append(values)
    return found


def _of(setting: Setting, language: str) -> Iterator[Mapping[str, str]]:
    texts = setting.texts.get(language, {})
    coach = max(setting.coaches.values(), key=words, default="")
    when = long_date(LONG_DATE, language, setting.zone)
    for place in setting.places.values():
        other = setting.neighbours("9000", LONG_DATE.date(), language)
        elsewhere = {"other_service": texts.get("organisation", ""), "other_line": other.line}
        told = {**texts, **elsewhere, "when": when, "coach": coach, **place.get(language, {})}
        yield {**told, "how": phrase_text(held_how("office", told), setting, language)}
