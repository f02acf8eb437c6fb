"""Who may do what: one table, by role, of the rights that come with it and of how far each reaches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from casework.house.organisation import Role

Right: TypeAlias = Literal[
    "see_cases",
    "see_person",
    "see_wishes",
    "see_barriers",
    "see_private",
    "take_cases",
    "assign",
    "talk",
    "note",
    "refer",
    "agree_steps",
    "see_calendar",
    "edit_calendar",
    "book",
    "run_sessions",
    "local_work",
    "grant_cheques",
    "work_companies",
    "edit_catalogue",
    "see_reports",
    "enter_figures",
    "run_campaigns",
    "see_audit",
    "see_organisation",
    "manage_staff",
    "edit_organisation",
    "manage_api",
]
Reach: TypeAlias = Literal["all", "kinds", "own"]
"""``all`` of their own organisation; the ``kinds`` of cases that their role looks after (``LOOKS_AFTER``), whoever has
them, and no others, whoever gave them; or only what is their ``own``. Nothing reaches into another organisation."""

MEANING: Mapping[Right, str] = {
    "see_cases": "see that a case exists: its number, state, coach, language and appointment",
    "see_person": "see the name, how to reach the person, appointments and group sessions",
    "see_wishes": "see what the person wants: work, hours, training",
    "see_barriers": "see what makes working hard, and every other private answer (tier B)",
    "see_private": "see health and other special answers (tier C)",
    "take_cases": "accept a case, decline it, close it",
    "assign": "give a case to a colleague, or take it back",
    "talk": "write to the person in their chat, fill in together",
    "note": "write notes and tasks, add files",
    "refer": "suggest offers and refer to a partner",
    "agree_steps": "write down small steps that were agreed on with the person, and how it goes with them",
    "see_calendar": "see the calendars",
    "edit_calendar": "change working hours and leave",
    "book": "book, move and cancel visits; say who came",
    "run_sessions": "see who comes to group sessions, by first name; say who came",
    "local_work": "see who does chores and for whom, match them, note their hours",
    "grant_cheques": "see which companies asked for a cheque, grant one, say what became of it",
    "work_companies": "note visits to companies and vacancies; see who agreed to be called, by name and number",
    "edit_catalogue": "change offers, programmes, partners and measures",
    "see_reports": "see counts, never a person",
    "enter_figures": "enter figures from elsewhere beside the reports",
    "run_campaigns": "write to all who asked for news, without seeing who they are; stop it",
    "see_audit": "read and export who read and changed what",
    "see_organisation": "see how the organisation is set up: people, texts, hours, links, other systems",
    "manage_staff": "give and close accounts, change roles",
    "edit_organisation": "change wording, hours, reminders and how long data is kept",
    "manage_api": "make and revoke tokens and webhooks of other systems",
}

_COACH: Mapping[Right, Reach] = {
    "see_cases": "all",
    "see_person": "all",
    "see_wishes": "all",
    "see_barriers": "all",
    "see_private": "own",
    "take_cases": "all",
    "talk": "all",
    "note": "all",
    "refer": "all",
    "agree_steps": "all",
    "see_calendar": "all",
    "edit_calendar": "own",
    "book": "all",
    "run_sessions": "all",
    "local_work": "all",
    "grant_cheques": "all",
    "see_reports": "all",
}
_REGISSEUR: Mapping[Right, Reach] = {
    "see_calendar": "all",
    "run_sessions": "all",
    "edit_catalogue": "all",
    "see_reports": "all",
    "enter_figures": "all",
    "run_campaigns": "all",
}
_OF_KINDS: Mapping[Right, Reach] = {
    "see_cases": "kinds",
    "see_person": "kinds",
    "see_wishes": "kinds",
    "take_cases": "kinds",
    "note": "kinds",
}
TABLE: Mapping[Role, Mapping[Right, Reach]] = {
    "team_lead": {
        **_COACH,
        "assign": "all",
        "edit_calendar": "all",
        "work_companies": "all",
        "edit_catalogue": "all",
        "enter_figures": "all",
        "run_campaigns": "all",
        "see_audit": "all",
        "see_organisation": "all",
        "edit_organisation": "all",
    },
    "coach": _COACH,
    "job_broker": {
        **_OF_KINDS,
        "run_sessions": "all",
        "grant_cheques": "all",
        "work_companies": "all",
        "edit_catalogue": "all",
    },
    "front_desk": {"see_calendar": "all", "book": "all", "run_sessions": "all"},
    "session_host": {"run_sessions": "all"},
    "coordinator": {**_REGISSEUR, **_OF_KINDS, "grant_cheques": "all", "work_companies": "all"},
    "regisseur": _REGISSEUR,
    "partner": {"see_cases": "own", "see_person": "own", "edit_catalogue": "own"},
    "admin": {
        "see_reports": "all",
        "see_audit": "all",
        "see_organisation": "all",
        "manage_staff": "all",
        "edit_organisation": "all",
        "manage_api": "all",
    },
}
"""Of somebody's roles in the organisation's file the first in this order is the one of their account."""

LOOKS_AFTER: Mapping[str, frozenset[str]] = {
    "job_broker": frozenset({"company"}),
    "coordinator": frozenset({"company", "chores_customer", "partner"}),
}
"""By role, the kinds of cases (``casework.cases.case_kinds``) that are theirs to see, whoever has them."""

SYSTEM = "system"
"""The role of another system that comes with a token of the API; its scopes may leave it less than this."""
_SYSTEM: Mapping[Right, Reach] = {
    "see_cases": "all",
    "see_person": "all",
    "see_wishes": "all",
    "see_barriers": "all",
    "take_cases": "all",
    "assign": "all",
    "note": "all",
    "refer": "all",
    "agree_steps": "all",
    "see_calendar": "all",
    "edit_calendar": "all",
    "book": "all",
    "run_sessions": "all",
    "local_work": "all",
    "grant_cheques": "all",
    "work_companies": "all",
    "edit_catalogue": "all",
    "see_reports": "all",
    "enter_figures": "all",
    "run_campaigns": "all",
}

NAMED: Mapping[Right, Reach] = {"see_private": "all"}
"""What somebody has besides whom the organisation's file names under ``named_for_health``."""


