"""A report as a file for a spreadsheet: CSV, or XLSX. It holds what the page shows and nothing more."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from casework.door.audit_search import FORMULA
from casework.figures.report_words import HIDDEN, SHARE, Words
from casework.figures.reports import Row, Table
from flows.messages import Phrase

LEGEND = Phrase("A dot hides a number: fewer than 5 people, or one from which that would follow.")
COUNTED = Phrase("Counted on {moment}.")
YEAR_TOTAL = Phrase("Whole year")
WIDE = 40


@dataclass(frozen=True, slots=True)
class Sheet:
    """A report in words: ``head`` has a name for each cell of the ``lines``."""

    title: str
    notes: tuple[str, ...]
    head: tuple[str, ...]
    lines: tuple[tuple[str | int, ...], ...]


def sheet(table: Table, words: Words) -> Sheet:
    report = table.report
    title = words.say(report.title) + (f" {table.year}" if table.year else "")
    notes = [words.say(report.about), words.say(LEGEND)]
    if table.counted_at:
        notes.append(words.say(COUNTED, moment=_minute(table.counted_at, words)))
    shares = (words.say(SHARE) + " (%)",) if report.rate else ()
    lines = [_line(label, row, rate=bool(shares)) for label, row in words.rows(table)]
    if table.total:
        lines.append(_line(words.say(YEAR_TOTAL), table.total, rate=bool(shares)))
    return Sheet(title, tuple(notes), (words.split(table.split), *words.columns(report), *shares), tuple(lines))


def _line(label: str, row: Row, *, rate: bool) -> tuple[str | int, ...]:
    numbers = tuple(HIDDEN if number is None else number for number in row.numbers)
    share = (HIDDEN if row.share is None else row.share,) if rate else ()
    return label, *numbers, *share


def _minute(moment: datetime, words: Words) -> str:
    return moment.astimezone(words.organisation.tz).strftime("%d-%m-%Y %H:%M")


def as_csv(found: Sheet) -> str:
    """Heads and lines. A cell that a spreadsheet would take for a formula begins with an apostrophe."""
    file = io.StringIO()
    table = csv.writer(file, lineterminator="\r\n")
    table.writerows([_plain(cell) for cell in row] for row in (found.head, *found.lines))
    return file.getvalue()


def _plain(cell: str | int) -> str | int:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def as_xlsx(found: Sheet) -> bytes:
    """With the title and the notes above. Texts are written as texts, so none is a formula."""
    from xlsxwriter import Workbook  # type: ignore[import-untyped]  # takes long to load, and few ask for it

    file = io.BytesIO()
    book = Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    page, bold = book.add_worksheet(), book.add_format({"bold": True})
    page.write_string(0, 0, found.title, bold)
    for number, note in enumerate(found.notes, 1):
        page.write_string(number, 0, note)
    top = len(found.notes) + 2
    page.write_row(top, 0, found.head, bold)
    for number, line in enumerate(found.lines, top + 1):
        page.write_row(number, 0, line)
    page.set_column(0, 0, _width(found.lines))
    page.freeze_panes(top + 1, 1)
    book.close()
    return file.getvalue()


def _width(lines: Sequence[tuple[str | int, ...]]) -> int:
    return min(WIDE, max((len(str(line[0])) for line in lines), default=0) + 4)
