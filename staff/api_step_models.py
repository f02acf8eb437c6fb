"""What the API takes and gives of small steps."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from casework.steps.small_steps import LONGEST, Who
from staff.api_beside_models import ONE_LINE
from staff.api_models import In, Out

Text = Annotated[str, Field(min_length=1, max_length=LONGEST, pattern=ONE_LINE)]
StepChange = Literal["go_on", "finish", "stick", "drop", "resume"]


class StepOut(Out):
    """A small step that a coach and the person agreed on. `late`: it is open, and its day has passed."""

    id: str
    case: str
    text: str
    who: Who = Field(description="Who does it.")
    by_day: date | None = Field(description="By the end of that day.")
    state: Literal["open", "done", "stuck", "dropped"]
    version: int
    author: str
    at: datetime
    asks_at: datetime = Field(description="When the person is asked once how it goes.")
    asked_at: datetime | None = Field(description="When they were.")
    ended_at: datetime | None = Field(description="Since then it is not open any more.")
    late: bool
    history: list[StepChangeOut] = Field(description="What became of it, the earliest first.")


class StepChangeOut(Out):
    """What somebody said of a step. `actor` is as in the audit; `person` for the person in their chat."""

    change: Literal["agree", "reword", "go_on", "finish", "stick", "drop", "resume"]
    version: int
    actor: str
    at: datetime


class StepList(Out):
    """The small steps of a case: open ones first."""

    steps: list[StepOut]


class StepIn(In):
    """A small step, in words that the person reads in their chat."""

    text: Text
    who: Who = "person"
    by_day: date | None = None


class TellStepIn(In):
    """How it goes: `go_on` (somebody is busy with it), `finish`, `stick` (it did not work out), `drop`, `resume`."""

    change: StepChange
