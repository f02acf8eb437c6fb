"""How a visit is held, in words: where to come, who calls whom, or which link to open."""

from __future__ import annotations

from collections.abc import Mapping

from flows.messages import Param, Phrase

_COME = Phrase("Place: {place_name}, {address}. {directions}")
_CALL = Phrase("You do not have to come. Your coach calls you then.")
_LINK = Phrase("You do not have to come. Open this link then: {video_link}")
_LINK_LATER = Phrase("You do not have to come. You talk by video. Your coach sends you the link.")


def held_how(way: str, told: Mapping[str, Param]) -> Phrase:
    """What to do at the time of the visit; ``told`` has the place, and the link if there is one."""
    match way:
        case "phone":
            return _CALL
        case "video":
            return Phrase(_LINK.source, told) if told.get("video_link") else _LINK_LATER
        case _:
            return Phrase(_COME.source, told)
