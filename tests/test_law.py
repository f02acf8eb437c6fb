"""Rules of law: what is wrong in a file is named, and what rests on a rule is there only as long as the rule is."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.house.organisation_file import BadOrganisation, read_rules
from casework.offers.catalogue import Around, Entry, flaws
from casework.offers.catalogue_desk import is_stale, values_of
from casework.offers.law import Rule, imposes, not_verified_since, stretch
from casework.offers.suggesting import Somebody, judge, suggest
from casework.offers.suggestions import available
from storage.tables import CatalogueEntry
from tests.catalogue_stage import entry
from tests.staff_stage import NOW

PLAIN = """\
title: {nl: Regel, fr: Règle}
valid_from: 2020-01-01
valid_to: 2027-12-31
source: voorbeeld.be
last_verified: never
numbers:
  months:
    title: {nl: Hoogstens, fr: Au plus}
    unit: months
    dated:
      - value: 10
        valid_from: 2020-01-01
        valid_to: 2021-12-31
        source: voorbeeld.be
        last_verified: 2020-05-01
      - value: 12
        valid_from: 2022-01-01
        source: voorbeeld.be
        last_verified: 2026-10-01
"""
DAY = date(2027, 3, 24)
PERSON = Somebody({"barriers": ("childcare",)}, None, "nl")
MADE = st.dates(date(2020, 1, 1), date(2030, 1, 1))


def rules(folder: Path, text: str = PLAIN) -> dict[str, Rule]:
    (folder / "regel.yaml").write_text(text, "utf-8")
    return dict(read_rules(folder))


def row(**more: object) -> CatalogueEntry:
    written = values_of(entry(**more))
    return CatalogueEntry(organisation="demo", changed_at=NOW, changed_by="file", **written)


@pytest.mark.parametrize(
    ("line", "instead", "at", "says"),
    [
        ("title: {nl: Regel, fr: Règle}", "title: {nl: Regel}", 1, "nothing in 'fr'; add 'fr: ...'"),
        ("valid_to: 2027-12-31", "valid_to: 2019-12-31", 3, "it ends before it begins"),
        ("last_verified: never", "last_verified: soon", 5, "'soon' is no date; write it as 2027-03-28"),
        ("    unit: months", "    unit: moons", 9, "'moons' is not known here; write one of"),
        ("      - value: 10", "      - value: ten", 11, "'ten' is no number; write one such as 12 or 4.10"),
        ("        valid_to: 2021-12-31", "        valid_to: 2022-03-31", 16, "two values hold on the same day"),
        (
            "        source: voorbeeld.be\n        last_verified: 2026",
            "        last_verified: 2026",
            16,
            "'source' is missing",
        ),
        ("valid_from: 2020-01-01\nvalid_to", "valid_form: 2020-01-01\nvalid_to", 2, "did you mean 'valid_from'?"),
    ],
)
def test_what_is_wrong_in_a_rule_is_named_with_its_line_and_a_remedy(
    tmp_path: Path, line: str, instead: str, at: int, says: str
) -> None:
    assert line in PLAIN
    with pytest.raises(BadOrganisation) as bad:
        rules(tmp_path, PLAIN.replace(line, instead, 1))
    assert f"regel.yaml:{at}:" in str(bad.value), str(bad.value)
    assert says in str(bad.value)


def test_a_file_that_cannot_be_the_name_of_a_rule_is_refused(tmp_path: Path) -> None:
    (tmp_path / "A rule.yaml").write_text(PLAIN, "utf-8")
    with pytest.raises(BadOrganisation, match="cannot name a rule"):
        read_rules(tmp_path)


def test_a_number_is_what_it_was_on_that_day(tmp_path: Path) -> None:
    number = rules(tmp_path)["regel"].numbers["months"]
    found = [number.on(day) for day in (date(2019, 1, 1), date(2021, 12, 31), date(2022, 1, 1))]
    assert [each and int(each.value) for each in found] == [None, 10, 12]


def test_what_nobody_read_for_a_year_is_named_but_not_what_no_longer_counts(tmp_path: Path) -> None:
    book = rules(tmp_path)
    assert list(not_verified_since(book, date(2026, 1, 1))) == ["regel"]
    assert list(not_verified_since(book, date(2026, 11, 1))) == ["regel", "regel.months"]


@given(MADE, MADE, MADE)
def test_an_offer_is_there_exactly_as_long_as_its_rule(first: date, last: date, day: date) -> None:
    first, last = sorted((first, last))
    book = {"regel": Rule({"nl": "Regel"}, first, "voorbeeld.be", None, last)}
    found = judge(available(row(rules=("regel",)), book), PERSON, day)
    assert (found.verdict == "fits") is (first <= day <= last)
    assert is_stale(row(rules=("regel",)), day, book) is (day > last)


def test_a_rule_that_is_gone_from_the_files_takes_its_offers_along() -> None:
    assert judge(available(row(rules=("gone",)), {}), PERSON, DAY).verdict == "not"
    assert is_stale(row(rules=("gone",)), DAY, {})
    assert stretch((), {}) == (None, None)


def test_what_rests_on_a_rule_that_can_be_imposed_is_never_suggested_whatever_its_entry_says() -> None:
    book = {"duty": Rule({"nl": "Plicht"}, DAY - timedelta(days=1), "voorbeeld.be", None, compulsory=True)}
    assert imposes(("duty",), book)
    assert suggest([available(row(rules=("duty",), compulsory=False), book)], PERSON, DAY) == []


def test_an_entry_has_to_say_that_its_rule_can_be_imposed_and_to_name_rules_there_are() -> None:
    book = {"duty": Rule({"nl": "Plicht"}, DAY, "voorbeeld.be", None, compulsory=True)}
    around = Around((), ("barriers:childcare",), (), (), (), book)
    named = [flaw.field for flaw in flaws(Entry(themes=("barriers:childcare",), rules=("duty", "other")), around)]
    assert named == ["rules", "compulsory"]
    assert not list(flaws(Entry(rules=("duty",), compulsory=True), around))
