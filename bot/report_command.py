"""``opstap count``: counts the reports now, for an installation that does not want to wait for the night."""

from __future__ import annotations

from collections.abc import Callable

from bot.opening import open_house, read_papers
from bot.report_round import count_reports
from bot.settings import Settings, look_up


async def count_now(settings: Settings, organisation: str | None, anew: bool, tell: Callable[[str], None]) -> None:
    """With ``anew`` every log is opened again; what was published stays until the new numbers are there."""
    papers = read_papers(settings)
    if organisation is not None:
        look_up(organisation, papers.organisations)
    async with open_house(settings, papers) as house:
        for name in (organisation,) if organisation else tuple(papers.organisations):
            tell(f"{name}: {await count_reports(house, name, anew)} conversations looked into.")
