"""What there is for people, as it is written down: offers, measures and partners, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass as plain_dataclass
from dataclasses import field
from datetime import date
from typing import Annotated, Any, Literal, TypeAlias, get_args

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from casework.hours.notation import Texts
from casework.offers.law import Book, imposes
from flows.messages import Phrase

Kind: TypeAlias = Literal["offer", "programme", "financial", "legal"]
KINDS: tuple[Kind, ...] = get_args(Kind)
MEASURES: frozenset[Kind] = frozenset({"financial", "legal"})
"""Those hold by a rule of somebody else: where it stands and since when belongs to them."""
LONGEST_TITLE = 80
LONGEST_ABOUT = 600
LONGEST_LINE = 200
MOST_CONTACTS = 8
MOST = 9999
LINK = re.compile(r"https://[^\s/]+\.[^\s]+")
STRICT = ConfigDict(extra="forbid", defer_build=True)


@dataclass(frozen=True, slots=True, eq=False, config=STRICT)
class Entry:
    """One offer or measure. ``themes`` are written ``question:option``, ``fits`` as under ``when:`` in a flow file.

    It rests on ``rules`` of law: when one of them ends, so does the entry. ``target_group`` and ``funding`` are notes
    for those who answer for the money.

    ``partner`` and ``owner`` are ids of rows; in a file the partner's key there, and a coach's id.
    """

    kind: Kind = "offer"
    title: Texts = field(default_factory=dict)
    about: Texts = field(default_factory=dict)
    themes: tuple[str, ...] = ()
    fits: Mapping[str, Any] = field(default_factory=dict)
    municipalities: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    partner: str | None = None
    contact: str = ""
    begins_on: date | None = None
    ends_on: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    capacity: Annotated[int, Field(ge=1, le=MOST)] | None = None
    source: str = ""
    rules: tuple[str, ...] = ()
    target_group: str = ""
    funding: str = ""
    sensitive: bool = False
    compulsory: bool = False
    owner: str | None = None
    check_before: date | None = None


@dataclass(frozen=True, slots=True, config=STRICT)
class Contact:
    """Somebody who works at a partner, by their work alone: no private number or address."""

    name: str
    role: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, eq=False, config=STRICT)
class House:
    """A partner. ``owner`` as in an ``Entry``."""

    name: str = ""
    about: Texts = field(default_factory=dict)
    address: str = ""
    contacts: tuple[Contact, ...] = ()
    sensitive: bool = False
    owner: str | None = None
    check_before: date | None = None


@plain_dataclass(frozen=True, slots=True)
class Around:
    """What entries may name: an organisation's ``languages``, themes, municipalities, partners, staff and rules."""

    languages: tuple[str, ...]
    themes: Collection[str]
    municipalities: Collection[str]
    partners: Collection[str]
    owners: Collection[str]
    rules: Book = field(default_factory=dict)


