"""Lets a new master secret take the place of an old one, beside the loop and a little at a time."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import structlog
from sqlmodel import Session

from bot.house import House
from casework.privacy.names_anew import name_cases_anew, name_companies_anew
from storage.rewrap import reseal, rewrap
from storage.vault import Vault

log = structlog.get_logger()
Step = Callable[[Session, Vault, str], str | None]


async def replace_secret(house: House) -> None:
    """Where several secrets are given. Once this is in the log the older ones are needed no more."""
    if not house.vault.replaces:
        return
    for step in (rewrap, name_cases_anew):
        await _through_all(house, step)
    await house.ledger.write(lambda session: reseal(session, house.vault))
    await house.ledger.write(lambda session: name_companies_anew(session, house.vault))
    log.info("secret.replaced")


async def _through_all(house: House, step: Step) -> None:
    after: str | None = ""
    while after is not None:
        after = await house.ledger.write(partial(_stretch, house.vault, step, after))


def _stretch(vault: Vault, step: Step, after: str, session: Session) -> str | None:
    return step(session, vault, after)
