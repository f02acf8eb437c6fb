"""What became of a visit, in words a coach reads in a list: agreed, came, did not come, off."""

from __future__ import annotations

from collections.abc import Mapping

from flows.messages import Phrase

STATES: Mapping[str, Phrase] = {
    "held": Phrase("a time is kept"),
    "booked": Phrase("agreed"),
    "confirmed": Phrase("agreed, the person says they come"),
    "moved": Phrase("moved"),
    "cancelled": Phrase("cancelled"),
    "expired": Phrase("not taken"),
    "attended": Phrase("the person came"),
    "no_show": Phrase("the person did not come"),
}
WAYS: Mapping[str, Phrase] = {
    "office": Phrase("at the office"),
    "phone": Phrase("by phone"),
    "video": Phrase("by video"),
    "partner": Phrase("at a partner's house"),
}
