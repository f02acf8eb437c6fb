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

from casework.cases.case_kinds import FOR_COACHES
from casework.cases.cases import Actor, CaseFile
from casework.cases.summary import Briefing
from casework.door.rights import Holder, looks_after, may
from casework.house.organisation import Organisation
from casework.offers.catalogue_desk import find, rows
from casework.offers.catalogue_rules import town_of, without_special
from casework.offers.law import Book, imposes, stretch
from casework.offers.referral_states import OPEN
from casework.offers.referrals import of_case, taken
from casework.offers.suggesting import PLACE, Available, Judgement, Somebody, suggest
from casework.offers.written_conditions import read_condition
from flows.conditions import tests
from flows.log import Value
from storage import audit
from storage.insert import insert_new
from storage.tables import Case, CatalogueEntry, Person, SetAside
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

    def person(self, file: CaseFile, *, private: bool = True) -> Somebody:
        """What is known of the person of a case; without ``private`` only what everybody at work on it may know."""
        told, tiers = file.dossier.newest.answers, self.briefing.tiers(file.flow)
        shown = told if private else {name: value for name, value in told.items() if tiers.get(name) == "A"}
        return self.known(file.flow, shown, file.case.language)

    def known(self, flow: str, told: Mapping[str, Value], language: str) -> Somebody:
        """What answers to a flow tell, but for those of a special category."""
        answers = without_special(self.briefing, flow, told)
        town = town_of(self.briefing.gazetteer, answers.get(PLACE))
        return Somebody(answers, town, language, {"area": self.organisation.area})


@dataclass(frozen=True, slots=True)
class Suggested:
    """``full``: it has a capacity, and as many people go there already. ``aside`` is set where a coach put it aside
    and nothing it rests on has changed since."""

    entry: CatalogueEntry
    judgement: Judgement
    full: bool
    aside: SetAside | None


@dataclass(frozen=True, slots=True)
class Desk:
    """Who works on suggestions, with what, and when."""

    session: Session
    adviser: Adviser
    actor: Actor
    now: datetime

    def may(self, file: CaseFile) -> bool:
        """Those who may refer and may see the reasons: what is suggested tells what is hard."""
        return may_refer(self.actor.holder, file.case)

    def reads(self, file: CaseFile) -> bool:
        """Also those whose role looks after this kind of case: of a company they see what there is for companies."""
        return self.may(file) or looks_after_it(self.actor.holder, file.case)

    def person(self, file: CaseFile) -> Somebody:
        """As much of them as this reader may know."""
        return self.adviser.person(file, private=self.may(file))

    def key(self, file: CaseFile) -> Key:
        return self.adviser.vault.open_key(self.session.get_one(Person, file.case.person_id).wrapped_key)

    def note(self, action: str, file: CaseFile) -> None:
        audit.record(self.session, file.case.organisation, self.actor.name, action, file.case.id, self.now)


def may_refer(holder: Holder, case: Case) -> bool:
    return may(holder, "refer", case) and may(holder, "see_barriers", case)


def looks_after_it(holder: Holder, case: Case) -> bool:
    """Whether it is of a kind that is theirs to deal with, and of nobody who looks for work."""
    deals = case.kind in looks_after(holder) and case.kind not in FOR_COACHES
    return deals and may(holder, "see_wishes", case)


def suggestions(desk: Desk, file: CaseFile) -> list[Suggested]:
    """What there is for the person, judged; nothing for those who may not know. A name that tells something about
    people is for those alone who may know what is hard for them."""
    if not desk.reads(file):
        return []
    session, person, private = desk.session, desk.person(file), desk.may(file)
    entries = {entry.id: entry for entry in _on_offer(session, file) if private or not entry.sensitive}
    aside = _aside(desk, file, desk.adviser.person(file), entries)
    return [
        Suggested(entries[each.id], each, is_full(session, entries[each.id]), aside.get(each.id))
        for each in suggest(
            (available(entry, desk.adviser.organisation.rules) for entry in entries.values()),
            person,
            desk.adviser.day(desk.now),
        )
    ]


def set_aside(desk: Desk, file: CaseFile, what: tuple[str, Why]) -> bool:
    """Keep that this entry is not for them, with the reason; false if there is no such entry."""
    entry = find(desk.session, CatalogueEntry, file.case.organisation, what[0])
    if entry is None or not desk.may(file):
        return False
    basis = desk.key(file).seal(_basis(entry, desk.adviser.person(file)), _about(file.case.id, entry.id))
    desk.session.connection().execute(delete(SetAside).where(*_this(file, entry.id)))
    case = file.case
    whose = {"organisation": case.organisation, "case_id": case.id, "person_id": case.person_id, "entry_id": entry.id}
    insert_new(desk.session, SetAside, **whose, reason=what[1], sealed=basis, actor=desk.actor.name, at=desk.now)
    desk.note("suggestion.set_aside", file)
    return True


def bring_back(desk: Desk, file: CaseFile, entry_id: str) -> bool:
    """It is suggested again, as it may be already; false for who may not."""
    if not desk.may(file):
        return False
    gone = desk.session.connection().execute(delete(SetAside).where(*_this(file, entry_id)))
    if gone.rowcount:
        desk.note("suggestion.bring_back", file)
    return True


def available(entry: CatalogueEntry, rules: Book) -> Available:
    """The entry as the rule looks at it: there as long as the rules of law it rests on, and imposed when one of them
    can be."""
    begins, ends = stretch(entry.rules, rules)
    firsts = [first for first in (entry.valid_from, begins) if first is not None]
    lasts = [last for last in (entry.valid_until, entry.ends_on, ends) if last is not None]
    return Available(
        entry.id,
        tuple(entry.themes),
        read_condition(entry.fits),
        frozenset(entry.municipalities),
        frozenset(entry.languages),
        max(firsts, default=None),
        min(lasts, default=None),
        entry.compulsory or imposes(entry.rules, rules),
    )


def is_for(kind: str, entry: CatalogueEntry) -> bool:
    """Whether it can be for a case of this kind: companies, customers and partners have no goal and nothing hard."""
    return kind in FOR_COACHES or not entry.themes


def is_full(session: Session, entry: CatalogueEntry) -> bool:
    return entry.capacity is not None and taken(session, entry.id) >= entry.capacity


def _on_offer(session: Session, file: CaseFile) -> Iterator[CatalogueEntry]:
    """Without what the person is referred to already, or said no to."""
    settled = {
        referral.entry_id
        for referral, _ in of_case(session, file.case.id)
        if referral.state in (*OPEN, "done") or referral.reason not in ONCE_MORE
    }
    every = rows(session, CatalogueEntry, file.case.organisation)
    return (each for each in every if each.id not in settled and is_for(file.case.kind, each))


def _aside(desk: Desk, file: CaseFile, person: Somebody, entries: Mapping[str, CatalogueEntry]) -> dict[str, SetAside]:
    """What was put aside on the very answers that stand now."""
    kept: Sequence[SetAside] = desk.session.exec(select(SetAside).where(SetAside.case_id == file.case.id)).all()
    key = desk.key(file) if kept else None
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


def _about(case_id: str, entry_id: str) -> str:
    return f"set_aside|{case_id}|{entry_id}"
