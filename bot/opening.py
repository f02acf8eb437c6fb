"""Opens the house: reads settings, texts and organisations, and the database last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.aloud.opening import open_reading
from bot.channels.terminal import CHANNEL as TERMINAL
from bot.channels.webchat_shop import CHANNEL as WEB
from bot.clock import Clock
from bot.house import House
from bot.people import PHONE
from bot.scenes import Scenes, make_scenes
from bot.secret_key import kept_beside, master_secrets
from bot.settings import BadSettings, Settings
from bot.taps import Taps
from casework.door.accounts import ensure_accounts
from casework.house.in_force import InForce
from casework.house.organisations import Organisation, load_organisations
from casework.offers.catalogue_file import Written, read_catalogues
from flows.care_words import load_care
from flows.catalogue import load_catalogues
from flows.load_tongues import load_tongues
from flows.manners import load_manners
from flows.wording import Wording
from flows.words import load_words
from storage.address import read_address
from storage.ledger import Ledger, NotMigrated, open_ledger
from storage.vault import Vault

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
    if not kept_beside(settings):
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
