"""What may be kept nowhere, not even sealed: words of distress, about somebody else, or of a minor."""

from __future__ import annotations

from flows.about_whom import is_about_another
from flows.care import is_distress
from flows.heard import Heard, Said
from flows.talk import Talk


def is_secret(talk: Talk, heard: Heard) -> bool:
    """``talk`` is that before the turn in which this is heard."""
    return isinstance(heard, Said) and (is_distress(talk, heard) or is_about_another(talk, heard))
