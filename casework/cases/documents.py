"""Files that staff add to a case: sealed in the database, of five kinds, given out only to who may read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

from sqlalchemy import delete, func
from sqlmodel import col, select

from casework.cases.case_desk import CaseDesk, Tier
from casework.cases.file_kinds import kind_of, safe_name
from storage.columns import new_id
from storage.dossier_tables import CaseDocument, CaseDocumentContent

LARGEST = 10 * 1024 * 1024
MOST = 50
"""Files of one case."""
Kept: TypeAlias = Literal["done", "empty", "too_big", "too_many", "not_this_kind", "not_for_you"]


@dataclass(frozen=True, slots=True)
class Brought:
    """A file as it came."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Document:
    """A file as it stands in the list; ``removable`` by who reads the list."""

    id: str
    name: str
    mime: str
    size: int
    tier: str
    author: str
    at: datetime
    removable: bool


def add_document(desk: CaseDesk, brought: Brought, tier: Tier) -> CaseDocument | Kept:
    problem = _problem(desk, brought, tier)
    mime = kind_of(brought.content)
    if problem is not None or mime is None:
        return problem or "not_this_kind"
    id = new_id()
    named = desk.key.seal(safe_name(brought.name, mime).encode(), _about(id))
    about: dict[str, Any] = {"id": id, "tier": tier, "mime": mime, "size": len(brought.content), "at": desk.now}
    row = CaseDocument(**desk.facts(), **about, sealed=named)
    desk.session.add(row)
    desk.session.flush()
    sealed = desk.key.seal(brought.content, _about_content(id))
    desk.session.add(CaseDocumentContent(document_id=id, sealed=sealed))
    desk.changed("file.add", id)
    return row


def _problem(desk: CaseDesk, brought: Brought, tier: Tier) -> Kept | None:
    if not brought.content:
        return "empty"
    if len(brought.content) > LARGEST:
        return "too_big"
    if not desk.sees(tier):
        return "not_for_you"
    mine = select(func.count()).select_from(CaseDocument).where(CaseDocument.case_id == desk.case.id)
    return "too_many" if desk.session.exec(mine).one() >= MOST else None


def documents(desk: CaseDesk) -> list[Document]:
    """Those that this reader may see, the newest first."""
    query = select(CaseDocument).where(CaseDocument.case_id == desk.case.id)
    rows = desk.session.exec(query.order_by(col(CaseDocument.at).desc(), col(CaseDocument.id))).all()
    return [_listed(desk, row) for row in rows if desk.sees(row.tier)]


def open_document(desk: CaseDesk, document_id: str) -> tuple[Document, bytes] | None:
    """The file itself; the audit tells who opened it."""
    row = _find(desk, document_id)
    if row is None:
        return None
    content = desk.session.get_one(CaseDocumentContent, row.id)
    desk.record("file.read", row.id)
    return _listed(desk, row), desk.key.open(content.sealed, _about_content(row.id))


def remove_document(desk: CaseDesk, document_id: str) -> bool:
    """By who added it; false for any other."""
    row = _find(desk, document_id)
    if row is None or row.author != desk.actor.name:
        return False
    run = desk.session.connection().execute
    run(delete(CaseDocumentContent).where(col(CaseDocumentContent.document_id) == row.id))
    run(delete(CaseDocument).where(col(CaseDocument.id) == row.id))
    desk.changed("file.remove", row.id)
    return True


def _find(desk: CaseDesk, document_id: str) -> CaseDocument | None:
    row = desk.session.get(CaseDocument, document_id)
    return row if row is not None and row.case_id == desk.case.id and desk.sees(row.tier) else None


def _listed(desk: CaseDesk, row: CaseDocument) -> Document:
    name = desk.key.open(row.sealed, _about(row.id)).decode()
    removable = row.author == desk.actor.name
    return Document(row.id, name, row.mime, row.size, row.tier, row.author, row.at, removable)


def _about(document_id: str) -> str:
    return f"document|{document_id}"


def _about_content(document_id: str) -> str:
    return f"document content|{document_id}"
