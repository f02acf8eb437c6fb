"""What is said above a list of free times: with whom they are, and what is not as the person would expect."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flows.heard import SlotGone, SlotsFound, Tap, WhyThese
from flows.messages import Choice, Param, Phrase
from flows.proceed import ANYBODY
from flows.talk import Talk

WHY: Mapping[WhyThese, Phrase] = {
    "earlier": Phrase("These times are with your coach, {coach}."),
    "other_language": Phrase("Nobody there speaks your language. The coach talks with you {in_language}."),
    "interpreter": Phrase("Nobody there speaks your language. An interpreter comes and helps you."),
    "other_place": Phrase("Nobody near you speaks your language. Here somebody does: {places}."),
    "full": Phrase("No time is free near you now. These times are here: {places}."),
}
IN = {"nl": Phrase("in Dutch"), "fr": Phrase("in French"), "en": Phrase("in English")}


def why_these(talk: Talk, found: SlotsFound | SlotGone) -> Iterator[Phrase]:
    """The remark that belongs above these times, if any does."""
    if found.why is None:
        return
    places = dict.fromkeys(slot.place for slot in found.slots)
    values: dict[str, Param] = {
        "coach": talk.setting.coaches.get(found.slots[0].coach, ""),
        "in_language": IN[talk.setting.languages[0]],
        "places": tuple(_place(talk, place) for place in places),
    }
    yield Phrase(WHY[found.why].source, values)


def _place(talk: Talk, place: str) -> Phrase:
    return Phrase(talk.setting.places.get(place, {}).get(talk.language, {}).get("place_name", place), fixed=True)


def other_coaches(found: SlotsFound | SlotGone) -> tuple[Choice, ...]:
    """Who does not want the coach they know, or not to wait for them, can look at the times of all."""
    return (Choice(Phrase("Another coach"), Tap(found.question, f">{ANYBODY}")),) if found.why == "earlier" else ()
