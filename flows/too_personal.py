"""A number that must not come in: say so kindly, take it off the screen, and ask the open question again."""

from __future__ import annotations

from flows.effects import RemoveMessage
from flows.forbidden import ACCOUNT, CARD, NATIONAL
from flows.menu import ask_open
from flows.messages import Phrase
from flows.talk import Talk

_SAYS = {
    NATIONAL: Phrase("This looks like a national number. I may not have it. I did not keep it."),
    ACCOUNT: Phrase("This looks like a bank account number. I do not need it. I did not keep it."),
    CARD: Phrase("This looks like the number of a card. I do not need it. I did not keep it."),
}


def refuse(talk: Talk, kind: str) -> None:
    """``kind`` is one of ``flows.forbidden.KINDS``. It is no wrong answer: it does not count as a miss."""
    talk.order(RemoveMessage())
    ask_open(talk, _SAYS[kind])
