"""The organisations of this installation side by side: who works where, and how to come to their chats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from casework.house.neighbours import Services, public_line, regions, serving
from casework.house.organisation import Organisation
from flows.neighbours import Elsewhere


@dataclass(frozen=True, slots=True)
class Street:
    """``address`` is where their web chats are; ``services`` are the public ones, for where none of them works."""

    organisations: Mapping[str, Organisation] = field(default_factory=dict)
    services: Services = field(default_factory=dict)
    address: str = ""

    def regions(self, id: str, on: date | None) -> Mapping[str, frozenset[str]]:
        return regions(self.organisations, id, on)

    def look(self, id: str, postcode: str, on: date, language: str) -> Elsewhere:
        """Who works there instead of ``id``; how to reach us where nobody is known to."""
        line = public_line(self.services, postcode, language) or self.organisations[id].text("phone_line", language)
        other = serving(self.organisations, id, postcode, on)
        return Elsewhere(other.name, f"{self.address}/chat/{other.id}", line) if other else Elsewhere(line=line)
