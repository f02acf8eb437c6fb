"""Who hears our messages: the wish that is kept with a person, and the sound that follows what is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import update

from bot.call import Call
from bot.people import PERSON, Partner
from flows.heard import HearsAloud
from flows.messages import Bubble

VOICE = "voice"
"""The kind of an outgoing row that is said and not written."""
IN_MESSAGES = "telegram"
"""The channel at which the sound is a message of its own."""
BY_THE_PAGE = "web"
"""The channel whose page plays the sound by itself."""


def keep_wish(call: Call, partner: Partner, *, on: bool) -> HearsAloud:
    """From now on, also in reminders; nothing changes where nothing can be read aloud."""
    possible = call.house.reading is not None and partner.place.channel in (IN_MESSAGES, BY_THE_PAGE)
    if on and not possible:
        return HearsAloud("cannot")
    change = update(PERSON).where(PERSON.c.id == partner.person_id).values(hears=on)
    call.session.connection().execute(change)
    return HearsAloud("on" if on else "off")


def marked(partner: Partner, bubble: Bubble) -> Bubble:
    """For the page, a message that it should read aloud."""
    wanted = partner.hears and partner.place.channel == BY_THE_PAGE and not bubble.redraws
    return replace(bubble, aloud=True) if wanted else bubble


def as_sound(partner: Partner, bubbles: Sequence[Bubble]) -> Bubble | None:
    """All that is written in a turn, to be said in one voice message behind it; a tick is not said again."""
    written = [bubble for bubble in bubbles if not bubble.redraws]
    if not written or not partner.hears or partner.place.channel != IN_MESSAGES:
        return None
    last = written[-1]
    if len(written) == 1:
        return last
    text = "\n".join(bubble.text for bubble in written)
    return Bubble(text, last.language, last.buttons, ours=all(bubble.ours for bubble in written))
