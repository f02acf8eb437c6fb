"""Writes the table of rights that a security officer reads: ``python -m tests.rights_page`` renews docs/rights.md."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from casework.door.rights import MEANING, NAMED, RIGHTS_OF, SYSTEM
from staff.app import ROUTES
from staff.door import Access, Route

PAGE = Path(__file__).parents[1] / "docs" / "rights.md"
ROLES = tuple(RIGHTS_OF)
PEOPLE = tuple(role for role in ROLES if role != SYSTEM)
HEAD = """# Who may do what

This page is made from the program (`python -m tests.rights_page`), and a test fails when the two differ. The same
test opens every page below as every role, with what is of their own organisation and with what is of another one.

Somebody's role comes from `organisation.yaml`; of several roles, the one that stands first here counts. **all**: of
their own organisation. **own**: only cases that were given to them. **kinds**: only cases of the kinds that their role
looks after (job brokers: companies; coordinators: companies, customers of chores and partners), and never one of
somebody who looks for work, though it were given to them. Nobody ever sees anything of another
organisation: it looks like something that does not exist. `system` is another system with a token of the API.

Health and other special answers (tier C) are for the coach of the case, and for those whom the organisation's file
names: `named_for_health: [greet]`. That list is the one that the Belgian law of 30 July 2018 asks for.
"""


def drawn() -> str:
    parts = (HEAD, "## Rights\n", *_table(_rights()), "\n## Pages of the console\n", *_table(_pages()))
    return "\n".join(parts) + "\n"


def _rights() -> Iterator[tuple[str, ...]]:
    yield ("right", "means", *ROLES)
    for right, meaning in MEANING.items():
        named = " (named persons: all)" if right in NAMED else ""
        yield (f"`{right}`", meaning + named, *(RIGHTS_OF[role].get(right, "") for role in ROLES))


def _pages() -> Iterator[tuple[str, ...]]:
    yield ("page", "takes", "guest", *PEOPLE)
    for route in ROUTES:
        takes = {Access.ANYBODY: "nothing", Access.STAFF: "to be signed in", Access.SELF: "to be signed in"}
        needed = takes[route.access] if isinstance(route.access, Access) else f"`{route.access}`"
        guest = "yes" if route.access is Access.ANYBODY else ""
        yield (f"{route.method} `{shown(route)}`", needed, guest, *("yes" if opens(route, of) else "" for of in PEOPLE))


def shown(route: Route) -> str:
    """The address with the names of its parts alone."""
    return "/staff" + "".join(f"{{{part.split(':')[0].strip('{')}}}" if "{" in part else part for part in cut(route))


def cut(route: Route) -> Iterator[str]:
    """The address in pieces: text, and the parts in braces (which may hold braces of their own)."""
    piece, depth = "", 0
    for sign in route.path:
        if sign == "{" and depth == 0:
            yield piece
            piece = ""
        depth += (sign == "{") - (sign == "}")
        piece += sign
        if sign == "}" and depth == 0:
            yield piece
            piece = ""
    yield piece


def opens(route: Route, role: str) -> bool:
    return isinstance(route.access, Access) or route.access in RIGHTS_OF[role]


def _table(rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    head = next(rows)
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield "| " + " | ".join(row) + " |"


if __name__ == "__main__":
    PAGE.write_text(drawn(), encoding="utf-8")
