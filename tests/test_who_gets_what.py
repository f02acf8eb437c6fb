"""Each row of the articles that is for some people and not for others: who is asked, shown and suggested what, and who
is not. The people stand in ``who_gets_what.yaml``, a row of ``docs/services.yaml`` each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlmodel import select

from casework.cases.case_kinds import kind_of
from casework.offers.catalogue_rules import town_of
from casework.offers.shown import Asking, shown
from casework.offers.suggesting import PLACE, Judgement, Somebody, Told, suggest
from casework.offers.suggestions import available, is_for
from flows.log import Value
from flows.talk import Setting
from storage.tables import CatalogueEntry
from tests.services_page import read_rows
from tests.stage import WEDNESDAY
from tests.test_offers_properties import house, keys, session, setting, written

FILE = Path(__file__).parent / "who_gets_what.yaml"
FINE = {"fits": "fits", "open": "may_fit", "not": "not"}
"""Under which word of the file which judgement stands."""


@dataclass(frozen=True)
class Case:
    """Somebody of the file, with what is to come of what they told."""

    row: str
    who: str
    at: str
    told: Mapping[str, Value]
    language: str
    day: date
    wanted: Mapping[str, Any] = field(repr=False)

    @property
    def setting(self) -> Setting:
        return setting(self.at)


def _case(row: str, written: dict[str, Any]) -> Case:
    wanted, at = dict(written), written["at"]
    told = {name: tuple(value) if isinstance(value, list) else value for name, value in wanted.pop("told").items()}
    language = wanted.pop("language", "fr" if at == "jobin" else "nl")
    return Case(row, wanted.pop("who"), wanted.pop("at"), told, language, wanted.pop("day", WEDNESDAY.date()), wanted)


CASES = [_case(row, each) for row, people in yaml.safe_load(FILE.read_text("utf-8")).items() for each in people]


def known(case: Case, channel: str = "web") -> dict[str, Value]:
    """What they told, what that means besides, and the facts of the talk."""
    flow = case.setting.flow
    implied = {
        name: value
        for said, answer in case.told.items()
        if said in flow.implied
        for name, value in flow.implied[said].get(answer, ())
    }
    return {**setting(case.at).facts.named, **implied, **case.told}


def judged(case: Case) -> dict[str, Judgement]:
    """What a coach is suggested for them, by its key in the file."""
    told = known(case)
    place = case.told.get(PLACE, case.told.get("where"))
    somebody = Somebody(told, town_of(case.setting.gazetteer, place), case.language, {"area": house(case.at).area})
    entries = (row for row in session(case.at).exec(select(CatalogueEntry)) if is_for(kind_of(told), row))
    offers = (available(row, house(case.at).rules) for row in entries)
    return {keys(case.at)[each.id]: each for each in suggest(offers, somebody, case.day)}


def seen(case: Case, *, private: bool) -> list[str]:
    now = datetime.combine(case.day, time(12), UTC)
    asking = Asking(known(case), case.language, private)
    return sorted(
        keys(case.at)[card.id] for card in shown(session(case.at), house(case.at), case.setting.gazetteer, asking, now)
    )


def told_by_name(at: str) -> set[str]:
    """The entries whose name, or whose partner's, tells something about who goes there."""
    data = written(at)
    telling = {key for key, partner in data["partners"].items() if partner.get("sensitive")}
    return {key for key, each in data["offers"].items() if each.get("sensitive") or each.get("partner") in telling}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.row} {case.who}")
def test_they_get_what_is_for_them_and_nothing_else(case: Case) -> None:
    found = judged(case)
    for word, verdict in FINE.items():
        for key in case.wanted.get(word, ()):
            judgement = found.get(key)
            assert (judgement.verdict if judgement else "not") == verdict, (word, key, judgement)
    assert not found.keys() & set(case.wanted.get("never", ()))
    if "because" in case.wanted:
        speaks = {clue.test.name for clue in found[case.wanted["fits"][0]].because if isinstance(clue, Told)}
        assert set(case.wanted["because"]) <= speaks
    on_our_page, elsewhere = seen(case, private=True), seen(case, private=False)
    if "shown" in case.wanted:
        assert on_our_page == case.wanted["shown"]
    if "telegram" in case.wanted:
        assert elsewhere == case.wanted["telegram"]
    assert not told_by_name(case.at) & set(elsewhere)
    assert not set(case.wanted.get("never", ())) & {*on_our_page, *elsewhere}


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if {"asked", "not_asked"} & case.wanted.keys()],
    ids=lambda case: f"{case.row} {case.who}",
)
def test_they_are_asked_what_must_be_known(case: Case) -> None:
    flow, told = case.setting.flow, {"privacy": "yes", **known(case)}
    told.setdefault("age", "from_34")
    asked = {ask.id for ask in flow.asks.values() if ask.when.holds(told, {"area": house(case.at).area})}
    assert set(case.wanted.get("asked", ())) <= asked
    assert not set(case.wanted.get("not_asked", ())) & asked


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.row} {case.who}")
def test_people_answer_what_can_be_answered(case: Case) -> None:
    """Else a slip in the file would make somebody of whom nothing is known."""
    asks = case.setting.flow.asks
    for name, value in case.told.items():
        options = {option.id for option in asks[name].kind.options}
        for each in value if isinstance(value, tuple) else (value,):
            assert not options or each in options, (name, each)


def test_each_entry_of_a_row_is_for_somebody_and_not_for_somebody_else() -> None:
    rows = read_rows()
    for row in {case.row for case in CASES}:
        cases = [case for case in CASES if case.row == row]
        for named in rows[row].get("offers", ()):
            at, _, key = named.partition(":")
            here = [case for case in cases if case.at == at]
            if written(at)["offers"][key].get("compulsory"):
                assert any(key in case.wanted["never"] for case in here), named
                continue
            assert any(key in case.wanted.get("fits", ()) for case in here), named
            withheld = any(key in case.wanted.get("not", ()) or case.wanted.get("shown") == [] for case in here)
            assert withheld, named
