"""How long pages of the console take at size: ``python -m benchmarks.staff_pages``.

100,000 cases with 1,000,000 log entries and 500,000 rows of the audit, on PostgreSQL and on SQLite. The program is a
process of its own; fifty coaches have Today or the list open, which renew themselves when something happens; another
system takes a case on every two seconds, so that something does. Meanwhile one more browser opens page after page.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import aiohttp
from aiohttp.test_utils import unused_port
from sqlalchemy import update
from sqlmodel import Session, col, func, select

from benchmarks.machine import heading
from benchmarks.postgres import postgres
from benchmarks.staff_crowd import NOW, ORGANISATION, RARE, Size, fill, make_organisations
from benchmarks.tables import percentile, table
from bot.report_round import COUNT, count_published, plan_round
from casework.door.api_tokens import new_api_token
from casework.door.sign_in import open_door
from casework.house.organisation import Organisation
from staff.cursor import cursor_after
from storage.ledger import Ledger, open_ledger
from storage.migrate import migrate
from storage.tables import Case, Due, Staff
from storage.vault import Vault
from tests.running import TOKEN
from tests.stage import ROOT

SECRET = "s" * 40
QUICK = Size(cases=60, entries=2, deeds=40, coaches=3, looks=1)
CLOCK = "2027-03-24T10:00+01:00"
START = 90.0
EVERY = 2.0
"""Seconds between two cases that another system takes on."""


@dataclass(frozen=True, slots=True)
class Visited:
    """What the browsers need to know of a filled database."""

    doors: Sequence[str]
    lead: str
    token: str
    cases: Sequence[str]
    offered: Sequence[str]
    deep: str
    account: str


async def prepare(ledger: Ledger, organisation: Organisation, size: Size) -> tuple[Visited, float]:
    """Fill the database; what browsers need to know of it, and the seconds that counting all reports took."""
    await fill(ledger, Vault([SECRET]), organisation, size)
    begin = time.perf_counter()
    await count_published(ledger, ORGANISATION, NOW)
    counted = time.perf_counter() - begin
    return await ledger.write(partial(_visited, organisation=organisation)), counted


def _visited(session: Session, organisation: Organisation) -> Visited:
    plan_round(session, organisation, NOW)
    session.exec(update(Due).where(col(Due.kind) == COUNT).values(state="done"))
    staff = session.exec(select(Staff).where(Staff.organisation == ORGANISATION).order_by(Staff.login)).all()
    lead = next(each for each in staff if each.role == "team_lead")
    some = session.exec(select(Case).order_by(col(Case.id)).limit(400)).all()
    offered = session.exec(
        select(Case.id).where(Case.state == "offered").order_by(col(Case.created_at)).limit(400)
    ).all()
    total = session.exec(select(func.count()).select_from(Case)).one()
    newest = select(Case).order_by(col(Case.created_at).desc()).offset(total * 9 // 10).limit(1)
    return Visited(
        doors=[open_door(session, each.id, NOW) for each in staff if each.coach],
        lead=open_door(session, lead.id, NOW),
        token=new_api_token(session, ORGANISATION, "benchmark", NOW, ("cases:read", "cases:write")),
        cases=[case.id for case in some],
        offered=offered,
        deep=cursor_after(session.exec(newest).one()),
        account="staff:07",
    )


def pages(visited: Visited) -> dict[str, str]:
    """Of each page its address; ``{case}`` is another case each time."""
    since = (NOW - timedelta(days=30)).date()
    long_ago = (NOW - timedelta(days=800)).date()
    return {
        "today": "",
        "list": "cases",
        "list, new ones": "cases?state=offered",
        "list, closed ones": "cases?state=done",
        "list, only mine": "cases?mine=yes",
        "list, Dutch": "cases?language=nl",
        "list, a rare language": "cases?language=fr",
        "list, a rare place": "cases?place=buurthuis",
        "list, since a month": f"cases?since={since}",
        "list, four filters": f"cases?state=done&language=fr&place=buurthuis&since={long_ago}",
        "list, deep": f"cases?after={visited.deep}",
        "list, closed ones, deep": f"cases?state=done&after={visited.deep}",
        "search, a frequent name": "cases?find=Samira",
        "search, a rare name": f"cases?find={RARE}",
        "search, a number": f"cases?find={visited.cases[0][:6]}",
        "dossier": "cases/{case}",
        "talk": "cases/{case}/talk",
        "calendar": "calendar",
        "report by month": "reports?report=intakes&split=month",
        "report by municipality": "reports?report=cases&split=before",
        "report of visits": "reports?report=visits&split=kind",
        "report of questions": "reports?report=questions",
        "audit": "audit",
        "audit of a colleague": f"audit?account={visited.account}",
        "audit of a case": "audit?case={case}",
        "audit of a person": "audit?person={case}",
        "audit of a month": f"audit?since={since}&until={NOW.date()}",
    }


@asynccontextmanager
async def served(url: str, organisations: Path, telegram: str = "") -> AsyncIterator[str]:
    """The program as a process of its own; its address. What it tells goes into a file beside ``organisations``.

    ``telegram`` is the address of a Bot API that knocks at its webhook, if there is one.
    """
    port = unused_port()
    given = {
        "DATABASE_URL": url,
        "SECRET_KEY": SECRET,
        "CLOCK": CLOCK,
        "PORT": str(port),
        "ORGANISATIONS": str(organisations),
    }
    if telegram:
        given |= {"TELEGRAM_API": telegram, "TELEGRAM_TOKEN_GENK": TOKEN, "PUBLIC_URL": f"http://127.0.0.1:{port}"}
    environment = {**os.environ, **{f"OPSTAP_{name}": value for name, value in given.items()}}
    with (organisations.parent / "program.log").open("wb") as told:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "serve", env=environment, cwd=ROOT, stdout=told, stderr=told
        )
    try:
        address = f"http://127.0.0.1:{port}"
        await _until_ready(address, process)
        yield address
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _until_ready(address: str, process: asyncio.subprocess.Process) -> None:
    async with asyncio.timeout(START), aiohttp.ClientSession() as client:
        while process.returncode is None:
            try:
                async with client.get(f"{address}/readyz") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientConnectionError:
                pass
            await asyncio.sleep(0.2)
    raise RuntimeError("the program ended: run `opstap serve` with the same settings to see why")


def browser(address: str, token: str) -> aiohttp.ClientSession:
    everything = aiohttp.ClientTimeout(total=None, sock_connect=30)
    return aiohttp.ClientSession(f"{address}/staff/", cookies={"opstap-staff": token}, timeout=everything)


async def keep_open(address: str, token: str, number: int) -> None:
    """A coach's page: listens, and fetches itself again when told so, as the script in it does."""
    on, path = ("today", "") if number % 2 else ("cases", "cases")
    async with browser(address, token) as client, client.get(path) as first:
        assert first.status == 200
        while True:
            async with client.get(f"live?on={on}") as stream:
                assert stream.status == 200, stream.status
                await _follow(client, stream, path)


