"""What falls due about a question on a referral: it is put to the person; without an answer the coach gets a task."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from sqlmodel import Session

from bot.house import House
from bot.own_accord import Never, NotNow, may_write, talk_with, write
from bot.people import Partner
from bot.referral_desk import card
from casework.cases.case_states import OPEN
from casework.cases.house_tasks import Chore, leave_task
from casework.offers.referral_answers import looked_after_by
from casework.offers.referral_questions import ASKED, still_open, task_key, wait_for_answer
from casework.telling.announcements import announce_about
from flows.messages import Phrase
from flows.referring import ask_of_own_accord
from storage.tables import Case, Due, Person, Referral
from storage.trays import finish_due, retry_due

NOT_PUT = Phrase("Ask about the referral yourself: no message may be sent")
NO_ANSWER = Phrase("Ask about the referral yourself: no answer in the chat")
"""Titles of the task that is left then."""


def carry_out(session: Session, house: House, due: Due, now: datetime) -> None:
    """``due`` is about a referral; nothing is done once something has become of it."""
    referral = still_open(session, due)
    if referral is None:
        finish_due(session, due.id or 0, "skipped", "answered or withdrawn meanwhile")
    elif due.kind == ASKED:
        _ask(session, house, due, referral, now)
    elif finish_due(session, due.id or 0, "done"):
        _leave_task(session, house, referral, NO_ANSWER, now)


def _ask(session: Session, house: House, due: Due, referral: Referral, now: datetime) -> None:
    permission = may_write(session, house, due, now)
    match permission:
        case Partner():
            _say(session, house, due, permission, now)
        case NotNow(until):
            retry_due(session, due.id or 0, until)
        case Never(because):
            finish_due(session, due.id or 0, "skipped", because)
            _leave_task(session, house, referral, NOT_PUT, now)
        case _:
            assert_never(permission)


def _say(session: Session, house: House, due: Due, partner: Partner, now: datetime) -> None:
    """The person's row is locked by now: what was done a moment ago is seen."""
    referral = still_open(session, due)
    if referral is None:
        finish_due(session, due.id or 0, "skipped", "answered or withdrawn meanwhile")
    elif finish_due(session, due.id or 0, "done"):
        talk = talk_with(house, partner, now)
        ask_of_own_accord(talk, card(session, house, partner, referral, talk.language))
        write(session, house, partner, talk, due.key)
        wait_for_answer(session, referral, now)


def _leave_task(session: Session, house: House, referral: Referral, title: Phrase, now: datetime) -> None:
    """In the first language of the house, as what a coach writes for colleagues."""
    case = session.get_one(Case, referral.case_id)
    if case.state not in OPEN:
        return
    language = house.organisations[case.organisation].languages[0]
    words = house.wording.translate(title.source, language)
    key = house.vault.open_key(session.get_one(Person, case.person_id).wrapped_key)
    chore = Chore(task_key(referral.id), words, looked_after_by(session, case, referral))
    if leave_task(session, key, case, chore, now):
        announce_about(session, house.voice, case.id, now)
