"""Opens the house: reads settings, texts and organisations, and the database last."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlmodel import Session, col, select

from bot.aloud.opening import open_reading
from bot.channels.terminal import CHANNEL as TERMINAL
from bot.channels.webchat_shop import CHANNEL as WEB
from bot.clock import Clock
from bot.house import House
from bot.people import PHONE
from bot.scenes import Scenes, make_scenes
from bot.secret_key import master_secrets, secret_file
from bot.settings import BadSettings, Settings
from bot.taps import Taps
from casework.door.accounts import ensure_accounts
from casework.house.in_force import InForce
from casework.house.organisations import Organisation, load_organisations
from casework.offers.catalogue_file import Written, read_catalogues
from casework.privacy.erasing import DESTROYED
from flows.care_words import load_care
from flows.catalogue import load_catalogues
from flows.load_tongues import load_tongues
from flows.manners import load_manners
from flows.wording import Wording
from flows.words import load_words
from storage.address import read_address
from storage.ledger import Ledger, NotMigrated, open_ledger
from storage.tables import Person
from storage.vault import SealBroken, Vault

LOCALES = Path(__file__).parent.parent / "locales"
CHANNELS = ("telegram", WEB, TERMINAL, PHONE)


def read_wording() -> Wording:
    """All texts and words of all languages."""
    return Wording(
        load_catalogues(LOCALES), load_words(LOCALES), load_care(LOCALES), load_tongues(LOCALES), load_manners(LOCALES)
    )


@dataclass(frozen=True, slots=True)
class Papers:
    """What people write in files, read and found in order."""

    organisations: Mapping[str, Organisation]
    scenes: Scenes
    wording: Wording
    catalogues: Mapping[str, Written]


def read_papers(settings: Settings) -> Papers:
    """Raises for the first thing that is wrong in files or secrets. Makes nothing, so do it before the rest."""
    read_address(settings.database_url)
    if secret_file(settings) is None:
        read_vault(settings)
    organisations = load_organisations(settings.organisations)
    wording = read_wording()
    scenes = make_scenes(organisations, settings.organisations, CHANNELS, wording)
    return Papers(organisations, scenes, wording, read_catalogues(settings.organisations, organisations))


def make_house(settings: Settings, ledger: Ledger, clock: Clock | None = None, papers: Papers | None = None) -> House:
    """The house over an open database."""
    papers = papers or read_papers(settings)
    vault = read_vault(settings)
    address = settings.public_url or f"http://{settings.host}:{settings.port}"
    return House(
        ledger,
        vault,
        clock or settings.make_clock(),
        InForce(papers.organisations),
        papers.scenes.at(address),
        papers.wording,
        Taps(vault.derive("taps"), {name: each.flow for name, each in papers.organisations.items()}),
        address,
        reading=open_reading(LOCALES, settings.database_url, vault, papers.wording.translate),
    )


@asynccontextmanager
async def open_house(
    settings: Settings, papers: Papers, opening: Callable[[str], Awaitable[Ledger]] = open_ledger
) -> AsyncIterator[House]:
    """The house over its database, which is closed at the end. Raises ``DatabaseRefused``, and ``BadSettings`` where
    the secret is not the one that sealed what stands there."""
    ledger = await opening(settings.database_url)
    try:
        await ledger.read(partial(check_secret, settings))
        yield make_house(settings, ledger, papers=papers)
    finally:
        await ledger.close()


def check_secret(settings: Settings, session: Session) -> None:
    """Raises ``BadSettings`` where somebody's key cannot be opened. Makes no secret then: another one opens nothing."""
    living = select(Person.wrapped_key).where(Person.wrapped_key != DESTROYED)
    sealed = session.exec(living.order_by(col(Person.id).desc()).limit(1)).first()
    if sealed is None:
        return
    file = secret_file(settings)
    if file and not file.exists():
        raise BadSettings(
            f"{file}: it is gone, and only it opens what people said. Put it back from where you keep it."
        )
    try:
        read_vault(settings).open_key(sealed)
    except SealBroken:
        place = file or "OPSTAP_SECRET_KEY"
        remedy = "Take the one that did, or a database of its own"
        raise BadSettings(f"{place}: this secret did not seal what stands in the database. {remedy}.") from None


def read_vault(settings: Settings) -> Vault:
    try:
        return Vault(master_secrets(settings))
    except ValueError as error:
        raise BadSettings(str(error)) from None


async def open_migrated(url: str) -> Ledger:
    """The database, its tables made or brought up to date first where that is needed."""
    try:
        return await open_ledger(url)
    except NotMigrated:
        from storage.migrate import migrate

        await migrate(url)
        return await open_ledger(url)


async def load_staff(ledger: Ledger, organisations: InForce, clock: Clock) -> int:
    """An account for everybody who works at an organisation, by its file or since; how many are new."""
    now = clock.now()
    await organisations.renew(ledger)
    return await ledger.write(
        lambda session: sum(ensure_accounts(session, organisation, now) for organisation in organisations.values())
    )
