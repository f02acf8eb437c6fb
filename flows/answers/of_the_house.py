"""One choice out of several that no flow file can know: the organisation's own file names them."""

from __future__ import annotations

from collections.abc import Mapping

from flows.answers.choice import OneChoice
from flows.answers.settings import only


def load(settings: Mapping[str, object]) -> OneChoice:
    """It has no settings: ``flows.fitting`` puts the options in, or takes the question away."""
    only(settings)
    return OneChoice(())
