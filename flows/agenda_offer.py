"""Offers the visit for the person's own agenda, under whatever message tells when it is."""

from __future__ import annotations

from flows.asking import command
from flows.messages import Choice
from flows.talk import Talk

WHEN = "{when}"
"""The mark of a text that tells when the visit is."""


def offer(talk: Talk, text: str = WHEN) -> tuple[Choice, ...]:
    """The button that belongs under ``text``, if any does."""
    return (command("Put in my calendar", "agenda"),) if WHEN in text and talk.standing_booking() else ()
