"""``opstap load``: accounts and catalogues from the organisations' files, or only what that would change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.catalogue_seeding import in_words
from bot.settings import Settings
from casework.door.account_changes import AccountChanges, account_changes
from casework.door.accounts import ensure_accounts
from casework.hours.house_edits import Edit
from casework.house.in_force import InForce, all_edits
from casework.house.organisations import load_organisations
from casework.offers.catalogue_file import Written, read_catalogues
from casework.offers.catalogue_seed import Seeded, seed
from storage.ledger import open_ledger

NOTHING_DONE = "Nothing was changed: without --dry-run this is what happens."


@dataclass(frozen=True, slots=True)
class Loaded:
    """By organisation, what came of its accounts, of its catalogue, and what the console changed of its file."""

    accounts: Mapping[str, AccountChanges]
    catalogues: Mapping[str, Seeded]
    edits: Mapping[str, tuple[Edit, ...]]


class _OnlyLooked(Exception):
    """Takes back what was done, and carries what came of it."""

    def __init__(self, loaded: Loaded) -> None:
        super().__init__()
        self.loaded = loaded


async def load_files(settings: Settings, *, dry_run: bool) -> list[str]:
    """What was done, or would be, a line each. With ``dry_run`` it is done and taken back in one transaction."""
    organisations = InForce(load_organisations(settings.organisations))
    written, now = read_catalogues(settings.organisations, organisations.files), settings.make_clock().now()

    def work(session: Session) -> Loaded:
        loaded = _load(session, organisations, written, now)
        if dry_run:
            raise _OnlyLooked(loaded)
        return loaded

    ledger = await open_ledger(settings.database_url)
    try:
        await organisations.renew(ledger)
        return [*told(await ledger.write(work))]
    except _OnlyLooked as looked:
        return [*told(looked.loaded), NOTHING_DONE]
    finally:
        await ledger.close()


def _load(session: Session, organisations: InForce, written: Mapping[str, Written], now: datetime) -> Loaded:
    accounts = {id: account_changes(session, organisation) for id, organisation in organisations.items()}
    for organisation in organisations.values():
        ensure_accounts(session, organisation, now)
    return Loaded(accounts, {id: seed(session, id, each, now) for id, each in written.items()}, all_edits(session))


def told(loaded: Loaded) -> Iterator[str]:
    """What there is to say, in plain English."""
    yield f"{sum(len(changes.new) for changes in loaded.accounts.values())} new accounts."
    for id, changes in loaded.accounts.items():
        yield from _line(id, "new accounts", changes.new)
        yield from _line(id, "accounts closed, because the file no longer has them", changes.closed)
        yield from _line(id, "accounts that the console changed, and that stay as they are", changes.differ)
    yield from in_words(loaded.catalogues)
    for id, edits in loaded.edits.items():
        yield from _line(id, "changed in the console, which counts and not the file", (edit.place for edit in edits))


def _line(id: str, what: str, names: Iterable[str]) -> Iterator[str]:
    found = ", ".join(names)
    if found:
        yield f"{id}: {what}: {found}."
