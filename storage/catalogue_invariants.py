"""What must always hold of referrals and of the catalogue: nobody goes without their word, no version is lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlmodel import SQLModel

TABLES = SQLModel.metadata.tables
REFERRAL, STEP, ASIDE, WISH = (TABLES[name] for name in ("referral", "referral_step", "set_aside", "offer_wish"))
ENTRY, PARTNER, CASE = (TABLES[name] for name in ("catalogue_entry", "partner", "intake_case"))
PAST = TABLES["catalogue_past"]
AGREED = ("agreed", "sent", "accepted", "started", "done")


def broken_referrals() -> Iterator[tuple[str, str, Select[Any]]]:
    """For each rule the table, what is wrong, and a query for the keys of the rows that break it."""
    proof = or_(REFERRAL.c.agreed_at.is_(None), REFERRAL.c.agreed_how.is_(None), REFERRAL.c.agreed_with.is_(None))
    yield (
        "referral",
        "it went on without the person's word",
        select(REFERRAL.c.id).where(REFERRAL.c.state.in_(AGREED), proof),
    )
    counted = (
        select(REFERRAL.c.id)
        .outerjoin(STEP, STEP.c.referral_id == REFERRAL.c.id)
        .group_by(REFERRAL.c.id, REFERRAL.c.version)
        .having(func.count(STEP.c.id) != REFERRAL.c.version)
    )
    yield "referral", "its history has gaps, or is not as long as it says", counted
    for table, name in ((REFERRAL, "referral"), (ASIDE, "set_aside"), (WISH, "offer_wish")):
        of_other = select(table.c.id).join(CASE, CASE.c.id == table.c.case_id)
        yield name, "it is of another person than its case", of_other.where(table.c.person_id != CASE.c.person_id)
    on_offer = and_(ENTRY.c.partner_id == PARTNER.c.id, ENTRY.c.archived_at.is_(None))
    gone = select(ENTRY.c.id).join(PARTNER, on_offer).where(PARTNER.c.archived_at.is_not(None))
    yield "catalogue_entry", "it is on offer at a partner that was put away", gone
    yield from _versions()


def _versions() -> Iterator[tuple[str, str, Select[Any]]]:
    """What an entry said is kept version by version, from the first that is kept up to the one before today's."""
    kept = select(PAST.c.entry_id, PAST.c.version).join(ENTRY, ENTRY.c.id == PAST.c.entry_id)
    wrong = or_(PAST.c.version < 1, PAST.c.version >= ENTRY.c.version)
    yield "catalogue_past", "it is no version before the one of now", kept.where(wrong)
    counted = (
        select(ENTRY.c.id)
        .join(PAST, PAST.c.entry_id == ENTRY.c.id)
        .group_by(ENTRY.c.id, ENTRY.c.version)
        .having(func.count(PAST.c.version) < ENTRY.c.version - func.min(PAST.c.version))
    )
    yield "catalogue_entry", "a version of what it said is missing", counted
