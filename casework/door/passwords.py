"""Passwords of staff: which are refused, and the slow hash that is kept instead of them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal, TypeAlias

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

Refusal: TypeAlias = Literal["too_short", "too_long", "easy"]

SHORTEST = 12
LONGEST = 200
FEWEST_SIGNS = 5

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""OWASP's minimum for Argon2id. The library's default takes 64 MiB a check, too much for a small machine."""


@cache
def _nobody() -> str:
    """What a password is compared with where there is no account, so that both take as long."""
    return _HASHER.hash("nobody has this password")


@cache
def _common() -> frozenset[str]:
    return frozenset(Path(__file__).with_name("common_passwords.txt").read_text("utf-8").split())


def refusal(password: str, login: str) -> Refusal | None:
    """Why this password cannot be chosen, or ``None`` if it can."""
    plain = password.casefold()
    if len(password) < SHORTEST:
        return "too_short"
    if len(password) > LONGEST:
        return "too_long"
    if plain in _common() or len(set(plain)) < FEWEST_SIGNS or login.casefold() in plain:
        return "easy"
    return None


def hashed(password: str) -> str:
    """The Argon2id hash with its salt and settings. Slow on purpose: call it in a thread."""
    return _HASHER.hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Whether this is the password. Without a kept hash the same work is done, so time tells nothing."""
    try:
        return _HASHER.verify(kept or _nobody(), password) and bool(kept)
    except (VerificationError, InvalidHashError):
        return False
