"""Draws a sheet as a PDF: with title, language and bookmarks, in a font that has most scripts of Europe and Arabic."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import cast

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # it ships no types
from fpdf import FPDF, ViewerPreferences, XPos, YPos
from fpdf.enums import MethodReturnValue

from casework.cases.dossier_sheet import Block, DossierSheet, Row
from staff.right_to_left import in_reading_order, joined

FONTS = Path(__file__).with_name("fonts")
FAMILY = "dejavu"
FILES = {"": "DejaVuSans.ttf", "B": "DejaVuSans-Bold.ttf"}
MARGIN, FOOT = 18, 20
LABEL = 46
"""Millimetres of the column with the labels."""
GAP = 4
UNKNOWN = "\ufffd"
INK, SOFT, LINE = (23, 38, 43), (83, 102, 108), (213, 223, 224)


def draw(sheet: DossierSheet) -> bytes:
    """The file. Takes a moment: not for the event loop."""
    pdf = _Paper(sheet)
    pdf.add_page()
    pdf.opening()
    for block in sheet.blocks:
        pdf.block(block)
    return bytes(pdf.output())


class _Paper(FPDF):
    def __init__(self, sheet: DossierSheet) -> None:
        super().__init__(format="A4")
        self.sheet = sheet
        for style, file in FILES.items():
            self.add_font(FAMILY, style, FONTS / file)
        self.set_title(f"{sheet.title} {sheet.number} · {sheet.house}")
        self.set_lang(sheet.language)
        self.set_creator("Opstap")
        self.viewer_preferences = ViewerPreferences(display_doc_title=True)
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_auto_page_break(True, margin=FOOT)

    def header(self) -> None:
        """The house and the case, on every page."""
        self._ink(9, SOFT)
        self.cell(0, 5, shown(self.sheet.house))
        self.set_x(self.l_margin)
        number = f"{self.sheet.title} {self.sheet.number}"
        self.cell(0, 5, number, align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self._rule()
        self.ln(3)

    def footer(self) -> None:
        self.set_y(-FOOT + 4)
        self._ink(8, SOFT)
        self.cell(0, 4, shown(self.sheet.foot), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.cell(0, 4, shown(self.sheet.printed))
        self.set_x(self.l_margin)
        self.cell(0, 4, f"{self.page_no()} / {{nb}}", align="R")

    def opening(self) -> None:
        self._ink(18, INK, "B")
        self.cell(0, 9, f"{self.sheet.title} {self.sheet.number}", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(2)

    def block(self, block: Block) -> None:
        """The heading never stands alone at the end of a page."""
        if self.will_page_break(22):
            self.add_page()
        self.ln(3)
        self.start_section(block.heading)
        self._ink(12, INK, "B")
        self._lines(block.heading, self.epw, 6, self.l_margin)
        self.ln(1)
        for row in block.rows:
            self._row(row)

    def _row(self, row: Row) -> None:
        """A row that fits is not cut in two; a long one begins where it is, and goes on over the page."""
        left, width = self.l_margin + LABEL + GAP, self.epw - LABEL - GAP
        if self.will_page_break(self._height(row, width)):
            self.add_page()
        top, page = self.get_y(), self.page_no()
        self._ink(9, SOFT)
        self._lines(row.label, LABEL, 4.6, self.l_margin)
        below = self.get_y()
        self.set_y(top)
        self._ink(10, INK)
        self._lines(row.value, width, 5, left)
        self._ink(8.5, SOFT)
        for line in row.more:
            self._lines(line, width, 4.4, left)
        if self.page_no() == page:
            self.set_y(max(self.get_y(), below))
        self.ln(1.2)
        self._rule()
        self.ln(1.2)

    def _height(self, row: Row, width: float) -> float:
        self._ink(10, INK)
        beside = 5.0 * sum(len(self._wrapped(text, width)) for text in (row.value, *row.more))
        return min(max(beside, 4.6 * len(self._wrapped(row.label, LABEL))) + 3, 60)

    def _lines(self, text: str, width: float, height: float, left: float) -> None:
        for line in self._wrapped(text, width):
            if self.will_page_break(height):
                self.add_page()
            self.set_x(left)
            self.cell(width, height, in_reading_order(line), new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _wrapped(self, text: str, width: float) -> list[str]:
        if not text:
            return []
        lines = self.multi_cell(width, 5, joined(shown(text)), align="L", dry_run=True, output=MethodReturnValue.LINES)
        return [str(line).strip("\n") for line in cast(list[str], lines)]

    def _ink(self, size: float, colour: tuple[int, int, int], style: str = "") -> None:
        self.set_font(FAMILY, style, size)
        self.set_text_color(*colour)

    def _rule(self) -> None:
        self.set_draw_color(*LINE)
        self.line(self.l_margin, self.get_y(), self.w - self.r_margin, self.get_y())


def shown(text: str) -> str:
    """What the font cannot draw becomes a mark, and never a line in a log that says what it was."""
    known = _known()
    return "".join(sign if ord(sign) in known or sign == "\n" else UNKNOWN for sign in text.replace("\t", " "))


@cache
def _known() -> frozenset[int]:
    with TTFont(FONTS / FILES["B"], lazy=True) as bold, TTFont(FONTS / FILES[""], lazy=True) as plain:
        return frozenset(plain.getBestCmap()) & frozenset(bold.getBestCmap())
