"""Draws a bubble for Telegram: plain text, an inline keyboard, and long texts in several messages.

Always plain text: without ``parse_mode`` nothing that a person typed can turn into formatting. No previews:
Telegram would open the link, and a link of ours that works once would be used up.

A question for a phone number is drawn like any other, to be typed. Telegram's button "share my number" lives
on a reply keyboard, and a message holds one keyboard only: it would cost skip, back and why, stay on the
screen after the question, and could not be redrawn. A contact card sent by hand is understood all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from flows.french_signs import keep_together
from flows.messages import Bubble, Button, LinkButton

LONGEST_TEXT = 4096
_SHORT_LABEL = 14
_TOOLS_IN_A_ROW = 3
_TOOLS_WIDTH = 30
_SENTENCE_ENDS = ("\n", ". ", "! ", "? ")

Fields = dict[str, Any]


def messages(bubble: Bubble) -> Iterator[Fields]:
    """What ``sendMessage`` takes besides the chat; the buttons stand under the last part."""
    bubble = bubble if _opens(bubble.link) else spelled_out(bubble)
    *first, last = parts(bubble.text)
    for text in first:
        yield _fields(text)
    yield _fields(last) | keyboard(bubble)


def spelled_out(bubble: Bubble) -> Bubble:
    """The same with the link as text, where a button cannot lead there."""
    return replace(bubble, text=f"{bubble.text}\n{bubble.link.address}", link=None) if bubble.link else bubble


def _opens(link: LinkButton | None) -> bool:
    """Telegram refuses an address whose host has no dot, and an open one is no way to what is private."""
    address = urlsplit(link.address) if link else None
    return address is not None and address.scheme == "https" and "." in (address.hostname or "")


def redrawing(bubble: Bubble) -> Fields:
    """What ``editMessageText`` takes besides the message: its last part, and the buttons as they are now."""
    return _fields(parts(bubble.text)[-1]) | keyboard(bubble)


def _fields(text: str) -> Fields:
    return {"text": text, "link_preview_options": {"is_disabled": True}}


def keyboard(bubble: Bubble) -> Fields:
    link = [[{"text": bubble.link.label, "url": bubble.link.address}]] if bubble.link else []
    rows = [*link, *_answer_rows(bubble.buttons), *_tool_rows(bubble.tools)]
    return {"reply_markup": {"inline_keyboard": rows}} if rows else {}


def _answer_rows(buttons: tuple[Button, ...]) -> Iterator[list[Fields]]:
    """Two side by side when all are short words; else one under the other, with icons in one column."""
    step = 2 if all(map(_is_short, buttons)) else 1
    for start in range(0, len(buttons), step):
        yield [_draw(button) for button in buttons[start : start + step]]


def _is_short(button: Button) -> bool:
    return len(button.label) <= _SHORT_LABEL and button.label[:1].isalnum()


def _tool_rows(tools: Iterable[Button]) -> Iterator[list[Fields]]:
    row: list[Fields] = []
    width = 0
    for tool in tools:
        if row and (len(row) == _TOOLS_IN_A_ROW or width + len(tool.label) > _TOOLS_WIDTH):
            yield row
            row, width = [], 0
        row.append(_draw(tool))
        width += len(tool.label)
    if row:
        yield row


def _draw(button: Button) -> Fields:
    return {"text": f"✅ {button.label}" if button.ticked else button.label, "callback_data": button.token}


def parts(text: str) -> list[str]:
    """``text`` in pieces that Telegram takes, cut at the end of a sentence where there is one. No line begins with a
    question mark: French has a space before it.
    """
    text, pieces = keep_together(text), []
    while len(text.encode("utf-16-le", "replace")) > 2 * LONGEST_TEXT:
        head = text.encode("utf-16-le", "replace")[: 2 * LONGEST_TEXT].decode("utf-16-le", "ignore")
        cut = _end_of_sentence(head) or head.rfind(" ") + 1 or len(head)
        pieces.append(head[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*pieces, text]


def _end_of_sentence(head: str) -> int:
    return max(head.rfind(end) + len(end) if end in head else 0 for end in _SENTENCE_ENDS)
