"""Reports by the API: the same numbers as on the page, the hidden ones left out."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field
from sqlmodel import Session

from casework.figures.report_view import open_report
from casework.figures.reports import REPORTS, Row, Table, Wanted, splits
from staff.api_call import Call, Operation, Reply, Wrong, missing
from staff.api_models import In, Out
from storage import audit

Split = Literal[
    "year",
    "month",
    "quarter",
    "municipality",
    "before",
    "language",
    "channel",
    "goal",
    "door",
    "site",
    "kind",
    "way",
    "entry",
    "question",
]


class ReportQuery(In):
    """Which year, and divided by what."""

    year: int | None = Field(None, ge=2000, le=2200, description="Without it all years, one a line.")
    split: Split | None = Field(
        None,
        description="What the year is divided by; `before` is the municipality before the mergers of 2025, "
        "`door` the kind of case, `site` the nearest place of the organisation.",
    )


class ReportLine(Out):
    """One part. A number that is `null` is hidden: fewer than five people, or one from which that would follow."""

    value: str = Field(description="An id, as in the organisation's file or the flow; `unknown` was not told.")
    numbers: dict[str, int | None]
    share: int | None = Field(description="For appointments: who came, in per cent of who was expected.")


class ReportOut(Out):
    """Counts of one report, as they were counted last."""

    report: str
    year: int | None
    split: str
    lines: list[ReportLine]
    total: ReportLine | None = Field(description="The whole year.")
    years: list[int]
    counted_at: datetime | None


def show_report(session: Session, call: Call) -> Reply:
    report = REPORTS.get(call.id)
    if report is None:
        missing("report")
    year: int | None = call.query.year
    on_offer = splits(report, year)
    split = call.query.split or on_offer[0]
    if split not in on_offer:
        raise Wrong(400, "This report is not divided so.", f"Divide it by: {', '.join(on_offer)}", ("split",))
    tiers = call.office.briefing.tiers(call.organisation.flow)
    private = "barriers:read" in call.caller.scopes
    table, _ = open_report(session, call.caller.system, tiers, Wanted(report.id, year, split), private=private)
    actor, organisation = call.caller.system.actor, call.organisation.id
    audit.record(session, organisation, actor, "report.read", report.id, call.now)
    return Reply(_out(table))


def _out(table: Table) -> ReportOut:
    return ReportOut(
        report=table.report.id,
        year=table.year,
        split=table.split,
        lines=[_line(table, row) for row in table.rows],
        total=_line(table, table.total) if table.total else None,
        years=list(table.years),
        counted_at=table.counted_at,
    )


def _line(table: Table, row: Row) -> ReportLine:
    numbers = dict(zip(table.report.columns, row.numbers, strict=True))
    return ReportLine(value=row.value, numbers=numbers, share=row.share)


OPERATIONS = (
    Operation(
        "showReport",
        "GET",
        "/reports/{id}",
        f"Counts: {', '.join(REPORTS)}",
        "reports:read",
        show_report,
        ReportOut,
        query=ReportQuery,
    ),
)
