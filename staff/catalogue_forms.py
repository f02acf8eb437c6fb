"""The forms of the catalogue: from a row to what stands in the fields, and from what was sent to what is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import yaml
from aiohttp import web

from casework.offers.catalogue import (
    KINDS,
    MOST,
    MOST_CONTACTS,
    NO_DAY,
    NO_NUMBER,
    Contact,
    Entry,
    Flaw,
    House,
    bad_rule,
)
from casework.offers.catalogue_rules import askable, read_rule, several
from casework.offers.written_conditions import BadCondition, apart, read_condition, together, write_condition
from flows.conditions import ALWAYS, Condition
from flows.script import Flow
from storage.tables import CatalogueEntry, Partner

Typed = Mapping[str, Sequence[str]]
RULE = "rule."
TEXTS = ("title", "about")
DATES = ("begins_on", "ends_on", "valid_from", "valid_until", "check_before")
LISTS = ("themes", "municipalities", "languages", "rules")
LINES = ("contact", "source", "target_group", "funding")
FLAGS = ("sensitive", "compulsory")
CONTACT = ("name", "role", "phone", "email")


@dataclass(frozen=True, slots=True)
class Form:
    """What stands in the fields, and what is wrong with them. ``now`` has what a colleague wrote there meanwhile."""

    values: Typed
    flaws: Sequence[Flaw] = ()
    now: Typed = field(default_factory=dict)

    def one(self, name: str) -> str:
        found = self.values.get(name, ())
        return found[0] if found else ""

    def has(self, name: str, value: str) -> bool:
        return value in self.values.get(name, ())

    def wrong(self, name: str) -> Sequence[Flaw]:
        return [flaw for flaw in self.flaws if flaw.field == name]


async def read_typed(request: web.Request) -> dict[str, list[str]]:
    """Every field with all its values, without NUL, which PostgreSQL refuses."""
    sent = await request.post()
    return {name: [value.replace("\0", "") for value in sent.getall(name) if isinstance(value, str)] for name in sent}


def entry_typed(row: CatalogueEntry, flow: Flow) -> dict[str, Sequence[str]]:
    """What stands in the form of this entry."""
    ticked, special = apart(read_condition(row.fits), _tickable(flow))
    values: dict[str, Sequence[str]] = {f"{RULE}{name}": options for name, options in ticked.items()}
    values |= {f"{part}.{language}": (text,) for part in TEXTS for language, text in getattr(row, part).items()}
    values |= {name: tuple(getattr(row, name)) for name in LISTS}
    values |= _plain(row, ("kind", *LINES, "owner", "capacity", *DATES))
    values |= {name: ("yes",) if getattr(row, name) else () for name in FLAGS}
    return {**values, "partner": (row.partner_id or "",), "special": (_as_text(special),)}


def read_entry(typed: Typed, flow: Flow) -> tuple[Entry, list[Flaw]]:
    """What was written, with what cannot be read left out and named."""
    form, wrong = Form(typed), []
    fits, bad = _read_rule(form, flow)
    days, bad_days = _read_days(form, DATES)
    capacity, bad_number = _read_number(form)
    wrong += [*bad, *bad_days, *bad_number]
    kind = next((kind for kind in KINDS if kind == form.one("kind")), KINDS[0])
    values: dict[str, Any] = {part: dict(_texts(typed, part)) for part in TEXTS}
    values |= {name: tuple(dict.fromkeys(typed.get(name, ()))) for name in LISTS}
    values |= {name: form.one(name).strip() or None for name in ("owner", "partner")}
    values |= {name: form.one(name).strip() for name in LINES}
    values |= {name: form.has(name, "yes") for name in FLAGS}
    return Entry(kind=kind, fits=fits, capacity=capacity, **values, **days), wrong


def partner_typed(row: Partner) -> dict[str, Sequence[str]]:
    values: dict[str, Sequence[str]] = {f"about.{language}": (text,) for language, text in row.about.items()}
    for number, contact in enumerate(row.contacts):
        values |= {f"contacts.{number}.{name}": (contact.get(name, ""),) for name in CONTACT}
    values |= _plain(row, ("name", "address", "owner", "check_before"))
    return {**values, "sensitive": ("yes",) if row.sensitive else ()}


def read_partner(typed: Typed) -> tuple[House, list[Flaw]]:
    form = Form(typed)
    days, wrong = _read_days(form, ("check_before",))
    house = House(
        name=form.one("name").strip(),
        about=dict(_texts(typed, "about")),
        address=form.one("address").strip(),
        contacts=tuple(_contacts(form)),
        sensitive=form.has("sensitive", "yes"),
        owner=form.one("owner") or None,
        **days,
    )
    return house, wrong


def differing(mine: Typed, now: Typed) -> Typed:
    """The fields in which a colleague wrote something else meanwhile, with that."""
    names = dict.fromkeys((*now, *(name for name in mine if name in now)))
    return {name: now[name] for name in names if sorted(now[name]) != sorted(mine.get(name, ())) and any(now[name])}


def _contacts(form: Form) -> Iterator[Contact]:
    """Those of which any field is filled in."""
    for number in range(MOST_CONTACTS + 1):
        fields = {name: form.one(f"contacts.{number}.{name}").strip() for name in CONTACT}
        if any(fields.values()):
            yield Contact(**fields)


def _plain(row: CatalogueEntry | Partner, names: Sequence[str]) -> dict[str, Sequence[str]]:
    found = {name: getattr(row, name) for name in names}
    return {name: ("" if value is None else str(value),) for name, value in found.items()}


def _texts(typed: Typed, part: str) -> Iterator[tuple[str, str]]:
    for name, values in typed.items():
        of, _, language = name.partition(".")
        if of == part and len(language) == 2 and values and values[0].strip():
            yield language, " ".join(values[0].split())


def _read_days(form: Form, names: Sequence[str]) -> tuple[dict[str, Any], list[Flaw]]:
    days: dict[str, Any] = {}
    wrong = []
    for name in names:
        try:
            days[name] = date.fromisoformat(form.one(name)) if form.one(name) else None
        except ValueError:
            wrong.append(Flaw(name, *NO_DAY))
    return days, wrong


def _read_number(form: Form) -> tuple[int | None, list[Flaw]]:
    written = form.one("capacity").strip()
    if not written:
        return None, []
    if written.isascii() and written.isdecimal() and 1 <= int(written[:9]) <= MOST:
        return int(written), []
    return None, [Flaw("capacity", *NO_NUMBER)]


def _read_rule(form: Form, flow: Flow) -> tuple[dict[str, Any], list[Flaw]]:
    """What was ticked, and what was written beside it as in a flow file."""
    ticked = {
        name: tuple(option for option in form.values.get(f"{RULE}{name}", ()) if option in options)
        for name, options in _tickable(flow).items()
    }
    try:
        special = _special(form.one("special"), flow)
    except BadCondition as bad:
        return {}, [bad_rule("special", bad.problem)]
    return write_condition(together(ticked, several(flow), special)), []


def _special(text: str, flow: Flow) -> Condition:
    if not text.strip():
        return ALWAYS
    try:
        written = yaml.safe_load(text)
    except yaml.YAMLError:
        raise BadCondition("this is no YAML", "write {question: answer}") from None
    return read_rule(written, flow)


def _tickable(flow: Flow) -> dict[str, set[str]]:
    """The answers that the form has, by question."""
    return {ask.id: {option.id for option in options} for _, ask, options in askable(flow)}


def _as_text(condition: Condition) -> str:
    return (
        "" if condition == ALWAYS else yaml.safe_dump(write_condition(condition), sort_keys=False, allow_unicode=True)
    )
