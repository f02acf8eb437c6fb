"""What a campaign says: in which languages it is written and read, and what may not stand in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from casework.house.organisation import Organisation
from flows.forbidden import forbidden

LONGEST_NAME, LONGEST_TEXT = 80, 600
Flaw: TypeAlias = Literal["name", "text", "number", "towns"]
WRITTEN = ("nl", "fr")


def languages(organisation: Organisation) -> tuple[str, ...]:
    """Those in which it must be written, in the order of the language policy."""
    spoken = (*organisation.languages, *sorted(organisation.on_request))
    return tuple(dict.fromkeys(language for language in spoken if language in WRITTEN))


def read_in(organisation: Organisation, language: str) -> tuple[str, ...]:
    """What stands in the letter of who speaks ``language``, in this order.

    Where the law on languages of administration asks for Dutch first, French stands below it, for who speaks French.
    """
    written = languages(organisation)
    own = language if language in written else written[0]
    below_dutch = own in organisation.translations | organisation.on_request
    return (written[0], own) if below_dutch and own != written[0] else (own,)


def flaws(organisation: Organisation, name: str, texts: Mapping[str, str]) -> list[Flaw]:
    found: list[Flaw] = []
    if not name.strip():
        found.append("name")
    if any(not texts.get(language, "").strip() for language in languages(organisation)):
        found.append("text")
    if any(forbidden(text) for text in texts.values()):
        found.append("number")
    return found
