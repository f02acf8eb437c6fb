"""The benchmarks still run, and all contenders hold the same dialogue. No time is judged here."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import structlog
from aiohttp import web

from benchmarks import free_times, funnel, handing_over, memory, replay, shares, staff_pages, stories
from benchmarks.bot_api import BotApi, content_length, fields_of
from benchmarks.contender import MAKERS, maker
from benchmarks.crowd import Crowd, Door, Misheard
from benchmarks.dialogue import TURNS
from benchmarks.staff_crowd import make_organisations
from benchmarks.tables import percentile, table
from benchmarks.turn import CONTENDERS, Measured, Plan, report
from tests.running import TOKEN, running
from tests.stage import ROOT
from tests.telegram_server import TelegramServer


@asynccontextmanager
async def crowd_before(name: str, folder: Path) -> AsyncIterator[tuple[Crowd, BotApi]]:
    """The contender in this process, and a crowd at its door."""
    crowd = Crowd()
    api = BotApi(crowd.hear)
    store = folder / "store"
    contender = await maker(name)(await api.start(), f"sqlite:///{store}" if name == "ours" else str(store))
    runner = web.AppRunner(contender.app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        crowd.door = Door(runner.addresses[0][1], contender.path, contender.secret)
        yield crowd, api
    finally:
        await runner.cleanup()
        api.stop()


@pytest.mark.parametrize("name", MAKERS)
async def test_every_contender_holds_the_same_dialogue(name: str, tmp_path: Path) -> None:
    async with crowd_before(name, tmp_path) as (crowd, api):
        await crowd.talk(range(1, 4), in_flight=2)
    assert len(crowd.waits) == api.calls["sendMessage"] == 3 * TURNS


async def test_a_contender_in_this_process_leaves_its_logs_alone(tmp_path: Path) -> None:
    before = structlog.get_config()
    async with crowd_before("ours", tmp_path):
        assert structlog.get_config() == before


async def test_a_bot_behind_another_secret_is_noticed(tmp_path: Path) -> None:
    async with crowd_before("ours", tmp_path) as (crowd, _):
        crowd.door = Door(crowd.door.port, crowd.door.path, "another")
        with pytest.raises(Misheard, match="403"):
            await crowd.talk(range(1, 2), in_flight=1)


def test_the_replay_prints_milliseconds_and_the_size_of_the_log() -> None:
    printed = replay.measure(times=2, questions=12)
    assert "replay, next question, drawn" in printed
    assert all(name in printed for name in replay.TYPED)
    assert "12 entries" in printed


async def test_every_turn_of_a_story_is_timed() -> None:
    assert "1 stories, 1 times" in await stories.measure(stories.read_stories(1), times=1)


async def test_the_memory_is_measured_before_and_after_people_came() -> None:
    printed = await memory.measure(people=10)
    assert [line.split()[1] for line in printed.splitlines()[2:]] == ["0", "2", "4", "6", "8", "10"]


async def test_the_memory_of_the_shipped_program_is_measured() -> None:
    assert await memory.just_started() > 0


def test_the_report_has_all_contenders_and_says_how_many_times_faster() -> None:
    fast = Measured(seconds=1.0, turns=6 * TURNS, waits=(0.001, 0.002), bot=0.5, crowd=0.1)
    slow = Measured(seconds=2.0, turns=6 * TURNS, waits=(0.003, 0.004), bot=1.5, crowd=0.1)
    results = {(name, 4): [fast if maker == "ours" else slow] for name, maker in CONTENDERS.items()}
    printed = report(results, Plan(6, (4,), 1))
    assert "| Opstap, SQLite | 4 | 6.0 | 1.0 | 2.0 |" in printed
    assert "| Opstap, SQLite : aiogram, SQLite | 2.00 | 3.00 |" in printed


def test_shares_are_told_by_whose_code_runs_and_on_whose_behalf() -> None:
    raw = "main (main.py:1);turn (bot/turn.py:9);execute (sqlalchemy/engine/base.py:5) 3\nselect (selectors.py:1) 1\n"
    whose, on_behalf = shares.shares(raw).split("\n\n")
    assert whose.splitlines()[2:4] == ["| sqlalchemy | 75% |", "| selectors | 25% |"]
    assert on_behalf.splitlines()[2:4] == ["| bot | 75% |", "| selectors | 25% |"]


def test_a_percentile_is_one_of_the_values() -> None:
    assert [percentile([3, 1, 2, 4], share) for share in (0.01, 0.5, 0.75, 0.99)] == [1, 2, 3, 4]


def test_a_table_is_markdown() -> None:
    assert table(("a", "b"), [("1", "2")]) == "| a | b |\n| --- | ---: |\n| 1 | 2 |"


def test_the_bot_api_reads_json_and_forms() -> None:
    assert fields_of(b'{"chat_id": 5}') == {"chat_id": 5}
    assert fields_of(b"chat_id=5&text=dag+Anna") == {"chat_id": "5", "text": "dag Anna"}
    assert content_length(b"POST / HTTP/1.1\r\ncontent-length: 17\r\nHost: bot") == 17
    assert content_length(b"GET / HTTP/1.1\r\nHost: bot") == 0


async def test_the_funnel_is_counted_with_more_and_more_people() -> None:
    printed = await funnel.measure(people=12)
    assert len(printed.splitlines()) == 2 + len(funnel.STEPS)
    assert "| 12 |" in printed


async def test_free_times_are_looked_for_in_diaries_of_every_load() -> None:
    printed = await free_times.report(free_times.Size(3, 60, 5), ("SQLite",))
    assert [line.split(" | ")[1] for line in printed.splitlines()[2:]] == list(free_times.LOADS)


async def test_pages_of_the_console_are_opened_while_coaches_have_theirs_open() -> None:
    async with running("sqlite://") as program:
        genk = program.house.organisations["genk"]
        visited, _ = await staff_pages.prepare(program.house.ledger, genk, staff_pages.QUICK)
        lines = await staff_pages.visit(program.url, visited, staff_pages.QUICK)
    assert [line[0] for line in lines] == list(staff_pages.pages(visited))


async def test_people_and_a_coach_wait_for_each_other_on_both_channels() -> None:
    async with TelegramServer() as telegram:
        telegram.bot(TOKEN).faults.limits = None
        async with running("sqlite://", telegram.url, webhook=True) as program:
            door = await handing_over.prepare(program.house.ledger, program.house.organisations["genk"])
            found = await handing_over.measure(program.url, telegram, door, people=1, breath=0)
    assert [line[:2] for line in handing_over.lines("SQLite", found)] == [("SQLite", name) for name in found]
    assert len(found) == 4


def test_the_organisation_of_the_big_service_can_be_read(tmp_path: Path) -> None:
    assert len(make_organisations(tmp_path, ROOT / "organisations", 50).coaches) > 50
