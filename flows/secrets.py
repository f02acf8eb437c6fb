"""What may be kept nowhere, not even sealed: distress, somebody else, a minor, or a number that is said in words."""

from __future__ import annotations

from flows.about_whom import is_about_another
from flows.care import is_distress
from flows.forbidden import forbidden_in_words
from flows.heard import Heard, Said
from flows.talk import Talk


def is_secret(talk: Talk, heard: Heard) -> bool:
    """``talk`` is that before the turn in which this is heard."""
    if not isinstance(heard, Said):
        return False
    said_number = forbidden_in_words(heard.text, talk.setting.wording) is not None
    return said_number or is_distress(talk, heard) or is_about_another(talk, heard)
