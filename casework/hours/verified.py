"""The day on which somebody last compared what a file says with its source."""

from __future__ import annotations

from datetime import date
from typing import Annotated, TypeAlias

from pydantic import BeforeValidator

NEVER = "never"
Verified: TypeAlias = Annotated[date | None, BeforeValidator(lambda written: None if written == NEVER else written)]
"""The day on which somebody last compared it with its source; ``never`` in the file where nobody wrote one down."""


def is_old(verified: date | None, day: date) -> bool:
    return verified is None or verified < day
