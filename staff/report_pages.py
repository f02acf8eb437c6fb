"""The page of reports: counts to choose, as bars and as a table, and to take along as a file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

from aiohttp import web
from markupsafe import Markup
from sqlmodel import Session

from casework.door.accounts import Account
from casework.figures.chart import as_png, draw
from casework.figures.outside_figures import figures
from casework.figures.report_files import Sheet, as_csv, as_xlsx, sheet
from casework.figures.report_view import charted, open_report
from casework.figures.report_words import Words
from casework.figures.reports import REPORTS, YEAR, Table, Wanted, splits
from staff.door import SIGNED_IN, Route
from staff.figure_pages import in_digits
from staff.office import OFFICE, Office
from staff.pages import page
from storage import audit
from storage.tables import OutsideFigure

FONT = Path(__file__).with_name("fonts") / "DejaVuSans.ttf"
ALL_YEARS = "all"
TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "svg": "image/svg+xml",
    "png": "image/png",
}


@dataclass(frozen=True, slots=True)
class Opened:
    """A report in its reader's words."""

    table: Table
    words: Words
    sheet: Sheet
    svg: str

    @property
    def asked(self) -> dict[str, str]:
        table = self.table
        return {"report": table.report.id, "year": str(table.year or ALL_YEARS), "split": table.split}


async def show_reports(request: web.Request) -> web.Response:
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    opened = await office.ledger.read(partial(_open, office=office, account=account, asked=dict(request.query)))
    table, words = opened.table, opened.words
    return page(
        request,
        "reports.html",
        opened=opened,
        table=table,
        chart=Markup(opened.svg),  # drawn by us, every text in it escaped  # noqa: S704
        reports={report.id: words.say(report.title) for report in REPORTS.values()},
        splits={split: words.split(split) for split in splits(table.report, table.year)},
        files={kind: urlencode(opened.asked) for kind in TYPES},
        beside=await _beside(request, table.year),
        digits=lambda hundredths: in_digits(hundredths, account.language),
    )


async def _beside(request: web.Request, year: int | None) -> list[OutsideFigure]:
    """What was entered of the same year."""
    office, organisation = request.config_dict[OFFICE], request[SIGNED_IN].organisation
    if year is None:
        return []
    return await office.ledger.read(lambda session: figures(session, organisation, year))


async def take_report(request: web.Request) -> web.Response:
    """The same numbers as a file; that it was taken along stands in the audit."""
    office, account, kind = request.config_dict[OFFICE], request[SIGNED_IN], request.match_info["kind"]
    if kind not in TYPES:
        raise web.HTTPNotFound
    now = office.now()

    def work(session: Session) -> Opened:
        opened = _open(session, office, account, dict(request.query))
        audit.record(session, account.organisation, account.actor, "report.export", opened.table.report.id, now)
        return opened

    opened = await office.ledger.write(work)
    name = "-".join(("opstap", *opened.asked.values()))
    answer = web.Response(body=_file(kind, opened), content_type=TYPES[kind])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return answer


def _file(kind: str, opened: Opened) -> bytes:
    match kind:
        case "csv":
            return as_csv(opened.sheet).encode("utf-8-sig")
        case "xlsx":
            return as_xlsx(opened.sheet)
        case "svg":
            return opened.svg.encode()
        case _:
            return as_png(opened.svg, str(FONT))


def _open(session: Session, office: Office, account: Account, asked: dict[str, str]) -> Opened:
    organisation = office.organisations[account.organisation]
    wanted = _wanted(asked)
    tiers = office.briefing.tiers(organisation.flow)
    table, offers = open_report(session, account, tiers, wanted, language=account.language)
    words = Words(organisation, office.briefing, account.language, offers)
    found = sheet(table, words)
    return Opened(table, words, found, draw(charted(table, words)))


def _wanted(asked: dict[str, str]) -> Wanted:
    """What the address says; what makes no sense there is left out."""
    report = REPORTS.get(asked.get("report", ""), REPORTS["intakes"])
    year = asked.get("year", "")
    if year == ALL_YEARS:
        return Wanted(report.id, None, YEAR if YEAR in splits(report, None) else report.splits[0])
    known = int(year) if year.isascii() and year.isdecimal() and len(year) == 4 else 0
    split = asked.get("split", "")
    return Wanted(report.id, known, split if split in report.splits else report.splits[0])


ROUTES = (
    Route("GET", "/reports", "reports", show_reports, "see_reports"),
    Route("GET", "/reports.{kind:[a-z0-9]{1,32}}", "report_file", take_report, "see_reports"),
)
