"""What of the catalogue and of referrals somebody should look at today: what they look after, and its day has come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from casework.door.accounts import Account
from casework.door.rights import may
from casework.offers.catalogue_desk import Row, is_stale, may_change, rows
from casework.offers.law import Book
from casework.offers.referral_states import OPEN
from storage.tables import CatalogueEntry, Partner, Referral

SHOWN = 20


@dataclass(frozen=True, slots=True)
class OffersDue:
    """``stale`` counts the entries and partners that they should check; each referral leads to its case."""

    referrals: Sequence[Referral] = ()
    stale: int = 0

    def __bool__(self) -> bool:
        return bool(self.referrals or self.stale)


def offers_due(session: Session, account: Account, day: date, rules: Book) -> OffersDue:
    """Only what they have a right to."""
    refers = may(account, "refer") and may(account, "see_barriers")
    return OffersDue(
        _referrals(session, account, day) if refers else (),
        _stale(session, account, day, rules) if may_change(account) else 0,
    )


def _referrals(session: Session, account: Account, day: date) -> Sequence[Referral]:
    mine = Referral.organisation == account.organisation, Referral.owner == account.id
    query = select(Referral).where(*mine, col(Referral.state).in_(OPEN), col(Referral.look_again) <= day)
    return session.exec(query.order_by(col(Referral.look_again), col(Referral.id)).limit(SHOWN)).all()


def _stale(session: Session, account: Account, day: date, rules: Book) -> int:
    kept: list[Row] = [*rows(session, CatalogueEntry, account.organisation)]
    kept += rows(session, Partner, account.organisation)
    return sum(is_stale(row, day, rules) for row in kept if row.owner == account.id)
