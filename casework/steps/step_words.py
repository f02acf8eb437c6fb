"""The words of small steps for who reads them in a dossier: who does it, and how it stands."""

from __future__ import annotations

from collections.abc import Mapping

from flows.messages import Phrase

WHO_DOES: Mapping[str, Phrase] = {"person": Phrase("the person"), "coach": Phrase("the coach")}
STANDS: Mapping[str, Phrase] = {
    "open": Phrase("Agreed on"),
    "under_way": Phrase("Under way"),
    "done": Phrase("Done"),
    "stuck": Phrase("It did not work out"),
    "dropped": Phrase("Dropped"),
}
