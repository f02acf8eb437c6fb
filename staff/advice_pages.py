"""The pages of one person's referrals: an offer is proposed or put aside, and what becomes of it is written down."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import Any

from aiohttp import web
from sqlmodel import Session

from casework.cases.case_names import QUESTION
from casework.cases.cases import Actor, CaseFile, read_case
from casework.cases.in_short import ABOUT_THE_TALK
from casework.cases.need_to_know import visible
from casework.cases.summary import Line
from casework.door.accounts import Account
from casework.offers.catalogue_desk import find
from casework.offers.referral_states import CHANGES, REASONS, RULES, possible
from casework.offers.referrals import LONGEST, SPOKEN, Answer, Move, Packet, Proposal, move, open_referral, propose
from casework.offers.suggestions import WHYS, Adviser, Desk, bring_back, set_aside
from staff.advice import advice
from staff.catalogue_forms import Form, read_typed
from staff.catalogue_pages import version_of
from staff.catalogue_shelf import read_shelf
from staff.door import SIGNED_IN, Route
from staff.office import OFFICE, Office
from staff.pages import address, onward, page
from storage.tables import CatalogueEntry, Partner, Referral

CASE = "{id:[0-9a-f]{1,32}}"
OFFER = "{entry:[0-9a-f]{1,32}}"
REFERRAL = "{referral:[0-9a-f]{1,32}}"
SAID = frozenset(
    {
        "proposed",
        "done",
        "changed",
        "not_now",
        "confirm",
        "no_consent",
        "twice",
        "no_messages",
        "unreachable",
        "asked",
    }
)


async def show_offer(request: web.Request) -> web.Response:
    """What is on offer, and what would be told there: chosen line by line."""
    return page(request, "offer_to.html", **await _composed(request))


async def _composed(request: web.Request) -> dict[str, Any]:
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    id, entry = request.match_info["id"], request.match_info["entry"]

    def work(session: Session) -> dict[str, Any] | None:
        file, row = _file(session, office, account, id), find(session, CatalogueEntry, account.organisation, entry)
        told = advice(session, office, account, file) if file else None
        if file is None or row is None or told is None or row.archived_at is not None:
            return None
        judged = next((each for each in told.told if each.entry.id == row.id), None)
        partner = session.get(Partner, row.partner_id) if row.partner_id else None
        books = read_shelf(session, office, account)
        lines = list(_lines(office, account, file))
        return {"file": file, "entry": row, "told": judged, "partner": partner, "lines": lines, "books": books}

    found = await office.ledger.write(work)
    if found is None:
        raise web.HTTPNotFound
    return {**found, "first": QUESTION, "longest": LONGEST, "twice": request.query.get("note") == "twice"}


async def propose_offer(request: web.Request) -> web.Response:
    office, account, id = request.config_dict[OFFICE], request[SIGNED_IN], request.match_info["id"]
    form = Form(await read_typed(request))

    def work(session: Session) -> Referral | Answer:
        file = _file(session, office, account, id)
        if file is None:
            return "missing"
        ticked = form.values.get("line", ())
        told = (line for line in _lines(office, account, file) if line.question in ticked)
        packet = Packet.of(told, " ".join(form.one("sentence").split())[:LONGEST])
        owner = form.one("owner") if form.one("owner") in read_shelf(session, office, account).owners else account.id
        entry, again = request.match_info["entry"], _day(form.one("look_again"))
        return propose(
            session, office.vault, Actor.of(account), Proposal(id, entry, packet, owner, again), office.now()
        )

    came = await office.ledger.write(work)
    if came == "missing":
        raise web.HTTPNotFound
    if isinstance(came, str):
        parts = {"id": id, "entry": request.match_info["entry"]}
        raise onward(request, f"{address(request, 'offer', **parts)}?note={came}")
    raise _to_referral(request, id, came.id, "proposed")


async def put_aside(request: web.Request) -> web.Response:
    """Not for this person, with the reason; it is not suggested again until what it rests on changes."""
    form = Form(await read_typed(request))
    why = next((why for why in WHYS if why == form.one("reason")), None)

    def put(desk: Desk, file: CaseFile) -> bool:
        if why is None:
            raise web.HTTPBadRequest
        return set_aside(desk, file, (request.match_info["entry"], why))

    return await _on_case(request, put)


async def take_back(request: web.Request) -> web.Response:
    return await _on_case(request, lambda desk, file: bring_back(desk, file, request.match_info["entry"]))


async def _on_case(request: web.Request, act: Callable[[Desk, CaseFile], bool]) -> web.Response:
    office, account, id = request.config_dict[OFFICE], request[SIGNED_IN], request.match_info["id"]

    def work(session: Session) -> bool:
        file = _file(session, office, account, id)
        adviser = Adviser(office.vault, office.briefing, office.organisations[account.organisation])
        desk = Desk(session, adviser, Actor.of(account), office.now())
        return file is not None and act(desk, file)

    if not await office.ledger.write(work):
        raise web.HTTPNotFound
    raise onward(request, f"{address(request, 'case', id=id)}#offers")


async def show_referral(request: web.Request) -> web.Response:
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    id, note = request.match_info["referral"], request.query.get("note", "")

    def work(session: Session) -> dict[str, Any] | None:
        found = open_referral(session, office.vault, Actor.of(account), id, office.now())
        if found is None or found.referral.case_id != request.match_info["id"]:
            return None
        return {"opened": found, "books": read_shelf(session, office, account)}

    found = await office.ledger.write(work)
    if found is None:
        raise web.HTTPNotFound
    onwards_first = sorted(possible(found["opened"].referral.state), key=lambda change: bool(RULES[change].reasons))
    more: dict[str, Any] = {"possible": onwards_first, "rules": RULES, "note": note if note in SAID else ""}
    return page(request, "referral.html", **found, **more)


async def move_referral(request: web.Request) -> web.Response:
    """What became of it; a change from elsewhere in between is seen first."""
    office, actor = request.config_dict[OFFICE], Actor.of(request[SIGNED_IN])
    form = Form(await read_typed(request))
    what = next((what for what in CHANGES if what == form.one("change")), None)
    if what is None:
        raise web.HTTPBadRequest
    reason = form.one("reason") if form.one("reason") in REASONS else None
    how = SPOKEN if form.has("spoken", "yes") else None
    step = Move(what, reason, how, form.has("aware", "yes"), _day(form.one("look_again")))
    seen = request.match_info["referral"], version_of(form.values)
    came = await office.ledger.write(partial(move, actor=actor, seen=seen, step=step, now=office.now()))
    if came == "missing":
        raise web.HTTPNotFound
    raise _to_referral(request, request.match_info["id"], seen[0], came)


def _file(session: Session, office: Office, account: Account, id: str) -> CaseFile | None:
    return read_case(session, office.vault, Actor.of(account), id, office.now())


def _lines(office: Office, account: Account, file: CaseFile) -> Iterator[Line]:
    """What may be told to a partner, in the first language of the house: nothing about health or this talk itself."""
    language = office.organisations[account.organisation].languages[0]
    sections = office.briefing.sections(file.flow, file.dossier, language)
    for section in visible(account, file.case, sections):
        if section.part != "private":
            told = (line for line in section.lines if line.value and line.tier != "C")
            yield from (line for line in told if line.question not in ABOUT_THE_TALK)


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        return None


def _to_referral(request: web.Request, case: str, id: str, note: str) -> web.HTTPSeeOther:
    return onward(request, f"{address(request, 'referral', id=case, referral=id)}?note={note}")


ROUTES = (
    Route("GET", f"/cases/{CASE}/offers/{OFFER}", "offer", show_offer, "refer"),
    Route("POST", f"/cases/{CASE}/offers/{OFFER}", "offer_propose", propose_offer, "refer"),
    Route("POST", f"/cases/{CASE}/offers/{OFFER}/aside", "offer_aside", put_aside, "refer"),
    Route("POST", f"/cases/{CASE}/offers/{OFFER}/back", "offer_back", take_back, "refer"),
    Route("GET", f"/cases/{CASE}/referrals/{REFERRAL}", "referral", show_referral, "refer"),
    Route("POST", f"/cases/{CASE}/referrals/{REFERRAL}", "referral_move", move_referral, "refer"),
)
