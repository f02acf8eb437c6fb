"""A report as one reader may see it: without what tells of barriers to who may not see those, and drawn as bars."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlmodel import Session, col, select

from casework.door.rights import Holder, may
from casework.figures.chart import Bars, Chart
from casework.figures.report_words import COLUMNS, Words
from casework.figures.reports import REPORTS, Table, Wanted, read_report, years
from flows.messages import Phrase
from storage.tables import CatalogueEntry

HIDDEN = Phrase("hidden")
BARS = Phrase("Bars of the numbers in the table below.")
SERIES = 2


def open_report(
    session: Session,
    holder: Holder,
    tiers: Mapping[str, str],
    wanted: Wanted,
    *,
    language: str = "nl",
    private: bool = True,
) -> tuple[Table, dict[str, str]]:
    """The table, and the titles of offers by id. ``tiers`` says how private each question is.

    Without ``private`` it is for somebody who is told nothing of barriers whatever their rights.
    Year 0 is the latest one that has numbers. Raises ``KeyError`` for a report or a split that there is not.
    """
    if wanted.year == 0:
        known = years(session, holder.organisation, REPORTS[wanted.report].sources)
        wanted = replace(wanted, year=known[0] if known else 0)
    table = read_report(session, holder.organisation, wanted)
    private = private and may(holder, "see_barriers")
    if table.split == "question" and not private:
        table = replace(table, rows=tuple(row for row in table.rows if tiers.get(row.value) == "A"))
    offers = _titles(session, table, language, sensitive=private) if table.split == "entry" else {}
    return table, offers


def _titles(session: Session, table: Table, language: str, *, sensitive: bool) -> dict[str, str]:
    query = select(CatalogueEntry).where(col(CatalogueEntry.id).in_([row.value for row in table.rows]))
    entries = [entry for entry in session.exec(query) if sensitive or not entry.sensitive]
    return {entry.id: entry.title.get(language) or next(iter(entry.title.values()), "") for entry in entries}


def charted(table: Table, words: Words) -> Chart:
    """The first two columns: everybody, and what one looks at first."""
    report = table.report
    shown = report.columns[:SERIES]
    lines = [Bars(label, row.numbers[:SERIES]) for label, row in words.rows(table)]
    title = f"{words.say(report.title)} {table.year or ''}".strip()
    series = tuple(words.say(COLUMNS[column]) for column in shown)
    return Chart(title, words.say(BARS), series, lines, words.say(HIDDEN))
