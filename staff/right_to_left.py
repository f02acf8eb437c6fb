"""Arabic and Hebrew on paper: letters in the form in which they join, lines in the order in which they are read."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache

FORMS = range(0xFE70, 0xFEFD)
"""Arabic presentation forms B: each says which letter it is, and whether as first, middle, last or alone."""
RIGHT_TO_LEFT = ("R", "AL")


def joined(text: str) -> str:
    """Each Arabic letter as it looks between its neighbours; any other text is as it was."""
    if not any(unicodedata.bidirectional(sign) == "AL" for sign in text):
        return text
    signs = _ligated(text)
    return "".join(_form(signs, place) for place in range(len(signs)))


def in_reading_order(line: str) -> str:
    """One line as it stands from left to right."""
    if not any(unicodedata.bidirectional(sign) in RIGHT_TO_LEFT for sign in line):
        return line
    from fpdf.bidi import BidiParagraph

    return str(BidiParagraph(text=line).get_reordered_string())


def spoken(line: str) -> str:
    """A joined line in the letters of the alphabet again, as it is read aloud."""
    return "".join(unicodedata.normalize("NFKC", sign) if ord(sign) in FORMS else sign for sign in line)


def _form(signs: list[str], place: int) -> str:
    forms = _forms().get(signs[place])
    if forms is None:
        return signs[place]
    before, after = _neighbour(signs, place, -1), _neighbour(signs, place, 1)
    reached = "final" in forms and "initial" in _forms().get(before, {})
    reaches = "initial" in forms and "final" in _forms().get(after, {})
    wanted = {(True, True): "medial", (True, False): "final", (False, True): "initial"}
    return forms.get(wanted.get((reached, reaches), "isolated"), signs[place])


def _neighbour(signs: list[str], place: int, step: int) -> str:
    """The next letter to that side; marks above and below do not part letters."""
    place += step
    while 0 <= place < len(signs) and unicodedata.category(signs[place][0]) == "Mn":
        place += step
    return signs[place] if 0 <= place < len(signs) else ""


def _ligated(text: str) -> list[str]:
    """The letters; lam and alef, which are written as one, together."""
    signs: list[str] = []
    for sign in text:
        if signs and signs[-1] + sign in _forms():
            signs[-1] += sign
        else:
            signs.append(sign)
    return signs


@cache
def _forms() -> Mapping[str, Mapping[str, str]]:
    """By letter, its forms by name, as Unicode itself tells them."""
    found: dict[str, dict[str, str]] = {}
    for code in FORMS:
        form, _, letters = unicodedata.decomposition(chr(code)).partition(" ")
        base = "".join(chr(int(letter, 16)) for letter in letters.split())
        if base and not base.startswith(" "):
            found.setdefault(base, {})[form.strip("<>")] = chr(code)
    return found
