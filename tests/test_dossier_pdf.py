"""The dossier as a PDF, read back: every word is marked for who hears it, in order, and nothing else is."""

from __future__ import annotations

from itertools import product, starmap

import pytest

from casework.cases.dossier_sheet import Block, DossierSheet, Row
from staff.dossier_pdf import draw
from staff.right_to_left import joined, spoken
from tests.pdf_reading import Element, Read


def sheet(*blocks: Block) -> DossierSheet:
    return DossierSheet("Dossier", "ab12cd", "Huis", "Afgedrukt: nu", "Vertrouwelijk", "nl", blocks)


WHO = Block("Wie", (Row("Naam", "Samira", ("fr: Prénom – Samira",)), Row("Gemeente", "3600 Genk")))
NOTES = Block("Notities", (Row("An", "een regel " * 900),))


def test_headings_and_paragraphs_stand_in_the_order_in_which_they_are_read() -> None:
    read = Read(draw(sheet(WHO)))
    marked = [part for part in read.parts() if part.kind != "Artifact"]
    assert [(part.kind, part.text) for part in marked] == [
        ("H1", "Dossier ab12cd"),
        ("H2", "Wie"),
        ("P", "Naam"),
        ("P", "Samira"),
        ("P", "fr: Prénom – Samira"),
        ("P", "Gemeente"),
        ("P", "3600 Genk"),
        ("P", "Vertrouwelijk\nAfgedrukt: nu"),
    ]


def test_the_document_says_that_it_is_marked_its_title_and_its_language() -> None:
    read = Read(draw(sheet(WHO, NOTES)))
    assert b"/MarkInfo <</Marked true>>" in read.catalog
    assert b"/Lang (nl)" in read.catalog
    assert b"/DisplayDocTitle true" in read.catalog
    assert read.headings() == ["Wie", "Notities"]
    assert b"/ParentTree" in read.objects[read.reference(read.catalog, b"StructTreeRoot")]
    assert all(b"/StructParents" in read.objects[page] for page in read.pages)


def test_what_stands_on_every_page_is_said_once() -> None:
    read = Read(draw(sheet(WHO, NOTES)))
    assert len(read.pages) > 1
    feet = [part for part in read.parts() if "Vertrouwelijk" in part.text]
    assert [part.kind for part in feet] == ["P"] + ["Artifact"] * (len(read.pages) - 1)
    assert {part.kind for part in read.parts() if part.text.startswith("Huis")} == {"Artifact"}


def test_what_is_written_from_right_to_left_is_said_as_it_is_meant() -> None:
    (name,) = [part for part in Read(draw(sheet(Block("Wie", (Row("", "محمد"),))))).parts() if part.said]
    assert name.said == "محمد"
    assert name.text != name.said


@pytest.mark.parametrize("text", ["محمد", "لا", "مَرْيَم", "Łukasz", ""])
def test_joined_letters_are_the_same_letters_when_they_are_spoken(text: str) -> None:
    assert spoken(joined(text)) == text


LABELS = "", "Naam", "Een lang label dat over twee regels gaat"
VALUES = "", "Samira", "محمد", "regel " * 120, "woord\nwoord"
MORE = (), ("(haakjes) en \\ schuin",), ("voor " * 40, "na")
ROWS = tuple(starmap(Row, product(LABELS, VALUES, MORE)))


@pytest.mark.parametrize("first", [0, 11, 23])
def test_nothing_is_drawn_that_is_not_marked_and_each_mark_has_its_place_in_the_structure(first: int) -> None:
    """However the rows fall on the pages."""
    read = Read(draw(sheet(Block("Wie", ROWS[first:]), Block("Notities", ROWS[:first]))))
    parts = read.parts()
    assert {part.kind for part in parts} == {"Artifact", "H1", "H2", "P"}
    marked = [Element(part.kind, part.page, part.number) for part in parts if part.number is not None]
    assert sorted(read.structure(), key=lambda each: each.page) == marked
    assert len(set(marked)) == len(marked)
