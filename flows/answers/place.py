"""Where somebody lives: a postcode, a municipality or a village, in either language, old name or new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from flows.answers import NotUnderstood, Option, Reader, Reading, Understood, Which
from flows.answers.gazetteer import Place
from flows.answers.number_words import dialled
from flows.answers.settings import only
from flows.answers.spelling import plain
from flows.digits import readable
from flows.log import Value

HINT = "Type your postcode. It has four numbers, like 3600."
_SHOWN = 6


@dataclass(frozen=True, slots=True)
class PlaceAnswer:
    options: tuple[Option, ...] = ()
    expects: str = "place"

    def read(self, text: str, reader: Reader) -> Reading:
        match _found(text, reader):
            case []:
                return NotUnderstood(HINT)
            case [place]:
                return Understood(place.value)
            case found:
                return Which(tuple(_option(place, reader) for place in found[:_SHOWN]))

    def show(self, value: Value, reader: Reader) -> str:
        postcode, _, name = str(value).partition(":")
        place = reader.gazetteer.place(str(value))
        return f"{postcode} {place.name(reader.language) if place else name}".strip()


def _found(text: str, reader: Reader) -> list[Place]:
    """The places that were typed; a postcode may be said in words."""
    text = readable(text)
    said = plain(text)
    spoken = dialled(said, reader.wording)
    has_code = spoken != said and reader.gazetteer.names_a_code(spoken)
    return reader.gazetteer.find(spoken if has_code else text, reader.language)


def told_apart(text: str, values: Iterable[str], reader: Reader) -> str | None:
    """The one of these places that the words tell from the others: "die in Aalst"."""
    words = set(plain(text).split())
    labels = {value: set(plain(place.label(reader.language)).split()) for value, place in _places(values, reader)}
    shared = set.intersection(*labels.values()) if labels else set()
    hits = [value for value, label in labels.items() if words & label - shared]
    return hits[0] if len(hits) == 1 else None


def _places(values: Iterable[str], reader: Reader) -> Iterator[tuple[str, Place]]:
    return ((value, place) for value in values if (place := reader.gazetteer.place(value)))


def _option(place: Place, reader: Reader) -> Option:
    return Option(place.value, place.label(reader.language), own_words=True)


def load(settings: Mapping[str, object]) -> PlaceAnswer:
    only(settings)
    return PlaceAnswer()
