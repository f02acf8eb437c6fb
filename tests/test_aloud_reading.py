"""Reading aloud with the real voice: sound, shelf, limits; and what must never lie on a disk."""

from __future__ import annotations

import asyncio
import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.aloud.engine import Engine
from bot.aloud.opening import open_reading, say_if_off
from bot.aloud.reading import WAITING, Reading, TooBusy
from bot.aloud.shelf import Shelf
from bot.aloud.sound import NoSound, seconds
from flows.messages import Bubble
from storage.vault import Vault
from tests.reading_aloud import LOCALES
from tests.webchat_wording import translate

OURS = Bubble("Waar woon je?", "nl", ours=True)
THEIRS = Bubble("Dag Fatma, tot maandag.", "nl")


def is_mp3(sound: bytes) -> bool:
    return sound[0] == 0xFF and sound[1] & 0xE0 == 0xE0


def a_program(folder: Path, script: str) -> str:
    file = folder / "voice"
    file.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    file.chmod(0o700)
    return str(file)


async def test_dutch_and_french_become_sound(reading: Reading) -> None:
    dutch = await reading.sound(Bubble("Hallo! Ik ben een computer, geen mens.", "nl"))
    french = await reading.sound(Bubble("Bonjour ! Je suis un ordinateur.", "fr"))
    assert is_mp3(dutch)
    assert is_mp3(french)
    assert 2 <= seconds(dutch) <= 8
    assert len(dutch) < 40_000


async def test_it_speaks_slowly(reading: Reading) -> None:
    sound = await reading.sound(Bubble("een twee drie vier vijf zes zeven acht negen tien " * 3, "nl"))
    assert 30 / seconds(sound) * 60 < 150


async def test_the_second_time_it_comes_from_the_shelf(reading: Reading) -> None:
    first = await reading.sound(OURS)
    reading.engine = Engine("/nowhere/espeak-ng")
    assert await reading.sound(OURS) == first
    reading.shelf = Shelf(reading.shelf.folder)
    assert await reading.sound(OURS) == first


async def test_files_hold_our_own_words_only_and_their_names_say_nothing(reading: Reading) -> None:
    folder = reading.shelf.folder
    assert folder
    await reading.sound(THEIRS)
    assert not folder.exists()
    await reading.sound(OURS)
    (file,) = folder.iterdir()
    assert len(file.stem) == 64
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    other = replace(OURS, text="Waar woon jij?")
    reading.secret = b"another secret of the tests"
    await reading.sound(OURS)
    await reading.sound(other)
    assert len({file.stem for file in folder.iterdir()}) == 3


async def test_the_words_are_not_on_the_command_line(tmp_path: Path, reading: Reading) -> None:
    spy = f'echo "$*" > {tmp_path}/args; env > {tmp_path}/env; exec {reading.engine.program} "$@"'
    reading.engine = Engine(a_program(tmp_path, spy))
    assert is_mp3(await reading.sound(THEIRS))
    assert "Fatma" not in (tmp_path / "args").read_text()
    assert "PATH" not in os.environ or "OPSTAP" not in (tmp_path / "env").read_text()


@pytest.mark.parametrize(
    "text", ["; rm -rf /", "$(id)", "-w /tmp/x", "`id`", "<voice name='x'>hallo</voice>", "\x01v\x00"]
)
async def test_hostile_words_are_only_words(reading: Reading, text: str) -> None:
    assert is_mp3(await reading.sound(Bubble(f"a {text}", "nl")))


@pytest.mark.parametrize("text", ["", "👍", "…"])
async def test_nothing_to_say_is_no_sound(reading: Reading, text: str) -> None:
    with pytest.raises(NoSound):
        await reading.sound(Bubble(text.replace("…", ""), "nl"))


@pytest.mark.parametrize("script", ["sleep 30", "exit 3", "echo no sound", "true"])
async def test_a_voice_that_fails_is_left_alone_in_time(tmp_path: Path, reading: Reading, script: str) -> None:
    reading.engine = Engine(a_program(tmp_path, f"exec {script}" if "sleep" in script else script), time_limit=0.5)
    with pytest.raises(NoSound):
        await reading.sound(OURS)


async def test_too_many_at_once_are_asked_to_come_back(tmp_path: Path, reading: Reading) -> None:
    reading.engine = Engine(a_program(tmp_path, "exec sleep 30"), time_limit=1.0)
    asked = [reading.sound(Bubble(f"Bericht {number}", "nl")) for number in range(WAITING + 3)]
    came = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(each) for each in came].count(TooBusy) == 3


def test_the_shelf_stays_within_its_bytes(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "sounds", most_bytes=1000, recent=2)
    for number in range(30):
        shelf.put(f"{number:064}", bytes(100), write=True)
        shelf.get(f"{0:064}")
    kept = {file.stem for file in (tmp_path / "sounds").iterdir()}
    assert len(kept) == 10
    assert f"{0:064}" in kept
    assert shelf.get(f"{1:064}") is None


def test_a_full_disk_costs_no_more_than_the_file(tmp_path: Path) -> None:
    (tmp_path / "sounds").write_text("no folder")
    shelf = Shelf(tmp_path / "sounds")
    shelf.put("a", b"sound", write=True)
    assert shelf.get("a") == b"sound"


def test_it_is_off_where_the_voice_is_not_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    reading = open_reading(LOCALES, "sqlite://", Vault(["s" * 40]), translate)
    assert reading is None
    with capture_logs() as lines:
        say_if_off(reading)
    assert [(line["event"], line["remedy"]) for line in lines] == [("reading_aloud.off", "apt-get install espeak-ng")]
