"""Has the channel delete what a person said: an order in the outgoing tray, so that no crash forgets it."""

from __future__ import annotations

from bot.call import Call
from bot.people import Partner
from bot.speak import ring_outgoing
from storage.trays import Parcel, put

NOTHING = b""
"""There is nothing to seal: the row says which message, and no word of it."""


def remove_message(call: Call, partner: Partner) -> None:
    """Nothing happens where the channel has no message to delete: our own page takes it away by itself."""
    place, message = partner.place, call.incoming.message
    if message is None:
        return
    parcel = Parcel(
        place.organisation,
        place.channel,
        partner.chat_id,
        partner.conversation_id,
        "delete",
        NOTHING,
        external_id=message,
    )
    put(call.session, parcel, call.now)
    ring_outgoing(call.session, place.organisation, place.channel, partner.chat_id)
