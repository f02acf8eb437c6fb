"""Everything that the database keeps, opened: to look for words that nobody may keep."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlmodel import Session, SQLModel, select

from storage.tables import Case, Chat, Conversation, Heard, LogEntry, Outgoing, Person
from storage.vault import Key, Vault


def everything(session: Session, vault: Vault) -> list[str]:
    """Each value of each row of each table as text; what is sealed is opened first. Raises ``SealBroken``."""
    return [text for mapper in SQLModel._sa_registry.mappers for text in _table(session, vault, mapper.class_)]


def _table(session: Session, vault: Vault, table: type[Any]) -> Iterator[str]:
    for row in session.exec(select(table)):
        for name in table.model_fields:
            value = getattr(row, name)
            sealed = name == "sealed" and value
            yield _opened(session, vault, row).decode() if sealed else f"{value}"


def _opened(session: Session, vault: Vault, row: Any) -> bytes:
    match row:
        case LogEntry():
            person = session.get_one(Conversation, row.conversation_id).person_id
            return _key(session, vault, person).open(row.sealed, f"log|{row.conversation_id}|{row.seq}")
        case Heard():
            about = f"heard|{row.organisation}|{row.channel}|{row.update_key}"
            return _key_of_chat(session, vault, row.chat_id).open(row.sealed, about)
        case Outgoing():
            return _key_of_chat(session, vault, row.chat_id).open(row.sealed, f"outgoing|{row.chat_id}")
        case Case():
            return _key(session, vault, row.person_id).open(row.sealed, f"case|{row.id}")
        case _:
            raise AssertionError(f"nobody told this test how {type(row).__name__} is sealed")


def _key_of_chat(session: Session, vault: Vault, chat: str | None) -> Key:
    person = session.get_one(Chat, chat).person_id if chat else None
    return _key(session, vault, person) if person else vault.house


def _key(session: Session, vault: Vault, person: str) -> Key:
    return vault.open_key(session.get_one(Person, person).wrapped_key)
