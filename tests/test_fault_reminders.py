"""Many reminders fall due at once while the program is killed: each comes once, none of a visit that is off."""

from __future__ import annotations

from pathlib import Path

from tests.faults.program import Program
from tests.faults.reminders import HASTE, NOW, Storm
from tests.faults.starter import Starter
from tests.telegram_server import TelegramServer


async def test_no_reminder_is_lost_and_none_comes_of_a_visit_that_is_off_whatever_is_killed(
    starter: Starter, telegram: TelegramServer, database_url: str, log_file: Path
) -> None:
    clock = {"CLOCK": f"{NOW.isoformat()}x{HASTE}"}
    program = Program(starter, database_url, telegram.url, log_file, webhook=True, settings=clock)
    lease, wait = (120.0, 0.0) if database_url.startswith("sqlite") else (2.5, 2.5)
    assert await Storm(database_url, telegram, program, 80, 2, lease, wait).run() == []
