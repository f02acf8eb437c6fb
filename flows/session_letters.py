"""What we write of our own accord about a group session: reminders, a seat that is free, and what became of one."""

from __future__ import annotations

from datetime import datetime

from flows.approach import approach
from flows.asking import command
from flows.heard import SESSION, Tap
from flows.messages import Choice, Phrase
from flows.session_card import SessionCard
from flows.session_words import about, named
from flows.talk import Talk

NAME = "seat"
"""What the log calls the question of such a message."""


def remind(talk: Talk, card: SessionCard) -> None:
    """When, where and by which bus, and two answers that work at once."""
    text = Phrase("You come to a group session.") if card.discreet else named(Phrase("You come to: {title}."), card)
    approach(
        talk,
        NAME,
        Phrase("Do you come?"),
        Choice(Phrase("I come"), _tap("come", card), "👍"),
        Choice(Phrase("I can't come"), _tap("leave", card), "✖"),
        before=(text, *about(card, talk.setting, talk.language)),
    )


def offer(talk: Talk, card: SessionCard) -> None:
    """A seat is free: until when it is theirs, and a yes or a no."""
    free = Phrase("Good news: a seat is free for you.")
    text = () if card.discreet else (named(Phrase("It is for: {title}."), card),)
    until = Phrase("I keep this seat for you until {until}.", {"until": card.hold_until or card.start})
    approach(
        talk,
        NAME,
        Phrase("Do you want this seat?"),
        Choice(Phrase("Yes, I come"), _tap("yes", card), "👍"),
        Choice(Phrase("No, thank you"), _tap("no", card), "✖"),
        before=(free, *text, *about(card, talk.setting, talk.language), until),
    )


def tell(talk: Talk, card: SessionCard) -> None:
    """What became of a seat without the person."""
    match card.state:
        case "expired":
            approach(
                talk,
                NAME,
                Phrase("Do you still want to come?"),
                Choice(Phrase("Yes, please"), _tap("wait", card)),
                Choice(Phrase("No, thank you"), _tap("fine", card)),
                before=(Phrase("I could not keep the seat for you any longer."),),
            )
        case "enrolled":
            approach(talk, NAME, named(Phrase("A colleague has signed you up: {title}, {when}."), card))
        case "waiting":
            approach(talk, NAME, named(Phrase("A colleague has put you on the waiting list: {title}, {when}."), card))
        case _:
            approach(talk, NAME, named(Phrase("You are no longer signed up: {title}, {when}. {phone_line}"), card))


def gone(talk: Talk, meets: datetime) -> None:
    """The session is off, and what else there is. Its name is not known any more."""
    off = Phrase("I am sorry. The group session of {when} does not take place.", {"when": meets})
    if not talk.setting.has_sessions(talk.now):
        approach(talk, NAME, off)
        return
    others, no = command("Group sessions", "sessions"), command("No", "repeat" if talk.memory.asked else "done")
    approach(talk, NAME, Phrase("Do you want to see other sessions?"), others, no, before=(off,))


def _tap(wish: str, card: SessionCard) -> Tap:
    return Tap(SESSION, f"{wish}:{card.id}:{card.version}")
