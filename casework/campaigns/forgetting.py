"""Forgets which news somebody got who is erased."""

from __future__ import annotations

from sqlalchemy import delete
from sqlmodel import Session, col

from storage.tables import CampaignLetter


def forget_letters(session: Session, person_id: str) -> None:
    session.connection().execute(delete(CampaignLetter).where(col(CampaignLetter.person_id) == person_id))
