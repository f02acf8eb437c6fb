"""What the REST API takes and gives about chores and cheques."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from casework.local_work.figures import SPLITS, Split
from casework.local_work.fitting import Asks, Hinders, Speaks
from casework.local_work.purse import Refusal
from casework.local_work.work_desk import MOST_HOURS, SentBy
from staff.api_models import Day, Id, In, Out

Month = Annotated[str, Field(pattern="^20[0-9]{2}-(0[1-9]|1[0-2])$", examples=["2027-03"])]


class TallyOut(Out):
    """What is counted on a day: hours of its month and its year, and the how manieth month it is."""

    month: int
    year: int
    number: int
    left: int | None = Field(description="Hours that may still be done this month; `null` where nothing limits them.")
    over_month: bool
    over_year: bool
    last_day: date | None = Field(description="The last on which they may work by the rule as it is.")


class WorkerOut(Out):
    """Somebody who does chores now. `case` is theirs; `name` comes with `people:read`."""

    id: str
    case: str
    name: str | None
    began_on: date
    sent_by: SentBy
    kinds: list[str]
    town: str | None
    helps: int
    tally: TallyOut


class WorkerList(Out):
    """Everybody who does chores now, in the order in which they began."""

    workers: list[WorkerOut]


class MatchOut(Out):
    """Who helps with a request, since when, and until when it did."""

    id: str
    worker: str | None = Field(validation_alias="worker_id", description="`null` for somebody who was erased.")
    request: str = Field(validation_alias="request_id")
    begins_on: date
    ends_on: date | None
    version: int


class RequestLine(Out):
    """A customer's open request: `id` is their case."""

    id: str
    kinds: list[str]
    town: str | None
    matches: list[MatchOut]


class RequestList(Out):
    """Open requests, those whom nobody helps yet at the top."""

    requests: list[RequestLine]


class FitOut(Out):
    """What speaks for a worker, what to ask first, and what hinders it; `shared` is the work that both named."""

    worker: str
    fits: bool
    shared: list[str]
    speaks: list[Speaks]
    asks: list[Asks]
    hinders: list[Hinders]


class RequestOut(RequestLine):
    """With everybody who may help, who fits best at the top."""

    proposals: list[FitOut]


class ConfirmIn(In):
    """Who helps from today."""

    worker: Id = Field(description="The `id` of somebody who does chores, not of their case.")


class MonthOut(Out):
    """The hours of a month so far; `version` is what a change of them names (0: nothing is noted)."""

    month: date
    hours: int
    version: int


class StretchOut(Out):
    """A stretch of chores."""

    id: str
    began_on: date
    ended_on: date | None
    sent_by: SentBy
    earlier_system: bool
    version: int


class PersonWorkOut(Out):
    """The chores of one person: `id` is their case, `stretch` that of now or the last one."""

    id: str
    name: str | None
    stretch: StretchOut | None
    tally: TallyOut | None
    months: list[MonthOut]
    matches: list[MatchOut]


class BeginIn(In):
    """Somebody was assigned, and begins."""

    day: Day
    sent_by: SentBy
    earlier_system: bool = Field(False, description="They come from the system before: no months bind them.")


class StopIn(In):
    """The last day."""

    day: Day


class HoursOfMonthIn(In):
    """The hours of a month, in place of what stood there at this version."""

    month: Month
    hours: int = Field(ge=0, le=MOST_HOURS)
    version: int = Field(ge=0, lt=10**6, description="As it was read; 0 where nothing is noted.")


class WorkFiguresQuery(In):
    """Of which year, by which municipalities."""

    year: int | None = Field(None, ge=2000, le=2200, description="Else this one.")
    split: Split = Field(SPLITS[0], description="Municipalities as they are now, or `before` the mergers of 2025.")


class WorkLine(Out):
    """Of one municipality; `null` is hidden: too few people."""

    town: str
    workers: int | None
    customers: int | None


class WorkFigures(Out):
    """Both counters of a year: who did chores, and who was helped."""

    year: int
    lines: list[WorkLine]
    total: WorkLine


class ChequeOut(Out):
    """A cheque that a company asked for; its `company` is named with `people:read`."""

    id: str
    pot: str
    case: str | None = Field(validation_alias="case_id")
    company: str | None = None
    state: str
    version: int
    amount: int
    asked_at: datetime
    granted_at: datetime | None
    use_by: date | None
    ended_at: datetime | None


class PotOut(Out):
    """Cheques of one sort, with what is left: `refusal` says why none can be given now."""

    id: str
    amount: int
    number: int
    budget: int
    given: int
    spent: int
    left: int
    refusal: Refusal | None
    cheques: list[ChequeOut]


class PotList(Out):
    """Every pot of the house with its cheques, who waits longest first."""

    pots: list[PotOut]


class ChequeIn(In):
    """For which company, out of which pot."""

    case: Id
    pot: Annotated[str, Field(pattern="^[a-z0-9-]{1,64}$")]
