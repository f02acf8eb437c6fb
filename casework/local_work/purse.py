"""What is left of a pot of cheques: how many may still be given, and how much money there is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from casework.local_work.work_file import Pot

Refusal: TypeAlias = Literal["none_left", "no_money", "not_now"]
"""Why no cheque can be given: all are out, the money does not reach, or it is not the time of this pot."""


@dataclass(frozen=True, slots=True)
class Purse:
    """``given`` cheques are out or used, together ``spent`` euros."""

    given: int = 0
    spent: int = 0


def refusal(pot: Pot, purse: Purse, day: date) -> Refusal | None:
    """``None`` where one more can be given on this day."""
    if not pot.holds(day):
        return "not_now"
    if purse.given >= pot.number:
        return "none_left"
    return "no_money" if purse.spent + pot.amount > pot.budget else None


def room(pot: Pot, purse: Purse) -> int:
    """How many more can be given, by their number and by the money."""
    return max(0, min(pot.number - purse.given, (pot.budget - purse.spent) // pot.amount))
