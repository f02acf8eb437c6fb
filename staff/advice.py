"""What a case page shows of the catalogue: suggestions with their reasons in words, and the referrals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from casework.cases.case_kinds import FOR_COACHES
from casework.cases.cases import Actor, CaseFile
from casework.door.accounts import Account
from casework.employers.vacancies import Opening, open_vacancies
from casework.offers.referrals import of_case
from casework.offers.shown import wishes
from casework.offers.suggesting import Verdict
from casework.offers.suggesting_words import Wordsmith
from casework.offers.suggestions import Adviser, Desk, Suggested, looks_after_it, may_refer, suggestions
from staff.catalogue_shelf import Shelf, read_shelf
from staff.office import Office
from storage.tables import CatalogueEntry, Referral, SetAside


@dataclass(frozen=True, slots=True)
class Told:
    """A suggestion in words. ``ask`` is what would have to be known, ``against`` what rules it out; ``wished`` when
    the person said that they want to know more."""

    entry: CatalogueEntry
    title: str
    about: str
    verdict: Verdict
    because: Sequence[str]
    ask: Sequence[str]
    against: Sequence[str]
    full: bool
    wished: datetime | None
    aside: SetAside | None


@dataclass(frozen=True, slots=True)
class Sent:
    """A line of the list of referrals."""

    referral: Referral
    title: str
    partner: str
    owner: str


@dataclass(frozen=True, slots=True)
class Advice:
    """``acts``: its reader may propose and refer. ``vacancies`` are open ones, to tell who looks for work of."""

    told: Sequence[Told]
    sent: Sequence[Sent]
    names: Mapping[str, str]
    acts: bool = True
    vacancies: Sequence[Opening] = ()

    @property
    def fitting(self) -> list[Told]:
        """What fits or may fit, and was not put aside."""
        return [each for each in self.told if each.verdict != "not" and each.aside is None]

    @property
    def aside(self) -> list[Told]:
        return [each for each in self.told if each.aside is not None]

    @property
    def unfit(self) -> list[Told]:
        return [each for each in self.told if each.verdict == "not" and each.aside is None]


def advice(session: Session, office: Office, account: Account, file: CaseFile) -> Advice | None:
    """For who may refer the person and may see why; to look at, for who deals with such a case; nothing for others."""
    acts = may_refer(account, file.case)
    if not (acts or looks_after_it(account, file.case)):
        return None
    adviser = Adviser(office.vault, office.briefing, office.organisations[account.organisation])
    books, now = read_shelf(session, office, account), office.now()
    desk = Desk(session, adviser, Actor.of(account), now)
    smith = Wordsmith(office.briefing, file.flow, account.language, desk.person(file), adviser.day(now))
    wished = wishes(session, file.case.id)
    told = [_told(books, smith, each, wished) for each in suggestions(desk, file)]
    sent = list(_sent(session, books, file)) if acts else []
    looks_for_work = acts and file.case.kind in FOR_COACHES
    day, house = adviser.day(now), account.organisation
    openings = open_vacancies(session, office.vault, house, day) if looks_for_work else []
    return Advice(told, sent, books.names, acts, openings)


def _told(books: Shelf, smith: Wordsmith, found: Suggested, wished: Mapping[str, datetime]) -> Told:
    entry, judgement = found.entry, found.judgement
    around = ", ".join(entry.municipalities), books.speaks(entry.languages)
    return Told(
        entry,
        books.text(entry.title),
        books.text(entry.about),
        judgement.verdict,
        smith.says(judgement.because, *around),
        smith.says(judgement.ask, *around),
        smith.needs(judgement.against, *around),
        found.full,
        wished.get(entry.id),
        found.aside,
    )


def _sent(session: Session, books: Shelf, file: CaseFile) -> Iterable[Sent]:
    for referral, entry in of_case(session, file.case.id):
        partner = books.partners.get(referral.partner_id or "")
        owner = books.owners.get(referral.owner or "", "")
        yield Sent(referral, books.text(entry.title), partner.name if partner else "", owner)
