"""The kinds of answer by the key that names them in a flow file."""

from __future__ import annotations

from collections.abc import Mapping

from flows.answers import (
    Loader,
    choice,
    choices,
    consent,
    date,
    email,
    language,
    number,
    of_the_house,
    own_page,
    phone,
    place,
    recap,
    slot,
    text,
    yesno,
)

KINDS: Mapping[str, Loader] = {
    "choice": choice.load,
    "choices": choices.load,
    "yesno": yesno.load,
    "words": text.load,
    "place": place.load,
    "phone": phone.load,
    "email": email.load,
    "date": date.load,
    "number": number.load,
    "consent": consent.load,
    "of_the_house": of_the_house.load,
    "own_page": own_page.load,
    "slot": slot.load,
    "recap": recap.load,
    "language": language.load,
}
NAMES = ", ".join(KINDS)
