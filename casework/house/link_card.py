"""A card for a partner to hand out: the way into the chat as a QR code, with what to do in Dutch and French."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flows.messages import Phrase

SIZE = (148, 210)
"""A5, in millimetres."""
MARGIN = 14
QR = 62
QUIET = 4
"""Modules of white around the code, by its standard."""
HEAD = Phrase("Looking for work? We help you.")
STEPS = (
    Phrase("1. Open the camera of your phone."),
    Phrase("2. Point it at the square and tap the link."),
    Phrase("3. Answer in your own time. It takes about 10 minutes."),
)
REST = Phrase("It is free. You choose what you tell.")


@dataclass(frozen=True, slots=True)
class Card:
    """``phone`` is for who would rather call."""

    organisation: str
    address: str
    phone: str


def qr_svg(address: str) -> bytes:
    import segno

    made = io.BytesIO()
    segno.make(address, error="m", micro=False).save(made, kind="svg", scale=8, border=QUIET, xmldecl=False)
    return made.getvalue()


def qr_png(address: str) -> bytes:
    import segno

    made = io.BytesIO()
    segno.make(address, error="m", micro=False).save(made, kind="png", scale=16, border=QUIET)
    return made.getvalue()


def card_pdf(card: Card, translate: Callable[[str, str], str]) -> bytes:
    """Both languages on one side, Dutch first; the square is drawn, so that it stays sharp at every size."""
    from fpdf import FPDF

    page = FPDF(format=SIZE)
    page.set_auto_page_break(False)
    page.set_title(_plain(card.organisation))
    page.add_page()
    page.set_margin(MARGIN)
    page.set_xy(MARGIN, MARGIN)
    _write(page, card.organisation, "B", 15)
    _draw_square(page, card.address, (SIZE[0] - QR) / 2, page.get_y() + 3)
    page.set_y(page.get_y() + QR + 5)
    page.set_font("Helvetica", size=9)
    page.multi_cell(0, 4.5, _plain(card.address), align="C", new_x="LMARGIN", new_y="NEXT")
    for language, call in CALL.items():
        page.ln(3)
        _write(page, translate(HEAD.source, language), "B", 12)
        for step in STEPS:
            _write(page, translate(step.source, language), "", 10.5)
        _write(page, translate(REST.source, language), "", 10.5)
        _write(page, call.format(phone=card.phone), "", 10.5)
    return bytes(page.output())


CALL: Mapping[str, str] = {"nl": "Liever bellen? {phone}", "fr": "Vous préférez appeler ? {phone}"}


def _write(page: object, text: str, style: str, size: float) -> None:
    from fpdf import FPDF

    assert isinstance(page, FPDF)
    page.set_font("Helvetica", style, size)
    page.multi_cell(0, size * 0.5, _plain(text), new_x="LMARGIN", new_y="NEXT")


def _draw_square(page: object, address: str, x: float, y: float) -> None:
    import segno
    from fpdf import FPDF

    assert isinstance(page, FPDF)
    rows = tuple(segno.make(address, error="m", micro=False).matrix)
    module = QR / len(rows)
    page.set_fill_color(0)
    for down, row in enumerate(rows):
        for across, dark in enumerate(row):
            if dark:
                page.rect(x + across * module, y + down * module, module, module, style="F")
    page.set_y(y)


def _plain(text: str) -> str:
    """What the letters of the card can write."""
    return text.replace("\u202f", " ").replace("’", "'").encode("cp1252", "replace").decode("cp1252")
