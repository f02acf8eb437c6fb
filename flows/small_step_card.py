"""A small step as its person is shown it, and what comes back from the desk about one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class SmallStepCard:
    """What is to be done, by the person or (not ``mine``) by their coach, by the end of ``by_day``.

    ``state`` is ``open``, ``done``, ``stuck`` (it did not work out) or ``dropped``.
    """

    id: str
    version: int
    text: str = field(repr=False)
    mine: bool = True
    state: str = "open"
    by_day: date | None = None


@dataclass(frozen=True, slots=True)
class SmallStepsFound:
    """Those of the person, the oldest first. Of ``hidden`` ones no word may be shown at this channel.

    ``beside``: they are told with other things; ``asks``: how it goes is asked with them.
    """

    steps: tuple[SmallStepCard, ...]
    hidden: bool = False
    beside: bool = False
    asks: bool = False


@dataclass(frozen=True, slots=True)
class SmallStepAnswered:
    """What came of a button about a step, and how it is now; without a ``step`` it is no longer there.

    ``came``: ``shown``, what was said of it (``go_on``, ``finish``, ``stick``, ``drop``, ``resume``), or ``changed``:
    it stood otherwise by then.
    """

    came: str
    step: SmallStepCard | None = None
