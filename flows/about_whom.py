"""Of whom somebody speaks: of another person, of a phone that is not theirs, or of their own age."""

from __future__ import annotations

import re

from flows.answers.matching import names_an_option
from flows.aside import beside
from flows.asking import command
from flows.care import tap_meant
from flows.effects import RemoveMessage
from flows.heard import CARE, Heard, Said, Tap
from flows.log import THE_PERSON, Aside
from flows.menu import ask_open
from flows.messages import Choice, Phrase
from flows.minors import ADULT, AGE, SURELY, YOUNG_AGE, hear_age, is_minor, take_age
from flows.talk import Talk
from flows.undertone import MY_AGE, listen

SOMEBODY_ELSE, SHARED_PHONE, UNDER_AGE = "somebody_else", "shared_phone", "under_age"
KIND, FOR_OTHERS = "kind", frozenset({"chores_customer", "company", "partner"})
"""What answers mean of who has somebody else to speak for: a mother who needs a helper, a client of their service."""
BARE_AGE = re.compile(r"[7-9]|1[0-7]", re.ASCII)
"""An age under 18, and not the number of a button."""

OWN_TALK = Phrase("I talk with one person at a time. I kept nothing of this.")
OWN_PHONE = Phrase("The other person can chat on their own phone: {web_page}. {walk_in_line}")
CLOSE_WEB = Phrase('When you are done: tap the menu ☰ above, then "Forget me on this device".')
CLOSE_TELEGRAM = Phrase('When you are done: type "erase everything". Then delete this chat in Telegram.')
ABOUT_ME = Choice(Phrase("It is about me"), Tap(CARE, "me"))


def hear_about_whom(talk: Talk, heard: Heard, aside: Aside | None) -> bool:
    """Whether ``heard`` has been seen to here. A coach who fills in speaks of others all the time."""
    tap = tap_meant(talk, heard, aside)
    if tap and tap.question == CARE:
        return _tapped(talk, tap.option)
    return isinstance(heard, Said) and talk.by == THE_PERSON and _take_in(talk, *_meant(talk, heard))


def _tapped(talk: Talk, option: str) -> bool:
    years = option.removeprefix(SURELY)
    if years != option and years.isdecimal():
        take_age(talk, int(years))
    else:
        ask_open(talk)
    return True


def is_about_another(talk: Talk, said: Said) -> bool:
    """Whether no word of this may be kept: it is about somebody else, or by a minor."""
    kind, years = _meant(talk, said)
    return is_minor(talk.memory) or kind in (SOMEBODY_ELSE, SHARED_PHONE) or (kind == MY_AGE and years < ADULT)


def _take_in(talk: Talk, kind: str, years: int) -> bool:
    match kind:
        case "somebody_else":
            _for_somebody_else(talk)
        case "shared_phone":
            _on_a_shared_phone(talk)
        case "my_age":
            return hear_age(talk, years)
        case _:
            return False
    return True


def _meant(talk: Talk, said: Said) -> tuple[str, int]:
    """Of whom, and how many years old; an empty kind if nothing of it is said."""
    question = talk.open_question()
    if question and question.id in (AGE, YOUNG_AGE) and BARE_AGE.fullmatch(said.text.strip()):
        return MY_AGE, int(said.text)
    kind, years = (said.undertone or listen(said.text, talk.setting.wording.care)).about
    if kind and question and names_an_option(said.text, question.kind.options, talk.reader(question.id)):
        return "", 0
    if kind == SOMEBODY_ELSE and talk.position().result.get(KIND) in FOR_OTHERS:
        return "", 0
    return (MY_AGE, ADULT - 1) if kind == UNDER_AGE else (kind, years)


def _for_somebody_else(talk: Talk) -> None:
    talk.order(RemoveMessage())
    beside(
        talk,
        SOMEBODY_ELSE,
        Phrase("What do you want to do?"),
        ABOUT_ME,
        command("Begin anew", "erase"),
        command("A person", "person"),
        before=(OWN_TALK, OWN_PHONE),
    )


def _on_a_shared_phone(talk: Talk) -> None:
    close = CLOSE_TELEGRAM if talk.setting.facts.named.get("channel") == "telegram" else CLOSE_WEB
    beside(
        talk,
        SHARED_PHONE,
        Phrase("Shall we go on?"),
        Choice(Phrase("Yes, go on"), ABOUT_ME.tap),
        command("Erase everything", "erase"),
        before=(Phrase("You may use it for your own answers."), close),
    )