class Holder(Protocol):
    """Whose rights are asked for: an account, or whatever stands for one."""

    @property
    def id(self) -> str: ...
    @property
    def organisation(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def coach(self) -> str | None: ...
    @property
    def named(self) -> bool: ...


class Member(Protocol):
    """Who does something, as the audit names them: an account or a system."""

    @property
    def organisation(self) -> str: ...
    @property
    def actor(self) -> str: ...


@dataclass(frozen=True, slots=True)
class System:
    """Another system of an organisation, as a holder of rights; ``id`` is that of its token."""

    id: str
    organisation: str
    role: str = SYSTEM
    coach: None = None
    named: bool = False

    @property
    def actor(self) -> str:
        """How the audit names it."""
        return f"api:{self.id}"


class OfSomebody(Protocol):
    """A case, as far as rights look at it."""

    organisation: str
    coach: str | None
    accepted_by: str | None
    kind: str


def reach(holder: Holder, right: Right) -> Reach | None:
    """How far the right goes; ``None`` for who does not have it."""
    given = RIGHTS_OF.get(holder.role, {})
    named = NAMED.get(right) if holder.named and "see_barriers" in given else None
    return named or given.get(right)


def may(holder: Holder, right: Right, case: OfSomebody | None = None) -> bool:
    """Whether they may do this with this case; without one, whether they may do it at all."""
    found = reach(holder, right)
    if found is None or case is None:
        return found is not None
    return case.organisation == holder.organisation and _within(found, holder, case)


def _within(found: Reach, holder: Holder, case: OfSomebody) -> bool:
    if found == "kinds":
        return case.kind in looks_after(holder)
    return found == "all" or is_own(holder, case)


def looks_after(holder: Holder) -> frozenset[str]:
    """The kinds of cases that their role sees, whoever has them."""
    return LOOKS_AFTER.get(holder.role, frozenset())


def is_own(holder: Holder, case: OfSomebody) -> bool:
    """Whether it is theirs: given to them, or accepted by them while it is given to nobody else."""
    if case.coach is not None:
        return case.coach == holder.coach
    return case.accepted_by == holder.id


def roles_with(right: Right, *reaching: Reach) -> tuple[str, ...]:
    """The roles that have it at all, or as far as one of these."""
    return tuple(role for role in TABLE if (far := TABLE[role].get(right)) and (far in reaching or not reaching))


RIGHTS_OF: Mapping[str, Mapping[Right, Reach]] = {**{str(role): TABLE[role] for role in TABLE}, SYSTEM: _SYSTEM}
"""The table for a role as an account has it: a text, which may be one that the table no longer knows."""