@plain_dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a field, and what to do; both can be translated."""

    field: str
    problem: Phrase
    remedy: Phrase

    def plainly(self) -> tuple[str, str]:
        """Both in English, filled in."""
        return self.problem.source.format(**self.problem.params), self.remedy.source.format(**self.remedy.params)


NO_NAME = Phrase("There is no text here."), Phrase("Write it.")
BAD_LINK = Phrase("This is no address of a page."), Phrase("Write it whole, beginning with https://")
BACKWARDS = Phrase("It ends before it begins."), Phrase("Put the earlier day first.")
NO_SOURCE = Phrase("A measure says where its rule stands."), Phrase("Write the address of the page.")
NO_START = Phrase("A measure says since when it holds."), Phrase("Write the day.")
IMPOSED = Phrase("A rule that this rests on can be imposed."), Phrase("Say that somebody can be obliged to it.")
NO_DATES = Phrase("A programme says when it takes place."), Phrase("Write the day it begins.")
BAD_MAIL = Phrase("This is no e-mail address."), Phrase("Write it as name@example.org")
NO_DAY = Phrase("This is no day."), Phrase("Write it as 2027-03-28")
NO_NUMBER = Phrase("This is no number of people."), Phrase("Write one such as 12, or leave it empty.")
NO_PERSON = Phrase("Nobody is named here."), Phrase("Write the name, or empty the line.")
MANY = Phrase("These are too many people."), Phrase("Keep those whom colleagues call.")


FROM_THE_FILE = Phrase("the file of the organisation")
ANOTHER_SYSTEM = Phrase("another system")
"""Who changed an entry, where it was no colleague."""


def bad_rule(where: str, problem: str) -> Flaw:
    """A condition that cannot be understood; what is wrong there is said in English, as where flow files are read."""
    unread = Phrase("The program does not understand this rule: {what}", {"what": problem})
    return Flaw(where, unread, Phrase("Write it as in a flow file, or leave it empty."))


def flaws(entry: Entry, around: Around) -> Iterator[Flaw]:
    """What is wrong with an offer or a measure, but for its condition (``casework.offers.catalogue_rules``)."""
    yield from _texts("title", entry.title, around.languages, LONGEST_TITLE)
    yield from _texts("about", entry.about, around.languages, LONGEST_ABOUT)
    yield from _known("themes", entry.themes, around.themes)
    yield from _known("municipalities", entry.municipalities, around.municipalities)
    yield from _known("partner", (entry.partner,), around.partners)
    yield from _known("owner", (entry.owner,), around.owners)
    yield from _known("rules", entry.rules, around.rules)
    if imposes(entry.rules, around.rules) and not entry.compulsory:
        yield Flaw("compulsory", *IMPOSED)
    for name in ("contact", "source", "target_group", "funding"):
        yield from _short(name, getattr(entry, name), LONGEST_LINE)
    if entry.source and not LINK.fullmatch(entry.source):
        yield Flaw("source", *BAD_LINK)
    yield from _dates(entry)


def house_flaws(house: House, around: Around) -> Iterator[Flaw]:
    """What is wrong with a partner."""
    if not house.name.strip():
        yield Flaw("name", *NO_NAME)
    yield from _short("name", house.name, LONGEST_TITLE)
    yield from _short("address", house.address, LONGEST_LINE)
    for language, text in house.about.items():
        yield from _short(f"about.{language}", text, LONGEST_ABOUT)
    yield from _known("owner", (house.owner,), around.owners)
    if len(house.contacts) > MOST_CONTACTS:
        yield Flaw("contacts", *MANY)
    for number, contact in enumerate(house.contacts):
        yield from _contact(f"contacts.{number}", contact)


def _contact(where: str, contact: Contact) -> Iterator[Flaw]:
    if not contact.name.strip():
        yield Flaw(where, *NO_PERSON)
    if contact.email and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", contact.email):
        yield Flaw(where, *BAD_MAIL)
    for text in (contact.name, contact.role, contact.phone, contact.email):
        yield from _short(where, text, LONGEST_LINE)


def _texts(name: str, texts: Texts, languages: tuple[str, ...], most: int) -> Iterator[Flaw]:
    """In each language of the organisation; nobody has to write English."""
    for language in languages:
        if language != "en" and not texts.get(language, "").strip():
            yield Flaw(f"{name}.{language}", *NO_NAME)
    for language, text in texts.items():
        yield from _short(f"{name}.{language}", text, most)


def _short(where: str, text: str, most: int) -> Iterator[Flaw]:
    if len(text) > most:
        yield Flaw(where, Phrase("This text is too long."), Phrase("Use at most {most} characters.", {"most": most}))


def _known(name: str, named: Collection[str | None], known: Collection[str]) -> Iterator[Flaw]:
    for one in named:
        if one is not None and one not in known:
            problem = Phrase("This is not known here: {what}", {"what": one[:40]})
            yield Flaw(name, problem, Phrase("Choose from the list."))


def _dates(entry: Entry) -> Iterator[Flaw]:
    for first, last in (("begins_on", "ends_on"), ("valid_from", "valid_until")):
        begin, end = getattr(entry, first), getattr(entry, last)
        if begin and end and begin > end:
            yield Flaw(last, *BACKWARDS)
    if entry.kind in MEASURES and not entry.source:
        yield Flaw("source", *NO_SOURCE)
    if entry.kind in MEASURES and entry.valid_from is None:
        yield Flaw("valid_from", *NO_START)
    if entry.kind == "programme" and entry.begins_on is None:
        yield Flaw("begins_on", *NO_DATES)
