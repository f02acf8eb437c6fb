"""Gives the person their visit for their own agenda, and says how to use it."""

from __future__ import annotations

from typing import assert_never

from flows.heard import VisitFile
from flows.menu import ask_open, visit_gone
from flows.messages import Phrase, Saying
from flows.talk import Talk

LINK = Phrase("Tap this link. Then put the appointment in your calendar.")
LINK_OFF = Phrase("Tap this link. It takes the appointment out of your calendar.")
FILE = Phrase("Tap this file. Then put the appointment in your calendar.")
FILE_OFF = Phrase("Tap this file. It takes the appointment out of your calendar.")


def hand(talk: Talk, file: VisitFile) -> None:
    """The open question comes back. A file that was sent brings its own words."""
    match file.how:
        case "none":
            visit_gone(talk)
            return
        case "link":
            talk.says.append(Saying(Phrase(file.address, fixed=True), before=(LINK_OFF if file.off else LINK,)))
        case "sent":
            pass
        case _:
            assert_never(file.how)
    ask_open(talk)
