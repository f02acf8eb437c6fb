"""Finds a case by the person's first name, which stands nowhere in the open: by a keyed hash of it."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata

from storage.vault import Vault

PURPOSE = "names of persons"
QUESTION = "name"
"""The question of a flow whose answer is what somebody wants to be called."""


def name_index(vault: Vault, organisation: str, name: str) -> str | None:
    """What to keep beside the case; ``None`` for no name. The same name elsewhere looks different."""
    return _index(vault.derive(PURPOSE), organisation, name)


def name_indexes(vault: Vault, organisation: str, name: str) -> tuple[str, ...]:
    """What to look for: also what older secrets made of it."""
    made = (_index(key, organisation, name) for key in vault.derived(PURPOSE))
    return tuple(index for index in made if index)


def _index(key: bytes, organisation: str, name: str) -> str | None:
    plain = plainly(name)
    if not plain:
        return None
    return hmac.new(key, f"{organisation}|{plain}".encode(), hashlib.sha256).hexdigest()[:32]


def plainly(name: str) -> str:
    """The name without capitals, accents, signs and spaces: *Zoë-Mae* is *zoemae*."""
    apart = unicodedata.normalize("NFKD", name.casefold())
    return "".join(sign for sign in apart if sign.isalnum())
