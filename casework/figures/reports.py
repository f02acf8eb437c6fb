"""The reports on offer, and one of them as a table: what was published last, with hidden numbers left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from casework.figures.first_steps import MEASURES
from casework.figures.report_cells import ALL
from flows.messages import Phrase
from storage.tables import ReportCell, ReportCount

ABOUT_INTAKES = ("month", "quarter", "door", "site", "municipality", "before", "language", "channel", "goal")
YEAR = "year"
"""The split of all years: each is a line. They have no sum, since nobody is in two of them."""


@dataclass(frozen=True, slots=True)
class Report:
    """``source`` is what is counted for it. The first of the ``columns`` is everybody, the others what it is made of.

    ``rate`` names the two columns of which the first is shown as a share of both. The columns of a report with a
    source ``beside`` the first stand beside each other and are made of nobody in common.
    """

    id: str
    source: str
    title: Phrase
    about: Phrase
    columns: tuple[str, ...]
    splits: tuple[str, ...]
    rate: tuple[str, str] | None = None
    beside: str | None = None

    @property
    def sources(self) -> tuple[str, ...]:
        return (self.source, self.beside) if self.beside else (self.source,)


REPORTS: Mapping[str, Report] = {
    report.id: report
    for report in (
        Report(
            "intakes",
            "intakes",
            Phrase("Intakes"),
            Phrase("People who began an intake, in the period in which they began."),
            ("begun", "finished", "left", "going_on"),
            ABOUT_INTAKES,
        ),
        Report(
            "cases",
            "intakes",
            Phrase("Cases"),
            Phrase("Intakes that became a case, in the period in which the intake began, by how the case stands now."),
            ("finished", "waiting", "accepted", "done", "revoked"),
            ABOUT_INTAKES,
        ),
        Report(
            "outcomes",
            "intakes",
            Phrase("Outcomes"),
            Phrase("Cases that are closed, in the period in which the intake began, by what became of the person."),
            ("done", "work", "training", "elsewhere", "stopped", "untold"),
            ABOUT_INTAKES,
        ),
        Report(
            "visits",
            "visits",
            Phrase("Appointments"),
            Phrase("Appointments in the period in which they take place. One that was moved counts once."),
            ("visits", "came", "missed", "cancelled", "ahead"),
            ("month", "quarter", "door", "kind", "way", "municipality", "before", "language", "goal"),
            ("came", "missed"),
        ),
        Report(
            "referrals",
            "referrals",
            Phrase("Referrals and what came of them"),
            Phrase("Referrals in the period in which they were made, by how they stand now."),
            ("referrals", "prepared", "sent", "under_way", "done", "ended"),
            ("month", "quarter", "door", "entry", "municipality", "before", "language", "goal"),
        ),
        Report(
            "signups",
            "intakes",
            Phrase("Sign-ups and who came by"),
            Phrase("Intakes that became a case, by when they began, and people who came by without an appointment."),
            ("finished", "walk_ins"),
            ("site", "month", "quarter"),
            beside="walk_ins",
        ),
        Report(
            "companies",
            "vacancies",
            Phrase("Vacancies and visits to companies"),
            Phrase("Vacancies that were found, by how they stand now, and visits to companies, by their day."),
            ("vacancies", "filled", "still_open", "gone", "company_visits"),
            ("month", "quarter"),
            beside="company_visits",
        ),
        Report(
            "guidance",
            "guidance",
            Phrase("People in programmes"),
            Phrase("People under way in a programme in this year, each once for a programme."),
            ("people",),
            ("entry", "municipality", "before", "door", "language"),
        ),
        Report(
            "steps",
            "steps",
            Phrase("People with small steps"),
            Phrase("People with small steps, in the period of the first. In time: before they were asked how it goes."),
            ("people", "in_time", "done_later", "none_done"),
            ("month", "quarter", "entry", "door", "municipality", "before", "language", "goal"),
        ),
        Report(
            "first_steps",
            "first_steps",
            Phrase("Time to a first step"),
            Phrase(
                "Cases by the time from the first talk to a first step: a group session, a programme that begins, work."
            ),
            ("finished", *MEASURES),
            (YEAR,),
        ),
        Report(
            "questions",
            "questions",
            Phrase("Questions"),
            Phrase("What came of each question, of intakes that began in this year. Numbers are rounded to fives."),
            ("asked", "first", "later", "skipped", "left", "open", "again", "helped", "corrected"),
            ("question",),
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Row:
    """``numbers`` stand in the order of the columns, ``None`` for a hidden one; ``share`` is in per cent, if known."""

    value: str
    numbers: tuple[int | None, ...]
    share: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """``total`` is the whole year; all ``years`` have numbers. Before the first count ``counted_at`` is ``None``."""

    report: Report
    year: int | None
    split: str
    rows: tuple[Row, ...]
    total: Row | None
    years: tuple[int, ...]
    counted_at: datetime | None

    @property
    def is_empty(self) -> bool:
        return not self.rows


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which report, of which year and split by what. Without a year: all years, one a line."""

    report: str
    year: int | None = None
    split: str = YEAR


