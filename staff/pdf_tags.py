"""Says what stands on a page of a PDF, so that it can be read aloud in order: headings, paragraphs, decoration."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Literal, TypeAlias

from fpdf import FPDF
from fpdf.syntax import PDFString

Kind: TypeAlias = Literal["H1", "H2", "P"]


class TaggedPDF(FPDF):
    """Its structure is flat: the headings and paragraphs one after another, each on one page. fpdf2 keeps such a tree
    for the pictures of a document; lists and tables it does not know."""

    @contextmanager
    def tagged(self, kind: Kind, drawn: Sequence[str], meant: Sequence[str]) -> Iterator[None]:
        """What is drawn meanwhile is one such part. ``drawn`` are its lines from left to right; where they differ from
        what is ``meant``, as with Arabic, that is said too."""
        number = self.struct_builder.next_mcid_for_page(self.page)
        self._add_marked_content(struct_type=f"/{kind}", mcid=number)
        spoken = f" /ActualText {PDFString(' '.join(meant)).serialize()}" if drawn != meant else ""
        self._out(f"/{kind} <</MCID {number}{spoken}>> BDC")
        yield
        self._out("EMC")

    @contextmanager
    def decoration(self) -> Iterator[None]:
        """What is drawn meanwhile says nothing: lines, and what stands on every page."""
        self._out("/Artifact BMC")
        yield
        self._out("EMC")
