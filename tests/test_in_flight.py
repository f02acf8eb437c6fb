"""``opstap check --in-flight``: what new flow files would mean for the people in a database, before they meet them."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.in_flight import FROM_THE_SCREEN, InFlight, look_ahead
from bot.scenes import SCRIPTS
from bot.settings import BadSettings
from flows.marked_yaml import Misread
from storage.errors import DatabaseRefused
from storage.ledger import open_ledger
from tests.stage import ROOT, Actor, Stage, open_stage, stage_settings

ORGANISATIONS = ROOT / "organisations"
QUICK = (("language", "nl"), ("privacy", "yes"), ("path", "quick"))
NEW = """\
  - ask: bike
    text: Do you have a bike?
    label: Bike
    why: So.
    yesno: {}
"""


@asynccontextmanager
async def people(url: str) -> AsyncIterator[Stage]:
    """Two people at the question of their age, one past it, one elsewhere, while the program runs."""
    ledger = await open_ledger(url)
    try:
        async with open_stage(ledger) as stage:
            for name in ("ann", "bob"):
                await comes(stage.actor(name), *QUICK)
            await comes(stage.actor("cas"), *QUICK, ("age", "from_55"))
            await comes(stage.actor("dan", "jobin"), ("language", "fr"))
            yield stage
    finally:
        await ledger.close()


async def comes(actor: Actor, *answers: tuple[str, str]) -> None:
    await actor.starts()
    for question, option in answers:
        await actor.tap(question, option)


async def told(url: str, wish: InFlight, organisations: Path = ORGANISATIONS) -> list[str]:
    lines: list[str] = []
    settings = stage_settings(url).model_copy(update={"organisations": organisations})
    await look_ahead(settings, wish, lines.append)
    return [re.sub(r"\s\s+", " | ", line) for line in lines]


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    """A copy of the shared flow files, to be edited."""
    return Path(shutil.copytree(SCRIPTS, tmp_path / "new"))


def edit(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


async def test_the_same_flow_files_change_nothing_for_anybody(database_url: str, scripts: Path) -> None:
    async with people(database_url):
        assert await told(database_url, InFlight(scripts)) == [
            "Organisation | What happens | Questions | People",
            "genk | unchanged | 3",
            "jobin | unchanged | 1",
        ]


async def test_a_new_question_and_a_lost_option_are_counted(database_url: str, scripts: Path) -> None:
    edit(scripts, "person_basics.yaml", "  - ask: place\n", NEW + "  - ask: place\n")
    edit(scripts, "intake.yaml", "from_55: {label: 55 or older}", "from_60: {label: 60 or older}")
    async with people(database_url):
        assert await told(database_url, InFlight(scripts)) == [
            "Organisation | What happens | Questions | People",
            "genk | is asked more | bike | 3",
            "genk | must answer again | age | 1",
            "jobin | unchanged | 1",
        ]


async def test_a_file_of_one_organisation_is_laid_over_its_own(sqlite_url: str, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    shutil.copy(SCRIPTS / "person_basics.yaml", own)
    edit(own, "person_basics.yaml", "  - ask: place\n", NEW + "  - ask: place\n")
    async with people(sqlite_url):
        assert await told(sqlite_url, InFlight(own, "genk")) == [
            "Organisation | What happens | Questions | People",
            "genk | is asked more | bike | 3",
        ]


async def test_ids_of_conversations_are_listed_only_on_request_and_names_and_answers_never(sqlite_url: str) -> None:
    async with people(sqlite_url) as stage:
        ann = stage.actor("eva")
        await comes(ann, ("language", "nl"), ("privacy", "yes"), ("path", "full"), ("age", "from_26"))
        await ann.says("Fatima")
        without = await told(sqlite_url, InFlight())
        with_ids = await told(sqlite_url, InFlight(conversations=True))
    assert without == [
        "Organisation | What happens | Questions | People",
        "genk | unchanged | 4",
        "jobin | unchanged | 1",
        FROM_THE_SCREEN,
    ]
    assert len(with_ids) == len(without) + 5
    everything = " ".join(with_ids)
    assert "Fatima" not in everything
    assert "from_26" not in everything


async def test_files_edited_in_place_are_compared_with_what_people_were_last_asked(
    sqlite_url: str, tmp_path: Path
) -> None:
    shutil.copytree(ORGANISATIONS, tmp_path / "organisations")
    own = tmp_path / "organisations" / "genk" / "flows"
    own.mkdir(exist_ok=True)
    for file in ("person_basics.yaml", "intake.yaml"):
        shutil.copy(SCRIPTS / file, own)
    edit(own, "person_basics.yaml", "  - ask: place\n", NEW + "  - ask: place\n")
    edit(own, "intake.yaml", "from_55: {label: 55 or older}", "from_60: {label: 60 or older}")
    async with people(sqlite_url):
        assert await told(sqlite_url, InFlight(), tmp_path / "organisations") == [
            "Organisation | What happens | Questions | People",
            "genk | is asked more | bike | 1",
            "genk | must answer again | age | 1",
            "genk | unchanged | 2",
            "jobin | unchanged | 1",
            FROM_THE_SCREEN,
        ]


async def test_looking_ahead_changes_nothing(sqlite_url: str, scripts: Path) -> None:
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    async with people(sqlite_url):
        pass
    before = file.read_bytes()
    await told(sqlite_url, InFlight(scripts))
    assert file.read_bytes() == before


async def test_in_an_empty_house_nobody_is_in_the_middle_of_a_talk(sqlite_url: str, scripts: Path) -> None:
    assert await told(sqlite_url, InFlight(scripts)) == ["Nobody is in the middle of a talk."]


async def test_a_flow_in_which_somebody_could_get_stuck_is_refused(sqlite_url: str, scripts: Path) -> None:
    edit(scripts, "intake.yaml", "age: under_18}", "age: under_81}")
    with pytest.raises(Misread, match="age has no option under_81"):
        await told(sqlite_url, InFlight(scripts))


async def test_what_is_not_there_is_named(sqlite_url: str, tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match=r"--flows: there is no flow file \(\*.yaml\)"):
        await told(sqlite_url, InFlight(tmp_path / "nothing"))
    with pytest.raises(BadSettings, match=r"there is no organisation gent\. Known: bijzig, genk"):
        await told(sqlite_url, InFlight(None, "gent"))
    with pytest.raises(DatabaseRefused, match="does not exist yet"):
        await told(f"sqlite:///{tmp_path}/nothing.db", InFlight())
