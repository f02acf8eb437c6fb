"""What an organisation's file says of small steps."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid", defer_build=True))
class SmallSteps:
    """After so many ``weeks`` the person is asked how it goes. What ``private`` ones say is shown on our own page only.

    The words of no step stand in the text of a message of our own accord; of ``private`` ones on no button either.
    """

    weeks: Annotated[int, Field(ge=1, le=26)] = 3
    private: bool = False
