"""The pages of campaigns: written, looked at as people read it, started and stopped. Nobody is named on them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from aiohttp import web
from sqlmodel import Session

from casework.campaigns.audience import readers, told_number, towns
from casework.campaigns.campaigns import (
    By,
    Came,
    NotFit,
    Seen,
    Written,
    campaigns_of,
    find_campaign,
    progress,
    rewrite_campaign,
    start,
    stop,
    write_campaign,
)
from casework.campaigns.letters import languages, read_in
from casework.house.plain_words import warnings
from casework.house.sheets import Field, Filled
from flows.messages import Phrase
from staff.door import SIGNED_IN, Route
from staff.forms import read_form
from staff.office import OFFICE
from staff.pages import address, language_of, onward, page, say
from storage.tables import Campaign

CAMPAIGN = "{campaign:[0-9a-f]{1,32}}"
NOTES = ("done", "changed")
TEXT = Field("texts", Phrase("What people read"), "text")


async def show_campaigns(request: web.Request) -> web.Response:
    office, organisation = request.config_dict[OFFICE], request[SIGNED_IN].organisation
    found = await office.ledger.read(lambda session: campaigns_of(session, organisation))
    return page(request, "campaigns.html", campaigns=found)


async def new_campaign(request: web.Request) -> web.Response:
    return _form(request, Written("", {}), None)


async def add_campaign(request: web.Request) -> web.Response:
    written = await _typed(request)
    try:
        id = await request.config_dict[OFFICE].ledger.write(partial(write_campaign, by=_by(request), written=written))
    except NotFit as problem:
        return _form(request, written, None, problem.flaws)
    raise onward(request, address(request, "campaign", campaign=id))


async def show_campaign(request: web.Request) -> web.Response:
    """As people read it, and to how many it goes; few people are no number."""
    office, organisation = request.config_dict[OFFICE], _by(request).organisation
    campaign = await _found(request)
    count = await office.ledger.read(lambda session: len(readers(session, organisation, campaign.municipalities)))
    gone = await office.ledger.read(lambda session: progress(session, campaign.id))
    note = request.query.get("note", "")
    letters = {spoken: [campaign.texts[each] for each in read_in(organisation, spoken)] for spoken in campaign.texts}
    names = {town.id: town.name(language_of(request)) for town in towns(organisation)}
    values: dict[str, Any] = {
        "campaign": campaign,
        "letters": letters,
        "towns": [names.get(town, town) for town in campaign.municipalities],
        "hard": _warnings(request, campaign.texts),
        "count": told_number(count),
        "sent": told_number(gone.sent),
        "waiting": told_number(gone.planned),
        "goes_on": campaign.state == "running" and gone.planned > 0,
        "note": note if note in NOTES else "",
    }
    return page(request, "campaign.html", **values)


async def edit_campaign(request: web.Request) -> web.Response:
    campaign = await _found(request)
    written = Written(campaign.name, dict(campaign.texts), tuple(campaign.municipalities))
    return _form(request, written, campaign)


async def save_campaign(request: web.Request) -> web.Response:
    campaign, written, seen = await _found(request), await _typed(request), await _seen(request)
    work = partial(rewrite_campaign, by=_by(request), seen=seen, written=written)
    try:
        came = await request.config_dict[OFFICE].ledger.write(work)
    except NotFit as problem:
        return _form(request, written, campaign, problem.flaws)
    raise _back(request, came)


async def start_campaign(request: web.Request) -> web.Response:
    return await _do(request, partial(start, by=_by(request), seen=await _seen(request)))


async def stop_campaign(request: web.Request) -> web.Response:
    return await _do(request, partial(stop, by=_by(request), campaign_id=request.match_info["campaign"]))


async def _do(request: web.Request, work: Callable[[Session], Came]) -> web.Response:
    came = await request.config_dict[OFFICE].ledger.write(work)
    if came == "missing":
        raise web.HTTPNotFound
    raise _back(request, came)


def _back(request: web.Request, came: Came) -> web.HTTPSeeOther:
    where = address(request, "campaign", campaign=request.match_info["campaign"])
    return onward(request, f"{where}?note={came}")


def _form(
    request: web.Request, written: Written, campaign: Campaign | None, flaws: tuple[str, ...] = ()
) -> web.Response:
    organisation = _by(request).organisation
    values: dict[str, Any] = {
        "campaign": campaign,
        "written": written,
        "written_in": languages(organisation),
        "towns": [(town.id, town.name(language_of(request))) for town in towns(organisation)],
        "hard": _warnings(request, written.texts) if flaws else {},
        "flaws": flaws,
    }
    return page(request, "campaign_form.html", 422 if flaws else 200, **values)


def _by(request: web.Request) -> By:
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]
    return By(office.organisations[account.organisation], account, office.now())


def _warnings(request: web.Request, texts: dict[str, str]) -> dict[str, list[str]]:
    """By language, what is hard to read, as in every text for people; it keeps nobody from going on."""
    found = warnings(Filled(TEXT, texts), request.config_dict[OFFICE].plain_rules())
    return {
        language: [say(request, wrong.phrase.source).format(**wrong.values) for wrong in wrongs]
        for language, wrongs in found.items()
    }


async def _found(request: web.Request) -> Campaign:
    organisation, id = request[SIGNED_IN].organisation, request.match_info["campaign"]
    campaign = await request.config_dict[OFFICE].ledger.read(lambda session: find_campaign(session, organisation, id))
    if campaign is None:
        raise web.HTTPNotFound
    return campaign


async def _typed(request: web.Request) -> Written:
    form, organisation = await request.post(), _by(request).organisation
    known = {town.id for town in towns(organisation)}
    wanted = tuple(str(town) for town in form.getall("towns", ()) if town in known)
    fields = await read_form(request)
    texts = {language: fields.get(f"text.{language}", "") for language in languages(organisation)}
    return Written(fields.get("name", ""), texts, wanted)


async def _seen(request: web.Request) -> Seen:
    version = (await read_form(request)).get("version", "")
    known = version.isascii() and version.isdecimal() and len(version) < 6
    return request.match_info["campaign"], int(version) if known else 0


ROUTES = (
    Route("GET", "/campaigns", "campaigns", show_campaigns, "run_campaigns"),
    Route("GET", "/campaigns/new", "new_campaign", new_campaign, "run_campaigns"),
    Route("POST", "/campaigns", "add_campaign", add_campaign, "run_campaigns"),
    Route("GET", f"/campaigns/{CAMPAIGN}", "campaign", show_campaign, "run_campaigns"),
    Route("GET", f"/campaigns/{CAMPAIGN}/edit", "edit_campaign", edit_campaign, "run_campaigns"),
    Route("POST", f"/campaigns/{CAMPAIGN}", "save_campaign", save_campaign, "run_campaigns"),
    Route("POST", f"/campaigns/{CAMPAIGN}/start", "start_campaign", start_campaign, "run_campaigns"),
    Route("POST", f"/campaigns/{CAMPAIGN}/stop", "stop_campaign", stop_campaign, "run_campaigns"),
)
