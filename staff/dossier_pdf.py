"""Draws a sheet as a PDF that can be read aloud, with bookmarks, in a font for most scripts of Europe and Arabic."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import cast

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # it ships no types
from fpdf import ViewerPreferences, XPos, YPos
from fpdf.enums import MethodReturnValue

from casework.cases.dossier_sheet import Block, DossierSheet, Row
from staff.pdf_tags import Kind, TaggedPDF
from staff.right_to_left import in_reading_order, joined, spoken

FONTS = Path(__file__).with_name("fonts")
FAMILY = "dejavu"
FILES = {"": "DejaVuSans.ttf", "B": "DejaVuSans-Bold.ttf"}
MARGIN, FOOT = 18, 20
LABEL = 46
"""Millimetres of the column with the labels."""
GAP = 4
SLACK = 0.001
"""Of a line: what may be lost in adding up, so that none is thought to fit that does not."""
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


class _Paper(TaggedPDF):
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
        with self.decoration():
            self._ink(9, SOFT)
            self.cell(0, 5, shown(self.sheet.house))
            self.set_x(self.l_margin)
            number = f"{self.sheet.title} {self.sheet.number}"
            self.cell(0, 5, number, align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self._rule()
        self.ln(3)

    def footer(self) -> None:
        """Who hears the pages is told once that it is confidential, and who printed it."""
        self.set_y(-FOOT + 4)
        self._ink(8, SOFT)
        told = [shown(self.sheet.foot), shown(self.sheet.printed)]
        with self.tagged("P", told, told) if self.page_no() == 1 else self.decoration():
            self.cell(0, 4, told[0], new_x=XPos.LMARGIN, new_y=YPos.NEXT)
            self.cell(0, 4, told[1])
        with self.decoration():
            self.set_x(self.l_margin)
            self.cell(0, 4, f"{self.page_no()} / {{nb}}", align="R")

    def opening(self) -> None:
        self._ink(18, INK, "B")
        self._lines(f"{self.sheet.title} {self.sheet.number}", self.epw, 9, self.l_margin, "H1")
        self.ln(2)

    def block(self, block: Block) -> None:
        """The heading never stands alone at the end of a page."""
        if self.will_page_break(22):
            self.add_page()
        self.ln(3)
        self.start_section(block.heading)
        self._ink(12, INK, "B")
        self._lines(block.heading, self.epw, 6, self.l_margin, "H2")
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

    def _lines(self, text: str, width: float, height: float, left: float, kind: Kind = "P") -> None:
        """What goes on over the page is a part of its own there."""
        lines = self._wrapped(text, width)
        while lines:
            if self.will_page_break(height):
                self.add_page()
            here = max(1, int((self.page_break_trigger - self.y) / height - SLACK))
            drawn = [in_reading_order(line) for line in lines[:here]]
            meant, lines = [spoken(line) for line in lines[:here]], lines[here:]
            with self.tagged(kind, drawn, meant):
                for line in drawn:
                    self.set_x(left)
                    self.cell(width, height, line, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _wrapped(self, text: str, width: float) -> list[str]:
        """Only looked at: no page ends meanwhile."""
        if not text:
            return []
        self.set_auto_page_break(False, margin=FOOT)
        lines = self.multi_cell(width, 5, joined(shown(text)), align="L", dry_run=True, output=MethodReturnValue.LINES)
        self.set_auto_page_break(True, margin=FOOT)
        return [str(line).strip("\n") for line in cast(list[str], lines)]

    def _ink(self, size: float, colour: tuple[int, int, int], style: str = "") -> None:
        self.set_font(FAMILY, style, size)
        self.set_text_color(*colour)

    def _rule(self) -> None:
        with self.decoration():
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
