"""A few shapes and texts as SVG, with a guess at how wide a text will be: no font is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape, quoteattr

FONT = ", ".join(("Arial", "Helvetica", "'Liberation Sans'", "'DejaVu Sans'", "sans-serif"))
LEADING = 1.3
_NARROW, _WIDE = frozenset("iljtfrI.,:;'’!|()[]{}·-/ \N{NO-BREAK SPACE}"), frozenset("mwMW%@…")
_PLAIN, _BOLD = (0.36, 0.95, 0.70, 0.62), (0.42, 1.03, 0.79, 0.69)
"""How wide narrow characters, wide ones, capitals and all others are in DejaVu Sans, the widest of the fonts and the
one that a bare Debian has, in parts of the size of the type."""

_BEFORE = re.compile(r" (?=[?!:;»])")
"""In French a space stands before these; no line begins with them."""


def width(text: str, size: float, bold: bool = False) -> float:
    """About how wide the text is; never much less than it will be."""
    narrow, wide, capital, other = _BOLD if bold else _PLAIN
    return size * sum(
        narrow if char in _NARROW else wide if char in _WIDE else capital if char.isupper() else other for char in text
    )


def wrapped(text: str, size: float, room: float, bold: bool = False) -> list[str]:
    """The text in lines that fit into ``room``; a word that is longer than that has a line of its own."""
    lines: list[str] = []
    for word in filter(None, _BEFORE.sub("\N{NO-BREAK SPACE}", text).split(" ")):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width(longer, size, bold) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _shape(name: str, content: str | None, attributes: Mapping[str, object]) -> str:
    """An element; ``_`` in an attribute's name is a hyphen, ``content`` is SVG already."""
    said = "".join(f" {key.replace('_', '-')}={quoteattr(_number(value))}" for key, value in attributes.items())
    return f"<{name}{said}/>" if content is None else f"<{name}{said}>{content}</{name}>"


def _number(value: object) -> str:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)


def text(x: float, y: float, words: str, size: float, **attributes: object) -> str:
    """One line; ``y`` is its top."""
    return _shape("text", escape(words), {"x": x, "y": y + size * 0.95, "font_size": size, **attributes})


def rectangle(x: float, y: float, wide: float, high: float, **attributes: object) -> str:
    return _shape("rect", None, {"x": x, "y": y, "width": wide, "height": high, **attributes})


def speech_bubble(x: float, y: float, colour: str) -> str:
    """We say something. 16 wide and high, as all signs."""
    path = f"M{x + 2:.1f} {y + 2:.1f}h12v8h-7l-3 4v-4h-2z"
    return _line(path, colour)


def question_mark(x: float, y: float, colour: str) -> str:
    circle = _shape("circle", None, {"cx": x + 8, "cy": y + 8, "r": 7.5, "fill": colour})
    return circle + text(x + 8, y + 2, "?", 12, fill="#fff", font_weight="bold", text_anchor="middle")


def done_mark(x: float, y: float, colour: str) -> str:
    """Something is done: a tick in a square."""
    square = rectangle(x + 1, y + 1, 14.0, 14.0, rx=3, fill=colour)
    tick = f"M{x + 4:.1f} {y + 8.5:.1f}l3 3l5.5-6.5"
    return square + _line(tick, "#fff")


def _line(path: str, colour: str) -> str:
    look = {"fill": "none", "stroke": colour, "stroke_width": 1.8, "stroke_linejoin": "round"}
    return _shape("path", None, {"d": path, **look})


def lines(found: list[str], x: float, y: float, size: float, **attributes: object) -> Iterator[str]:
    """The lines of a text below each other."""
    for number, line in enumerate(found):
        yield text(x, y + number * size * LEADING, line, size, **attributes)
