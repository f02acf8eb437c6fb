"""What the REST API takes and gives, as models; its OpenAPI description is made from them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

State = Literal["offered", "accepted", "done", "revoked"]


class Out(BaseModel):
    """What goes out: the fields named here and no others."""

    model_config = ConfigDict(from_attributes=True, extra="ignore")


class CaseQuery(BaseModel):
    """What may be asked of the list."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(50, ge=1, le=200, description="How many cases one answer has at most.")
    cursor: str | None = Field(None, max_length=200, description="`next` of the answer before.")
    state: State | None = Field(None, description="Only cases in this state.")


class AppointmentOut(Out):
    """The visit the person has now."""

    id: str
    starts_at: datetime
    ends_at: datetime
    zone: str = Field(description="IANA time zone of the place.")
    coach: str
    place: str
    state: str


class CaseLine(Out):
    """A case without what is in it."""

    id: str
    state: State
    version: int
    language: str
    coach: str | None
    created_at: datetime
    updated_at: datetime
    accepted_at: datetime | None
    appointment: AppointmentOut | None = None


class CaseList(Out):
    """One stretch of the cases, the newest first. `next` is the cursor of the stretch behind it."""

    cases: list[CaseLine]
    next: str | None


class CaseOut(CaseLine):
    """A case with its answers by question id.

    Answers of a special category (health) and those to questions that the flow no longer has are not in it.
    """

    flow: str
    answers: dict[str, str | int | float | list[str]]
    skipped: list[str]


class Problem(Out):
    """What went wrong, as RFC 9457 has it."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str | None = None
