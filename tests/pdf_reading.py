"""Reads a PDF of ours back by its bytes: what stands on each page, as what it is marked, and how it is put together."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)\nendobj", re.S)
SIGN = re.compile(rb"<(\w+)>\s+<(\w+)>")
STEP = re.compile(
    rb"/(?P<kind>\w+)(?: <<(?P<more>.*?)>>)? B[DM]C|(?P<end>EMC)"
    rb"|/(?P<font>F\d+) [\d.]+ Tf|\((?P<text>(?:\\.|[^\\()])*)\) Tj",
    re.S,
)


@dataclass(frozen=True)
class Part:
    """``number`` is that of the structure; ``kind`` is empty for what is not marked at all. ``said``: its own words."""

    page: int
    kind: str
    number: int | None
    text: str
    said: str | None = None


@dataclass(frozen=True)
class Element:
    kind: str
    page: int
    number: int


class Read:
    def __init__(self, data: bytes) -> None:
        self.objects = {int(found[1]): found[2] for found in OBJECT.finditer(data)}
        self.catalog = self._of_type(b"Catalog")[0]
        root = self.objects[self.reference(self.catalog, b"Pages")]
        self.pages = [int(page) for page in re.findall(rb"(\d+) 0 R", re.search(rb"/Kids \[(.*?)\]", root, re.S)[1])]  # type: ignore[index]  # a PDF has pages

    def parts(self) -> list[Part]:
        return [part for number in range(len(self.pages)) for part in self._page(number)]

    def text(self) -> str:
        return "\n".join(part.text for part in self.parts())

    def structure(self) -> list[Element]:
        """The elements of the document, in its order."""
        (document,) = [each for each in self._of_type(b"StructElem") if b"/S /Document" in each]
        kids = re.search(rb"/K \[(.*?)\]", document, re.S)
        assert kids is not None
        return [self._element(self.objects[int(kid)]) for kid in re.findall(rb"(\d+) 0 R", kids[1])]

    def headings(self) -> list[str]:
        """What stands in the outline."""
        return [_string(found[1]) for each in self.objects.values() if (found := re.match(OUTLINED, each))]

    def reference(self, of: bytes, name: bytes) -> int:
        found = re.search(rb"/" + name + rb" (\d+) 0 R", of)
        assert found is not None, f"no {name!r}"
        return int(found[1])

    def _of_type(self, name: bytes) -> list[bytes]:
        return [each for each in self.objects.values() if re.search(rb"/Type /" + name + rb"\b", each)]

    def _element(self, each: bytes) -> Element:
        kind, number = re.search(rb"/S /(\w+)", each), re.search(rb"/K \[(\d+)\]", each)
        assert kind is not None
        assert number is not None
        return Element(kind[1].decode(), self.pages.index(self.reference(each, b"Pg")), int(number[1]))

    def _page(self, number: int) -> Iterator[Part]:
        page = self.objects[self.pages[number]]
        fonts = self._fonts(self.objects[self.reference(page, b"Resources")])
        part, font = Part(number, "", None, ""), ""
        for step in STEP.finditer(self._stream(self.reference(page, b"Contents"))):
            if step["kind"]:
                yield from (part,) if part.text else ()
                part = _begun(number, step)
            elif step["end"]:
                yield part
                part = Part(number, "", None, "")
            elif step["font"]:
                font = step["font"].decode()
            else:
                line = _decoded(step["text"], fonts[font])
                part = Part(number, part.kind, part.number, f"{part.text}\n{line}".lstrip("\n"), part.said)
        if part.text:
            yield part

    def _fonts(self, resources: bytes) -> dict[str, dict[int, str]]:
        named = re.findall(rb"/(F\d+) (\d+) 0 R", resources)
        return {name.decode(): self._signs(self.objects[int(number)]) for name, number in named}

    def _signs(self, font: bytes) -> dict[int, str]:
        table = self._stream(self.reference(font, b"ToUnicode"))
        return {int(code, 16): bytes.fromhex(sign.decode()).decode("utf-16-be") for code, sign in SIGN.findall(table)}

    def _stream(self, number: int) -> bytes:
        head, _, rest = self.objects[number].partition(b"stream\n")
        data = rest.removesuffix(b"\nendstream")
        return zlib.decompress(data) if b"/FlateDecode" in head else data


OUTLINED = re.compile(rb"<<\n/Count \d+\n/Dest .*?/Title (<\w+>|\(.*?\))", re.S)


def _begun(page: int, step: re.Match[bytes]) -> Part:
    more = step["more"] or b""
    number, said = re.search(rb"/MCID (\d+)", more), re.search(rb"/ActualText (<\w+>|\(.*\))", more)
    return Part(page, step["kind"].decode(), int(number[1]) if number else None, "", _string(said[1]) if said else None)


def _string(data: bytes) -> str:
    if data.startswith(b"<"):
        return bytes.fromhex(data[1:-1].decode()).decode("utf-16")
    return data[1:-1].decode("latin-1")


def _decoded(text: bytes, signs: dict[int, str]) -> str:
    plain = re.sub(rb"\\(.)", lambda found: {b"r": b"\r", b"n": b"\n"}.get(found[1], found[1]), text, flags=re.S)
    codes = (int.from_bytes(plain[at : at + 2], "big") for at in range(0, len(plain), 2))
    return "".join(signs.get(code, "\ufffd") for code in codes)
