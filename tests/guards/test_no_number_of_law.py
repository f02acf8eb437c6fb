"""No number of law stands in code or in a text: they are dated data in ``organisations/rules/``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from casework.house.organisation_file import read_rules
from tests.guards.test_rooms import ROOT, module, modules, shown

RULES = ROOT / "organisations" / "rules"
UNITS = {
    "hours": r"(uur|uren|u\.|heures?|h\b|hours?)",
    "days": r"(dagen|dag|jours?|days?)",
    "months": r"(maanden|maand|mois|months?)",
    "years": r"(jaar|jaren|ans?\b|années?|years?)",
    "percent": r"(procent|pour cent|percent|%)",
    "people": r"(voltijdse|temps plein|VTE|ETP)",
    "km": r"(km|kilometer|kilomètres?)",
}
SAID = {1: "één|een|un|une|one", 2: "twee|deux|two", 5: "vijf|cinq|five", 6: "zes|six", 10: "tien|dix|ten"}
SAID |= {12: "twaalf|douze|twelve", 24: "vierentwintig|vingt-quatre|twenty-four"}
ORDINARY = {("hours", 2), ("hours", 24), ("months", 1), ("years", 1), ("km", 10), ("days", 10), ("days", 14)}
"""So many hours, days or months are said of other things too: of a reminder, of how long a chat is kept."""
OURS = re.compile(
    r"(under|minder dan|moins de) 6 (months|maanden|mois)|6 (to|tot|à) 12 (months|maanden|mois)"
    r"|1 (to|tot|à) 2 (years|jaar|ans)|(over|meer dan|plus de) 2 (years|jaar|ans)"
    r"|last twelve months|laatste twaalf maanden|douze derniers mois",
    re.IGNORECASE,
)
"""Options of the question how long somebody looks for work, and the year that a map looks back on."""
ROUND = 100
"""Below that, a whole number in code is of anything; above, one that is a number of law is of the law."""
FACTOR = 2
"""Below that, a broken number in code is a line height or a share; with its unit it is looked for in texts."""


@cache
def values() -> tuple[tuple[str, Decimal], ...]:
    book = read_rules(RULES)
    return tuple(
        (number.unit, each.value) for rule in book.values() for number in rule.numbers.values() for each in number.dated
    )


def distinctive() -> set[float]:
    return {float(value) for _, value in values() if value > ROUND or (value > FACTOR and value != int(value))}


def patterns() -> list[re.Pattern[str]]:
    """A number with its unit behind it, in digits or in words; an amount of money with the euro on either side."""
    found = set()
    for unit, value in values():
        if unit == "euro":
            amount = rf"{int(value)}[.,]{value % 1:.2f}".replace(".0.", ".").replace("0.", "")
            found.add(rf"(€\s?{amount}|\b{amount}\s?(€|euros?))")
        elif unit in UNITS and (unit, int(value)) not in ORDINARY:
            words = SAID.get(int(value))
            number = rf"({value}|{words})" if words else str(value)
            found.add(rf"\b{number}[\s\u00a0]{UNITS[unit]}")
    return [re.compile(pattern, re.IGNORECASE) for pattern in sorted(found)]


def texts() -> Iterator[tuple[str, str]]:
    """What people read: translations, flow files and what organisations say; without comments."""
    files = [*(ROOT / "locales").glob("*/LC_MESSAGES/*.po"), *(ROOT / "flows" / "scripts").glob("*.yaml")]
    files += [file for file in (ROOT / "organisations").rglob("*.yaml") if RULES not in file.parents]
    for file in files:
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
            if not line.lstrip().startswith("#"):
                yield f"{file.relative_to(ROOT).as_posix()}:{number}", line


def test_the_values_are_there_to_be_looked_for() -> None:
    assert len(values()) > 20
    assert distinctive()


@pytest.mark.parametrize("text", ["Hoogstens 60 uur per maand", "Au plus douze mois", "€ 4,10 per uur", "4,10 euro"])
def test_a_number_of_law_would_be_found(text: str) -> None:
    assert any(pattern.search(text) for pattern in patterns())


def test_no_number_of_law_stands_in_code() -> None:
    law = distinctive()
    wrong = [
        f"{shown(path)}:{line} {value}"
        for path in modules()
        for line, value in module(path).constants
        if type(value) in (int, float) and value in law
    ]
    assert not wrong


def test_no_number_of_law_stands_in_a_text() -> None:
    wanted = patterns()
    theirs = ((where, line, OURS.sub("", line)) for where, line in texts())
    wrong = [f"{where} {line.strip()}" for where, line, left in theirs if any(each.search(left) for each in wanted)]
    assert not wrong, "\n".join(wrong)


def test_every_rule_of_law_says_where_it_stands() -> None:
    book = read_rules(RULES)
    assert {"wijk-werken", "gemeenschap", "artikel-60", "maatwerk-groep", "ibo", "saace", "werkloosheid"} <= set(book)
    assert all(rule.source and each.source for rule in book.values() for n in rule.numbers.values() for each in n.dated)
    assert not [name for name in book if not Path(RULES / f"{name}.yaml").exists()]
