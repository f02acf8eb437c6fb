"""What may be kept nowhere, not even sealed: words of distress, about somebody else, or of a minor."""

from __future__ import annotations

from datetime import datetime

from flows.about_whom import is_about_another
from flows.care import is_distress
from flows.heard import Heard, Said
from flows.log import Memory
from flows.talk import Setting, Talk


def is_secret(setting: Setting, memory: Memory, heard: Heard, now: datetime) -> bool:
    """``memory`` is that before the turn in which this is heard."""
    if not isinstance(heard, Said):
        return False
    talk = Talk(setting, memory, now)
    return is_distress(talk, heard.text) or is_about_another(talk, heard.text)
