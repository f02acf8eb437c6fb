"""``opstap count``: counts the reports now, for an installation that does not want to wait for the night."""

from __future__ import annotations

from collections.abc import Callable

from bot.opening import make_house, read_papers
from bot.report_round import count_reports
from bot.settings import BadSettings, Settings
from storage.ledger import open_ledger


async def count_now(settings: Settings, organisation: str | None, anew: bool, tell: Callable[[str], None]) -> None:
    """With ``anew`` every log is opened again; what was published stays until the new numbers are there."""
    papers = read_papers(settings)
    if organisation is not None and organisation not in papers.organisations:
        raise BadSettings(f"--organisation: no {organisation}; known are {', '.join(papers.organisations)}")
    ledger = await open_ledger(settings.database_url)
    try:
        house = make_house(settings, ledger, papers=papers)
        for name in (organisation,) if organisation else tuple(papers.organisations):
            tell(f"{name}: {await count_reports(house, name, anew)} conversations looked into.")
    finally:
        await ledger.close()
