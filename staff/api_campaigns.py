"""Campaigns by the API: written, changed, started and stopped. Nobody who gets one is ever named."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field
from sqlmodel import Session

from casework.campaigns import campaigns
from casework.campaigns.audience import readers, told_number, towns
from casework.campaigns.campaigns import By, Came, NotFit, Written
from casework.campaigns.letters import LONGEST_NAME, LONGEST_TEXT, Flaw, languages
from staff.api_call import Call, Operation, Reply, Work, Wrong, missing, outdated, refused
from staff.api_models import In, Nothing, Out
from staff.api_offer_models import PLAIN, Two
from storage import audit
from storage.tables import Campaign

FIELD: dict[Flaw, str] = {"name": "name", "text": "texts", "number": "texts", "towns": "municipalities"}


class CampaignLine(Out):
    """A campaign without what is known of its readers."""

    id: str
    name: str
    texts: dict[str, str]
    municipalities: list[str]
    state: Literal["draft", "running", "stopped"]
    version: int
    created_at: datetime
    started_at: datetime | None
    stopped_at: datetime | None


class CampaignOut(CampaignLine):
    """With how many it goes to, rounded down to fives; `null` is fewer than five."""

    readers: int | None
    sent: int | None
    waiting: int | None


class CampaignList(Out):
    """The campaigns, the newest first; in which `languages` they are written, and which `municipalities` there are."""

    campaigns: list[CampaignLine]
    languages: list[str]
    municipalities: list[str]


class CampaignIn(In):
    """A campaign as it shall be."""

    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME, pattern=PLAIN)]
    texts: dict[Two, Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT, pattern=PLAIN)]] = Field(
        description="By language: each that the list of campaigns names."
    )
    municipalities: list[Annotated[str, Field(max_length=100)]] = Field(
        default=[], max_length=600, description="Only for people there; empty for all."
    )


def show_campaigns(session: Session, call: Call) -> Reply:
    house = call.organisation
    audit.record(session, house.id, call.caller.system.actor, "campaign.list", "all", call.now)
    found = [CampaignLine.model_validate(each) for each in campaigns.campaigns_of(session, house.id)]
    known = [town.id for town in towns(house)]
    return Reply(CampaignList(campaigns=found, languages=list(languages(house)), municipalities=known))


def show_campaign(session: Session, call: Call) -> Reply:
    return _shown(session, call, call.id)


def add_campaign(session: Session, call: Call) -> Reply:
    written = _written(call)
    try:
        id = campaigns.write_campaign(session, _by(call), written)
    except NotFit as problem:
        raise _misfit(problem) from None
    return _shown(session, call, id, created=True)


def change_campaign(session: Session, call: Call) -> Reply:
    """As long as it has not begun."""
    seen, written = _draft(session, call), _written(call)
    try:
        came = campaigns.rewrite_campaign(session, _by(call), seen, written)
    except NotFit as problem:
        raise _misfit(problem) from None
    return _done(session, call, came)


def start_campaign(session: Session, call: Call) -> Reply:
    """A letter for everybody who asked for news by now, one after the other, never in quiet hours."""
    return _done(session, call, campaigns.start(session, _by(call), _draft(session, call)))


def stop_campaign(session: Session, call: Call) -> Reply:
    """At once: what has not left yet never leaves."""
    campaign = _find(session, call)
    if campaign.state != "running":
        refused("It does not run.", "Read it again.")
    return _done(session, call, campaigns.stop(session, _by(call), campaign.id))


def _draft(session: Session, call: Call) -> campaigns.Seen:
    campaign = _find(session, call)
    if campaign.state != "draft":
        refused("It has begun.", "Write a new one.")
    return campaign.id, campaign.version if call.version is None else call.version


def _done(session: Session, call: Call, came: Came) -> Reply:
    if came == "changed":
        outdated()
    if came == "missing":
        missing("campaign")
    return _shown(session, call, call.id)


def _written(call: Call) -> Written:
    body: CampaignIn = call.body
    unknown = set(body.municipalities) - {town.id for town in towns(call.organisation)}
    if unknown or set(body.texts) - set(languages(call.organisation)):
        places = ("municipalities",) if unknown else ("texts",)
        raise Wrong(422, f"Check these: {places[0]}", "The list of campaigns names those there are.", places)
    return Written(body.name, body.texts, tuple(dict.fromkeys(body.municipalities)))


def _misfit(problem: NotFit) -> Wrong:
    places = tuple(dict.fromkeys(FIELD[flaw] for flaw in problem.flaws))
    return Wrong(
        422, f"Check these: {', '.join(places)}", "Write it in every language, without numbers of people.", places
    )


def _by(call: Call) -> By:
    return By(call.organisation, call.caller.system, call.now)


def _find(session: Session, call: Call) -> Campaign:
    return campaigns.find_campaign(session, call.organisation.id, call.id) or missing("campaign")


def _shown(session: Session, call: Call, id: str, *, created: bool = False) -> Reply:
    house = call.organisation
    campaign = campaigns.find_campaign(session, house.id, id) or missing("campaign")
    gone = campaigns.progress(session, campaign.id)
    body = CampaignOut(
        **CampaignLine.model_validate(campaign).model_dump(),
        readers=told_number(len(readers(session, house, campaign.municipalities))),
        sent=told_number(gone.sent),
        waiting=told_number(gone.planned),
    )
    return Reply(body, f'"{campaign.version}-{campaign.state}"', f"/api/v1/campaigns/{id}" if created else "")


def _change(id: str, path: str, summary: str, work: Work, body: type[In] = Nothing, *, seen: bool = True) -> Operation:
    where = f"/campaigns/{{id}}/{path}"
    return Operation(id, "POST", where, summary, "campaigns:write", work, CampaignOut, body=body, versioned=seen)


OPERATIONS = (
    Operation(
        "listCampaigns",
        "GET",
        "/campaigns",
        "News that was written to who asked for it",
        "campaigns:read",
        show_campaigns,
        CampaignList,
    ),
    Operation("readCampaign", "GET", "/campaigns/{id}", "One campaign", "campaigns:read", show_campaign, CampaignOut),
    Operation(
        "addCampaign",
        "POST",
        "/campaigns",
        "A new campaign, which nobody gets yet",
        "campaigns:write",
        add_campaign,
        CampaignOut,
        body=CampaignIn,
        status=201,
    ),
    _change("changeCampaign", "change", "The campaign as it shall be now", change_campaign, CampaignIn),
    _change("startCampaign", "start", "Everybody who asked for news gets it", start_campaign),
    _change("stopCampaign", "stop", "Nobody else gets it", stop_campaign, seen=False),
)
