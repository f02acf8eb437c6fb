"""What stands under a kind of answer in a flow file, taken out with a clear word on every mistake."""

from __future__ import annotations

import re
from collections.abc import Mapping

ID = re.compile(r"[a-z][a-z0-9_]{1,23}")
"""Of questions, statements and results."""


def only(settings: Mapping[str, object], *allowed: str) -> None:
    """Raises ``ValueError`` for a setting that does not exist."""
    for name in settings:
        if name not in allowed:
            known = ", ".join(allowed) or "none"
            raise ValueError(f"the setting {name!r} does not exist here (there are: {known})")


def flag(settings: Mapping[str, object], name: str) -> bool:
    value = settings.get(name, False)
    if not isinstance(value, bool):
        raise ValueError(f"{name!r} must be true or false, not {value!r}")
    return value


def text(settings: Mapping[str, object], name: str, default: str | None = None) -> str:
    value = settings.get(name, default)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{name!r} must be a text")
    return value


def id(settings: Mapping[str, object], name: str) -> str:
    value = text(settings, name)
    if not ID.fullmatch(value):
        raise ValueError(f"{name!r} must be 2 to 24 small letters, digits and _, not {value!r}")
    return value


def whole(settings: Mapping[str, object], name: str, default: int | None = None) -> int:
    value = settings.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"{name!r} must be a whole number")
    return value
