"""``opstap chat --record`` and ``--replay``: a conversation becomes a story in a file, and a story is played again."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable
from difflib import unified_diff
from pathlib import Path

import typer

from bot.channels.terminal import drawn, tool_word
from bot.settings import BadSettings, Settings
from bot.stage import NotShown, open_stage
from bot.story import NoStory, Story, play
from bot.talking import agree, typed_line

CHANNEL = "terminal"
OPENING = "# Say here in one line what this shows."
HOW = (
    "Nothing of this talk is kept but the file. It is always Wednesday 24 March 2027, 10 o'clock.\n"
    "A line such as ! wait 2 days lets time pass. Ctrl-D ends the talk and writes the file."
)


async def record_here(settings: Settings, file: Path, organisation: str | None, language: str | None) -> None:
    """Talk in this terminal, apart from the configured database, and write down how it went."""
    _make(file)
    async with open_stage(settings) as stage:
        whom = agree(stage.house.organisations, organisation, language)
        gc.enable()
        typer.echo(HOW)
        recorder = Recorder(Story(stage), typer.echo)
        try:
            await recorder.begin(whom, language)
            while line := await typed_line():
                await recorder.hear(line.strip())
        finally:
            _write(file, await recorder.told())
    typer.echo(f"\nWritten to {file}. Play it again with: opstap chat --replay {file}")


def _make(file: Path) -> None:
    """An empty file, so that nobody talks for ten minutes to one that cannot be written."""
    try:
        file.touch(exist_ok=False)
    except FileExistsError:
        raise BadSettings(f"{file} is there already: choose another name, or take it away first") from None
    except OSError as problem:
        raise BadSettings(f"{file} cannot be made ({problem.strerror}): choose another place") from None


def _write(file: Path, lines: Iterable[str]) -> None:
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _read(file: Path) -> list[str]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        reason = getattr(problem, "strerror", None) or "it is no text"
        raise BadSettings(f"{file} cannot be read ({reason}): name a file of opstap chat --record") from None
    if not any(line.startswith("@ ") for line in lines):
        raise BadSettings(f"{file} is no story, it has no line with @: name a file of opstap chat --record")
    return lines


class Recorder:
    """What is typed, as lines of a story. ``write`` shows a line, as the terminal does in any talk."""

    def __init__(self, story: Story, write: Callable[[str], None]) -> None:
        self._story, self._write = story, write
        self._lines = [OPENING]

    async def begin(self, organisation: str, language: str | None) -> None:
        self._lines += await self._story.hear(f"@ {organisation} {CHANNEL}")
        await self._pass(f"> /start {language or ''}".rstrip())

    async def hear(self, line: str) -> None:
        """A line as typed; a story has no place for an empty one."""
        if line.startswith("!"):
            await self._pass(f"! {line[1:].strip()}")
        elif line:
            await self._pass(f"> {self._pressed(line)}")

    def _pressed(self, line: str) -> str:
        """``/why`` presses the tool button on the screen that begins with that word."""
        tools = next((bubble.tools for bubble in reversed(self._story.actor.seen) if bubble.tools), ())
        word = line.removeprefix("/").casefold()
        labels = [tool.label for tool in tools if line.startswith("/") and tool_word(tool) == word]
        return f"[{labels[0]}]" if labels else line

    async def _pass(self, line: str) -> None:
        before = len(self._story.actor.seen)
        try:
            self._lines += await self._story.hear(line)
        except (NotShown, NoStory) as problem:
            self._write(f"({problem})")
            return
        if self._story.toast:
            self._write(f"({self._story.toast})")
        for bubble in self._story.actor.seen[before:]:
            for shown in drawn(bubble):
                self._write(shown)

    async def told(self) -> list[str]:
        """The story so far, with what the coach has now."""
        return [*self._lines, *await self._story.ends()]


async def replay_here(settings: Settings, file: Path) -> bool:
    """Play the story of ``file`` over the flows of today; say what goes differently. True: nothing does."""
    written = _read(file)
    async with open_stage(settings) as stage:
        now = await play(stage, written)
    for line in differences(written[: now.at - 1] if now.stuck else written, now.lines):
        typer.echo(line)
    if now.stuck:
        typer.echo(f"{file}:{now.at}: {now.stuck}")
        return False
    if now.lines == written:
        typer.echo("same")
    return now.lines == written


def differences(written: Iterable[str], now: Iterable[str]) -> list[str]:
    """Lines that stand in the file (``-``) and lines as they are now (``+``), with a few around them."""
    lines = unified_diff(list(written), list(now), "as written", "as it goes now", lineterm="")
    return [f"line {line.split()[1][1:].partition(',')[0]}:" if line.startswith("@@") else line for line in lines]
