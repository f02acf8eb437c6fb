"""The picture of a flow for who does not program: from top to bottom, in columns, as plain SVG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import zip_longest

from flows import svg
from flows.drawing_blocks import INK, SOFT, Block, Wanted, blocks, continued, legend
from flows.messages import Phrase
from flows.outline import Part
from flows.script import Ask

COLUMN = 398.0
MARGIN = 24.0
GAP = 19.0
COLUMNS = 3
"""At most, which is a screen of 1280; a short flow has fewer, each not shorter than ``SHORTEST``."""
SHORTEST = 700
BETWEEN = 8.0
TINTS = ("#ffffff", "#f2f6fc", "#e3ebf8", "#d3dff2")
"""The ground of a part, darker the deeper it lies."""


@dataclass(frozen=True, slots=True)
class Paper:
    """Upright, in millimetres, with so many columns on a page."""

    wide: int
    high: int
    columns: int


PAPERS = {"a3": Paper(297, 420, 3), "a4": Paper(210, 297, 2)}


def picture(wanted: Wanted) -> str:
    """The whole flow as one SVG, for a screen."""
    found = list(blocks(wanted, COLUMN))
    needed = _high(found)
    count = max(1, min(COLUMNS, int(needed // SHORTEST)))
    columns = _balanced(wanted, found, needed / count, count)
    wide = _wide(len(columns))
    top, head = _head(wanted, wide, "")
    high = top + max(map(_high, columns)) + MARGIN + 16
    size = f'width="{wide:.0f}" height="{high:.0f}"'
    return _document(wanted, (wide, high), size, head + _drawn(wanted, columns, top, last=True))


def pages(wanted: Wanted, paper: Paper) -> list[str]:
    """The flow on sheets of paper, each an SVG of its size."""
    wide = _wide(paper.columns)
    high = wide * paper.high / paper.wide
    top, _ = _head(wanted, wide, "00/00")
    columns = list(_in_columns(wanted, list(blocks(wanted, COLUMN)), high - top - MARGIN - 16))
    sheets = [columns[first : first + paper.columns] for first in range(0, len(columns), paper.columns)]
    size = f'width="{paper.wide}mm" height="{paper.high}mm"'
    drawn = []
    for number, sheet in enumerate(sheets, 1):
        _, head = _head(wanted, wide, f"{number}/{len(sheets)}")
        drawn.append(_document(wanted, (wide, high), size, head + _drawn(wanted, sheet, top, number == len(sheets))))
    return drawn


def _wide(columns: int) -> float:
    return 2 * MARGIN + columns * (COLUMN + GAP) - GAP


def _drawn(wanted: Wanted, columns: Sequence[Sequence[Block]], top: float, last: bool) -> str:
    """The columns side by side; below each but the very last one it says where the list goes on."""
    drawn = []
    for number, column in enumerate(columns):
        x = MARGIN + number * (COLUMN + GAP)
        drawn.append(_column(column, x, top))
        if number + 1 < len(columns):
            drawn.append(_goes_on(wanted, Phrase("goes on in the next column"), x, top + _high(column)))
        elif not last:
            drawn.append(_goes_on(wanted, Phrase("goes on on the next page"), x, top + _high(column)))
    return "".join(drawn)


def _balanced(wanted: Wanted, found: Sequence[Block], target: float, count: int) -> list[list[Block]]:
    """The blocks in ``count`` columns, the highest of them as low as can be."""
    while len(columns := list(_in_columns(wanted, found, target))) > count:
        target += 20
    return columns


def _in_columns(wanted: Wanted, found: Sequence[Block], target: float) -> Iterator[list[Block]]:
    """The blocks in columns of at most ``target`` height; a heading never stands last in one."""
    column: list[Block] = []
    for number, block in enumerate(found):
        if column and _high([*column, *_together(found[number:])]) > target:
            yield column
            column = [continued(wanted, part, block, COLUMN) for part in block.within if part not in _begun(block)]
        column.append(block)
    yield column


def _together(ahead: Sequence[Block]) -> Sequence[Block]:
    """The first block; a heading with all that follows, up to the first card."""
    cards = (number for number, block in enumerate(ahead, 1) if not block.heads)
    return ahead[: next(cards, len(ahead))]


def _begun(block: Block) -> tuple[Part, ...]:
    """The part that a heading opens: it does not go on from the column before."""
    return block.within[-1:] if block.heads else ()


def _tops(column: Sequence[Block]) -> list[float]:
    """Where each block begins, and where the column ends: below a part that ends there is more room."""
    tops = [0.0]
    for block, following in zip_longest(column, column[1:]):
        ends = sum(following is None or part not in following.within for part in block.within)
        tops.append(tops[-1] + block.high + BETWEEN + 6 * ends)
    return tops


def _high(column: Sequence[Block]) -> float:
    return _tops(column)[-1]


def _column(column: Sequence[Block], x: float, top: float) -> str:
    """The grounds of the parts first, the outermost lowest, and on them the blocks."""
    placed = [(top + y, block) for y, block in zip(_tops(column), column, strict=False)]
    grounds = []
    for depth in range(1, max((len(block.within) for block in column), default=0) + 1):
        for part in dict.fromkeys(block.within[depth - 1] for block in column if len(block.within) >= depth):
            inside = [(y, block) for y, block in placed if part in block.within]
            bottom, lowest = inside[-1][0] + inside[-1][1].high, inside[-1][1]
            grounds.append(_ground(x, inside[0][0], bottom + 6 * (len(lowest.within) - depth), depth))
    return "".join((*grounds, *(block.draw(x, y) for y, block in placed)))


def _ground(x: float, top: float, bottom: float, depth: int) -> str:
    inset = 5.0 * (depth - 1)
    tint = TINTS[min(depth, len(TINTS) - 1)]
    high = bottom - top + 10
    return svg.rectangle(x + inset, top - 3, COLUMN - 2 * inset, high, rx=8, fill=tint, stroke="#9db2d6")


def _goes_on(wanted: Wanted, words: Phrase, x: float, y: float) -> str:
    return svg.text(x + COLUMN / 2, y + 4, f"▼ {wanted.teller.say(words)}", 11, fill=SOFT, text_anchor="middle")


def _head(wanted: Wanted, wide: float, page: str) -> tuple[float, str]:
    """Where the columns begin; and above them the heading, the page, and what the signs mean."""
    heading = svg.wrapped(f"{wanted.heading} {page}", 22, wide - 2 * MARGIN, bold=True)
    found = list(svg.lines(heading, MARGIN, MARGIN, 22, fill=INK, font_weight="bold"))
    below = MARGIN + 22 * svg.LEADING * len(heading) + 6
    high, signs = legend(wanted, MARGIN, below, wide - 2 * MARGIN)
    return below + high + 14, "".join(found) + signs


def _document(wanted: Wanted, box: tuple[float, float], size: str, body: str) -> str:
    asks = sum(isinstance(step, Ask) for step in wanted.steps)
    said = wanted.teller.say(Phrase("A list from top to bottom: {count} questions."), count=asks)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" lang="{wanted.language}" aria-labelledby="title desc"'
        f' viewBox="0 0 {box[0]:.0f} {box[1]:.0f}" {size} font-family="{escape(svg.FONT)}">'
        f'<title id="title">{escape(wanted.heading)}</title><desc id="desc">{escape(said)}</desc>'
        f'<rect width="100%" height="100%" fill="#fff"/>{body}</svg>\n'
    )
