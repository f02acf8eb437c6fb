"""A letter of a campaign falls due: said where and when the person may be written to, or left out for good."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from sqlmodel import Session

from bot.house import House
from bot.own_accord import Never, NotNow, may_write, talk_with, write
from bot.people import Partner
from casework.campaigns.campaigns import LASTS, letter_key, running, settle_letter
from casework.campaigns.letters import read_in
from casework.privacy.consents import consented
from flows.messages import Phrase, Saying
from flows.news import SCOPE, no_more
from storage.tables import Campaign, Due
from storage.trays import finish_due, retry_due


def say_letter(session: Session, house: House, due: Due, now: datetime) -> None:
    """One transaction with what is put out: whatever breaks off, it is said once or still waits."""
    campaign = running(session, due.subject or "")
    if campaign is None:
        _leave_out(session, due, "stopped")
        return
    permission = may_write(session, house, due, now)
    match permission:
        case Partner() if not consented(session, permission.person_id, SCOPE):
            _leave_out(session, due, "wants no news")
        case Partner():
            _say(session, house, due, campaign, permission, now)
        case NotNow(until) if campaign.started_at and until < campaign.started_at + LASTS:
            retry_due(session, due.id or 0, until)
        case NotNow(_, because) | Never(because):
            _leave_out(session, due, because)
        case _:
            assert_never(permission)


def _leave_out(session: Session, due: Due, because: str) -> None:
    finish_due(session, due.id or 0, "skipped", because)
    settle_letter(session, due, "skipped", because)


def _say(session: Session, house: House, due: Due, campaign: Campaign, partner: Partner, now: datetime) -> None:
    if not finish_due(session, due.id or 0, "done") or not settle_letter(session, due, "sent"):
        return
    organisation = house.organisations[campaign.organisation]
    texts = [Phrase(campaign.texts[each], fixed=True) for each in read_in(organisation, partner.language)]
    talk = talk_with(house, partner, now)
    talk.says.append(Saying(texts[-1], (no_more(),), before=tuple(texts[:-1])))
    write(session, house, partner, talk, letter_key(campaign.id, partner.person_id))
