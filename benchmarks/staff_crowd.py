"""A service that has worked for years: people, their logs, cases, visits, referrals, an audit, fifty coaches."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Table, insert, text
from sqlmodel import Session, SQLModel

from bot.entries import to_json
from casework.cases.case_names import name_index
from casework.cases.dossier import Dossier, Edition
from casework.door.accounts import ensure_accounts
from casework.house.organisation import Organisation
from casework.house.organisations import load_organisations
from flows.log import Answered, Entry, LanguageChosen
from flows.messages import Bubble
from storage.audit import FIRST, digest
from storage.audit import Entry as Deed
from storage.columns import new_id
from storage.ledger import Ledger
from storage.vault import Key, Vault

ORGANISATION = "genk"
NOW = datetime(2027, 3, 24, 9, 0, tzinfo=UTC)
YEARS = timedelta(days=3 * 365)
PEOPLE_AT_ONCE = 250
DEEDS_AT_ONCE = 5_000
NAMES = ("Samira", "Jan", "Marie", "Mehmet", "Sofie", "Luca", "Fatma", "Piet", "Anna", "Karim")
RARE = "Zebedeus"
PLACES = ("3600:Genk", "3700:Tongeren", "3840:Borgloon", "3500:Hasselt", "3720:Kortessem", "3800:Sint-Truiden")
GOALS = ("job", "job", "training", "chores", "business", "talk", "not_sure")
STATES = ("done",) * 84 + ("accepted",) * 8 + ("revoked",) * 6 + ("declined", "expired")
LANGUAGES = ("nl",) * 98 + ("fr",) * 2
ASKED = orjson.dumps(Bubble("Waar woon je? Typ je postcode.", "nl").as_json())


@dataclass(frozen=True, slots=True)
class Size:
    """``entries`` of each log; ``deeds`` are rows of the audit, ``looks`` the requests for each page."""

    cases: int = 100_000
    entries: int = 10
    deeds: int = 500_000
    coaches: int = 50
    looks: int = 200


def make_organisations(folder: Path, shipped: Path, coaches: int) -> Organisation:
    """Genk with so many coaches, in ``folder``."""
    for name in ("faq.yaml", "replies.yaml"):
        shutil.copy(shipped / name, folder / name)
    shutil.copytree(shipped / ORGANISATION, folder / ORGANISATION)
    file = folder / ORGANISATION / "organisation.yaml"
    more = "".join(map(_coach, range(1, coaches)))
    file.write_text(file.read_text("utf-8").replace("\ncoaches:\n", f"\ncoaches:\n{more}"), "utf-8")
    return load_organisations(folder)[ORGANISATION]


def _coach(number: int) -> str:
    days = ", ".join(f"{day}: [09:00-12:00]" for day in ("mon", "tue", "wed", "thu", "fri"))
    told = f"name: Coach {number}, languages: [nl, fr], places: [werkstation], hours: {{{days}}}"
    return f"  c{number:02}: {{{told}}}\n"


async def fill(ledger: Ledger, vault: Vault, organisation: Organisation, size: Size) -> None:
    """Everything but the reports, which are counted afterwards."""
    await ledger.write(lambda session: ensure_accounts(session, organisation, NOW))
    maker = _Maker(vault, tuple(organisation.coaches), size, random.Random(5))
    for first in range(0, size.cases, PEOPLE_AT_ONCE):
        rows = maker.people(range(first, min(size.cases, first + PEOPLE_AT_ONCE)))
        await ledger.write(partial(put, rows=rows))
    previous = FIRST
    for first in range(0, size.deeds, DEEDS_AT_ONCE):
        deeds, previous = maker.deeds(range(first, min(size.deeds, first + DEEDS_AT_ONCE)), previous)
        await ledger.write(partial(put, rows={"audit": deeds}))
    await ledger.write(lambda session: session.connection().execute(text("ANALYZE")))  # as a database in use has it


def put(session: Session, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    for name, several in rows.items():
        if several:
            session.connection().execute(insert(table(name)), list(several))


def table(name: str) -> Table:
    return SQLModel.metadata.tables[name]


ORDER = (
    "person",
    "chat",
    "conversation",
    "log_entry",
    "heard",
    "outgoing",
    "intake_case",
    "case_step",
    "appointment",
    "intake_fact",
)


@dataclass(frozen=True, slots=True)
class _Talk:
    """Of one person: where and since when, in which language, and what they answered."""

    id: str
    person: str
    chat: str
    channel: str
    language: str
    began: datetime
    answers: Mapping[str, Any]
    key: Key


class _Maker:
    """Makes rows, the same each time but for keys and what is sealed with them."""

    def __init__(self, vault: Vault, coaches: Sequence[str], size: Size, dice: random.Random) -> None:
        self._vault, self._coaches, self._size, self._dice = vault, coaches, size, dice
        self._names = {name: name_index(vault, ORGANISATION, name) for name in (*NAMES, RARE)}
        self._cases: list[str] = []

    def people(self, numbers: range) -> dict[str, list[dict[str, Any]]]:
        rows: dict[str, list[dict[str, Any]]] = {name: [] for name in ORDER}
        for number in numbers:
            for name, row in self._person(number):
                rows[name].append(row)
        return rows

    def _person(self, number: int) -> Iterator[tuple[str, dict[str, Any]]]:
        dice, (wrapped, key) = self._dice, self._vault.new_key()
        person, chat, talk = new_id(), new_id(), new_id()
        began = NOW - YEARS + YEARS * (number / self._size.cases)
        language, channel = dice.choice(LANGUAGES), dice.choice(("telegram", "web"))
        ours = {"organisation": ORGANISATION, "created_at": began}
        about = {"quiet": False, "hears": False, "quiet_until": None}
        yield "person", {"id": person, "language": language, "wrapped_key": wrapped, **about, **ours}
        whose = {"person_id": person, "staff_id": None, "state": "open", "screen": None}
        yield "chat", {"id": chat, "channel": channel, "address": chat, **whose, **ours}
        ids = {"id": talk, "person_id": person, "chat_id": chat, "flow": "intake", "asked": None}
        last = began + timedelta(minutes=9)
        yield "conversation", {**ids, "version": 9, "entries": self._size.entries, "updated_at": last, **ours}
        whole = _Talk(talk, person, chat, channel, language, began, self._answers(number), key)
        yield from (("log_entry", row) for row in self._log(whole))
        yield from self._said(whole)
        yield from self._case(whole)
        yield "intake_fact", self._fact(whole)

    def _answers(self, number: int) -> dict[str, Any]:
        dice = self._dice
        name = RARE if number % 20_000 == 7 else dice.choice(NAMES)
        told = {"privacy": "yes", "path": "full", "age": "from_34", "name": name, "place": dice.choice(PLACES)}
        return {
            **told,
            "goal": dice.choice(GOALS),
            "barriers": ("childcare", "transport"),
            "hours": "part",
            "recap": "yes",
        }

    def _log(self, talk: _Talk) -> Iterator[dict[str, Any]]:
        entries: list[Entry] = [LanguageChosen(talk.language, talk.began)]
        entries += [Answered(question, value, talk.began) for question, value in talk.answers.items()]
        for seq in range(1, self._size.entries + 1):
            entry = entries[(seq - 1) % len(entries)]
            sealed = talk.key.seal(to_json(entry), f"log|{talk.id}|{seq}")
            kind, question = type(entry).__name__.lower(), getattr(entry, "question", None)
            ids = {"conversation_id": talk.id, "seq": seq, "kind": kind, "question": question}
            yield {**ids, "sealed": sealed, "at": talk.began + timedelta(minutes=seq - 1)}

    def _said(self, talk: _Talk) -> Iterator[tuple[str, dict[str, Any]]]:
        ids = {"chat_id": talk.chat, "conversation_id": talk.id}
        where = {"organisation": ORGANISATION, "channel": talk.channel, **ids}
        for number in range(3):
            update = f"{talk.chat}-{number}"
            sealed = talk.key.seal(b"ja", f"heard|{ORGANISATION}|{talk.channel}|{update}")
            at = talk.began + timedelta(minutes=number)
            yield (
                "heard",
                {**where, "update_key": update, "state": "applied", "reason": None, "sealed": sealed, "at": at},
            )
            bubble = talk.key.seal(ASKED, f"outgoing|{talk.chat}")
            sent = {"state": "sent", "sent_at": at, "created_at": at, "attempts": 1, "uncertain": False, "lane": 0}
            yield "outgoing", {**where, "kind": "message", "sealed": bubble, **sent}

    def _case(self, talk: _Talk) -> Iterator[tuple[str, dict[str, Any]]]:
        dice, id = self._dice, new_id()
        self._cases.append(id)
        is_new = NOW - talk.began < timedelta(days=3)
        state = "offered" if is_new else dice.choice(STATES)
        coach, at = dice.choice(self._coaches), talk.began + timedelta(minutes=9)
        dossier = Dossier((Edition(talk.answers, (), talk.language, None, at),)).as_bytes()
        yield (
            "intake_case",
            {
                "id": id,
                "organisation": ORGANISATION,
                "person_id": talk.person,
                "conversation_id": talk.id,
                "coach": coach,
                "place": "buurthuis" if dice.random() < 0.02 else "werkstation",
                "name_index": self._names[talk.answers["name"]],
                "answer_by": NOW + timedelta(hours=4) if is_new else None,
                "language": talk.language,
                "state": state,
                "version": 2,
                "sealed": talk.key.seal(dossier, f"case|{id}"),
                "created_at": at,
                "updated_at": at,
                "accepted_at": at if state in ("accepted", "done") else None,
                "accepted_by": None,
            },
        )
        step = {"id": new_id(), "organisation": ORGANISATION, "case_id": id, "coach": coach, "reason": None, "at": at}
        yield "case_step", {**step, "version": 1, "change": "offer", "actor": "house"}
        yield "appointment", self._visit(talk, coach)

    def _visit(self, talk: _Talk, coach: str) -> dict[str, Any]:
        """Past ones overlap, which nobody minds: only a live one holds time."""
        day = (talk.began + timedelta(days=5)).date()
        starts = datetime.combine(day, time(8), UTC)
        ends = starts + timedelta(minutes=45)
        state = "cancelled" if starts > NOW else self._dice.choice(("attended", "attended", "attended", "no_show"))
        times = {
            "starts_at": starts,
            "ends_at": ends,
            "busy_from": starts,
            "busy_until": ends,
            "created_at": talk.began,
        }
        how = {
            "place": "werkstation",
            "kind": "visit",
            "way": "office",
            "language": talk.language,
            "zone": "Europe/Brussels",
        }
        ids = {"id": new_id(), "uid": new_id(), "organisation": ORGANISATION, "person_id": talk.person, "coach": coach}
        return {**ids, **how, **times, "wall": f"{day}T09:00", "state": state, "version": 1}

    def _fact(self, talk: _Talk) -> dict[str, Any]:
        told = {
            "place": talk.answers["place"],
            "goal": talk.answers["goal"],
            "asked": None,
            "fates": dict.fromkeys(talk.answers, "first"),
            "language": talk.language,
            "channel": talk.channel,
        }
        ids = {"conversation_id": talk.id, "organisation": ORGANISATION, "person_id": talk.person, "version": 9}
        return {**ids, **told, "began_at": talk.began, "heard_at": talk.began + timedelta(minutes=9)}

    def deeds(self, numbers: range, previous: str) -> tuple[list[dict[str, Any]], str]:
        rows = []
        for number in numbers:
            at = NOW - YEARS + YEARS * (number / self._size.deeds)
            action = self._dice.choice(("case.read", "case.read", "case.list", "case.accept", "staff.sign_in"))
            actor = f"staff:{self._dice.randrange(self._size.coaches):02}"
            deed = Deed(ORGANISATION, actor, action, self._dice.choice(self._cases), at)
            rows.append({**deed._asdict(), "previous": previous, "digest": digest(previous, deed)})
            previous = rows[-1]["digest"]
        return rows, previous
