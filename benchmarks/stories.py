"""The engine's part of every turn in the stories of the tests: ``python -m benchmarks.stories``."""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import bot.turn
from benchmarks.machine import heading
from benchmarks.tables import percentile, table
from bot.opening import Papers, make_house, read_papers
from bot.settings import Settings
from bot.stage import APART, Stage, StageClock
from bot.story import play
from storage.ledger import open_ledger

STORIES = Path(__file__).parent.parent / "tests" / "transcripts"
ORGANISATIONS = Path(__file__).parent.parent / "organisations"
FIRST = "listened"
ENGINE = (FIRST, "remember", "hear", "render")
"""What a turn asks of ``flows``: distress looked for, the log replayed, the words heard, the answer drawn."""


@contextmanager
def timed(turns: list[float]) -> Iterator[None]:
    """While this is open, the seconds that the engine takes are added to ``turns``, one for each turn."""
    originals = {name: getattr(bot.turn, name) for name in ENGINE}
    for name, original in originals.items():
        setattr(bot.turn, name, _timed(original, turns, begins=name == FIRST))
    try:
        yield
    finally:
        for name, original in originals.items():
            setattr(bot.turn, name, original)


def _timed(work: Callable[..., Any], turns: list[float], begins: bool) -> Callable[..., Any]:
    def result(*args: Any, **kwargs: Any) -> Any:
        if begins:
            turns.append(0.0)
        began = time.perf_counter()
        try:
            return work(*args, **kwargs)
        finally:
            turns[-1] += time.perf_counter() - began

    return result


async def tell(papers: Papers, settings: Settings, story: list[str]) -> None:
    """One story in a house of its own, in memory."""
    ledger, clock = await open_ledger(settings.database_url), StageClock()
    try:
        await play(Stage(make_house(settings, ledger, clock, papers), clock), story)
    finally:
        await ledger.close()


async def measure(stories: Iterable[list[str]], times: int) -> str:
    """A table of milliseconds. A first round is not counted: it compiles patterns and fills word lists."""
    settings = Settings(organisations=ORGANISATIONS).model_copy(update=APART)
    papers, told, turns = read_papers(settings), list(stories), list[float]()
    for round_ in range(times + 1):
        turns = turns if round_ > 1 else []
        with timed(turns):
            for story in told:
                await tell(papers, settings, story)
    shares = (f"{1000 * percentile(turns, share):.2f}" for share in (0.5, 0.95, 0.99, 1.0))
    head = ("milliseconds of the engine", "turns", "p50", "p95", "p99", "most")
    return table(head, [(f"{len(told)} stories, {times} times", f"{len(turns):,}", *shares)])


def read_stories(most: int | None = None) -> list[list[str]]:
    return [file.read_text(encoding="utf-8").splitlines() for file in sorted(STORIES.rglob("*.chat"))[:most]]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=3)
    print(heading())
    print()
    print(asyncio.run(measure(read_stories(), parser.parse_args().times)))
