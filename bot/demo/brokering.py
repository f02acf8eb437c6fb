"""What somebody who visits companies writes down in a demonstration: invented companies, and work found there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from random import Random

from sqlmodel import Session, col, select

from bot.demo.weeks import Weeks
from bot.demo.written import Texts, Written
from bot.stage import Stage
from casework.cases.cases import Actor
from casework.door.accounts import Account
from casework.door.rights import may
from casework.employers.register import Bureau
from casework.employers.vacancies import State, Wanted, add_vacancy, change_vacancy, hosted_by
from casework.employers.visits import HOWS, Contact, note_visit
from casework.house.organisation import Organisation
from storage.employer_tables import Company, CompanyVisit, Vacancy
from storage.tables import Staff


@dataclass(frozen=True, slots=True)
class Outing:
    """So many days ago; what became of the work found there, if some was. A next step waits for so many days ahead."""

    days_ago: int
    became: State | None = None
    ahead: int | None = None


OUTINGS = (
    Outing(18, "filled"),
    Outing(12, "open", ahead=5),
    Outing(6, "open"),
    Outing(2, ahead=-1),
)


class Broker:
    """Writes down the outings of one organisation, where somebody has that to do."""

    def __init__(self, stage: Stage, organisation: Organisation, written: Written, weeks: Weeks) -> None:
        self._stage, self._organisation, self._written, self._weeks = stage, organisation, written, weeks
        self._random = Random(f"broker of {organisation.id}")  # noqa: S311 - made to be the same each time

    def begin(self) -> None:
        for name, outing in zip(self._names(), OUTINGS, strict=False):
            at = self._weeks.until - timedelta(days=outing.days_ago, hours=1)
            self._weeks.plan(at, partial(self._goes, name, outing))

    def _names(self) -> Sequence[str]:
        """The hosts of sessions first, so that work found there can be told of at one."""
        hosts = dict.fromkeys(group.host for group in self._organisation.sessions.values() if group.host)
        return (*hosts, *self._texts(self._written.texts["company_name"]))

    async def _goes(self, name: str, outing: Outing) -> None:
        await self._stage.house.ledger.write(partial(self._note, name, outing))

    def _note(self, name: str, outing: Outing, session: Session) -> None:
        account = self._somebody(session)
        if account is None:
            return
        now = self._stage.clock.now()
        bureau = Bureau(session, self._stage.house.vault, self._organisation, Actor.of(account), now)
        row = note_visit(bureau, name, self._contact(bureau, outing))
        if isinstance(row, CompanyVisit):
            company = session.get_one(Company, row.company_id)
            company.invented = True
            session.add(company)
            self._finds(bureau, company, name, outing)

    def _contact(self, bureau: Bureau, outing: Outing) -> Contact:
        today = bureau.now.astimezone(self._organisation.tz).date()
        note = self._one_of(self._written.company_notes)
        if outing.ahead is None:
            return Contact(today, self._random.choice(HOWS), note)
        by = (self._weeks.until + timedelta(days=outing.ahead)).date()
        return Contact(today, self._random.choice(HOWS), note, self._one_of(self._written.company_steps), by)

    def _finds(self, bureau: Bureau, company: Company, name: str, outing: Outing) -> None:
        if outing.became is None:
            return
        ahead = [group.id for group in hosted_by(self._organisation, name) if group.day >= bureau.now.date()]
        which = self._random.randrange(len(self._texts(self._written.vacancies)))
        titles = {language: self._written.vacancies[language][which] for language in self._written.vacancies}
        town = next(iter(self._organisation.places.values())).address.rpartition(" ")[2]
        wanted = Wanted(titles, self._random.randint(1, 3), town, session=next(iter(ahead), None))
        row = add_vacancy(bureau, company, wanted)
        if isinstance(row, Vacancy) and outing.became != "open":
            became = Wanted(titles, wanted.places, town, session=wanted.session, state=outing.became)
            change_vacancy(bureau, (row.id, row.version), became)

    def _somebody(self, session: Session) -> Account | None:
        """Whose work it is here."""
        staff = select(Staff).where(Staff.organisation == self._organisation.id).order_by(col(Staff.login))
        accounts = [Account.of(row, self._organisation) for row in session.exec(staff)]
        return next((account for account in accounts if may(account, "work_companies")), None)

    def _texts(self, texts: Texts) -> tuple[str, ...]:
        return texts[self._organisation.languages[0]]

    def _one_of(self, texts: Texts) -> str:
        return self._random.choice(self._texts(texts))
