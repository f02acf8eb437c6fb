"""A start with the same files opens what the start before has read; after any change it reads again."""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.kept_papers import KeptPapers, pickled
from bot.opening import Papers, make_house, read_papers
from bot.people import Place
from bot.settings import Settings
from bot.stage import WEDNESDAY, Actor, Stage, StageClock
from storage.ledger import open_ledger
from tests.stage import ROOT, papers

SECRET = "s" * 40
LINES = ("nederlands", "ja", "snel een mens", "34 tot 49", "3600", "sla over", "wat is dat?", "terug", "nee")


class Reading:
    """Counts how often the files were read."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, settings: Settings) -> Papers:
        self.times += 1
        return papers()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "organisations", tmp_path / "organisations"))


def settings(folder: Path, secret: str = SECRET) -> Settings:
    url = f"sqlite:///{folder.parent}/opstap.db"
    return Settings(database_url=url, secret_key=SecretStr(secret), organisations=folder)


def times_read(settings: Settings) -> int:
    reading = Reading()
    KeptPapers(settings, reading).keep()
    return reading.times


def test_the_same_files_are_read_once(folder: Path) -> None:
    assert times_read(settings(folder)) == 1
    assert times_read(settings(folder)) == 0


def test_what_is_kept_is_for_its_owner_alone(folder: Path) -> None:
    times_read(settings(folder))
    (file,) = folder.parent.glob("*.papers")
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("change", ["more", "less", "other name"])
def test_a_changed_file_is_read_again(folder: Path, change: str) -> None:
    times_read(settings(folder))
    file = folder / "genk" / "catalogue.yaml"
    match change:
        case "more":
            file.write_text(file.read_text() + "\n")
        case "less":
            file.unlink()
        case _:
            file.rename(file.with_suffix(".old"))
    assert times_read(settings(folder)) == 1


def test_what_is_kept_may_be_deleted_and_is_written_anew(folder: Path) -> None:
    times_read(settings(folder))
    (file,) = folder.parent.glob("*.papers")
    file.unlink()
    assert times_read(settings(folder)) == 1
    assert file.exists()


def test_a_file_that_somebody_else_wrote_is_not_opened(folder: Path) -> None:
    times_read(settings(folder))
    (file,) = folder.parent.glob("*.papers")
    opened = folder.parent / "opened"
    file.write_bytes(pickle.dumps(Forged(opened)))
    assert times_read(settings(folder)) == 1
    assert not opened.exists()


def test_another_secret_opens_nothing(folder: Path) -> None:
    times_read(settings(folder))
    assert times_read(settings(folder, "t" * 40)) == 1


def test_where_nothing_can_be_kept_the_start_is_as_ever(folder: Path) -> None:
    folder.parent.joinpath("opstap.papers-new").mkdir()
    assert times_read(settings(folder)) == 1
    assert times_read(settings(folder)) == 1


def test_where_a_file_cannot_be_read_nothing_is_kept(folder: Path) -> None:
    (folder / "genk" / "notes.txt").symlink_to(folder / "nowhere")
    assert times_read(settings(folder)) == 1
    assert times_read(settings(folder)) == 1


def test_a_database_in_memory_keeps_nothing(folder: Path) -> None:
    in_memory = settings(folder).model_copy(update={"database_url": "sqlite://"})
    assert times_read(in_memory) == 1
    assert times_read(in_memory) == 1


def test_what_is_wrong_is_said_again_at_the_next_start(folder: Path) -> None:
    times_read(settings(folder))
    (folder / "genk" / "organisation.yaml").write_text("name: [")
    for _ in range(2):
        with pytest.raises(Exception, match=r"genk/organisation\.yaml"):
            KeptPapers(settings(folder), read_papers)


@pytest.mark.parametrize("organisation", ["genk", "jobin"])
async def test_a_talk_goes_the_same_with_papers_that_were_kept(organisation: str) -> None:
    assert await talked(papers(), organisation) == await talked(pickle.loads(pickled(papers())), organisation)


async def talked(known: Papers, organisation: str) -> list[str]:
    ledger, clock = await open_ledger("sqlite://"), StageClock(WEDNESDAY)
    stage = Stage(make_house(settings(ROOT / "organisations"), ledger, clock, known), clock)
    actor = Actor(stage, Place(organisation, "web", "ann"))
    await actor.starts()
    for line in LINES:
        await actor.says(line)
    await ledger.close()
    return [bubble.text for bubble in actor.seen]


@dataclass
class Forged:
    """Makes a folder where somebody opens it."""

    folder: Path

    def __reduce__(self) -> tuple[Callable[[Path], None], tuple[Path]]:
        return Path.mkdir, (self.folder,)
