"""The states of somebody's place at a group session, and which may follow which."""

from __future__ import annotations

from collections.abc import Mapping

WAITING, OFFERED, ENROLLED = "waiting", "offered", "enrolled"
CANCELLED, DECLINED, EXPIRED = "cancelled", "declined", "expired"
ATTENDED, ABSENT = "attended", "absent"

SEATED = (OFFERED, ENROLLED, ATTENDED, ABSENT)
"""Who holds a seat."""
INVOLVED = (WAITING, OFFERED, ENROLLED)
"""Who is to come, or hopes to."""
OUT = (CANCELLED, DECLINED, EXPIRED)
"""Who is not, and may ask again."""

NEXT: Mapping[str, frozenset[str]] = {
    WAITING: frozenset({OFFERED, ENROLLED, CANCELLED}),
    OFFERED: frozenset({ENROLLED, DECLINED, EXPIRED, CANCELLED}),
    ENROLLED: frozenset({CANCELLED, ATTENDED, ABSENT}),
    **dict.fromkeys(OUT, frozenset({WAITING, ENROLLED})),
    ATTENDED: frozenset(),
    ABSENT: frozenset(),
}


def may_become(state: str, other: str) -> bool:
    return other in NEXT[state]
