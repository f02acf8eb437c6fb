"""What Telegram knows: bots, private chats, their messages, and the updates a bot has not confirmed yet."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

from tests.telegram_faults import Faults


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a call."""

    name: str
    mime: str
    content: bytes = field(repr=False)


def leads_away(data: str) -> bool:
    """Whether a button opens an address instead of telling the bot; no callback data of ours looks like one."""
    return "://" in data


def as_seen(text: str) -> str:
    """A person sees no difference between a blank and one that holds two words together."""
    return text.replace("\u00a0", " ")


@dataclass(slots=True)
class Message:
    """One message. ``rows`` are the rows of its inline keyboard, each button (label, callback data or address).

    ``as_sent`` is the text it came with to the letter, whatever it was edited to afterwards.
    """

    id: int
    chat: Chat
    text: str
    from_bot: bool
    rows: list[list[tuple[str, str]]] = field(default_factory=list)
    document: Upload | None = None
    voice: Upload | None = None
    edits: int = 0
    at: float = field(default_factory=time.time)
    as_sent: str = field(init=False)

    def __post_init__(self) -> None:
        self.as_sent = self.text
        self.text = as_seen(self.text) if self.from_bot else self.text

    @property
    def labels(self) -> list[str]:
        return [label for row in self.rows for label, _ in row]

    def as_json(self) -> dict[str, Any]:
        author = self.chat.account.as_json() if self.from_bot else self.chat.person()
        data = {"message_id": self.id, "from": author, "chat": self.chat.as_json(), "date": int(self.at)}
        if self.document is None and self.text:
            data["text"] = self.text
        if self.rows:
            rows = [
                [{"text": text, "url" if leads_away(data) else "callback_data": data} for text, data in row]
                for row in self.rows
            ]
            data["reply_markup"] = {"inline_keyboard": rows}
        return data


@dataclass(slots=True)
class Chat:
    """A private chat between one person and one bot; ``toasts`` are the answers to taps. With ``no_voice`` the
    person's settings forbid voice messages."""

    id: int
    account: Account
    first_name: str = "Amira"
    language: str | None = "nl"
    blocked: bool = False
    no_voice: bool = False
    messages: dict[int, Message] = field(default_factory=dict)
    toasts: list[str] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def person(self) -> dict[str, Any]:
        data = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        return data | ({"language_code": self.language} if self.language else {})

    def as_json(self) -> dict[str, Any]:
        return {"id": self.id, "type": "private", "first_name": self.first_name}

    def from_bot(self) -> list[Message]:
        return [message for message in self.messages.values() if message.from_bot]

    def add(self, text: str, *, from_bot: bool, **more: Any) -> Message:
        message = Message(self.account.next_message(), self, text, from_bot, **more)
        self.messages[message.id] = message
        self.news.set()
        return message


@dataclass(frozen=True, slots=True)
class Webhook:
    url: str
    secret: str = ""
    allowed: tuple[str, ...] = ()
    max_connections: int = 40


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the Bot API: what was asked, when (monotonic seconds), and the HTTP status it got."""

    method: str
    fields: dict[str, Any]
    at: float
    status: int = 200


@dataclass(slots=True)
class Account:
    """One bot. ``pending`` holds the updates that are not confirmed, by id, in order."""

    token: str
    username: str = "opstap_test_bot"
    chats: dict[int, Chat] = field(default_factory=dict)
    pending: dict[int, dict[str, Any]] = field(default_factory=dict)
    webhook: Webhook | None = None
    commands: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    descriptions: dict[tuple[str, str], str] = field(default_factory=dict)
    queries: dict[str, Chat] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    faults: Faults = field(default_factory=Faults)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    files: dict[str, bytes] = field(default_factory=dict)
    polls: int = 0
    webhook_errors: int = 0
    _updates: int = 1000
    _messages: int = 0

    @property
    def id(self) -> int:
        return int(self.token.partition(":")[0])

    def as_json(self) -> dict[str, Any]:
        return {"id": self.id, "is_bot": True, "first_name": "Opstap", "username": self.username}

    def chat(self, number: int, **more: Any) -> Chat:
        if number not in self.chats:
            self.chats[number] = Chat(number, self, **more)
        return self.chats[number]

    def next_message(self) -> int:
        self._messages += 1
        return self._messages

    def query(self, chat: Chat) -> str:
        name = str(len(self.queries) + 1)
        self.queries[name] = chat
        return name

    def deliver(self, **content: Any) -> int:
        """An update of one kind, e.g. ``message=...``; waits for the bot to fetch it or to be pushed."""
        self._updates += 1
        update = {"update_id": self._updates, **content}
        self.pending[self._updates] = update
        self.news.set()
        return self._updates

    def sent(self, method: str = "sendMessage") -> list[Call]:
        return [call for call in self.calls if call.method == method]
