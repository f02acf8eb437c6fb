"""Chores by the API: who does them, who asks for help, who fits whom, the hours of a person, and both counters."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session

from casework.local_work import figures, matching, work_desk
from casework.local_work.bench import Bench
from casework.local_work.counting import Tally
from casework.local_work.person_sheet import PersonSheet, person_sheet
from staff.api_call import Call, Operation, Reply, Work, Wrong, missing, outdated, refused
from staff.api_models import In, Nothing
from staff.api_work_models import (
    BeginIn,
    ConfirmIn,
    FitOut,
    HoursOfMonthIn,
    MatchOut,
    MonthOut,
    PersonWorkOut,
    RequestLine,
    RequestList,
    RequestOut,
    StopIn,
    StretchOut,
    TallyOut,
    WorkerList,
    WorkerOut,
    WorkFigures,
    WorkFiguresQuery,
)
from storage.tables import LocalWorkMatch


def show_workers(session: Session, call: Call) -> Reply:
    bench = _bench(session, call)
    bench.record("local_work.list", "all")
    return Reply(WorkerList(workers=[_worker(call, each) for each in matching.workers(bench)]))


def show_requests(session: Session, call: Call) -> Reply:
    bench = _bench(session, call)
    bench.record("local_work.list", "all")
    return Reply(RequestList(requests=[_request(each) for each in matching.requests(bench)]))


def show_request(session: Session, call: Call) -> Reply:
    bench = _bench(session, call)
    asked = matching.request(bench, call.id) or missing("request")
    bench.record("local_work.request", asked.case.id)
    found = matching.propose(bench, asked, matching.workers(bench))
    proposals = [
        FitOut(
            worker=each.helper.id,
            fits=each.fits,
            shared=sorted(each.shared),
            speaks=list(each.speaks),
            asks=list(each.asks),
            hinders=list(each.hinders),
        )
        for each in found
    ]
    return Reply(RequestOut(**dict(_request(asked)), proposals=proposals))


def confirm_match(session: Session, call: Call) -> Reply:
    """Not against what the law or the hours say."""
    match matching.confirm(_bench(session, call), call.id, call.body.worker):
        case "missing":
            missing("request, or nobody does chores by that id")
        case "hindered":
            refused("The law or the hours are against it.", "Read the request: `hinders` says which.")
        case "already":
            refused("They help with it already.", "Read the request.")
    return show_request(session, call)


def end_match(session: Session, call: Call) -> Reply:
    """It was the last time today; or, had it not begun, it never was."""
    match = session.get(LocalWorkMatch, call.id)
    if match is None or match.organisation != call.organisation.id:
        missing("match")
    if call.version not in (None, match.version):
        outdated()
    if match.ends_on is not None:
        refused("This help has ended already.", "Read the request.")
    _settle(matching.end_match(_bench(session, call), match.id, match.version))
    session.expire_all()
    ended = session.get_one(LocalWorkMatch, call.id)
    return Reply(MatchOut.model_validate(ended), f'"{ended.version}-match"')


def show_person(session: Session, call: Call) -> Reply:
    bench = _bench(session, call)
    sheet = person_sheet(bench, call.id) or missing("case of somebody who looks for work")
    bench.record("local_work.read", sheet.case.id)
    return _sheet(call, sheet)


def begin_work(session: Session, call: Call) -> Reply:
    body: BeginIn = call.body
    beginning = work_desk.Beginning(body.day, body.sent_by, body.earlier_system)
    _settle(work_desk.begin(_bench(session, call), call.id, beginning))
    return show_person(session, call)


def stop_work(session: Session, call: Call) -> Reply:
    """What they helped with ends then too."""
    bench = _bench(session, call)
    case = bench.case(call.id)
    worker = bench.worker(case) if case else None
    if worker is None:
        missing("stretch of chores")
    version = worker.version if call.version is None else call.version
    _settle(work_desk.stop(bench, call.id, version, call.body.day))
    session.expire_all()
    return show_person(session, call)


def note_hours(session: Session, call: Call) -> Reply:
    """They are worked already: too many are noted too, and the tally says so."""
    body: HoursOfMonthIn = call.body
    month = date.fromisoformat(f"{body.month}-01")
    _settle(work_desk.note_hours(_bench(session, call), call.id, month, body.hours, body.version))
    session.expire_all()
    return show_person(session, call)


def show_figures(session: Session, call: Call) -> Reply:
    query: WorkFiguresQuery = call.query
    bench = _bench(session, call)
    bench.record("local_work.figures", "all")
    year = query.year or bench.today.year
    return Reply(WorkFigures.model_validate(figures.figures(session, call.organisation.id, year, query.split)))


def _settle(came: str) -> None:
    match came:
        case "missing":
            missing("stretch of chores")
        case "changed":
            outdated()
        case "already":
            refused("They do chores then already.", "Read the chores of the person.")
        case "no_rule":
            refused("There are no chores by law on that day.", "Take a day on which the rule holds.")
        case "too_early":
            refused("That is before it began, or before hours that are noted.", "Read the chores of the person.")
        case "outside":
            raise Wrong(422, "No chores were done in that month.", "Take a month of the stretch.", ("month",))


def _bench(session: Session, call: Call) -> Bench:
    organisation = call.office.organisations.read(session, call.organisation.id)
    return Bench(session, call.office.vault, organisation, call.caller.actor, call.now)


def _named(call: Call, name: str) -> str | None:
    return name if "people:read" in call.caller.scopes else None


def _worker(call: Call, worker: matching.Worker) -> WorkerOut:
    return WorkerOut.model_validate(
        {
            "id": worker.row.id,
            "case": worker.case.id,
            "name": _named(call, worker.name),
            "began_on": worker.row.began_on,
            "sent_by": worker.row.sent_by,
            "kinds": sorted(worker.helper.kinds),
            "town": worker.helper.town,
            "helps": worker.helper.helps,
            "tally": _tally(worker.helper.tally),
        }
    )


def _tally(tally: Tally) -> TallyOut:
    return TallyOut.model_validate(tally)


def _request(asked: matching.Asked) -> RequestLine:
    matches = [MatchOut.model_validate(match) for match in asked.matches]
    kinds = sorted(asked.request.kinds)
    return RequestLine(id=asked.case.id, kinds=kinds, town=asked.request.town, matches=matches)


def _sheet(call: Call, sheet: PersonSheet) -> Reply:
    body = PersonWorkOut(
        id=sheet.case.id,
        name=_named(call, sheet.name),
        stretch=StretchOut.model_validate(sheet.worker) if sheet.worker else None,
        tally=_tally(sheet.tally) if sheet.tally else None,
        months=[MonthOut.model_validate(month) for month in sheet.months],
        matches=[MatchOut.model_validate(match) for match in sheet.matches],
    )
    return Reply(body, f'"{sheet.worker.version if sheet.worker else 0}-chores"')


def _changes(
    id: str, path: str, summary: str, work: Work, models: tuple[type[In], type[RequestOut] | type[PersonWorkOut]]
) -> Operation:
    return Operation(id, "POST", f"/local_work/{path}", summary, "local_work:write", work, models[1], body=models[0])


OPERATIONS = (
    Operation(
        "listWorkers",
        "GET",
        "/local_work/workers",
        "Everybody who does chores now",
        "local_work:read",
        show_workers,
        WorkerList,
    ),
    Operation(
        "listRequests",
        "GET",
        "/local_work/requests",
        "Open requests of customers",
        "local_work:read",
        show_requests,
        RequestList,
    ),
    Operation(
        "readRequest",
        "GET",
        "/local_work/requests/{id}",
        "One request, and who may help",
        "local_work:read",
        show_request,
        RequestOut,
    ),
    _changes(
        "confirmMatch", "requests/{id}/confirm", "This worker helps from today", confirm_match, (ConfirmIn, RequestOut)
    ),
    Operation(
        "endMatch",
        "POST",
        "/local_work/matches/{id}/end",
        "This help has ended",
        "local_work:write",
        end_match,
        MatchOut,
        body=Nothing,
        versioned=True,
    ),
    Operation(
        "readChores",
        "GET",
        "/local_work/people/{id}",
        "The chores of the person of a case",
        "local_work:read",
        show_person,
        PersonWorkOut,
    ),
    _changes("beginChores", "people/{id}/begin", "They begin with chores", begin_work, (BeginIn, PersonWorkOut)),
    Operation(
        "stopChores",
        "POST",
        "/local_work/people/{id}/stop",
        "They do no chores any more",
        "local_work:write",
        stop_work,
        PersonWorkOut,
        body=StopIn,
        versioned=True,
    ),
    _changes("noteHours", "people/{id}/hours", "The hours of a month", note_hours, (HoursOfMonthIn, PersonWorkOut)),
    Operation(
        "localWorkFigures",
        "GET",
        "/local_work/figures",
        "Who did chores and who was helped in a year",
        "reports:read",
        show_figures,
        WorkFigures,
        WorkFiguresQuery,
    ),
)
