"""Counts 10,000 conversations for the funnel, from sealed rows in SQLite: ``python -m benchmarks.funnel``.

The conversations are those of five stories of ``tests/transcripts/``, over and over, a quarter of a minute a turn.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import cycle, islice
from pathlib import Path

from sqlalchemy import insert
from sqlmodel import Session

from benchmarks.machine import heading, resident_mib
from benchmarks.tables import table
from bot.counting import count
from bot.entries import to_json
from bot.notebook import LOG
from bot.opening import Papers, read_papers, read_vault
from bot.people import CHAT, PERSON, TALK
from bot.settings import Settings
from bot.stage import open_stage
from bot.story import Story
from flows.funnel import ALL
from flows.log import Log
from storage.columns import new_id
from storage.ledger import open_ledger
from storage.migrate import migrate
from storage.vault import Key, Vault

PEOPLE = 10_000
STEPS = (0.25, 0.5, 1.0)
STORIES = Path("tests/transcripts")
NAMES = ("01-*", "02-*", "75-*", "78-*", "80-*")
BEGAN = datetime(2027, 3, 24, 9, 0, tzinfo=UTC)
TURN = timedelta(seconds=15)
AT_ONCE = 250


async def measure(people: int) -> str:
    """A table: conversations, entries, seconds, conversations a second, MiB more in RAM."""
    with tempfile.TemporaryDirectory(prefix="opstap-bench-") as folder:
        settings = Settings(database_url=f"sqlite:///{folder}/opstap.sqlite", clock="2027-06-01T10:00+02:00")
        papers = read_papers(settings)
        logs = [await told(settings, papers, lines) for lines in stories()]
        await migrate(settings.database_url)
        rows, filled = [], 0
        for share in STEPS:
            wanted = max(len(logs), int(people * share))
            entries = await fill(settings, list(islice(cycle(logs), filled, wanted)))
            filled = wanted
            before, begin = resident_mib(os.getpid()), time.perf_counter()
            counted = await count(settings, papers.scenes, ["genk"], timedelta(days=14))
            seconds = time.perf_counter() - begin
            assert counted["genk"].people[ALL] == filled
            more = f"{resident_mib(os.getpid()) - before:.1f}"
            rows.append((f"{filled:,}", f"{entries:,}", f"{seconds:.1f}", f"{filled / seconds:,.0f}", more))
    return table(("conversations", "entries added", "seconds", "a second", "MiB more"), rows)


def stories() -> list[list[str]]:
    """Their lines."""
    return [path.read_text(encoding="utf-8").splitlines() for name in NAMES for path in STORIES.glob(f"{name}.chat")]


async def told(settings: Settings, papers: Papers, lines: Sequence[str]) -> Log:
    """The log of a story, its turns a quarter of a minute apart."""
    turns: list[Log] = []
    async with open_stage(settings, papers) as stage:
        story = Story(stage)
        for line in lines:
            await story.hear(f"@ genk {line.split()[-1]}" if line.startswith("@") else line)
            if line[:1] in ("!", ">"):
                log = await story.actor.log()
                turns.append(log[sum(map(len, turns)) :])
    return tuple(replace(entry, at=BEGAN + n * TURN) for n, turn in enumerate(turns, 1) for entry in turn)


async def fill(settings: Settings, logs: Sequence[Log]) -> int:
    """Put conversations with these logs into the database; how many entries they have."""
    vault, ledger = read_vault(settings), await open_ledger(settings.database_url)
    try:
        for first in range(0, len(logs), AT_ONCE):
            part = logs[first : first + AT_ONCE]
            await ledger.write(partial(_put, vault=vault, logs=part))
    finally:
        await ledger.close()
    return sum(map(len, logs))


def _put(session: Session, vault: Vault, logs: Sequence[Log]) -> None:
    run = session.connection().execute
    for log in logs:
        person, chat, talk = new_id(), new_id(), new_id()
        wrapped, key = vault.new_key()
        made = {"organisation": "genk", "created_at": BEGAN}
        run(insert(PERSON).values(id=person, language="nl", wrapped_key=wrapped, quiet=False, hears=False, **made))
        run(insert(CHAT).values(id=chat, person_id=person, channel="web", address=chat, state="open", **made))
        ids = {"id": talk, "person_id": person, "chat_id": chat, "flow": "intake"}
        run(insert(TALK).values(version=1, entries=len(log), updated_at=log[-1].at, **ids, **made))
        run(insert(LOG), list(_rows(talk, key, log)))


def _rows(talk: str, key: Key, log: Log) -> Iterator[dict[str, object]]:
    for seq, entry in enumerate(log, 1):
        yield {
            "conversation_id": talk,
            "seq": seq,
            "kind": type(entry).__name__.lower(),
            "question": getattr(entry, "question", None),
            "sealed": key.seal(to_json(entry), f"log|{talk}|{seq}"),
            "at": entry.at,
        }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    print(heading())
    print()
    print(asyncio.run(measure(parser.parse_args().people)))
