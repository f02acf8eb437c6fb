"""The blocks of the picture of a flow: the heading of a part, and a card for each step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import assert_never
from xml.sax.saxutils import escape

from flows import svg
from flows.conditions import ALWAYS, Condition
from flows.in_words import KINDS, ORDERS, Teller
from flows.messages import Phrase
from flows.met import name_of
from flows.outline import Line, Part
from flows.script import Ask, Do, Say, Step

INK, SOFT, GUARD = "#1b1f27", "#4b5563", "#8a3b00"
BLUE, GREEN, GREY = "#1d4ed8", "#15663a", "#4b5563"
BIG, SMALL = 13.0, 11.0
INSET = 9.0
"""How much narrower a card is for each part around it, on both sides."""
SIGN = 24.0
"""The room of the sign in front of a card's text."""
NO_BREAK = "\N{NO-BREAK SPACE}"
BARS = (("answered", "#15663a"), ("skipped", "#9aa3b2"), ("left", "#b42318"))
SHARES = {
    "answered": Phrase("answered {share}"),
    "skipped": Phrase("skipped {share}"),
    "missed": Phrase("not understood {share}"),
    "left": Phrase("left {share}"),
}
TIERS = {"B": Phrase("private: never shown again"), "C": Phrase("special: only after a yes")}


