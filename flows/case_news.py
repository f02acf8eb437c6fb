"""What we say of our own accord while nobody has taken somebody's case on yet."""

from __future__ import annotations

from typing import Literal

from flows.approach import approach
from flows.messages import Phrase
from flows.talk import Talk

PASSED_ON = Phrase("Your coach has no time now. {coach} looks at your answers and writes to you.")
LATE = Phrase("It takes longer than we want. Sorry. We look for a coach for you. {phone_line}")


def tell(talk: Talk, told: Literal["passed_on", "late"], coach: str) -> None:
    """What happens next; the question that stands open stays open."""
    approach(talk, "case_news", Phrase(PASSED_ON.source, {"coach": coach}) if told == "passed_on" else LATE)
