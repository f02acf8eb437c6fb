"""The desk of campaigns: written, started, stopped at once; each person has one letter, and never a second one.

A letter is a row that falls due. What becomes of it (``bot.campaigning``) is one transaction with the message that is
put out, so that a crash loses nothing and repeats nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from casework.campaigns.audience import readers
from casework.campaigns.letters import LONGEST_NAME, LONGEST_TEXT, Flaw, flaws, languages
from casework.door.rights import Member
from casework.hours.calendar import out_of_quiet
from casework.house.organisation import Organisation
from storage import audit
from storage.insert import insert_new
from storage.tables import Campaign, CampaignLetter, Due, Outgoing
from storage.trays import DuePlan, plan

LETTER = "campaign_letter"
"""The kind of the rows that fall due, and how the key of the message begins that is put out."""
PACE = timedelta(seconds=2)
"""From one letter to the next: thirty a minute leave the bot to who talks with it."""
LASTS = timedelta(days=14)
"""What could not be said until then is no news any more."""
NOT_ON_THE_ROAD = ("created", "temporary-failure")
Seen: TypeAlias = tuple[str, int]
"""The id, and the version that was on the screen."""
Came: TypeAlias = Literal["done", "changed", "missing"]


class NotFit(ValueError):
    """What stands in the way of keeping it."""

    def __init__(self, found: Sequence[Flaw]) -> None:
        super().__init__(", ".join(found))
        self.flaws = tuple(found)


@dataclass(frozen=True, slots=True)
class Written:
    """As staff wrote it. No ``municipalities`` means all."""

    name: str
    texts: dict[str, str]
    municipalities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class By:
    """Who does it, for which house, and when."""

    organisation: Organisation
    account: Member
    now: datetime

    def note(self, session: Session, action: str, campaign_id: str) -> None:
        audit.record(session, self.organisation.id, self.account.actor, action, campaign_id, self.now)


@dataclass(frozen=True, slots=True)
class Progress:
    planned: int = 0
    sent: int = 0
    skipped: int = 0


def campaigns_of(session: Session, organisation: str) -> Sequence[Campaign]:
    """The newest first."""
    mine = select(Campaign).where(Campaign.organisation == organisation)
    return session.exec(mine.order_by(col(Campaign.created_at).desc(), col(Campaign.id))).all()


def find_campaign(session: Session, organisation: str, id: str) -> Campaign | None:
    return session.exec(select(Campaign).where(Campaign.id == id, Campaign.organisation == organisation)).first()


def write_campaign(session: Session, by: By, written: Written) -> str:
    """A new one; its id. Raises ``NotFit``."""
    facts = _fit(by.organisation, written)
    campaign = Campaign(**facts, organisation=by.organisation.id, author=by.account.actor, created_at=by.now)
    session.add(campaign)
    session.flush()
    by.note(session, "campaign.write", campaign.id)
    return campaign.id


def rewrite_campaign(session: Session, by: By, seen: Seen, written: Written) -> Came:
    """As long as it has not begun. Raises ``NotFit``."""
    return _change(session, by, seen, ("draft", "campaign.write"), **_fit(by.organisation, written))


def start(session: Session, by: By, seen: Seen) -> Came:
    """A letter for everybody who asked for news by now, one after the other, from when it is not quiet any more."""
    begun = {"state": "running", "started_at": by.now, "started_by": by.account.actor}
    came = _change(session, by, seen, ("draft", "campaign.start"), **begun)
    if came == "done":
        campaign = session.get_one(Campaign, seen[0])
        at = out_of_quiet(by.organisation, by.now)
        for reader in readers(session, by.organisation, campaign.municipalities):
            if insert_new(session, CampaignLetter, campaign_id=campaign.id, person_id=reader.person_id):
                key = letter_key(campaign.id, reader.person_id)
                plan(session, DuePlan(key, LETTER, campaign.organisation, reader.person_id, campaign.id, 0, at))
                at += PACE
    return came


def stop(session: Session, by: By, campaign_id: str) -> Came:
    """At once, whatever was on the screen: what has not left yet never leaves."""
    campaign = find_campaign(session, by.organisation.id, campaign_id)
    if campaign is None:
        return "missing"
    seen, ended = (campaign.id, campaign.version), {"state": "stopped", "stopped_at": by.now}
    came = _change(session, by, seen, ("running", "campaign.stop"), **ended)
    if came == "done":
        _hold_back(session, campaign_id)
    return came


def progress(session: Session, campaign_id: str) -> Progress:
    mine = select(CampaignLetter.state, func.count()).where(CampaignLetter.campaign_id == campaign_id)
    return Progress(**dict(session.exec(mine.group_by(CampaignLetter.state)).all()))


def letter_key(campaign_id: str, person_id: str) -> str:
    return f"{LETTER}|{campaign_id}|{person_id}"


def settle_letter(session: Session, due: Due, state: Literal["sent", "skipped"], reason: str | None = None) -> bool:
    """Once: false if somebody has settled it before."""
    mine = col(CampaignLetter.campaign_id) == due.subject, col(CampaignLetter.person_id) == due.person_id
    planned = update(CampaignLetter).where(*mine, col(CampaignLetter.state) == "planned")
    return session.exec(planned.values(state=state, reason=reason)).rowcount == 1


def running(session: Session, campaign_id: str) -> Campaign | None:
    """The campaign, if it may go on; nobody stops it before this transaction ends."""
    mine = select(Campaign).where(Campaign.id == campaign_id, Campaign.state == "running")
    return session.exec(mine.with_for_update(read=True)).first()


def _hold_back(session: Session, campaign_id: str) -> None:
    """The letters that are due, and the messages that stand in the tray. What is on the road arrives."""
    run = session.connection().execute
    due = col(Due.subject) == campaign_id, col(Due.kind) == LETTER, col(Due.state) == "planned"
    run(update(Due).where(*due).values(state="skipped", reason="stopped", lease_until=None))
    key = f"{LETTER}|{campaign_id}|"
    mine = col(Outgoing.key).startswith(key, autoescape=True), col(Outgoing.state).in_(NOT_ON_THE_ROAD)
    held = session.exec(select(Outgoing.key).where(*mine).with_for_update()).all()
    run(update(Outgoing).where(*mine).values(state="cancelled", reason="stopped", lease_until=None))
    people = [(key or "").split("|")[2] for key in held]
    letters = col(CampaignLetter.campaign_id) == campaign_id
    unsent = (col(CampaignLetter.state) == "planned") | col(CampaignLetter.person_id).in_(people)
    run(update(CampaignLetter).where(letters, unsent).values(state="skipped", reason="stopped"))


def _change(session: Session, by: By, seen: Seen, change: tuple[str, str], **values: Any) -> Came:
    """If it is still the version that was read, in the state that ``change`` begins in; then comes its action."""
    if find_campaign(session, by.organisation.id, seen[0]) is None:
        return "missing"
    mine = col(Campaign.id) == seen[0], col(Campaign.state) == change[0], col(Campaign.version) == seen[1]
    if session.exec(update(Campaign).where(*mine).values(**values, version=seen[1] + 1)).rowcount != 1:
        return "changed"
    session.expire_all()
    by.note(session, change[1], seen[0])
    return "done"


def _fit(organisation: Organisation, written: Written) -> dict[str, Any]:
    found = flaws(organisation, written.name, written.texts)
    if found:
        raise NotFit(found)
    texts = {language: written.texts[language].strip()[:LONGEST_TEXT] for language in languages(organisation)}
    name = " ".join(written.name.split())[:LONGEST_NAME]
    return {"name": name, "texts": texts, "municipalities": list(written.municipalities)}
