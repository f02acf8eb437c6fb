"""The conversation in a terminal, as a process of its own that is fed lines."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
from pathlib import Path

from tests.patience import PATIENCE
from tests.running import Command

SETTINGS = {"CLOCK": "2027-03-24T10:00+01:00"}
TALK = ("chat", "--organisation", "genk", "--language", "fr")


async def test_a_french_conversation_goes_from_hello_to_a_booked_time_over_two_starts(tmp_path: Path) -> None:
    first = Command(tmp_path, SETTINGS)
    await first.begin(*TALK)
    await first.sees("Est-ce que je peux les garder pour votre coach")
    first.types("oui", "2", "4", "jhabite à genk")
    await first.sees("Qu'est-ce que vous voulez faire")
    assert await first.ends() == (0, "")
    again = Command(tmp_path, SETTINGS)
    await again.begin(*TALK)
    await again.sees("Vous étiez à la question 2 sur 4")
    again.types("un travial", "oui", "vendredi 10h", "1")
    await again.sees("Votre rendez-vous : vendredi 26 mars à 10 heures")
    again.types("/inconnu")
    assert await again.ends() == (0, "")
    with sqlite3.connect(tmp_path / "data" / "opstap.sqlite") as database:
        assert database.execute("SELECT wall, state FROM appointment").fetchall() == [("2027-03-26T10:00", "booked")]
    assert all(private not in "".join(again.said) for private in ("Traceback", "OPSTAP_"))


async def test_a_tool_is_pressed_by_its_first_word(tmp_path: Path) -> None:
    terminal = Command(tmp_path, SETTINGS)
    await terminal.begin("chat", "--language", "nl")
    await terminal.sees("Mag ik ze bewaren")
    terminal.types(b"\xff\x00\xfe")
    terminal.types("/waarom")
    await terminal.sees("Ik mag je antwoorden alleen")
    terminal.types("/een mens")
    await terminal.sees("Ik heb een coach verteld")
    assert await terminal.ends() == (0, "")


async def test_an_interrupt_ends_the_talk_at_once(tmp_path: Path) -> None:
    terminal = Command(tmp_path, SETTINGS)
    await terminal.begin("chat", "--language", "nl")
    await terminal.sees("/waarom")
    terminal.process.send_signal(signal.SIGINT)
    async with asyncio.timeout(PATIENCE):
        await terminal.process.wait()
    _, problems = await terminal.ends()
    assert "Traceback" not in problems
    assert "Fatal" not in problems
