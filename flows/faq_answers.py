"""Answers a frequently asked question, and shows all of them as buttons."""

from __future__ import annotations

from flows.asking import command
from flows.heard import COMMAND, Tap
from flows.messages import Choice, Phrase, Saying
from flows.script import SCREEN
from flows.talk import Talk

ANSWER, TITLE = "faq.{id}", "faq.{id}.title"
"""The names of its texts in ``Setting.texts``."""


WHO_READS = "who-reads"


def reply(talk: Talk, id: str) -> None:
    """Say the answer; nothing where there is no such question (any more), but always who reads the answers."""
    if id in talk.setting.faq.ids:
        talk.says.append(Saying(_text(ANSWER, id)))
    elif id == WHO_READS:
        talk.say("Who reads your answers? {who_sees}")


def questions(talk: Talk, page: str) -> Saying:
    """A screen of questions; the open question waits until one is asked, or none."""
    ids = talk.setting.faq.ids
    last = -(-len(ids) // SCREEN)
    number = int(page) if page.isdecimal() and 0 < int(page) <= last else 1
    shown = ids[(number - 1) * SCREEN : number * SCREEN]
    choices = tuple(Choice(_text(TITLE, id), Tap(COMMAND, f"faq:{id}")) for id in shown)
    more = (Choice(Phrase("More questions"), Tap(COMMAND, f"questions:{number % last + 1}"), "⋯"),) if last > 1 else ()
    return Saying(Phrase("What do you want to know?"), (*choices, *more), (command("Nothing", "repeat"),))


def _text(name: str, id: str) -> Phrase:
    placeholder = name.format(id=id)
    return Phrase(f"{{{placeholder}}}")
