"""Why staff cancel a visit or make one: sentences that the person gets in their own language, by what staff choose."""

from __future__ import annotations

from collections.abc import Mapping

from flows.messages import Phrase

CANCELLED: Mapping[str, Phrase] = {
    "ill": Phrase("Your coach is ill."),
    "away": Phrase("Your coach cannot be there."),
    "closed": Phrase("We are closed that day."),
    "other": Phrase("Something came in between. It is not because of you."),
}
MADE: Mapping[str, Phrase] = {
    "go_on": Phrase("We go on with your plan."),
    "chance": Phrase("There is a job or a course to talk about."),
    "papers": Phrase("We look at your papers together."),
    "see_how": Phrase("We look at how it goes."),
}
WITHOUT_COACH = frozenset({"ill", "away", "closed"})
"""Then nobody else can have the time either."""


def why(reason: str | None) -> tuple[Phrase, ...]:
    """What is said in front of the news; nothing for who gave no reason."""
    found = CANCELLED.get(reason or "") or MADE.get(reason or "")
    return (found,) if found else ()
