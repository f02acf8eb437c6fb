"""What a file is, by what is in it and never by its name; and the name under which it is given out again."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from io import BytesIO
from zipfile import BadZipFile, ZipFile

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"
ENDINGS: Mapping[str, str] = {PDF: "pdf", JPEG: "jpg", PNG: "png", DOCX: "docx", ODT: "odt"}
"""Every kind that is taken, and how the name of one ends."""
BEGINS: Mapping[bytes, str] = {b"%PDF-": PDF, b"\xff\xd8\xff": JPEG, b"\x89PNG\r\n\x1a\n": PNG}
ZIP = b"PK\x03\x04"
MACROS = ("vbaproject.bin", "basic/", "scripts/")
LONGEST_NAME = 100
NAMELESS = "file"


def kind_of(content: bytes) -> str | None:
    """Its type, if it is one of those that are taken; documents with macros are not."""
    if content.startswith(ZIP):
        return _kind_of_package(content)
    return next((mime for begin, mime in BEGINS.items() if content.startswith(begin)), None)


def _kind_of_package(content: bytes) -> str | None:
    """Only the list of what is inside is read, and one short line: nothing is unpacked."""
    try:
        with ZipFile(BytesIO(content)) as package:
            names = {name.lower() for name in package.namelist()}
            if any(part in name for name in names for part in MACROS):
                return None
            if {"[content_types].xml", "word/document.xml"} <= names:
                return DOCX
            if "mimetype" in names and "content.xml" in names:
                with package.open("mimetype") as line:
                    return ODT if line.read(len(ODT) + 1) == ODT.encode() else None
    except (BadZipFile, KeyError, NotImplementedError, OSError, RuntimeError, ValueError):
        return None
    return None


def safe_name(name: str, mime: str) -> str:
    """The last part of a path without signs that hide or reorder others, ending as its type does."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    plain = "".join(sign for sign in last if unicodedata.category(sign)[0] not in "CZ" or sign == " ")
    stem = plain.rpartition(".")[0] or plain
    stem = " ".join(stem.replace(".", " ").split())[:LONGEST_NAME].strip()
    return f"{stem or NAMELESS}.{ENDINGS[mime]}"
