"""The catalogue beside its entries by the API: what an entry said before, what comes back, the map and its gaps."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field
from sqlmodel import Session

from casework.offers import catalogue_desk
from casework.offers.catalogue_gaps import gaps
from casework.offers.catalogue_map import draw_map, on_offer
from casework.offers.catalogue_past import KEPT, earlier, steps
from casework.offers.catalogue_rules import askable, several, themes, towns
from casework.offers.suggestions import Adviser
from flows.script import Flow
from staff.api_beside import BARRIERS
from staff.api_call import Call, Operation, Reply, Work, Wrong, settled
from staff.api_models import In, Nothing, Out
from staff.api_offer_models import OfferOut, OfferSays, PartnerOut, Theme
from staff.api_offers import entry_of, offer_shown, partner_of
from storage import audit
from storage.tables import CatalogueEntry, Partner


class OfferVersion(OfferSays):
    """What an entry said before: `differs` names what it said otherwise than the version behind it."""

    version: int
    changed_at: datetime
    changed_by: str = Field(description="As the audit names them; `file` for what the organisation's file said.")
    differs: list[str]


class OfferVersions(Out):
    """The versions of an entry that said something else, the newest first."""

    versions: list[OfferVersion]


class MapQuery(In):
    """For whom."""

    audience: Theme | None = Field(None, description="Only what is for who answers so: `question:option`.")


class Cell(Out):
    """What there is in a municipality; empty for all that have no line of their own."""

    municipality: str
    offers: list[str]


class MapLine(Out):
    """What helps with a theme, by municipality."""

    theme: str
    cells: list[Cell]


class MapOut(Out):
    """The map of what is on offer today. `nowhere` are the themes that nothing helps with."""

    themes: list[MapLine]
    nowhere: list[str]


class GapLine(Out):
    """How many people named a theme within a year, and for how many of them nothing fits; `null` is hidden."""

    theme: str
    asked: int | None
    without: int | None


class GapList(Out):
    """What people named, and what there is nothing for."""

    gaps: list[GapLine]


def show_versions(session: Session, call: Call) -> Reply:
    entry = entry_of(session, call)
    found = [_version(older, names) for older, names in steps(entry, earlier(session, entry))]
    return Reply(OfferVersions(versions=found))


def _version(older: CatalogueEntry, names: list[str]) -> OfferVersion:
    said = {name: getattr(older, name) for name in KEPT}
    return OfferVersion(
        version=older.version, changed_at=older.changed_at, changed_by=older.changed_by, differs=names, **said
    )


def restore_offer(session: Session, call: Call) -> Reply:
    """Not before its partner is."""
    row = entry_of(session, call)
    seen = row.id, row.version if call.version is None else call.version
    settled(catalogue_desk.restore(session, CatalogueEntry, call.caller.actor, seen, call.now), "offer")
    return offer_shown(row)


def restore_partner(session: Session, call: Call) -> Reply:
    row = partner_of(session, call)
    seen = row.id, row.version if call.version is None else call.version
    settled(catalogue_desk.restore(session, Partner, call.caller.actor, seen, call.now), "partner")
    return offer_shown(row)


def show_map(session: Session, call: Call) -> Reply:
    flow, audience = _flow(call), call.query.audience or ""
    if audience and audience not in {f"{ask.id}:{each.id}" for _, ask, options in askable(flow) for each in options}:
        raise Wrong(400, "Check these: audience", "An answer of the flow: question:option.", ("audience",))
    known = [theme.id for theme in themes(flow)]
    area = towns(call.office.briefing.gazetteer, call.organisation.area)
    drawn = draw_map(_on_offer(session, call), known, area, audience, several(flow))
    lines = [
        MapLine(
            theme=theme,
            cells=[Cell(municipality=town, offers=list(drawn.cells[theme, town])) for town in drawn.towns],
        )
        for theme in drawn.themes
    ]
    return Reply(MapOut(themes=lines, nowhere=sorted(drawn.nowhere)))


def show_gaps(session: Session, call: Call) -> Reply:
    """What makes working hard is counted with the scope for it alone, as in the reports."""
    if BARRIERS not in call.caller.scopes:
        detail = "Gaps count what makes working hard."
        raise Wrong(403, detail, "Ask for a token that also has barriers:read.", ("Authorization",))
    adviser = Adviser(call.office.vault, call.office.briefing, call.organisation)
    known = [theme.id for theme in themes(_flow(call))]
    found = gaps(session, adviser, known, _on_offer(session, call), call.now)
    audit.record(session, call.organisation.id, call.caller.system.actor, "catalogue.gaps", "all", call.now)
    lines = [GapLine(theme=theme, asked=gap.asked, without=gap.without) for theme, gap in found.items()]
    return Reply(GapList(gaps=lines))


def _on_offer(session: Session, call: Call) -> list[CatalogueEntry]:
    day = call.today
    return on_offer(session, call.organisation.id, day)


def _flow(call: Call) -> Flow:
    return call.office.briefing.flows[call.organisation.flow]


def _restores(id: str, path: str, work: Work, answer: type[Out]) -> Operation:
    about = "It is on offer again"
    return Operation(id, "POST", path, about, "catalogue:write", work, answer, body=Nothing, versioned=True)


OPERATIONS = (
    Operation(
        "listOfferVersions",
        "GET",
        "/offers/{id}/versions",
        "What an entry said before",
        "catalogue:read",
        show_versions,
        OfferVersions,
    ),
    _restores("restoreOffer", "/offers/{id}/restore", restore_offer, OfferOut),
    _restores("restorePartner", "/partners/{id}/restore", restore_partner, PartnerOut),
    Operation(
        "showMap",
        "GET",
        "/catalogue/map",
        "What there is, by theme and municipality",
        "catalogue:read",
        show_map,
        MapOut,
        MapQuery,
    ),
    Operation(
        "showGaps",
        "GET",
        "/catalogue/gaps",
        "For how many people there is nothing, by theme",
        "reports:read",
        show_gaps,
        GapList,
    ),
)
