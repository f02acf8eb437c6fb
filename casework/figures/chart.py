"""Draws a report as bars in SVG: readable on a phone, in print and for who is colour-blind, without any style sheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

FAMILY = "DejaVu Sans"
WIDTH = 400
LEFT, RIGHT = 4, 52
"""Room beside the bars; on the right stands the number."""
LABEL, BAR, GAP = 18, 14, 12
HEAD = 26
INK, SOFT, GROUND = "#17262b", "#53666c", "#ffffff"
FIRST, SECOND = "#0f5c63", "#e0912f"
"""A dark and a light one: told apart by lightness alone. The second is striped as well."""
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"


@dataclass(frozen=True, slots=True)
class Bars:
    """``numbers`` of the first series and, if there is one, of the second; ``None`` is hidden."""

    label: str
    numbers: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """``series`` are one or two names; ``hidden`` is what is written instead of a hidden number."""

    title: str
    about: str
    series: tuple[str, ...]
    lines: Sequence[Bars]
    hidden: str


def draw(chart: Chart) -> str:
    """The longest bar fills the width; each line has its label above its bars."""
    height = HEAD + len(chart.lines) * _line_height(chart)
    most = max((number for bars in chart.lines for number in bars.numbers if number), default=1)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img"'
        f' aria-labelledby="chart-title chart-about" font-family="{FONT}" font-size="13">',
        f'<title id="chart-title">{escape(chart.title)}</title>',
        f'<desc id="chart-about">{escape(chart.about)}</desc>',
        _stripes(),
        f'<rect width="{WIDTH}" height="{height}" fill="{GROUND}"/>',
        *_legend(chart.series),
    ]
    for place, bars in enumerate(chart.lines):
        parts += _line(chart, bars, HEAD + place * _line_height(chart), most)
    return "".join((*parts, "</svg>"))


def _line_height(chart: Chart) -> int:
    return LABEL + BAR * len(chart.series) + GAP


def _stripes() -> str:
    return (
        '<defs><pattern id="stripes" width="6" height="6" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="6" height="6" fill="{SECOND}"/>'
        f'<rect width="2" height="6" fill="{INK}" fill-opacity="0.35"/></pattern></defs>'
    )


def _legend(series: Sequence[str]) -> Iterator[str]:
    across = LEFT
    for place, name in enumerate(series):
        yield f'<rect x="{across}" y="5" width="12" height="12" fill="{_fill(place)}" stroke="{INK}"/>'
        yield _text(across + 18, 16, name)
        across += 34 + 8 * len(name)


def _fill(place: int) -> str:
    return FIRST if place == 0 else "url(#stripes)"


def _line(chart: Chart, bars: Bars, top: int, most: int) -> Iterator[str]:
    yield _text(LEFT, top + 13, bars.label)
    for place, number in enumerate(bars.numbers):
        at = top + LABEL + place * BAR
        if number is None:
            yield _text(LEFT, at + 11, chart.hidden, SOFT)
            continue
        width = round((WIDTH - LEFT - RIGHT) * number / most, 1)
        if number:
            yield f'<rect x="{LEFT}" y="{at}" width="{width}" height="{BAR - 2}" fill="{_fill(place)}"/>'
        yield _text(LEFT + width + 6, at + 11, str(number))


def _text(across: float, down: float, text: str, fill: str = INK) -> str:
    return f'<text x="{across:g}" y="{down:g}" fill="{fill}">{escape(text)}</text>'


def as_png(svg: str, font: str, zoom: int = 2) -> bytes:
    """``font`` is the file of a font, so that it looks the same on a machine that has none."""
    from resvg_py import svg_to_bytes  # few ask for it

    return bytes(
        svg_to_bytes(
            svg_string=svg,
            zoom=zoom,
            background=GROUND,
            skip_system_fonts=True,
            font_files=[font],
            font_family=FAMILY,
            sans_serif_family=FAMILY,
        )
    )
