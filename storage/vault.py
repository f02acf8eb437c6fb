"""Seals what people say: AES-256-GCM, one key per person, wrapped by a master secret that can be replaced."""

from __future__ import annotations

import hashlib
import secrets as random
from collections.abc import Sequence
from typing import NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY = 32
KEY_ID = 4
NONCE = 12
SHORTEST_SECRET = 32
WRAPPING = "person's key"


class SealBroken(Exception):
    """The bytes were not sealed with this key for this place, or were changed since."""


class Key:
    """Seals with its newest key and opens with any: each sealed value begins with the id of its key."""

    def __init__(self, *keys: bytes) -> None:
        self._ciphers = {key_id(key): AESGCM(key) for key in keys}
        self._newest = key_id(keys[0])

    def seal(self, data: bytes, about: str) -> bytes:
        """``about`` names the place of the value: it opens nowhere else."""
        nonce = random.token_bytes(NONCE)
        return self._newest + nonce + self._ciphers[self._newest].encrypt(nonce, data, about.encode())

    def open(self, sealed: bytes, about: str) -> bytes:
        """Raises ``SealBroken``."""
        cipher = self._ciphers.get(sealed[:KEY_ID]) or broken(about)
        nonce, hidden = sealed[KEY_ID : KEY_ID + NONCE], sealed[KEY_ID + NONCE :]
        try:
            return cipher.decrypt(nonce, hidden, about.encode())
        except (InvalidTag, ValueError):
            broken(about)

    def sealed_newest(self, sealed: bytes) -> bool:
        return sealed.startswith(self._newest)


class Vault:
    """``secrets``: the newest first; older ones only open what they sealed."""

    def __init__(self, secrets: Sequence[str]) -> None:
        if not secrets or min(map(len, secrets)) < SHORTEST_SECRET:
            raise ValueError(
                f"OPSTAP_SECRET_KEY needs at least {SHORTEST_SECRET} characters: make one with `openssl rand -hex 32`"
            )
        self._secrets = tuple(secrets)
        self._master = Key(*self.derived("keys of persons"))
        self.house = Key(*self.derived("rows of no person"))

    @property
    def replaces(self) -> bool:
        """Whether one secret is taking the place of others."""
        return len(self._secrets) > 1

    def new_key(self) -> tuple[bytes, Key]:
        """A key for a new person, and its wrapped form to keep with the person."""
        key = AESGCM.generate_key(8 * KEY)
        return self._master.seal(key, WRAPPING), Key(key)

    def open_key(self, wrapped: bytes) -> Key:
        """Raises ``SealBroken`` when the secret it was wrapped with is not known here."""
        return Key(self._master.open(wrapped, WRAPPING))

    def rewrapped(self, wrapped: bytes) -> bytes | None:
        """The same key under the newest secret, ``None`` when it is that already."""
        if self._master.sealed_newest(wrapped):
            return None
        return self._master.seal(self._master.open(wrapped, WRAPPING), WRAPPING)

    def derive(self, purpose: str) -> bytes:
        """32 bytes for an HMAC. They change with the newest secret; ``derived`` has the older ones too."""
        return self.derived(purpose)[0]

    def derived(self, purpose: str) -> tuple[bytes, ...]:
        return tuple(derive(secret, purpose) for secret in self._secrets)


def derive(secret: str, purpose: str) -> bytes:
    return HKDF(SHA256(), KEY, salt=None, info=f"opstap: {purpose}".encode()).derive(secret.encode())


def key_id(key: bytes) -> bytes:
    return hashlib.sha256(b"opstap: key id" + key).digest()[:KEY_ID]


def broken(about: str) -> NoReturn:
    raise SealBroken(f"cannot open {about}: another key, another place, or changed bytes")
