"""What *Klantinteracties* 0.5.0 takes, as far as the export goes: read from the OpenAPI file that Open Klant publishes.

Written down by hand: names of fields, what each may be, and what a new one needs. ``docs/api.md`` says where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeAlias

Takes: TypeAlias = Callable[[Any], bool]


def text(most: int, pattern: str = "(?s).*") -> Takes:
    return lambda value: isinstance(value, str) and len(value) <= most and re.fullmatch(pattern, value) is not None


def one_of(*values: str) -> Takes:
    return lambda value: value in values


def yes_or_no(value: Any) -> bool:
    return isinstance(value, bool)


def moment(value: Any) -> bool:
    return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None


def or_nothing(takes: Takes) -> Takes:
    return lambda value: value is None or takes(value)


def nothing(value: Any) -> bool:
    """Of what may be more: a reference to something in the receiver's own register."""
    return value is None


IDENTIFIED = {name: text(200) for name in ("objectId", "codeObjecttype", "codeRegister", "codeSoortObjectId")}


def identified(value: Any) -> bool:
    return set(value) <= set(IDENTIFIED) and all(IDENTIFIED[name](told) for name, told in value.items())


TAKES: Mapping[str, Mapping[str, Takes]] = {
    "klantcontact": {
        "nummer": text(10, r"\d+"),
        "kanaal": text(50),
        "onderwerp": text(200),
        "inhoud": text(1000),
        "indicatieContactGelukt": or_nothing(yes_or_no),
        "taal": text(3),
        "vertrouwelijk": yes_or_no,
        "plaatsgevondenOp": moment,
    },
    "betrokkene": {
        "rol": one_of("klant", "vertegenwoordiger"),
        "initiator": yes_or_no,
        "wasPartij": nothing,
        "organisatienaam": text(200),
    },
    "actor": {
        "naam": text(200),
        "soortActor": one_of("medewerker", "geautomatiseerde_actor", "organisatorische_eenheid"),
        "indicatieActief": yes_or_no,
        "actoridentificator": or_nothing(identified),
    },
    "internetaak": {
        "nummer": text(10, r"\d+"),
        "gevraagdeHandeling": text(200),
        "toelichting": text(1000),
        "status": one_of("te_verwerken", "verwerkt"),
        "toegewezenOp": moment,
        "afgehandeldOp": or_nothing(moment),
    },
    "onderwerpobject": {
        "onderwerpobjectidentificator": or_nothing(identified),
        "wasKlantcontact": nothing,
    },
}
NEEDS: Mapping[str, frozenset[str]] = {
    "klantcontact": frozenset({"kanaal", "onderwerp", "taal", "vertrouwelijk"}),
    "betrokkene": frozenset({"rol", "initiator"}),
    "actor": frozenset({"naam", "soortActor"}),
    "internetaak": frozenset({"gevraagdeHandeling", "status"}),
    "onderwerpobject": frozenset(),
}
"""Without the names that the receiver makes itself, and without references to them."""
