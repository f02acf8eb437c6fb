"""What a coach is suggested for somebody, and what they put aside: it is not suggested again until answers change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeAlias, get_args

import orjson
from sqlalchemy import delete
from sqlalchemy.sql import ColumnElement
from sqlmodel import Session, col, select

from casework.cases import Actor, CaseFile
from casework.catalogue_desk import find, rows
from casework.catalogue_rules import town_of, without_special
from casework.organisation import Organisation
from casework.referral_states import OPEN
from casework.referrals import of_case, taken
from casework.rights import may
from casework.suggesting import PLACE, Available, Judgement, Somebody, suggest
from casework.summary import Briefing
from casework.written_conditions import read_condition
from flows.conditions import tests
from flows.log import Value
from storage import audit
from storage.insert import insert_new
from storage.tables import CatalogueEntry, Person, SetAside
from storage.vault import Key, Vault

Why: TypeAlias = Literal["has_it", "not_wanted", "not_now", "not_fitting", "too_far"]
WHYS: tuple[Why, ...] = get_args(Why)
ONCE_MORE = frozenset({"full", "no_answer", "mistake"})
"""A referral that ended so does not keep its offer from being suggested again."""


@dataclass(frozen=True, slots=True)
class Adviser:
    """What it takes to suggest: the keys, the flows in words, and for whom."""

    vault: Vault
    briefing: Briefing
    organisation: Organisation

    def day(self, now: datetime) -> date:
        return now.astimezone(self.organisation.tz).date()

    def person(self, file: CaseFile) -> Somebody:
        """What is known of the person of a case, but for answers of a special category."""
        answers = without_special(self.briefing, file.flow, file.dossier.newest.answers)
        town = town_of(self.briefing.gazetteer, answers.get(PLACE))
        return Somebody(answers, town, file.case.language, {"area": self.organisation.area})


@dataclass(frozen=True, slots=True)
class Suggested:
    """``full``: it has a capacity, and as many people go there already. ``aside`` is set where a coach put it aside
    and nothing it rests on has changed since."""

    entry: CatalogueEntry
    judgement: Judgement
    full: bool
    aside: SetAside | None


def suggestions(session: Session, adviser: Adviser, actor: Actor, file: CaseFile, now: datetime) -> list[Suggested]:
    """For those who may refer and may see the reasons; nothing for others: what is suggested tells what is hard."""
    if not _may(actor, file):
        return []
    person, day = adviser.person(file), adviser.day(now)
    entries = {entry.id: entry for entry in _on_offer(session, file)}
    aside = _aside(session, adviser, file, person, entries)
    return [
        Suggested(entries[each.id], each, is_full(session, entries[each.id]), aside.get(each.id))
        for each in suggest(map(available, entries.values()), person, day)
    ]


def set_aside(
    session: Session, adviser: Adviser, actor: Actor, file: CaseFile, what: tuple[str, Why], now: datetime
) -> bool:
    """Keep that this entry is not for them, with the reason; false if there is no such entry."""
    entry = find(session, CatalogueEntry, actor.organisation, what[0])
    if entry is None or not _may(actor, file):
        return False
    key, about = _key(session, adviser, file), _about(file.case.id, entry.id)
    basis = key.seal(_basis(entry, adviser.person(file)), about)
    session.connection().execute(delete(SetAside).where(*_this(file, entry.id)))
    whose = {"organisation": actor.organisation, "case_id": file.case.id, "person_id": file.case.person_id}
    insert_new(session, SetAside, **whose, entry_id=entry.id, reason=what[1], sealed=basis, actor=actor.name, at=now)
    audit.record(session, actor.organisation, actor.name, "suggestion.set_aside", file.case.id, now)
    return True


def bring_back(session: Session, actor: Actor, file: CaseFile, entry_id: str, now: datetime) -> bool:
    """It is suggested again; false if it was not put aside."""
    if not _may(actor, file):
        return False
    gone = session.connection().execute(delete(SetAside).where(*_this(file, entry_id)))
    if gone.rowcount != 1:
        return False
    audit.record(session, actor.organisation, actor.name, "suggestion.bring_back", file.case.id, now)
    return True


def available(entry: CatalogueEntry) -> Available:
    """The entry as the rule looks at it."""
    ends = [last for last in (entry.valid_until, entry.ends_on) if last is not None]
    return Available(
        entry.id,
        tuple(entry.themes),
        read_condition(entry.fits),
        frozenset(entry.municipalities),
        frozenset(entry.languages),
        entry.valid_from,
        min(ends, default=None),
        entry.compulsory,
    )


def is_full(session: Session, entry: CatalogueEntry) -> bool:
    return entry.capacity is not None and taken(session, entry.id) >= entry.capacity


def _may(actor: Actor, file: CaseFile) -> bool:
    return may(actor.holder, "refer", file.case) and may(actor.holder, "see_barriers", file.case)


def _on_offer(session: Session, file: CaseFile) -> Iterator[CatalogueEntry]:
    """Without what the person is referred to already, or said no to."""
    settled = {
        referral.entry_id
        for referral, _ in of_case(session, file.case.id)
        if referral.state in (*OPEN, "done") or referral.reason not in ONCE_MORE
    }
    return (each for each in rows(session, CatalogueEntry, file.case.organisation) if each.id not in settled)


def _aside(
    session: Session, adviser: Adviser, file: CaseFile, person: Somebody, entries: Mapping[str, CatalogueEntry]
) -> dict[str, SetAside]:
    """What was put aside on the very answers that stand now."""
    kept: Sequence[SetAside] = session.exec(select(SetAside).where(SetAside.case_id == file.case.id)).all()
    key = _key(session, adviser, file) if kept else None
    return {
        each.entry_id: each
        for each in kept
        if key and each.entry_id in entries and _same(key, each, entries[each.entry_id], person)
    }


def _same(key: Key, aside: SetAside, entry: CatalogueEntry, person: Somebody) -> bool:
    return key.open(aside.sealed, _about(aside.case_id, entry.id)) == _basis(entry, person)


def _basis(entry: CatalogueEntry, person: Somebody) -> bytes:
    """The answers that the entry looks at, as they are now."""
    asked = {PLACE, *(test.name for test in tests(read_condition(entry.fits)))}
    asked |= {theme.partition(":")[0] for theme in entry.themes}
    rests_on: dict[str, Value | None] = {name: person.answers.get(name) for name in sorted(asked)}
    return orjson.dumps([person.language, rests_on], option=orjson.OPT_SORT_KEYS)


def _this(file: CaseFile, entry_id: str) -> tuple[ColumnElement[bool], ...]:
    return col(SetAside.case_id) == file.case.id, col(SetAside.entry_id) == entry_id


def _key(session: Session, adviser: Adviser, file: CaseFile) -> Key:
    return adviser.vault.open_key(session.get_one(Person, file.case.person_id).wrapped_key)


def _about(case_id: str, entry_id: str) -> str:
    return f"set_aside|{case_id}|{entry_id}"
