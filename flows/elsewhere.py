"""Going on at another chat: the link that leads there, and what is said to who comes or comes back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from flows.effects import MakeLink
from flows.heard import Arrival, LinkMade
from flows.menu import ask_open
from flows.messages import Link, Phrase, Saying
from flows.talk import Talk

LINKS: Mapping[str, Phrase] = {
    "web": Phrase("Tap below. Then you go on on our own page. It works once, for 30 minutes."),
    "telegram": Phrase("Tap below. Then you go on in Telegram. It works once, for 30 minutes."),
}
NO_LINKS: Mapping[str, Phrase] = {
    "web": Phrase("Our own page does not work now. You can go on here, or with your coach."),
    "telegram": Phrase("We are not on Telegram now. You can go on here."),
}


def lead(talk: Talk, to: str) -> None:
    """The person wants to go on at the channel ``to``."""
    if talk.setting.facts.named.get("channel") == to:
        ask_open(talk, Phrase("You are there already."))
    else:
        talk.order(MakeLink(to))


def hand_link(talk: Talk, link: LinkMade) -> None:
    """The talk goes on here as well: nobody is stuck who does not follow the link."""
    if link.address:
        talk.says.append(Saying(LINKS[link.to], link=_button(link)))
    else:
        talk.says.append(Saying(NO_LINKS[link.to]))


def _button(link: LinkMade) -> Link:
    if link.to == "web":
        return Link(Phrase("Go to our page"), link.address)
    return Link(Phrase("Go to Telegram"), link.address)


def arrive(talk: Talk, how: Arrival) -> None:
    """Somebody comes from another chat of theirs. ``back`` and ``with_coach`` go before what they say here."""
    talk.says.extend(Saying(greeting) for greeting in _greeting(how))
    if how not in ("back", "with_coach"):
        ask_open(talk)


def _greeting(how: Arrival) -> tuple[Phrase, ...]:
    match how:
        case "again":
            return ()
        case "here":
            return (Phrase("You can go on here. I know your answers."),)
        case "back":
            return (Phrase("You went on in another place. I know your answers."),)
        case "with_coach":
            return (Phrase("Your coach wrote down answers with you. I know them."),)
        case "used":
            return (Phrase("This link no longer works. Ask for a new one where you were."),)
        case "occupied":
            return (Phrase("This chat has answers of its own. I do not mix them. Please go on where you were."),)
        case _:
            assert_never(how)
