"""What the page gets as JSON: messages with their buttons, and what the person said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, assert_never

import orjson
from aiohttp import web

from bot.channels.transcript import Line, Ours, Reader, Theirs
from flows.heard import COMMAND, Tap
from flows.messages import Button

TICKS = ("+", "-", ">")
DONE = "="
IN_THE_HEADER = Tap(COMMAND, "person")


def changes_the_screen_only(tap: Tap) -> bool:
    """A tick, or a look at the next screen: the question stays, and the person has not spoken yet."""
    return tap.option.startswith(TICKS)


def ours_as_json(said: Ours) -> dict[str, Any]:
    bubble = said.bubble
    return {
        "id": said.id,
        "replaces": said.replaces,
        "text": bubble.text,
        "language": bubble.language,
        "asks": bubble.question is not None,
        "expects": bubble.expects,
        "aloud": bubble.aloud,
        "link": {"label": bubble.link.label, "address": bubble.link.address} if bubble.link else None,
        "buttons": _buttons_as_json(bubble.buttons),
        "tools": _buttons_as_json([tool for tool in bubble.tools if tool.tap != IN_THE_HEADER]),
    }


def transcript_as_json(lines: Iterable[Line], last: int, reader: Reader) -> dict[str, Any]:
    """``last`` is where the stream goes on; ``key`` of a line is the one that the page gave it. ``talk`` is another one
    once everything was erased."""
    said = [_line_as_json(line) for line in lines]
    return {"talk": reader.chat_id, "language": reader.language, "last": last, "lines": said}


def json_answer(data: Any, status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(data), content_type="application/json", status=status)


def _line_as_json(line: Line) -> dict[str, Any]:
    match line:
        case Ours():
            return {"from": "us", **ours_as_json(line)}
        case Theirs():
            key = line.update_key.rpartition(":")[2]
            return {"from": "you", "key": key, "text": line.text, "removed": line.removed}
        case _:
            assert_never(line)


def _buttons_as_json(buttons: Sequence[Button]) -> list[dict[str, Any]]:
    return [
        {
            "label": button.label,
            "token": button.token,
            "stays": changes_the_screen_only(button.tap),
            "ticks": button.tap.option.startswith(("+", "-")),
            "ticked": button.ticked,
            "finishes": button.tap.option == DONE,
        }
        for button in buttons
    ]
