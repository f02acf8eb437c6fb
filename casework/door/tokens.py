"""Secrets that we hand out once: random, and kept only as a hash."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """192 random bits as 32 characters that fit into a link and into Telegram's ``start`` parameter."""
    return secrets.token_urlsafe(24)


def token_hash(token: str) -> str:
    """What is kept of a token. One plain SHA-256 is enough for what cannot be guessed."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
