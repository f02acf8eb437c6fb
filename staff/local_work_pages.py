"""The pages of chores: who does them, who asks for help, who fits whom, the hours of a person, and both counters."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from aiohttp import web
from sqlmodel import Session

from casework.cases.cases import Actor
from casework.figures.merged_places import towns_by_id
from casework.local_work import figures, matching, work_desk
from casework.local_work.bench import Bench
from casework.local_work.counting import first_of, limits
from casework.local_work.person_sheet import person_sheet
from casework.local_work.work_words import WorkWords
from staff.door import SIGNED_IN, Route
from staff.forms import read_form
from staff.office import OFFICE
from staff.pages import address, onward, page

ID = "{id:[0-9a-f]{1,32}}"
LONGEST = 9
OUR_YEARS = range(2000, 2200)
NOTES = frozenset(
    {"begun", "stopped", "noted", "over_month", "over_year", "outside", "confirmed", "ended", "hindered", "already"}
    | {"changed", "no_rule", "too_early", "unread"}
)
GOOD = frozenset({"begun", "stopped", "noted", "confirmed", "ended"})


async def show_work(request: web.Request) -> web.Response:
    def work(bench: Bench) -> dict[str, Any]:
        return {"workers": matching.workers(bench), "requests": matching.requests(bench)}

    return await _page(request, "local_work.html", work, "local_work.list")


async def show_request(request: web.Request) -> web.Response:
    def work(bench: Bench) -> dict[str, Any] | None:
        asked = matching.request(bench, request.match_info["id"])
        if asked is None:
            return None
        known = matching.workers(bench)
        return {
            "asked": asked,
            "fits": matching.propose(bench, asked, known),
            "known": {each.row.id: each for each in known},
        }

    return await _page(request, "work_request.html", work, "local_work.request")


async def show_person(request: web.Request) -> web.Response:
    def work(bench: Bench) -> dict[str, Any] | None:
        sheet = person_sheet(bench, request.match_info["id"])
        return {"sheet": sheet} if sheet else None

    return await _page(request, "work_person.html", work, "local_work.read")


async def show_figures(request: web.Request) -> web.Response:
    asked = request.query
    split = next((each for each in figures.SPLITS if each == asked.get("split")), figures.SPLITS[0])

    def work(bench: Bench) -> dict[str, Any]:
        house = bench.organisation.id
        years = figures.years(bench.session, house, bench.today)
        year = next((each for each in years if str(each) == asked.get("year")), years[0])
        return {"figures": figures.figures(bench.session, house, year, split), "years": years}

    return await _page(request, "work_figures.html", work, split=split, towns=towns_by_id())


async def confirm(request: web.Request) -> web.Response:
    form, id = await read_form(request), request.match_info["id"]
    return await _done(request, "work_request", lambda bench: matching.confirm(bench, id, form.get("worker", "")))


async def end(request: web.Request) -> web.Response:
    form = await read_form(request)
    match, version = form.get("match", ""), _whole(form.get("version", ""))
    return await _done(request, "work_request", lambda bench: matching.end_match(bench, match, version or 0))


async def begin(request: web.Request) -> web.Response:
    form, id = await read_form(request), request.match_info["id"]
    day, by = _day(form.get("day", "")), next((by for by in work_desk.SENT_BY if by == form.get("sent_by")), None)

    def work(bench: Bench) -> str:
        if day is None or by is None:
            return "unread"
        return work_desk.begin(bench, id, work_desk.Beginning(day, by, "earlier" in form))

    return await _done(request, "work_person", work)


async def stop(request: web.Request) -> web.Response:
    form, id = await read_form(request), request.match_info["id"]
    day, version = _day(form.get("day", "")), _whole(form.get("version", "")) or 0
    return await _done(
        request, "work_person", lambda bench: work_desk.stop(bench, id, version, day) if day else "unread"
    )


async def note_hours(request: web.Request) -> web.Response:
    form, id = await read_form(request), request.match_info["id"]
    month, hours = _day(f"{form.get('month', '')}-01"), _whole(form.get("hours", ""))
    version = _whole(form.get("version", "")) or 0

    def work(bench: Bench) -> str:
        if month is None or hours is None:
            return "unread"
        return work_desk.note_hours(bench, id, month, hours, version)

    return await _done(request, "work_person", work)


async def _page(
    request: web.Request, template: str, work: Callable[[Bench], dict[str, Any] | None], noted: str = "", **more: Any
) -> web.Response:
    """What ``work`` read, shown once the audit has that it was (``noted``): of a case, or of all."""
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    organisation, now = office.organisations[account.organisation], office.now()
    found = await office.ledger.read(lambda session: work(_bench(request, session, now)))
    if found is None:
        raise web.HTTPNotFound
    if noted:
        about = request.match_info.get("id", "all")
        await office.ledger.write(lambda session: _bench(request, session, now).record(noted, about))
    note = request.query.get("note", "")
    today = now.astimezone(organisation.tz).date()
    rule = organisation.rules.get(organisation.local_work.rule) if organisation.local_work else None
    return page(
        request,
        template,
        **found,
        **more,
        say_work=WorkWords(office.briefing, organisation.flow, account.language),
        now=now,
        today=today,
        this_month=first_of(today),
        rule=rule,
        lawful=limits(rule, today) is not None,
        note=note if note in NOTES else "",
        good=note in GOOD,
    )


async def _done(request: web.Request, back: str, work: Callable[[Bench], str]) -> web.Response:
    office = request.config_dict[OFFICE]
    came_of = await office.ledger.write(lambda session: work(_bench(request, session, office.now())))
    if came_of == "missing":
        raise web.HTTPNotFound
    raise onward(request, f"{address(request, back, id=request.match_info['id'])}?note={came_of}")


def _bench(request: web.Request, session: Session, now: datetime) -> Bench:
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    organisation = office.organisations.read(session, account.organisation)
    return Bench(session, office.vault, organisation, Actor.of(account), now)


def _day(text: str) -> date | None:
    """One of our days: months are counted from it."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in OUR_YEARS else None


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST else None


ROUTES = (
    Route("GET", "/local-work", "local_work", show_work, "local_work"),
    Route("GET", "/local-work/figures", "work_figures", show_figures, "see_reports"),
    Route("GET", f"/local-work/requests/{ID}", "work_request", show_request, "local_work"),
    Route("POST", f"/local-work/requests/{ID}/confirm", "work_confirm", confirm, "local_work"),
    Route("POST", f"/local-work/requests/{ID}/end", "work_end", end, "local_work"),
    Route("GET", f"/local-work/people/{ID}", "work_person", show_person, "local_work"),
    Route("POST", f"/local-work/people/{ID}/begin", "work_begin", begin, "local_work"),
    Route("POST", f"/local-work/people/{ID}/stop", "work_stop", stop, "local_work"),
    Route("POST", f"/local-work/people/{ID}/hours", "work_hours", note_hours, "local_work"),
)
