"""What staff count and enter by the API: figures from elsewhere, and who came by without an appointment."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field
from sqlmodel import Session

from casework.figures.outside_figures import (
    FIRST_YEAR,
    LAST_YEAR,
    LONGEST,
    Entered,
    Kind,
    Misentered,
    Summed,
    enter,
    figures,
    find_figure,
    jobs_in_all,
    summed,
    take_out,
)
from casework.figures.walk_ins import count_walk_in, walk_ins_of
from staff.api_call import Call, Operation, Reply, Wrong, missing, outdated, refused
from staff.api_models import In, Name, Out, Word
from staff.api_offer_models import PLAIN
from storage import audit

Number = Annotated[str, Field(pattern="^-?[0-9]{1,7}([.][0-9]{1,2})?$", examples=["12", "12.50"])]


class FigureQuery(In):
    """Of which year."""

    year: int | None = Field(None, ge=FIRST_YEAR, le=LAST_YEAR, description="Else of all years.")


class FigureOut(Out):
    """A figure from elsewhere. Of jobs `so_far` is the sum of that programme until then; a note has no number."""

    id: str
    kind: Kind
    name: str
    year: int
    number: str | None
    so_far: str | None
    unit: str
    source: str
    about: str
    version: int


class FigureList(Out):
    """The figures, by kind and name, the latest year first; `jobs` are those of all programmes together."""

    figures: list[FigureOut]
    jobs: str


class FigureIn(In):
    """A figure of a year, in place of the one with its kind and name that was read at this version."""

    kind: Kind
    name: Name
    year: int = Field(ge=FIRST_YEAR, le=LAST_YEAR)
    number: Number | None = None
    unit: Annotated[str, Field(max_length=LONGEST["unit"], pattern=PLAIN)] = ""
    source: Annotated[str, Field(max_length=LONGEST["source"], pattern=PLAIN)] = ""
    about: Annotated[str, Field(max_length=LONGEST["about"], pattern=PLAIN)] = ""
    version: int = Field(0, ge=0, lt=10**6, description="As it was read; 0 for a new one.")


class CameBy(Out):
    """How many came by at a place today."""

    place: str
    count: int


class WalkInsOut(Out):
    """Who came by today without an appointment; nothing is known of anybody."""

    day: date
    places: list[CameBy]


class CameByIn(In):
    """One more, or one taken back."""

    place: Word
    by: Literal[1, -1] = 1


def show_figures(session: Session, call: Call) -> Reply:
    every = figures(session, call.organisation.id)
    wanted = [each for each in summed(every) if call.query.year in (None, each.figure.year)]
    _note(session, call, "figure.list", "all")
    return Reply(FigureList(figures=[_out(each) for each in wanted], jobs=_written(jobs_in_all(every)) or "0"))


def enter_figure(session: Session, call: Call) -> Reply:
    """Nothing is overwritten: who corrects a figure adds a version."""
    body: FigureIn = call.body
    entered = Entered(body.kind, body.name, str(body.year), body.number or "", body.unit, body.source, body.about)
    try:
        came = enter(session, call.caller.system, entered, body.version, call.now)
    except Misentered as wrong:
        raise Wrong(
            422,
            f"Check these: {', '.join(wrong.flaws)}",
            "A note has words, others a number and a source.",
            wrong.flaws,
        ) from None
    if came == "changed":
        outdated()
    wanted = body.kind, " ".join(body.name.split())[: LONGEST["name"]], body.year
    every = summed(figures(session, call.organisation.id))
    kept = (each for each in every if (each.figure.kind, each.figure.name, each.figure.year) == wanted)
    return _shown(next(kept, None) or missing("figure"))


def take_figure_out(session: Session, call: Call) -> Reply:
    figure = find_figure(session, call.organisation.id, call.id) or missing("figure")
    seen = figure.id, figure.version if call.version is None else call.version
    if take_out(session, call.caller.system, seen, call.now) == "changed":
        outdated()
    return Reply(None)


def _shown(found: Summed) -> Reply:
    return Reply(_out(found), f'"{found.figure.version}-figure"')


def _out(found: Summed) -> FigureOut:
    figure = found.figure
    return FigureOut(
        id=figure.id,
        kind=figure.kind,  # type: ignore[arg-type]  # one of them, by the table
        name=figure.name,
        year=figure.year,
        number=_written(figure.hundredths),
        so_far=_written(found.so_far),
        unit=figure.unit,
        source=figure.source,
        about=figure.about,
        version=figure.version,
    )


def _written(hundredths: int | None) -> str | None:
    return None if hundredths is None else f"{Decimal(hundredths) / 100}"


def show_walk_ins(session: Session, call: Call) -> Reply:
    day = call.today
    counted = walk_ins_of(session, call.organisation, day)
    places = [CameBy(place=place, count=count) for place, count in counted.items()]
    return Reply(WalkInsOut(day=day, places=places))


def add_walk_in(session: Session, call: Call) -> Reply:
    body: CameByIn = call.body
    if body.place not in call.organisation.places:
        raise Wrong(422, "There is no such place.", "Read the places.", ("place",))
    if not count_walk_in(session, call.organisation, call.caller.system, (body.place, body.by), call.now):
        refused("Nobody is counted there today.", "Read who came by.")
    return show_walk_ins(session, call)


def _note(session: Session, call: Call, action: str, subject: str) -> None:
    audit.record(session, call.organisation.id, call.caller.system.actor, action, subject, call.now)


OPERATIONS = (
    Operation(
        "listFigures",
        "GET",
        "/figures",
        "Figures from elsewhere",
        "reports:read",
        show_figures,
        FigureList,
        FigureQuery,
    ),
    Operation(
        "enterFigure",
        "POST",
        "/figures",
        "A figure from elsewhere, new or corrected",
        "figures:write",
        enter_figure,
        FigureOut,
        body=FigureIn,
        problems=(404, 412),
    ),
    Operation(
        "takeFigureOut",
        "DELETE",
        "/figures/{id}",
        "A figure counts no more",
        "figures:write",
        take_figure_out,
        None,
        versioned=True,
    ),
    Operation(
        "listWalkIns",
        "GET",
        "/walk_ins",
        "Who came by today, by place",
        "appointments:read",
        show_walk_ins,
        WalkInsOut,
    ),
    Operation(
        "countWalkIn",
        "POST",
        "/walk_ins",
        "Somebody came by without an appointment",
        "appointments:write",
        add_walk_in,
        WalkInsOut,
        body=CameByIn,
    ),
)
