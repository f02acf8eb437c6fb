"""Shows a text of an organisation as a person will see it: inside the message that it is part of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from casework.hours.house_edits import Edit
from casework.hours.opening_times import opening_times
from casework.house.organisation import Organisation
from casework.house.sheets import Filled
from flows.wording import Wording

PART_OF: Mapping[tuple[str, str], str] = {
    ("", "name"): "organisation",
    ("", "phone_line"): "phone_line",
    ("", "walk_in_line"): "walk_in_line",
    ("", "data_goes_to"): "who_sees",
    ("places", "name"): "place_name",
    ("places", "address"): "address",
    ("places", "directions"): "directions",
}
"""The placeholder of our messages that a line fills."""
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def preview(wording: Wording, organisation: Organisation, filled: Filled, usual: str = "") -> dict[str, str]:
    """By language, the message. A text that is a message of its own is shown by itself, its placeholders filled;
    where it is empty the ``usual`` one is, if there is one (its English source)."""
    heading, id, line = Edit(filled.field.place, None).parts
    name = PART_OF.get((heading, line), "")
    if filled.field.kind not in ("text", "line") or (filled.field.kind == "line" and not name):
        return {}
    found = {}
    for language in organisation.languages:
        typed = filled.inputs.get(language, filled.inputs.get("", ""))
        values = {**_values(organisation, language, id), name: typed}
        source = _message(wording, name, frozenset(values)) if name else ""
        text = wording.translate(source, language) if source else typed or wording.translate(usual, language)
        found[language] = _PLACEHOLDER.sub(lambda hit, values=values: values.get(hit[1], hit[0]), text)  # type: ignore[misc]
    return {language: text for language, text in found.items() if text}


def _values(organisation: Organisation, language: str, id: str) -> dict[str, str]:
    place = organisation.places.get(id) or next(iter(organisation.places.values()))
    first = organisation.languages[0]
    return {
        "organisation": organisation.name,
        "phone": organisation.phone,
        "phone_line": organisation.text("phone_line", language),
        "walk_in_line": organisation.text("walk_in_line", language),
        "who_sees": organisation.text("data_goes_to", language),
        "opening_hours": opening_times(organisation.opening_hours, language),
        "place_name": place.name,
        "address": place.address,
        "directions": place.directions.get(language) or place.directions.get(first, ""),
        "coach": next((coach.name for coach in organisation.coaches.values() if coach.bookable), ""),
    }


@lru_cache(maxsize=64)
def _message(wording: Wording, name: str, known: frozenset[str]) -> str:
    """The source of the message that shows the line best: a short one in which everything else is known."""
    holding = (source for source in wording.catalogues.get("nl", {}) if f"{{{name}}}" in source)
    fitting = [source for source in holding if set(_PLACEHOLDER.findall(source)) <= known]
    return min(fitting, key=lambda source: (len(source) < len(name) + 12, len(source)), default="")
