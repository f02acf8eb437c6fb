"""French has a space before a colon or a question mark; it must not begin a line by itself."""

from __future__ import annotations

import re

_SIGNS = re.compile(r" (?=[?!:;»])|(?<=«) ")


def keep_together(text: str) -> str:
    return _SIGNS.sub("\u00a0", text)


def colon(language: str) -> str:
    """What stands between a label and its value, without the space behind it."""
    return "\u00a0:" if language == "fr" else ":"
