"""The program is killed in the middle of a campaign: nobody gets its letter twice, and nobody is left out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlmodel import Session, select

from bot.house import House
from casework.campaigns.campaigns import By, Written, start, write_campaign
from casework.door.accounts import Account
from casework.privacy.consents import record
from flows.effects import RecordConsent
from storage.tables import CampaignLetter
from tests.faults.books import open_house
from tests.faults.program import Program
from tests.faults.reminders import HASTE, NOW, Storm, somebody
from tests.faults.starter import Starter
from tests.telegram_server import TelegramServer

LEAD = Account("lead", "genk", "lead", "Lead", "team_lead", "lead", "nl")


class Letters(Storm):
    """The same storm, of letters of one campaign."""

    def _settle(self, session: Session, house: House, numbers: Sequence[int]) -> None:
        for number in numbers:
            self.account.chat(number)
            person = somebody(session, house, number).person_id
            record(session, person, RecordConsent("news", 1, True, "nl"), "telegram", NOW)
        by = By(house.organisations["genk"], LEAD, NOW)
        written = Written("Voorjaar", {"nl": "Er is een open dag.", "fr": "Il y a une journée ouverte."})
        assert start(session, by, (write_campaign(session, by, written), 1)) == "done"

    async def _call_off(self) -> None:
        """Nobody changes their mind."""


async def test_a_letter_is_neither_lost_nor_repeated_when_the_program_is_killed_in_the_middle(
    starter: Starter, telegram: TelegramServer, database_url: str, log_file: Path
) -> None:
    clock = {"CLOCK": f"{NOW.isoformat()}x{HASTE}"}
    program = Program(starter, database_url, telegram.url, log_file, webhook=True, settings=clock)
    lease, wait = (120.0, 0.0) if database_url.startswith("sqlite") else (2.5, 2.5)
    assert await Letters(database_url, telegram, program, 12, 1, lease, wait).run() == []
    async with open_house(database_url) as house:
        states = await house.ledger.read(lambda session: list(session.exec(select(CampaignLetter.state))))
    assert states == ["sent"] * 12