@dataclass(frozen=True, slots=True)
class Share:
    """In percent: of all people, how many met a step; and of who was asked, what they did. ``None`` is hidden.

    ``parts`` may have ``answered``, ``skipped``, ``missed`` and ``left``.
    """

    reached: int | None
    parts: Mapping[str, int | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to draw: ``heading`` stands on top, ``shares`` has numbers by the name of a step (``ask privacy``)."""

    part: Part
    teller: Teller
    heading: str
    language: str
    shares: Mapping[str, Share] | None = None

    @property
    def steps(self) -> Iterator[Step]:
        """All steps of the part, with those of the parts in it."""
        return _steps(self.part)


def _steps(part: Part) -> Iterator[Step]:
    for item in part.items:
        if isinstance(item, Line):
            yield item.step
        else:
            yield from _steps(item)


@dataclass(frozen=True, slots=True)
class Block:
    """Something of one height on the way down; ``within`` are the parts around it, the outermost first."""

    high: float
    within: tuple[Part, ...]
    draw: Callable[[float, float], str]
    heads: bool = False


def blocks(wanted: Wanted, column: float) -> Iterator[Block]:
    """All blocks from top to bottom. The whole flow has no heading of its own: the picture has it."""
    yield from _inside(wanted, wanted.part, (), column)


def _inside(wanted: Wanted, part: Part, within: tuple[Part, ...], column: float) -> Iterator[Block]:
    for item in part.items:
        if isinstance(item, Line):
            yield _card(wanted, item, within, column)
        else:
            yield _heading(wanted, item, (*within, item), column)
            yield from _inside(wanted, item, (*within, item), column)


def _heading(wanted: Wanted, part: Part, within: tuple[Part, ...], column: float) -> Block:
    inset = INSET * len(within)
    title = wanted.teller.translate(part.title)
    guard = svg.wrapped(_only_if(wanted, part.when), SMALL, column - 2 * inset)

    def draw(x: float, y: float) -> str:
        drawn = svg.text(x + inset, y + 3, title, 14, fill=INK, font_weight="bold")
        return drawn + "".join(svg.lines(guard, x + inset, y + 23, SMALL, fill=GUARD, font_style="italic"))

    return Block(22 + _high(guard, SMALL), within, draw, heads=True)


def continued(wanted: Wanted, part: Part, block: Block, column: float) -> Block:
    """The heading of a part that goes on at the top of the next column."""
    within = block.within[: block.within.index(part) + 1]
    words = wanted.teller.say(Phrase("{title} (goes on)"), title=wanted.teller.translate(part.title))
    inset = INSET * len(within)
    return Block(20, within, lambda x, y: svg.text(x + inset, y + 2, words, 12, fill=SOFT, font_weight="bold"))


def _card(wanted: Wanted, line: Line, within: tuple[Part, ...], column: float) -> Block:
    inset = INSET * (len(within) or 0)
    wide = column - 2 * inset
    room = wide - SIGN - 16
    guard = svg.wrapped(_only_if(wanted, line.when), SMALL, room)
    rows = _rows(wanted, line, room)
    share = (wanted.shares or {}).get(name_of(line.step))
    numbers = svg.wrapped(_shares(wanted.teller, share), SMALL, room) if share else []
    bar = 9.0 if share and share.parts else 0.0
    high = 12 + _high(guard, SMALL) + sum(_high(found, size) for found, size, _ in rows) + _high(numbers, SMALL) + bar

    def draw(x: float, y: float) -> str:
        dashed = {"stroke_dasharray": "5 3"} if guard else {}
        edge = svg.rectangle(x + inset, y, wide, high, rx=6, fill="#fff", stroke="#6b7a90", **dashed)
        at, left = y + 6, x + inset + SIGN + 8
        drawn = [f"<title>{escape(' '.join(rows[0][0]))}</title>", edge, _sign(line.step, x + inset + 8, at)]
        drawn += svg.lines(guard, left, at, SMALL, fill=GUARD, font_style="italic")
        at += _high(guard, SMALL)
        for found, size, style in rows:
            drawn += svg.lines(found, left, at, size, **style)
            at += _high(found, size)
        drawn += svg.lines(numbers, left, at, SMALL, fill=INK)
        if share and bar:
            drawn.append(_bar(share, left, at + _high(numbers, SMALL) + 2, room))
        return f"<g>{''.join(drawn)}</g>"

    return Block(high, within, draw)


_Row = tuple[list[str], float, dict[str, object]]
"""Lines of one size and look."""


def _rows(wanted: Wanted, line: Line, room: float) -> list[_Row]:
    teller, step = wanted.teller, line.step
    match step:
        case Say(_, words):
            return [(svg.wrapped(teller.text(words), SMALL + 1, room), SMALL + 1, {"fill": SOFT})]
        case Do(order):
            look: dict[str, object] = {"fill": GREEN, "font_weight": "bold"}
            return [(svg.wrapped(teller.say(ORDERS[order]), BIG, room, bold=True), BIG, look)]
        case Ask():
            return _question(teller, step, line.kind, room)
        case _:
            assert_never(step)


def _question(teller: Teller, ask: Ask, kind: str, room: float) -> list[_Row]:
    about = [teller.say(KINDS[kind])]
    about += [teller.say(TIERS[ask.tier])] if ask.tier in TIERS else []
    about += [teller.say(Phrase("cannot be skipped"))] if ask.required else []
    labels = [
        label if option.own_words else teller.translate(label)
        for option in ask.kind.options
        for label in (option.label,)
    ]
    rows: list[_Row] = [
        (svg.wrapped(teller.text(ask.text), BIG, room, bold=True), BIG, {"fill": INK, "font_weight": "bold"}),
        (svg.wrapped(" · ".join(about), SMALL, room), SMALL, {"fill": BLUE}),
    ]
    if labels:
        rows.append((svg.wrapped(" / ".join(labels), SMALL, room), SMALL, {"fill": SOFT}))
    return rows


def _only_if(wanted: Wanted, condition: Condition) -> str:
    if condition == ALWAYS:
        return ""
    return wanted.teller.say(Phrase("only if {guard}"), guard=wanted.teller.tells(condition))


def _shares(teller: Teller, share: Share) -> str:
    said = [teller.say(Phrase("reached {share}"), share=_percent(share.reached))]
    said += [teller.say(SHARES[name], share=_percent(part)) for name, part in share.parts.items()]
    return " · ".join(part.replace(" ", NO_BREAK) for part in said)


def _percent(number: int | None) -> str:
    return "–" if number is None else f"{number} %"


def _bar(share: Share, x: float, y: float, wide: float) -> str:
    """What came of the question, as far as it is not hidden, on a bar that is as long as everybody asked."""
    drawn = [svg.rectangle(x, y, wide, 5.0, fill="#fff", stroke="#9aa3b2", stroke_width=0.6)]
    for name, colour in BARS:
        part = wide * (share.parts.get(name) or 0) / 100
        drawn.append(svg.rectangle(x, y, part, 5.0, fill=colour))
        x += part
    return "".join(drawn)


def _sign(step: Step, x: float, y: float) -> str:
    match step:
        case Say():
            return svg.speech_bubble(x, y, GREY)
        case Ask():
            return svg.question_mark(x, y, BLUE)
        case Do():
            return svg.done_mark(x, y, GREEN)
        case _:
            assert_never(step)


def legend(wanted: Wanted, x: float, y: float, room: float) -> tuple[float, str]:
    """What the signs and edges mean, in one or more lines; and how high that is."""
    say = wanted.teller.say
    signs = (
        (svg.question_mark, BLUE, say(Phrase("a question"))),
        (svg.speech_bubble, GREY, say(Phrase("the assistant says something"))),
        (svg.done_mark, GREEN, say(Phrase("something is done"))),
        (_dashed, GUARD, say(Phrase("only for some people"))),
    )
    drawn, left, top = [], x, y
    for sign, colour, words in signs:
        wide = 22 + svg.width(words, 12) + 24
        if left > x and left + wide > x + room:
            left, top = x, top + 22
        drawn.append(sign(left, top, colour) + svg.text(left + 22, top + 1, words, 12, fill=INK))
        left += wide
    return top - y + 18, "".join(drawn)


def _dashed(x: float, y: float, colour: str) -> str:
    return svg.rectangle(x, y + 1, 16.0, 14.0, rx=3, fill="#fff", stroke=colour, stroke_dasharray="4 2")


def _high(lines: list[str], size: float) -> float:
    return len(lines) * size * svg.LEADING