async def _follow(client: aiohttp.ClientSession, stream: aiohttp.ClientResponse, path: str) -> None:
    """Until the stream ends, as it does every few minutes."""
    async for line in stream.content:
        if line.startswith(b"event: changed"):
            async with client.get(path, headers={"HX-Request": "true"}) as again:
                await again.read()


async def take_on(address: str, visited: Visited) -> None:
    """Another system accepts one case after another."""
    head = {"Authorization": f"Bearer {visited.token}", "If-Match": "*"}
    async with aiohttp.ClientSession(f"{address}/api/v1/", headers=head) as client:
        for case in visited.offered:
            async with client.post(f"cases/{case}/accept", json={"coach": "an"}) as answer:
                await answer.read()
            await asyncio.sleep(EVERY)


async def visit(address: str, visited: Visited, size: Size) -> list[tuple[str, ...]]:
    """A line for each page, in milliseconds."""
    open_pages = [
        asyncio.create_task(keep_open(address, token, number))
        for number, token in enumerate(visited.doors[: size.coaches])
    ]
    try:
        await asyncio.sleep(min(5.0, size.coaches / 10))
        busy = asyncio.create_task(take_on(address, visited))
        async with browser(address, visited.lead) as client:
            lines = [await _measured(client, name, path, visited.cases, size) for name, path in pages(visited).items()]
        ended = [task for task in open_pages if task.done()]
        assert not ended, f"{len(ended)} live pages ended: {ended[0].exception()!r}"
        busy.cancel()
        return lines
    finally:
        for task in open_pages:
            task.cancel()
        await asyncio.gather(*open_pages, return_exceptions=True)


async def _measured(
    client: aiohttp.ClientSession, name: str, path: str, cases: Sequence[str], size: Size
) -> tuple[str, ...]:
    waits = []
    for look in range(size.looks):
        begin = time.perf_counter()
        async with client.get(path.format(case=cases[look % len(cases)])) as answer:
            await answer.read()
            assert answer.status == 200, f"{path}: {answer.status}"
        waits.append((time.perf_counter() - begin) * 1000)
    return name, *(f"{percentile(waits, share):.0f}" for share in (0.5, 0.95, 0.99)), f"{max(waits):.0f}"


async def report(size: Size, databases: Sequence[str] = ("PostgreSQL", "SQLite")) -> str:
    told: dict[str, list[tuple[str, ...]]] = {}
    notes = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="opstap-bench-")))
        organisations = folder / "organisations"
        organisations.mkdir()
        organisation = make_organisations(organisations, ROOT / "organisations", size.coaches)
        for name in databases:
            url = f"sqlite:///{folder}/opstap.sqlite"
            if name == "PostgreSQL":
                url = await stack.enter_context(postgres()).new_database("staff")
            await migrate(url)
            ledger = await open_ledger(url)
            visited, counted = await prepare(ledger, organisation, size)
            await ledger.close()
            notes.append(f"{name}: all reports counted in {counted:.1f} s.")
            async with served(url, organisations) as address:
                told[name] = await visit(address, visited, size)
    return "\n\n".join((_table(told), *notes))


def _table(told: Mapping[str, Sequence[tuple[str, ...]]]) -> str:
    head = ("page", *(f"{database} {what}" for database in told for what in ("p50", "p95", "p99", "most")))
    rows = [(lines[0][0], *(cell for line in lines for cell in line[1:])) for lines in zip(*told.values(), strict=True)]
    return table(head, rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few rows and one look at each page")
    parser.add_argument("--cases", type=int, default=Size().cases)
    parser.add_argument("--database", choices=("PostgreSQL", "SQLite"), action="append")
    asked = parser.parse_args()
    size = QUICK if asked.quick else Size(cases=asked.cases)
    print(heading())
    print(f"{size.cases:,} cases, {size.cases * size.entries:,} log entries, {size.deeds:,} rows of the audit\n")
    print(asyncio.run(report(size, asked.database or ("PostgreSQL", "SQLite"))))


if __name__ == "__main__":
    main()
