"""Telegram as the courier's wire: sends a bubble, and redraws one that was sent."""

from __future__ import annotations

from bot.aloud.sound import MIME, seconds
from bot.channels.telegram_api import TelegramApi
from bot.channels.telegram_drawing import messages, redrawing
from bot.telegram_request import File
from bot.wire import Refused
from flows.messages import Bubble

_SAME = "message is not modified"


class TelegramWire:
    """See ``bot.wire.Wire``."""

    def __init__(self, api: TelegramApi) -> None:
        self._api = api

    async def send(self, address: str, bubble: Bubble) -> str:
        sent = None
        for fields in messages(bubble):
            sent = await self._api.call("sendMessage", {"chat_id": int(address), **fields})
        return str(sent["message_id"]) if sent else ""

    async def speak(self, address: str, sound: bytes) -> str:
        """Without a ring of its own: the message it belongs to has just rung."""
        fields = {"chat_id": int(address), "duration": seconds(sound), "disable_notification": "true"}
        sent = await self._api.upload("sendVoice", fields, File("voice", "opstap.mp3", MIME, sound))
        return str(sent["message_id"]) if sent else ""

    async def redraw(self, address: str, external_id: str, bubble: Bubble) -> None:
        where = {"chat_id": int(address), "message_id": int(external_id)}
        try:
            await self._api.call("editMessageText", where | redrawing(bubble))
        except Refused as refused:
            if _SAME not in refused.reason:
                raise