def splits(report: Report, year: int | None) -> tuple[str, ...]:
    """What a report can be split by: all years together by nothing but the year."""
    if year is None and report.source != "questions":
        return (YEAR,)
    return report.splits


def years(session: Session, organisation: str, sources: tuple[str, ...]) -> tuple[int, ...]:
    """Those with numbers, the latest first."""
    mine = ReportCell.organisation == organisation, col(ReportCell.report).in_(sources)
    query = select(ReportCell.year).where(*mine)
    return tuple(session.exec(query.distinct().order_by(col(ReportCell.year).desc())))


def read_report(session: Session, organisation: str, wanted: Wanted) -> Table:
    """Raises ``KeyError`` for a report or a split that there is not."""
    report = REPORTS[wanted.report]
    known = years(session, organisation, report.sources)
    year = wanted.year if wanted.year is not None or report.source != "questions" else (known[0] if known else None)
    if wanted.split not in splits(report, year):
        raise KeyError(wanted.split)
    lines = _lines(session, organisation, report, year, wanted.split)
    total = lines.pop("", None)
    counted = session.get(ReportCount, organisation)
    return Table(
        report,
        year,
        wanted.split,
        tuple(_row(report, value, numbers) for value, numbers in sorted(lines.items())),
        _row(report, "", total) if total and year is not None else None,
        known,
        counted.counted_at if counted else None,
    )


def _lines(
    session: Session, organisation: str, report: Report, year: int | None, split: str
) -> dict[str, dict[str, int | None]]:
    """By value the numbers by column; the empty value is the whole year."""
    query = select(ReportCell).where(
        ReportCell.organisation == organisation,
        col(ReportCell.report).in_(report.sources),
        col(ReportCell.measure).in_(report.columns),
        col(ReportCell.split).in_((ALL,) if split == YEAR else (ALL, split)),
    )
    if year is not None:
        query = query.where(ReportCell.year == year)
    found: defaultdict[str, dict[str, int | None]] = defaultdict(dict)
    for cell in session.exec(query):
        value = str(cell.year) if split == YEAR else cell.value
        found[value][cell.measure] = None if cell.hidden else cell.count
    return dict(found)


def _row(report: Report, value: str, numbers: Mapping[str, int | None]) -> Row:
    """Where everybody is hidden nothing is shown: that nobody is in a column would tell in which the few are."""
    everybody = 0 if report.beside else numbers.get(report.columns[0], 0)
    shown = tuple(None if everybody is None else numbers.get(column, 0) for column in report.columns)
    return Row(value, shown, _share(report.rate, numbers))


def _share(rate: tuple[str, str] | None, numbers: Mapping[str, int | None]) -> int | None:
    if rate is None:
        return None
    part, rest = (numbers.get(column, 0) for column in rate)
    return round(100 * part / (part + rest)) if part is not None and rest is not None and part + rest else None
