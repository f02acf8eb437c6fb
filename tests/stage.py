"""The house in memory as tests use it: over any database, with the organisations that we ship."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cache
from pathlib import Path

from pydantic import SecretStr

from bot.opening import Papers, make_house, read_papers
from bot.people import Place
from bot.settings import Settings
from bot.stage import WEDNESDAY, Actor, StageClock
from bot.stage import Stage as BareStage
from storage.ledger import Ledger, open_ledger

__all__ = ["ROOT", "WEDNESDAY", "Actor", "Stage", "StageClock", "open_stage", "stage_settings"]

ROOT = Path(__file__).parent.parent


SETTINGS = Settings(database_url="sqlite://", secret_key=SecretStr("s" * 40), organisations=ROOT / "organisations")


def stage_settings(url: str = "sqlite://") -> Settings:
    return SETTINGS.model_copy(update={"database_url": url})


@cache
def papers() -> Papers:
    """Flows, texts and organisations, read once for all tests of a process."""
    return read_papers(stage_settings())


class Stage(BareStage):
    def actor(self, name: str = "ann", organisation: str = "genk", channel: str = "web") -> Actor:
        return Actor(self, Place(organisation, channel, name))


@asynccontextmanager
async def open_stage(ledger: Ledger | None = None, at: datetime = WEDNESDAY) -> AsyncIterator[Stage]:
    """A house over ``ledger``, or over a database in memory."""
    own = ledger or await open_ledger("sqlite://")
    clock = StageClock(at)
    try:
        yield Stage(make_house(stage_settings(), own, clock, papers()), clock)
    finally:
        if ledger is None:
            await own.close()
