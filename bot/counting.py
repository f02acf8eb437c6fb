"""``opstap funnel``: counts the conversations of each organisation, one after the other, from the database alone."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session

from bot.notebook import read_log
from bot.opening import Papers, check_secret, read_papers, read_vault
from bot.people import CHAT, PERSON, TALK
from bot.scenes import Scenes
from bot.settings import BadSettings, Settings, look_up
from casework.privacy.erasing import DESTROYED
from flows.funnel import ALL, Spoken, Tally
from flows.funnel_table import BY, COLUMNS, Row, people, rows
from flows.script import Flow
from storage.reading import read_only
from storage.vault import Vault

AT_ONCE = 200
"""Conversations that are known at the same time; of one of them, the log."""
HIDDEN = "·"
HEADS = ("asked", "1st try", "later", "skipped", "left", "open", "again", "helped", "changed")
LEGEND = (
    f"{HIDDEN} is hidden: fewer than 5 people, or it would show them.",
    "1st try, later, skipped, left and open add up to asked.",
    "later: answered after a miss. open: not answered, and not silent for long. again: asked again after a miss.",
    "seconds: the median from asked to answered.",
)

_PAGE = (
    select(TALK.c.id, TALK.c.created_at, TALK.c.updated_at, CHAT.c.channel, PERSON.c.wrapped_key)
    .join(CHAT, CHAT.c.id == TALK.c.chat_id)
    .join(PERSON, PERSON.c.id == TALK.c.person_id)
    .where(
        TALK.c.organisation == bindparam("organisation"),
        TALK.c.id > bindparam("after"),
        TALK.c.version > 0,
        PERSON.c.wrapped_key != DESTROYED,
    )
    .order_by(TALK.c.id)
    .limit(AT_ONCE)
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What to count: of ``organisation``, or of each. ``days`` of silence mean that somebody has left.

    ``by`` is ``language`` or ``channel``: these rows are printed too. The file ``csv`` always has them.
    """

    organisation: str | None = None
    by: str | None = None
    csv: Path | None = None
    days: int = 14


async def show_funnel(settings: Settings, wish: Wish, tell: Callable[[str], None]) -> None:
    """Print a table for each organisation; their people are never counted together."""
    papers = read_papers(settings)
    wanted = _wanted(papers, wish)
    tallies = await count(settings, papers.scenes, wanted, timedelta(days=wish.days))
    flows = {name: _flow(papers.scenes, name) for name in wanted}
    for name in wanted:
        for line in _table(name, tallies[name], flows[name], wish.by):
            tell(line)
    for line in LEGEND:
        tell(line)
    if wish.csv:
        _write(wish.csv, tallies, flows)


def _wanted(papers: Papers, wish: Wish) -> Sequence[str]:
    if wish.by not in (None, *BY):
        raise BadSettings(f"--by: there is no {wish.by}. Choose: {', '.join(BY)}")
    if wish.organisation is None:
        return tuple(papers.organisations)
    look_up(wish.organisation, papers.organisations)
    return (wish.organisation,)


async def count(settings: Settings, scenes: Scenes, wanted: Sequence[str], quiet: timedelta) -> Mapping[str, Tally]:
    """A tally for each of the ``wanted`` organisations."""
    now = settings.make_clock().now()

    def work(session: Session) -> dict[str, Tally]:
        check_secret(settings, session)
        vault = read_vault(settings)
        return {name: tally(session, vault, scenes, name, (now, quiet)) for name in wanted}

    return await read_only(settings.database_url, work)


def tally(
    session: Session, vault: Vault, scenes: Scenes, organisation: str, silence: tuple[datetime, timedelta]
) -> Tally:
    """Of one organisation. ``silence`` is the moment of counting, and how long a silence means that somebody left."""
    found = Tally()
    for row in _conversations(session, organisation):
        setting = scenes.settings.get((organisation, row.channel))
        if setting:
            log = read_log(session, vault.open_key(row.wrapped_key), row.id)
            found.add(setting, Spoken(log, row.created_at, row.updated_at, row.channel), *silence)
    return found


def _conversations(session: Session, organisation: str) -> Iterator[Any]:
    """Page by page: the ids say where the next page begins."""
    after = ""
    while page := session.connection().execute(_PAGE, {"organisation": organisation, "after": after}).all():
        yield from page
        after = page[-1].id


def _flow(scenes: Scenes, organisation: str) -> Flow:
    return next(setting.flow for (name, _), setting in scenes.settings.items() if name == organisation)


def _table(organisation: str, found: Tally, flow: Flow, by: str | None) -> Iterator[str]:
    talked = people(found)
    if not talked:
        yield f"{organisation}: nobody has talked yet."
        yield ""
        return
    yield f"{organisation}: {_cell(talked[ALL])} people"
    yield f"{'question':<32}" + "".join(f"{head:>9}" for head in (*HEADS, "seconds"))
    for row in rows(found, flow):
        if row.group == ALL or (by and row.group.startswith(by)):
            name = row.question if row.group == ALL else f"  {row.group}"
            yield f"{name:<32}" + "".join(f"{cell:>9}" for cell in _cells(row, HIDDEN))
    yield ""


def _cells(row: Row, hidden: str) -> Iterator[str]:
    yield from (_cell(row.cells[column], hidden) for column in COLUMNS)
    yield _cell(row.seconds, hidden)


def _cell(number: int | None, hidden: str = HIDDEN) -> str:
    return hidden if number is None else str(number)


def _write(file: Path, tallies: Mapping[str, Tally], flows: Mapping[str, Flow]) -> None:
    """All rows; a hidden cell is empty."""
    try:
        with file.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(("organisation", "question", "group", *COLUMNS, "median_seconds"))
            for name, found in tallies.items():
                writer.writerows((name, row.question, row.group, *_cells(row, "")) for row in rows(found, flows[name]))
    except OSError as problem:
        raise BadSettings(f"{file} cannot be written ({problem.strerror}): choose another place") from None
