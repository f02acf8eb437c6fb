"""What becomes of a side question that was neither taken nor turned down: it was evaded, or interrupted."""

from __future__ import annotations

from dataclasses import replace

from flows.answers.choice import HINT
from flows.aside import is_menu
from flows.heard import Tap
from flows.log import Aside, AsideOver, Helped, LanguageChosen
from flows.menu import ask_open
from flows.messages import Phrase, Saying
from flows.offering import NAME, asks_which, offer_again
from flows.plain_words import is_no, is_unsure, is_yes
from flows.returning import NUDGE, THANKED, WELCOME, part
from flows.steer import steer
from flows.talk import Talk

_ABOUT_THE_QUESTION = ("Question {number} of {total}", "You said: {answer}", "Your appointment: {when}.")
"""Remarks that stand above the open question or the menu, and not above an offer."""


def evaded(talk: Talk, aside: Aside, text: str) -> bool:
    """A bare yes, no or "I don't know" that is none of the buttons of ``aside`` answers nothing else either: it was
    said to what was on the screen, not to the question that waits."""
    if is_menu(aside) or aside.name == THANKED:
        return False
    yes, no = is_yes(talk, text), is_no(talk, text)
    if not yes and not no and not is_unsure(talk, text):
        return False
    if yes and asks_which(aside):
        steer(talk, "change")
        talk.says[-1] = replace(talk.says[-1], before=(Phrase(HINT), *talk.says[-1].before))
    elif no and aside.name in (WELCOME, NUDGE):
        part(talk)
    else:
        ask_open(talk)
    return True


def is_offered(aside: Aside | None, tap: Tap) -> bool:
    """Whether this old button was tapped just before: what it would change is asked on the screen."""
    return aside is not None and aside.name == NAME and aside.taps[0] == f"{tap.question} ={tap.option}"


def make_again(talk: Talk, aside: Aside) -> None:
    """After help or another language, an offer to change an answer comes back instead of the open question."""
    if aside.name != NAME or any(
        not isinstance(entry, AsideOver | Helped | LanguageChosen) and not is_menu(entry) for entry in talk.entries
    ):
        return
    asked = [saying for saying in talk.says if saying.question or saying.choices]
    spoken = any(isinstance(entry, LanguageChosen) for entry in talk.entries)
    if not asked or not (talk.helped or spoken):
        return
    before = _remarks(talk, aside, asked[-1])
    at = len(talk.says)
    if offer_again(talk, aside):
        talk.says[at] = replace(talk.says[at], before=(*before, *talk.says[at].before))
        talk.says = [saying for saying in talk.says if saying not in asked]


def _remarks(talk: Talk, aside: Aside, asked: Saying) -> tuple[Phrase, ...]:
    """What was said above the open question; asked why, the reason is that of the question that would change."""
    if talk.helped == "why":
        question = talk.setting.flow.asks.get(aside.taps[0].partition(" ")[0])
        return (Phrase(question.why) if question and question.why else Phrase("I ask this to help you well."),)
    return tuple(remark for remark in asked.before if remark.source not in _ABOUT_THE_QUESTION)
