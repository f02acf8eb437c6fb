"""Telegram as the courier's wire: sends a bubble, and redraws one that was sent."""

from __future__ import annotations

from bot.aloud.reading import Reading, TooBusy
from bot.aloud.sound import MIME, NoSound, seconds
from bot.channels.telegram_api import TelegramApi
from bot.channels.telegram_drawing import messages, redrawing, spelled_out
from bot.telegram_request import File
from bot.wire import Refused
from flows.messages import Bubble, TextFile

_GONE = "message to delete not found"
_SAME = "message is not modified"


class TelegramWire:
    """See ``bot.wire.Wire``."""

    def __init__(self, api: TelegramApi, reading: Reading | None = None) -> None:
        self._api = api
        self._reading = reading

    async def send(self, address: str, bubble: Bubble) -> str:
        """An address that Telegram takes for no button goes into the text: it may be the only way on."""
        try:
            return await self._send(address, bubble)
        except Refused as refused:
            if bubble.link is None or "url" not in refused.reason.lower():
                raise
        return await self._send(address, spelled_out(bubble))

    async def _send(self, address: str, bubble: Bubble) -> str:
        sent = None
        for fields in messages(bubble):
            sent = await self._api.call("sendMessage", {"chat_id": int(address), **fields})
        return str(sent["message_id"]) if sent else ""

    async def speak(self, address: str, bubble: Bubble) -> str:
        """Without a ring of its own: the message it belongs to has just rung."""
        sound = await self._sound(bubble)
        fields = {"chat_id": int(address), "duration": seconds(sound), "disable_notification": "true"}
        sent = await self._api.upload("sendVoice", fields, File("voice", "opstap.mp3", MIME, sound))
        return str(sent["message_id"]) if sent else ""

    async def send_file(self, address: str, bubble: Bubble, file: TextFile) -> str:
        fields = {"chat_id": int(address), "caption": bubble.text}
        document = File("document", file.name, file.mime, file.text.encode())
        sent = await self._api.upload("sendDocument", fields, document)
        return str(sent["message_id"]) if sent else ""

    async def delete(self, address: str, external_id: str) -> None:
        """Telegram deletes what is younger than 48 hours."""
        try:
            await self._api.call("deleteMessage", {"chat_id": int(address), "message_id": int(external_id)})
        except Refused as refused:
            if _GONE not in refused.reason:
                raise

    async def _sound(self, bubble: Bubble) -> bytes:
        """What cannot be said now is left out: nobody waits for it longer than for what is written."""
        if self._reading is None:
            raise Refused("nothing here reads aloud")
        try:
            return await self._reading.sound(bubble)
        except (NoSound, TooBusy) as problem:
            raise Refused(f"not said: {type(problem).__name__}") from None

    async def redraw(self, address: str, external_id: str, bubble: Bubble) -> None:
        where = {"chat_id": int(address), "message_id": int(external_id)}
        try:
            await self._api.call("editMessageText", where | redrawing(bubble))
        except Refused as refused:
            if _SAME not in refused.reason:
                raise
