"""The methods of the Bot API that Opstap uses, as strict as Telegram is about what they are given."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import orjson

from tests.telegram_faults import Refusal
from tests.telegram_world import Account, Chat, Message, Upload, Webhook, as_seen

Fields = dict[str, Any]
Rows = list[list[tuple[str, str]]]
TEXT_UNITS = 4096
CAPTION_UNITS = 1024
LARGEST_UPLOAD = 50 * 2**20
LARGEST_DOWNLOAD = 20 * 2**20
DELETABLE_SECONDS = 48 * 3600


def get_me(account: Account, fields: Fields) -> Fields:
    return account.as_json() | {"can_join_groups": False, "can_read_all_group_messages": False}


async def get_updates(account: Account, fields: Fields) -> list[Fields]:
    """Long polling: an offset confirms every update before it; of two at once, the first is ended."""
    if account.webhook is not None:
        raise Refusal(
            409,
            "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete"
            " the webhook first",
        )
    account.polls += 1
    mine = account.polls
    offset = int(fields.get("offset") or 0)
    for number in [number for number in account.pending if number < offset]:
        del account.pending[number]
    await _some_news(account, float(fields.get("timeout") or 0), mine)
    return list(account.pending.values())[: int(fields.get("limit") or 100)]


async def _some_news(account: Account, seconds: float, mine: int) -> None:
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    account.news.set()
    while not account.pending and loop.time() < until:
        account.news.clear()
        try:
            async with asyncio.timeout(until - loop.time()):
                await account.news.wait()
        except TimeoutError:
            return
        if account.polls != mine:
            raise Refusal(
                409,
                "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
            )


def set_webhook(account: Account, fields: Fields) -> bool:
    secret = str(fields.get("secret_token") or "")
    if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
        raise Refusal(400, "Bad Request: secret token contains unallowed characters")
    url = str(fields.get("url") or "")
    if not url:
        return delete_webhook(account, fields)
    if not re.match(r"https?://", url):
        raise Refusal(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
    allowed = tuple(fields.get("allowed_updates") or ())
    account.webhook = Webhook(url, secret, allowed, int(fields.get("max_connections") or 40))
    account.news.set()
    return True


def delete_webhook(account: Account, fields: Fields) -> bool:
    account.webhook = None
    if fields.get("drop_pending_updates"):
        account.pending.clear()
    return True


def get_webhook_info(account: Account, fields: Fields) -> Fields:
    webhook = account.webhook or Webhook("")
    return {
        "url": webhook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(account.pending),
        "max_connections": webhook.max_connections,
        "allowed_updates": list(webhook.allowed),
    }


def send_message(account: Account, fields: Fields) -> Fields:
    chat = _chat(account, fields)
    text, rows = _text(fields), _rows(fields)
    account.faults.check(chat.id)
    return chat.add(text, from_bot=True, rows=rows).as_json()


def send_document(account: Account, fields: Fields) -> Fields:
    """A file of up to 50 MB, with up to 1024 characters under it."""
    chat = _chat(account, fields)
    document, caption = fields.get("document"), str(fields.get("caption") or "")
    if not document:
        raise Refusal(400, "Bad Request: there is no document in the request")
    if not isinstance(document, Upload):
        raise Refusal(400, "Bad Request: wrong file identifier/HTTP URL specified")
    if not document.content:
        raise Refusal(400, "Bad Request: file must be non-empty")
    if len(document.content) > LARGEST_UPLOAD:
        raise Refusal(413, "Request Entity Too Large")
    if len(caption.encode("utf-16-le")) > 2 * CAPTION_UNITS:
        raise Refusal(400, "Bad Request: message caption is too long")
    account.faults.check(chat.id)
    message = chat.add(caption, from_bot=True, document=document)
    sent = {"file_id": f"own{message.id}", "file_unique_id": f"own{message.id}", "mime_type": document.mime}
    return message.as_json() | {"document": sent | {"file_name": document.name, "file_size": len(document.content)}}


def send_voice(account: Account, fields: Fields) -> Fields:
    """Opus in Ogg, MP3 or M4A of up to 50 MB; other kinds become a file, which is not what we want."""
    chat = _chat(account, fields)
    voice = fields.get("voice")
    if not voice:
        raise Refusal(400, "Bad Request: there is no voice in the request")
    if not isinstance(voice, Upload):
        raise Refusal(400, "Bad Request: wrong file identifier/HTTP URL specified")
    if not voice.content:
        raise Refusal(400, "Bad Request: file must be non-empty")
    if chat.no_voice:
        raise Refusal(400, "Bad Request: VOICE_MESSAGES_FORBIDDEN")
    account.faults.check(chat.id)
    message = chat.add("", from_bot=True, voice=voice)
    sent = {"file_id": f"own{message.id}", "file_unique_id": f"own{message.id}", "mime_type": voice.mime}
    return message.as_json() | {"voice": sent | {"duration": int(fields.get("duration") or 0)}}


def get_file(account: Account, fields: Fields) -> Fields:
    file_id = str(fields.get("file_id") or "")
    if not file_id:
        raise Refusal(400, "Bad Request: file_id not specified")
    path = f"voice/file_{file_id}.oga"
    if path not in account.files:
        raise Refusal(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
    content = account.files[path]
    if len(content) > LARGEST_DOWNLOAD:
        raise Refusal(400, "Bad Request: file is too big")
    return {"file_id": file_id, "file_unique_id": file_id, "file_size": len(content), "file_path": path}


def edit_message_text(account: Account, fields: Fields) -> Fields:
    message = _own_message(account, fields)
    return _edited(account, message, as_seen(_text(fields)), _rows(fields))


def edit_message_reply_markup(account: Account, fields: Fields) -> Fields:
    message = _own_message(account, fields)
    return _edited(account, message, message.text, _rows(fields))


def _edited(account: Account, message: Message, text: str, rows: Rows) -> Fields:
    if (text, rows) == (message.text, message.rows):
        raise Refusal(
            400,
            "Bad Request: message is not modified: specified new message content and reply markup are"
            " exactly the same as a current content and reply markup of the message",
        )
    account.faults.check(message.chat.id)
    message.text, message.rows = text, rows
    message.edits += 1
    message.chat.news.set()
    return message.as_json()


def delete_message(account: Account, fields: Fields) -> bool:
    chat = _chat(account, fields)
    number = _number(fields, "message_id")
    message = chat.messages.get(number)
    if message is None:
        raise Refusal(400, "Bad Request: message to delete not found")
    if time.time() - message.at > DELETABLE_SECONDS:
        raise Refusal(400, "Bad Request: message can't be deleted for everyone")
    account.faults.check(chat.id)
    del chat.messages[number]
    chat.news.set()
    return True


def answer_callback_query(account: Account, fields: Fields) -> bool:
    chat = account.queries.pop(str(fields.get("callback_query_id")), None)
    if chat is None:
        raise Refusal(
            400,
            "Bad Request: query is too old and response timeout expired or query ID is invalid",
        )
    text = str(fields.get("text") or "")
    if len(text) > 200:
        raise Refusal(400, "Bad Request: MESSAGE_TOO_LONG")
    chat.toasts.append(text)
    chat.news.set()
    return True


def set_my_commands(account: Account, fields: Fields) -> bool:
    commands = fields.get("commands")
    if not isinstance(commands, list) or len(commands) > 100:
        raise Refusal(400, "Bad Request: can't parse BotCommand")
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", str(command.get("command"))):
            raise Refusal(400, "Bad Request: BOT_COMMAND_INVALID")
        if not 1 <= len(str(command.get("description") or "")) <= 256:
            raise Refusal(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
    account.commands[_language(fields)] = commands
    return True


def get_my_commands(account: Account, fields: Fields) -> list[dict[str, str]]:
    return account.commands.get(_language(fields), [])


def describing(kind: str, longest: int) -> Method:
    """``setMyDescription`` and its like."""

    def set_it(account: Account, fields: Fields) -> bool:
        text = str(fields.get(kind) or "")
        if len(text) > longest:
            raise Refusal(400, "Bad Request: BOT_DESCRIPTION_INVALID")
        account.descriptions[kind, _language(fields)] = text
        return True

    return set_it


def described(kind: str) -> Method:
    def get_it(account: Account, fields: Fields) -> dict[str, str]:
        return {kind: account.descriptions.get((kind, _language(fields)), "")}

    return get_it


def _language(fields: Fields) -> str:
    language = str(fields.get("language_code") or "")
    if not re.fullmatch(r"([a-z]{2})?", language):
        raise Refusal(400, "Bad Request: LANG_CODE_INVALID")
    return language


def _chat(account: Account, fields: Fields) -> Chat:
    chat = account.chats.get(_number(fields, "chat_id"))
    if chat is None:
        raise Refusal(400, "Bad Request: chat not found")
    if chat.blocked:
        raise Refusal(403, "Forbidden: bot was blocked by the user")
    return chat


def _own_message(account: Account, fields: Fields) -> Message:
    message = _chat(account, fields).messages.get(_number(fields, "message_id"))
    if message is None:
        raise Refusal(400, "Bad Request: message to edit not found")
    if not message.from_bot:
        raise Refusal(400, "Bad Request: message can't be edited")
    return message


def _number(fields: Fields, name: str) -> int:
    try:
        return int(fields[name])
    except (KeyError, TypeError, ValueError):
        raise Refusal(400, f"Bad Request: {name} is empty or no number") from None


def _text(fields: Fields) -> str:
    text = str(fields.get("text") or "")
    if not text.strip():
        raise Refusal(400, "Bad Request: message text is empty")
    if len(text.encode("utf-16-le")) // 2 > TEXT_UNITS:
        raise Refusal(400, "Bad Request: message is too long")
    if fields.get("parse_mode"):
        raise Refusal(400, "Bad Request: can't parse entities: Opstap sends plain text")
    return text


def _rows(fields: Fields) -> Rows:
    markup = fields.get("reply_markup") or {}
    if isinstance(markup, str):
        markup = orjson.loads(markup)
    rows = [[_button(button) for button in row] for row in markup.get("inline_keyboard", [])]
    if any(not 1 <= len(row) <= 8 for row in rows) or sum(map(len, rows)) > 100:
        raise Refusal(400, "Bad Request: REPLY_MARKUP_TOO_LONG")
    return rows


def _button(button: Fields) -> tuple[str, str]:
    """Its label, and its callback data or the address it leads to: a button has exactly one of them."""
    label, data, url = (str(button.get(name) or "") for name in ("text", "callback_data", "url"))
    if not label.strip():
        raise Refusal(400, "Bad Request: text buttons are unallowed in the inline keyboard")
    if data and url:
        raise Refusal(400, "Bad Request: can't parse inline keyboard button: exactly one optional field must be used")
    if url:
        return label, _address(url)
    if not 1 <= len(data.encode()) <= 64:
        raise Refusal(400, "Bad Request: BUTTON_DATA_INVALID")
    return label, data


def _address(url: str) -> str:
    """The server looks at the protocol and for a dot in the host, and repeats what it refuses."""
    parts = urlsplit(url)
    why = ""
    if parts.scheme not in ("http", "https", "tg"):
        why = "Unsupported URL protocol"
    elif parts.scheme != "tg" and "." not in (parts.hostname or ""):
        why = "Wrong HTTP URL"
    if why:
        raise Refusal(400, f"Bad Request: inline keyboard button URL '{url}' is invalid: {why}")
    return url


Method = Callable[[Account, Fields], Any]
METHODS: dict[str, Method | Callable[[Account, Fields], Awaitable[Any]]] = {
    "getme": get_me,
    "getupdates": get_updates,
    "setwebhook": set_webhook,
    "deletewebhook": delete_webhook,
    "getwebhookinfo": get_webhook_info,
    "sendmessage": send_message,
    "senddocument": send_document,
    "sendvoice": send_voice,
    "getfile": get_file,
    "editmessagetext": edit_message_text,
    "editmessagereplymarkup": edit_message_reply_markup,
    "deletemessage": delete_message,
    "answercallbackquery": answer_callback_query,
    "setmycommands": set_my_commands,
    "getmycommands": get_my_commands,
    "setmydescription": describing("description", 512),
    "getmydescription": described("description"),
    "setmyshortdescription": describing("short_description", 120),
    "getmyshortdescription": described("short_description"),
}
