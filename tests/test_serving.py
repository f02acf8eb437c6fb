"""The program as a process: it starts, says where to look, stops when told, and refuses what it must not touch."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import aiohttp
import orjson
import pytest
from aiohttp.test_utils import unused_port

from tests.running import Command
from tests.stage import ROOT

CLOCK = "2027-03-24T10:00+01:00"
SAME = ("bot", "casework", "staff", "storage", "browser", "babel.cfg")


@asynccontextmanager
async def serving(folder: Path, *arguments: str, **settings: str) -> AsyncIterator[tuple[Command, str]]:
    """``opstap serve`` in ``folder`` and its address; told to stop at the end, and seen to end well."""
    port = unused_port()
    program = Command(folder, {"CLOCK": CLOCK, "PORT": str(port), **settings})
    await program.begin("serve", *arguments)
    try:
        await program.serves()
        yield program, f"http://127.0.0.1:{port}"
    finally:
        code, log = await program.stop()
    assert code == 0
    for line in log.splitlines():
        assert isinstance(orjson.loads(line), dict), line


async def refused(program: Command, *arguments: str) -> str:
    """The one line with which it ends."""
    before = files_of(program)
    await program.begin(*arguments)
    code, said = await program.ends()
    assert (code, said.count("\n")) == (2, 1), said
    assert files_of(program) == before
    return said


def files_of(program: Command) -> set[Path]:
    """Without what a program that serves keeps for its next start, whenever it comes to it."""
    return {file for file in program.folder.rglob("*") if ".papers" not in file.suffix}


async def test_one_command_sets_everything_up_and_says_where_to_look(tmp_path: Path) -> None:
    async with serving(tmp_path, "--set-up") as (program, url), aiohttp.ClientSession() as session:
        shown = "\n".join(program.said)
        for path in ("/", "/healthz", "/readyz", "/chat/genk", "/chat/jobin", "/staff/sign-in", "/api/v1/openapi.json"):
            async with session.get(url + path) as response:
                assert response.status == 200, path
        for organisation in ("bijzig", "genk", "handel", "jobin", "zuidoost-limburg"):
            assert f"{url}/chat/{organisation}" in shown
        assert len(re.findall(rf"{url}/staff/link/[\w-]+", shown)) == 5
        assert {file.name for file in (tmp_path / "data").iterdir()} >= {"opstap.sqlite", "opstap.key"}
        assert (tmp_path / "data" / "opstap.key").stat().st_mode & 0o077 == 0


async def test_a_second_process_is_told_who_holds_the_database(tmp_path: Path) -> None:
    async with serving(tmp_path, "--set-up") as (program, _):
        second = Command(tmp_path, {"PORT": str(unused_port())})
        said = await refused(second, "serve")
        assert f"is in use by process {program.process.pid}: stop that one first" in said


@contextmanager
def changed(folder: Path, file: str, old: str, new: str):
    """The program in ``folder`` with one of its files changed."""
    for room in SAME:
        (folder / room).symlink_to(ROOT / room)
    for room in ("flows", "locales"):
        shutil.copytree(ROOT / room, folder / room)
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), "utf-8")
    yield text.split(old)[0].count("\n") + 1


BROKEN = [
    ("flows/scripts/young.yaml", "yesno: {}", "yesnoo: {}", "unknown key 'yesnoo'"),
    ("flows/scripts/young.yaml", "flow: young", "flow: young: x", "a colon with a space after it"),
    ("locales/nl/words.yaml", "commands:", "comands:", "unknown part 'comands'"),
    ("locales/nl/LC_MESSAGES/opstap.po", 'msgstr "', "msgtsr ", "this is no line of a catalogue"),
]


@pytest.mark.parametrize(("file", "old", "new", "problem"), BROKEN, ids=["flow", "yaml", "words", "catalogue"])
async def test_a_broken_file_is_named_by_serve_and_by_check(
    tmp_path: Path, file: str, old: str, new: str, problem: str
) -> None:
    source, here = tmp_path / "source", tmp_path / "here"
    source.mkdir()
    here.mkdir()
    with changed(source, file, old, new) as line:
        serve, check = Command(here, {"PORT": str(unused_port())}, source), Command(here, {}, source)
        said = await refused(serve, "serve", "--set-up")
        await check.begin("check")
        code, summary = await check.ends()
    assert f"{file}:{line}: " in said
    assert problem in said
    assert (code, "to mend before people meet them" in summary) == (2, True)
    assert any(f"{file}:{line}: " in each and problem in each for each in check.said)
