"""A talk in the terminal becomes a file, and the file is played again over the flows of today."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.rehearsing import OPENING, Recorder, differences, replay_here
from bot.settings import BadSettings
from bot.stage import open_stage
from bot.story import Story, play
from tests.running import Command
from tests.stage import ROOT, papers, stage_settings

TALK = ("ja", "/waarom", "! wait 2 hours", "2", "[34 tot 49 jaar]", "3600", "1")


async def recorded(*typed: str) -> tuple[list[str], list[str]]:
    """The lines of the file, and what was shown meanwhile."""
    shown: list[str] = []
    async with open_stage(stage_settings(), papers()) as stage:
        recorder = Recorder(Story(stage), shown.append)
        await recorder.begin("genk", "nl")
        for line in typed:
            await recorder.hear(line)
        return await recorder.told(), shown


async def test_what_is_recorded_goes_the_same_way_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines, shown = await recorded(*TALK)
    assert lines[:3] == [OPENING, "@ genk terminal", "> /start nl"]
    assert [line for line in lines if line[:1] in (">", "!")][1:] == [
        "> ja",
        "> [Waarom?]",
        "! wait 2 hours",
        "> 2",
        "> [34 tot 49 jaar]",
        "> 3600",
        "> 1",
    ]
    assert "  2. 🧑 Snel een mens" in shown
    file = tmp_path / "mia.chat"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert await replay_here(stage_settings(), file)
    assert capsys.readouterr().out == "same\n"


async def test_the_end_says_what_the_coach_has() -> None:
    lines, _ = await recorded(*TALK, "3", "1")
    assert lines[-7:] == [
        "= age: from_34",
        "= book: no",
        "= contact_way: chat",
        "= goal: job",
        "= path: quick",
        "= place: 3600:Genk",
        "= privacy: yes",
    ]


async def test_what_cannot_be_is_said_and_not_written() -> None:
    lines, shown = await recorded("", "! dance", "[Sla over]")
    assert len(lines) == len((await recorded())[0])
    assert shown[-2:] == ["(nobody knows how to let this happen: dance)", "(no button [Sla over] was ever shown)"]


async def test_a_flow_that_has_changed_shows_as_a_difference(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "old.chat"
    file.write_text("@ genk web\n> /start nl\n> [Ja]\n< Mag ik iets vragen?\n", encoding="utf-8")
    assert not await replay_here(stage_settings(), file)
    said = capsys.readouterr().out.splitlines()
    assert said[:2] == ["--- as written", "+++ as it goes now"]
    assert "-< Mag ik iets vragen?" in said
    assert "+  (Terug) (Waarom?) (Een mens)" in said
    assert "same" not in said


async def test_a_button_that_is_gone_is_named_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "old.chat"
    file.write_text("# Somebody\n@ genk web\n> /start nl\n> [Misschien]\n", encoding="utf-8")
    assert not await replay_here(stage_settings(), file)
    assert capsys.readouterr().out.splitlines()[-1] == f"{file}:4: no button [Misschien] was ever shown"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("> hallo", "a story begins with a line such as: @ <organisation> web"),
        ("@ nowhere web", "there is no organisation 'nowhere' with a channel 'web'"),
        ("@ genk", "there is no organisation 'genk' with a channel ''"),
    ],
)
async def test_a_file_that_is_no_story_says_what_is_missing(line: str, problem: str) -> None:
    async with open_stage(stage_settings(), papers()) as stage:
        told = await play(stage, [line])
    assert (told.stuck, told.at) == (problem, 1)


async def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="No such file"):
        await replay_here(stage_settings(), tmp_path / "nothing.chat")
    (tmp_path / "picture.chat").write_bytes(b"\xff\xd8")
    with pytest.raises(BadSettings, match="it is no text"):
        await replay_here(stage_settings(), tmp_path / "picture.chat")
    (tmp_path / "letter.txt").write_text("Hallo\n", encoding="utf-8")
    with pytest.raises(BadSettings, match="is no story"):
        await replay_here(stage_settings(), tmp_path / "letter.txt")


def test_a_difference_says_at_which_line_it_stands() -> None:
    written = [f"> {number}" for number in range(20)]
    assert differences(written, [*written[:10], "< new", *written[10:]])[2] == "line 8:"
    assert differences(written, written) == []


async def test_the_command_keeps_the_talk_out_of_the_database_and_plays_it_again(tmp_path: Path) -> None:
    talk = Command(tmp_path, {})
    await talk.begin("chat", "--record", "mia.chat", "--language", "nl")
    await talk.sees("Mag ik ze bewaren")
    talk.types("ja")
    assert await talk.ends() == (0, "")
    assert not (tmp_path / "data").exists()
    again = Command(tmp_path, {})
    await again.begin("chat", "--replay", "mia.chat")
    await again.sees("same")
    assert await again.ends() == (0, "")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--replay", "other.chat"), 1, ""),
        (("--replay", "mia.chat", "--record", "new.chat"), 2, "give one of the two"),
        (("--record", "mia.chat"), 2, "mia.chat"),
    ],
)
def test_the_command_says_by_its_code_what_was_different_or_cannot_be(
    words: tuple[str, ...], code: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("mia.chat", "other.chat"):
        Path(name).write_text("@ genk web\n> [Ja]\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["chat", *words], env={"OPSTAP_ORGANISATIONS": str(ROOT / "organisations")})
    assert result.exit_code == code
    assert said in result.output
    assert not Path("data").exists()
    assert not Path("new.chat").exists()
