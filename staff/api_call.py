"""One operation of the API: what it takes, what it gives, which scope it needs, and the work it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, NoReturn, TypeAlias

from pydantic import BaseModel
from sqlmodel import Session

from casework.cases.cases import Actor
from casework.door.api_tokens import Scope
from casework.door.rights import System
from casework.house.organisation import Organisation
from staff.office import Office

Method: TypeAlias = Literal["GET", "POST", "DELETE"]


class Wrong(Exception):
    """The call cannot be carried out: ``place`` says where it is wrong, ``remedy`` what to do."""

    def __init__(self, status: int, detail: str, remedy: str | None = None, place: tuple[str, ...] = ()) -> None:
        super().__init__(detail)
        self.status, self.detail, self.remedy, self.place = status, detail, remedy, place


@dataclass(frozen=True, slots=True)
class Caller:
    """The system that calls: its rights are those of its role, narrowed by its ``scopes``."""

    system: System
    organisation: Organisation
    scopes: frozenset[str]

    @property
    def actor(self) -> Actor:
        return Actor(self.organisation.id, self.system.actor, self.system)


@dataclass(frozen=True, slots=True)
class Call:
    """One call, checked. ``version`` is that of ``If-Match``, ``None`` where any will do."""

    caller: Caller
    office: Office
    id: str
    query: Any
    body: Any = field(repr=False)
    version: int | None
    now: datetime

    @property
    def organisation(self) -> Organisation:
        return self.caller.organisation

    @property
    def today(self) -> date:
        """Where the organisation is."""
        return self.now.astimezone(self.organisation.tz).date()


@dataclass(frozen=True, slots=True)
class Reply:
    """``body`` is ``None`` for an answer without one."""

    body: BaseModel | None
    etag: str = ""
    location: str = ""


Work: TypeAlias = Callable[[Session, Call], Reply]


@dataclass(frozen=True, slots=True)
class Operation:
    """``address`` finds in the body an address of somebody else, which is looked at before the work begins.

    ``versioned`` is what changes something that was read before: it needs ``If-Match``. A body has at most ``largest``
    bytes. ``renews`` is what changes the organisation itself, as everybody finds it (``casework.house.in_force``).
    """

    id: str
    method: Method
    path: str
    summary: str
    scope: Scope
    work: Work
    answer: type[BaseModel] | None
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    status: int = 200
    versioned: bool = False
    problems: tuple[int, ...] = ()
    address: Callable[[Any], str] | None = None
    largest: int = 2**16
    renews: bool = False

    @property
    def wrongs(self) -> tuple[int, ...]:
        """The statuses of the problems it can answer with."""
        found = {400, 401, 403, 503, *self.problems}
        found |= {404} if "{id}" in self.path else set()
        found |= {412, 428} if self.versioned else set()
        found |= {409, 413, 415, 422} if self.method == "POST" else set()
        return tuple(sorted(found))


def missing(what: str) -> NoReturn:
    raise Wrong(404, f"There is no such {what}.", "Read the list: it may be gone, or of another organisation.")


def outdated() -> NoReturn:
    raise Wrong(412, "It was changed since you read it.", "Read it again, decide anew, and send its new ETag.")


def refused(detail: str, remedy: str) -> NoReturn:
    raise Wrong(409, detail, remedy)


def settled(came_of: str, what: str) -> None:
    """Raises for an answer of casework that is none of ``done``."""
    match came_of:
        case "missing":
            missing(what)
        case "changed" | "taken":
            outdated()
        case "not_now" | "too_early":
            refused(
                f"The state of the {what} does not allow it now.", "Read it again: what is possible follows its state."
            )
