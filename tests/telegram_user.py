"""A person with Telegram on their phone: says, taps, sees, blocks."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from tests.patience import PATIENCE
from tests.telegram_world import Chat, Message, leads_away

CARRIED = {
    "voice": {"file_id": "v1", "file_unique_id": "v1", "duration": 3},
    "photo": [{"file_id": "p1", "file_unique_id": "p1", "width": 90, "height": 90}],
    "document": {"file_id": "d1", "file_unique_id": "d1", "file_name": "cv.pdf"},
    "location": {"latitude": 50.96, "longitude": 5.5},
    "sticker": {
        "file_id": "s1",
        "file_unique_id": "s1",
        "type": "regular",
        "width": 512,
        "height": 512,
        "is_animated": False,
        "is_video": False,
    },
}


class User:
    """``sees()`` gives the bot's messages one by one, in order, each within ``patience`` seconds."""

    def __init__(self, chat: Chat, patience: float = PATIENCE) -> None:
        self.chat = chat
        self._patience = patience
        self._seen = 0

    def says(self, text: str) -> int:
        return self._sends(text=text, entities=[])

    def sends(self, kind: str) -> int:
        """``voice``, ``photo``, ``document``, ``location`` or ``sticker``."""
        return self._sends(**{kind: CARRIED[kind]})

    def speaks(self, content: bytes, *, seconds: int = 3, ref: str = "") -> int:
        """A voice message, which the bot can fetch by its ``file_id``."""
        ref = ref or f"voice{len(self.chat.account.files)}"
        self.chat.account.files[f"voice/file_{ref}.oga"] = content
        voice = {"file_id": ref, "file_unique_id": ref, "duration": seconds, "mime_type": "audio/ogg"}
        return self._sends(voice=voice | {"file_size": len(content)})

    def shares_contact(self, phone: str, *, own: bool = True) -> int:
        owner = self.chat.id if own else self.chat.id + 1
        return self._sends(contact={"phone_number": phone, "first_name": "A", "user_id": owner})

    def edits(self, text: str) -> int:
        return self.chat.account.deliver(edited_message=self._message(text=text, edit_date=int(time.time())))

    def taps(self, label: str) -> int:
        """Tap the button on the newest message that has one with this label."""
        for message in reversed(self.chat.from_bot()):
            for row in message.rows:
                for text, data in row:
                    if label in (text, text.partition(" ")[2]) and not leads_away(data):
                        return self.taps_data(data, message)
        raise AssertionError(f"no message has a button {label!r}")

    def opens(self, label: str) -> str:
        """The address that the newest button with this label leads to; the bot hears nothing of the tap."""
        for message in reversed(self.chat.from_bot()):
            for row in message.rows:
                for text, data in row:
                    if text == label and leads_away(data):
                        return data
        raise AssertionError(f"no message has a button {label!r} that leads away")

    def taps_data(self, data: str, message: Message | None = None) -> int:
        query: dict[str, Any] = {
            "id": self.chat.account.query(self.chat),
            "from": self.chat.person(),
            "chat_instance": "1",
            "data": data,
        }
        if message is not None:
            query["message"] = message.as_json()
        return self.chat.account.deliver(callback_query=query)

    def blocks(self) -> int:
        self.chat.blocked = True
        return self._membership("member", "kicked")

    def unblocks(self) -> int:
        self.chat.blocked = False
        return self._membership("kicked", "member")

    async def sees(self) -> Message:
        """The next message of the bot that was not seen yet."""
        await self._until(lambda: len(self.chat.from_bot()) > self._seen, "a message of the bot")
        self._seen += 1
        return self.chat.from_bot()[self._seen - 1]

    async def sees_edit(self, message: Message, edits: int = 1) -> Message:
        await self._until(lambda: message.edits >= edits, "an edited message")
        return message

    async def hears_toast(self) -> str:
        await self._until(lambda: bool(self.chat.toasts), "an answer to the tap")
        return self.chat.toasts.pop(0)

    @property
    def screen(self) -> list[str]:
        return [message.text for message in self.chat.from_bot()]

    async def _until(self, condition: Callable[[], bool], what: str) -> None:
        try:
            async with asyncio.timeout(self._patience):
                while not condition():
                    self.chat.news.clear()
                    await self.chat.news.wait()
        except TimeoutError:
            raise AssertionError(f"waited for {what}; the screen shows {self.screen}") from None

    def _sends(self, **content: Any) -> int:
        return self.chat.account.deliver(message=self._message(**content))

    def _message(self, **content: Any) -> dict[str, Any]:
        message = self.chat.add(str(content.get("text", "")), from_bot=False)
        return message.as_json() | content

    def _membership(self, old: str, new: str) -> int:
        bot = self.chat.account.as_json()
        states = [{"user": bot, "status": status, "until_date": 0} for status in (old, new)]
        return self.chat.account.deliver(
            my_chat_member={
                "chat": self.chat.as_json(),
                "from": self.chat.person(),
                "date": int(time.time()),
                "old_chat_member": states[0],
                "new_chat_member": states[1],
            }
        )
