"""What staff do about an invented person: by the same rules as on their pages, with the same lines in the audit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from sqlmodel import Session, col, select

from bot.demo.inventing import Somebody
from bot.demo.written import Texts, Written
from bot.stage import Actor as Visitor
from bot.stage import Stage
from casework.cases.case_answers import finish
from casework.cases.case_desk import CaseDesk, open_desk
from casework.cases.cases import Actor, accept
from casework.cases.notes import write_note
from casework.cases.tasks import Wanted as WantedTask
from casework.cases.tasks import make_task
from casework.door.accounts import READERS, Account
from casework.door.rights import may
from casework.house.organisation import Organisation
from casework.offers.referral_states import Change
from casework.offers.referrals import SPOKEN, Move, Packet, Proposal, move, propose
from casework.steps.small_steps import Wanted, agree, reads_steps
from casework.talk.talk_lines import Desk, Writer, write
from casework.visiting.staff_visits import Seen, attend, miss
from casework.visiting.visit_states import AGREED
from storage.tables import Appointment, Case, CatalogueEntry, Referral, Staff

WEEK = timedelta(days=7)
FIRST_HOUR, LAST_HOUR = 9, 17
SATURDAY = 5
LEAD = "team_lead"
"""Who takes what nobody else has: their desk is the first that a visitor sees."""


class Team:
    """Those of the organisation's staff to whom this person's case comes."""

    def __init__(self, stage: Stage, somebody: Somebody, written: Written, visitor: Visitor, random: Random) -> None:
        self._stage, self._who, self._written, self._visitor, self._random = stage, somebody, written, visitor, random

    def at_work(self, moment: datetime) -> datetime:
        """Then, or the next working day: nobody works at night or in a weekend."""
        local = moment.astimezone(self._organisation.tz)
        if local.hour >= LAST_HOUR:
            local = local.replace(hour=FIRST_HOUR) + timedelta(days=1)
        while local.weekday() >= SATURDAY:
            local = local.replace(hour=FIRST_HOUR) + timedelta(days=1)
        return local.replace(hour=max(local.hour, FIRST_HOUR))

    async def takes_the_case(self) -> None:
        await self._do(self._take)

    async def works_on_it(self) -> None:
        for work in (self._note, self._task, self._refer, self._write, self._agree):
            await self._do(work)
        await self._stage.tick()

    async def saw_who_came(self) -> None:
        await self._do(self._mark)

    async def closes_the_case(self) -> None:
        await self._do(self._close)

    async def _do(self, work: object) -> None:
        await self._stage.house.ledger.write(work)  # type: ignore[arg-type]

    @property
    def _organisation(self) -> Organisation:
        return self._stage.house.organisations[self._who.organisation]

    def _case(self, session: Session) -> Case | None:
        person = self._visitor.partner(session).person_id
        return session.exec(select(Case).where(Case.person_id == person).order_by(col(Case.created_at))).first()

    def _coach(self, session: Session, case: Case) -> Account:
        """Whose it is; or somebody who may take it."""
        rows = session.exec(select(Staff).where(Staff.organisation == case.organisation).order_by(col(Staff.login)))
        accounts = [Account.of(staff, self._organisation) for staff in rows if staff.role in READERS]
        able = [account for account in accounts if may(account, "take_cases", case)]
        theirs = [account for account in able if account.coach == case.coach]
        leads = [account for account in able if account.role == LEAD]
        return self._random.choice(theirs or leads or able)

    def _take(self, session: Session) -> None:
        case = self._case(session)
        if case is not None:
            accept(session, case.id, self._coach(session, case), case.version, self._stage.clock.now())

    def _desk(self, session: Session) -> CaseDesk | None:
        case = self._case(session)
        if case is None:
            return None
        reader = Actor.of(self._coach(session, case))
        return open_desk(session, self._stage.house.vault, reader, case.id, self._stage.clock.now())

    def _note(self, session: Session) -> None:
        desk = self._desk(session) if self._who.story.note else None
        if desk is not None:
            write_note(desk, self._one_of(self._written.notes), "A")

    def _task(self, session: Session) -> None:
        desk = self._desk(session) if self._who.story.task else None
        if desk is not None:
            due_on = (self._stage.clock.now() + timedelta(days=self._random.randrange(3, 12))).date()
            wanted = WantedTask(self._one_of(self._written.tasks), due_on, desk.actor.holder.coach, "A")
            make_task(desk, self._organisation, wanted)

    def _write(self, session: Session) -> None:
        case = self._case(session) if self._who.story.talk else None
        if case is not None:
            house = self._stage.house
            desk = Desk(house.vault, house.wording, self._organisation)
            said = self._one_of(self._written.coach)
            write(session, desk, Writer(self._coach(session, case), case), said, self._stage.clock.now())

    def _agree(self, session: Session) -> None:
        """On small steps, in the person's own language; the first one until a week from now."""
        desk = self._desk(session) if self._who.story.steps else None
        if desk is not None and reads_steps(desk.actor.holder, desk.case):
            texts = self._random.sample(self._written.steps[self._who.language], len(self._who.story.steps))
            for number, text in enumerate(texts):
                by_day = (self._stage.clock.now() + WEEK).date() if number == 0 else None
                agree(desk, self._organisation, Wanted(text, by_day=by_day))

    def _refer(self, session: Session) -> None:
        """To an offer of a partner, as far as the story goes."""
        case = self._case(session) if self._who.story.referral else None
        offers = self._offers(session)
        if case is None or not offers:
            return
        now, reader = self._stage.clock.now(), Actor.of(self._coach(session, case))
        packet = Packet((), self._one_of(self._written.referral))
        proposal = Proposal(case.id, self._random.choice(offers), packet, reader.holder.id, (now + WEEK).date())
        referral = propose(session, self._stage.house.vault, reader, proposal, now)
        if isinstance(referral, Referral):
            for step in self._who.story.referral:
                move(session, reader, (referral.id, referral.version), _step(step), now)

    def _offers(self, session: Session) -> Sequence[str]:
        """Those whose name says nothing about who goes there, and that nobody can be made to follow."""
        theirs = CatalogueEntry.organisation == self._who.organisation, col(CatalogueEntry.partner_id).is_not(None)
        open_to_all = ~col(CatalogueEntry.sensitive), ~col(CatalogueEntry.compulsory)
        return session.exec(select(CatalogueEntry.id).where(*theirs, *open_to_all).order_by(CatalogueEntry.seed)).all()

    def _mark(self, session: Session) -> None:
        """Who came, and who did not."""
        person, now = self._visitor.partner(session).person_id, self._stage.clock.now()
        mine = Appointment.person_id == person, col(Appointment.state).in_(AGREED)
        visit = session.exec(select(Appointment).where(*mine)).first()
        case = self._case(session)
        if visit is None or case is None:
            return
        account, seen = self._coach(session, case), Seen(visit.id, visit.version)
        if self._who.story.came:
            attend(session, account, seen, now)
        else:
            miss(session, self._organisation, account, seen, now)

    def _close(self, session: Session) -> None:
        case = self._case(session)
        if case is not None:
            reader, seen = Actor.of(self._coach(session, case)), (case.id, case.version)
            finish(session, reader, seen, self._stage.clock.now(), self._who.story.outcome)

    def _one_of(self, texts: Texts) -> str:
        """In the language of the house."""
        return self._random.choice(texts[self._organisation.languages[0]])


def _step(what: Change) -> Move:
    return Move(what, how=SPOKEN, aware=True) if what == "agree" else Move(what)
