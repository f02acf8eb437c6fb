"""Group sessions over the engine alone: one with a seat left, and one that is full; a desk in memory answers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from flows.effects import AnswerSession, FindSessions
from flows.session_card import SessionAnswered, SessionCard, SessionsFound

HERE = ("waiting", "offered", "enrolled")


def card(id: str, start: datetime, **facts: object) -> SessionCard:
    known = {"kind": "workshop", "title": "Demo", "where": "Demoplein 1", "line": 3} | facts
    return SessionCard(id=id, start=start, end=start + timedelta(hours=2), **known)  # type: ignore[arg-type]


@dataclass
class Sessions:
    """What has become of each session for the one person who talks."""

    now: datetime
    cards: dict[str, SessionCard] = field(default_factory=dict)

    def __post_init__(self) -> None:
        start = self.now + timedelta(days=400)
        bus = {"stop": "Demoplein 2", "leaves": start, "host": "Demo", "interview": True, "kind": "company_visit"}
        self.cards = {"free": card("free", start, free=True, **bus), "full": card("full", start + timedelta(days=1))}

    def find(self, effect: FindSessions) -> SessionsFound:
        shown = (each for each in self.cards.values() if not effect.mine or each.state in HERE)
        more = effect.page + 1 if effect.page < 3 and not effect.mine else None
        return SessionsFound(tuple(shown), effect.mine, effect.visit, more)

    def answer(self, effect: AnswerSession) -> SessionAnswered:
        known = self.cards.get(effect.session)
        if known is None:
            return SessionAnswered("gone", None)
        came, state = self._came(known, effect)
        if state is not None:
            known = replace(known, state=state, version=known.version + 1)
        if came in ("talk", "no_talk"):
            known = replace(known, wishes_interview=came == "talk")
        self.cards[known.id] = known
        return SessionAnswered(came, known)

    def _came(self, known: SessionCard, effect: AnswerSession) -> tuple[str, str | None]:
        if effect.wish == "show":
            return "shown", None
        if effect.wish in ("join", "wait"):
            return self._join(known, effect.wish)
        if effect.version != known.version or known.state not in HERE:
            return "changed", None
        if effect.wish == "leave":
            return "left", "cancelled"
        if effect.wish in ("yes", "no"):
            return "changed", None
        return (effect.wish, None) if known.state == "enrolled" else ("changed", None)

    def _join(self, known: SessionCard, wish: str) -> tuple[str, str | None]:
        if known.state in HERE:
            return ("shown", None) if known.state == "enrolled" else (known.state, None)
        if known.free:
            return "enrolled", "enrolled"
        return ("waiting", "waiting") if wish == "wait" else ("full", None)
