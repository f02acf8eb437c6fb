"""What we say about a visit of our own accord: a reminder, a time that is kept, one missed, called off or moved."""

from __future__ import annotations

from flows import asking
from flows.agreed import agree
from flows.approach import approach
from flows.heard import VISIT, Tap
from flows.log import Answered, Done, Skipped
from flows.messages import Choice, Param, Phrase
from flows.script import Do
from flows.talk import Talk
from flows.visit_reasons import why
from flows.walk import given_to

LINK_LATER = "video_link_later"

REMINDERS = {
    ("remind_day", "office"): Phrase(
        "Your appointment is {when}. You come to {place_name}, {address}. {directions} You see {coach}. {bring}"
    ),
    ("remind_hours", "office"): Phrase(
        "Your appointment is today: {when}. You come to {place_name}, {address}. {directions} {bring}"
    ),
    ("remind_day", "phone"): Phrase("Your appointment is {when}. {coach} calls you. Keep your phone near you. {bring}"),
    ("remind_hours", "phone"): Phrase(
        "Your appointment is today: {when}. {coach} calls you. Keep your phone near you. {bring}"
    ),
    ("remind_day", "video"): Phrase(
        "Your appointment is {when}, by video. You talk with {coach}. Tap this link then: {video_link} {bring}"
    ),
    ("remind_hours", "video"): Phrase(
        "Your appointment is today: {when}, by video. Tap this link then: {video_link} {bring}"
    ),
    ("remind_day", LINK_LATER): Phrase(
        "Your appointment is {when}, by video. You talk with {coach}. Your coach sends you the link. {bring}"
    ),
    ("remind_hours", LINK_LATER): Phrase(
        "Your appointment is today: {when}, by video. Your coach sends you the link. {bring}"
    ),
}
"""By the reminder and by the way in which the visit is held; at a partner's house it is as at our own."""


def remind(talk: Talk, reminder: str, way: str, version: int, told: dict[str, Param]) -> None:
    """Where, when and how to get there, and three answers that work at once."""
    held = LINK_LATER if way == "video" and not told.get("video_link") else way
    text = REMINDERS.get((reminder, held)) or REMINDERS[reminder, "office"]
    approach(
        talk,
        "reminder",
        Phrase(text.source, told),
        Choice(Phrase("I come"), Tap(VISIT, f"come:{version}"), "👍"),
        Choice(Phrase("Another time"), Tap(VISIT, f"move:{version}"), "📅"),
        Choice(Phrase("I can't come"), Tap(VISIT, f"cancel:{version}"), "✖"),
        before=(Phrase("About: {visit_kind}", told),) if told.get("visit_kind") else (),
    )


def offer_time(talk: Talk, version: int, told: dict[str, Param]) -> None:
    """A time has become free, and is kept for this person ``until`` then."""
    text = Phrase("A time is free now: {when}, {place_name}. I keep it for you until {until}. Do you want it?", told)
    approach(
        talk,
        "offer",
        text,
        Choice(Phrase("Yes, I want it"), Tap(VISIT, f"take:{version}"), "👍"),
        Choice(Phrase("No, not this time"), Tap(VISIT, f"refuse:{version}"), "✖"),
    )


def missed(talk: Talk, do: Do) -> None:
    """Nobody is blamed: life gets in the way."""
    _close(talk, do, "no_show")
    _offer_another(talk, do, Phrase("We did not see you at your appointment. That can happen. Do you want a new time?"))


def called_off(talk: Talk, do: Do, told: dict[str, Param]) -> None:
    """``told`` may hold the reason (``flows.visit_reasons``)."""
    _close(talk, do, "cancelled")
    text = Phrase("Sorry, your appointment of {when} is cancelled. Do you want another time?", told)
    _offer_another(talk, do, text, why(str(told.get("why", ""))))


def moved(talk: Talk, do: Do, slot: str, outcome: dict[str, str], told: dict[str, Param]) -> None:
    talk.note(Answered(do.given[0], slot, talk.now))
    talk.note(Done(do.name, given_to(do, talk.position().result), outcome, talk.now))
    text = Phrase("Your coach has moved your appointment. The new time is {when}, {place_name}. Is that good?", told)
    _ask_if_good(talk, text, outcome["version"])


MADE = {
    "phone": Phrase("Your coach has made an appointment for you: {when}. {coach} calls you. Is that good?"),
    "video": Phrase("Your coach has made an appointment for you: {when}, by video. Is that good?"),
}
MADE_HERE = Phrase("Your coach has made an appointment for you: {when}, {place_name}. Is that good?")


def made(talk: Talk, do: Do, slot: str, outcome: dict[str, str], told: dict[str, Param]) -> None:
    """A visit that the person did not ask for; ``told`` may hold the reason (``flows.visit_reasons``)."""
    chosen = {do.given[0]: slot, "visit_way": outcome["way"], "visit_kind": outcome["kind"]}
    again = agree(talk, do, chosen)
    talk.note(Done(do.name, given_to(do, talk.position().result), outcome, talk.now))
    text = MADE.get(outcome["way"], MADE_HERE)
    _ask_if_good(talk, Phrase(text.source, told), outcome["version"], why(str(told.get("why", ""))), again=again)


def _ask_if_good(
    talk: Talk, text: Phrase, version: str, before: tuple[Phrase, ...] = (), *, again: bool = True
) -> None:
    """``again``: the person can choose another time themselves."""
    other = Choice(Phrase("Another time"), Tap(VISIT, f"move:{version}"), "📅")
    approach(
        talk,
        "reminder",
        text,
        Choice(Phrase("I come"), Tap(VISIT, f"come:{version}"), "👍"),
        *((other,) if again else ()),
        Choice(Phrase("I can't come"), Tap(VISIT, f"cancel:{version}"), "✖"),
        before=before,
    )


def _close(talk: Talk, do: Do, state: str) -> None:
    """There is no visit any more; whoever is choosing another time at this moment is not disturbed."""
    talk.note(Done(do.name, {}, {"state": state}, talk.now))
    if talk.memory.asked != do.given[0]:
        talk.note(Skipped(do.given[0], talk.now))


def _offer_another(talk: Talk, do: Do, text: Phrase, before: tuple[Phrase, ...] = ()) -> None:
    again = Choice(Phrase("New appointment"), Tap(do.given[0], "~"), "📅")
    no = asking.command("No", "repeat" if talk.memory.asked else "done")
    approach(talk, "visit", text, again, no, before=before)
