"""The names of all who can stand in the audit, the log or a note of an organisation, closed accounts included."""

from __future__ import annotations

from collections.abc import Mapping

from sqlmodel import Session, select

from storage.tables import ApiToken, Staff

TOKEN = 16
"""How much of a token's hash names it."""


def names_of_actors(session: Session, organisation: str) -> Mapping[str, str]:
    """By how the audit writes them (``staff:<id>``, ``api:<id>``) and how a log does (``coach:<id>``)."""
    staff = session.exec(select(Staff.id, Staff.name).where(Staff.organisation == organisation)).all()
    tokens = session.exec(select(ApiToken.token_hash, ApiToken.name).where(ApiToken.organisation == organisation))
    names = {f"{kind}:{id}": name for id, name in staff for kind in ("staff", "coach")}
    return {**names, **{f"api:{hash[:TOKEN]}": name for hash, name in tokens}}
