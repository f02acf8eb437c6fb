"""Random people are never shown an offer whose conditions they do not meet, whose rule has ended, or whose name tells
something about them where others could read it."""

from __future__ import annotations

import operator
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.pool import StaticPool
from sqlmodel import Session, SQLModel, create_engine, select

from casework.house.organisation import Organisation
from casework.offers.catalogue_file import CATALOGUE, read_catalogue
from casework.offers.catalogue_seed import seed
from casework.offers.law import Rule
from casework.offers.shown import MOST, Asking, shown
from casework.offers.suggesting import Somebody, suggest
from casework.offers.suggestions import available
from flows.answers.choice import OneChoice
from flows.answers.choices import SeveralChoices
from flows.answers.yesno import YesNo
from flows.log import Value
from flows.offer_card import OfferCard
from flows.talk import Setting
from storage.tables import CatalogueEntry
from tests.stage import ROOT, WEDNESDAY, papers

FOLDER = ROOT / "organisations"
NAMES = ("bijzig", "genk", "handel", "jobin", "zuidoost-limburg")
VAGUE = {"dont_know", "rather_not", "not_sure", "not_said"}
ROUNDS = 10
"""Most rounds of random people until two offers were shown to somebody; one is nearly always enough."""
DAYS = st.dates(date(2026, 1, 1), date(2029, 12, 31))


@cache
def house(name: str) -> Organisation:
    return papers().organisations[name]


@cache
def setting(name: str) -> Setting:
    return papers().scenes.settings[name, "web"]


@cache
def session(name: str) -> Session:
    """The catalogue of the organisation's file, in a database in memory."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    SQLModel.metadata.create_all(engine)
    opened = Session(engine)
    seed(opened, name, read_catalogue(FOLDER / name / CATALOGUE, house(name)), WEDNESDAY)
    return opened


@cache
def written(name: str) -> dict[str, dict[str, Any]]:
    """The file as YAML alone reads it, apart from all of our code."""
    data: dict[str, dict[str, Any]] = yaml.safe_load((FOLDER / name / CATALOGUE).read_text("utf-8"))
    return data


@cache
def keys(name: str) -> dict[str, str]:
    return {row.id: row.seed or "" for row in session(name).exec(select(CatalogueEntry))}


@cache
def answers(name: str) -> st.SearchStrategy[dict[str, Value]]:
    """Any answers to the questions with options, none of them health; and a place in or out of the area. Often one
    is what an offer helps with."""
    flow, asked = setting(name).flow, {}
    for ask in flow.asks.values():
        if ask.tier != "C" and isinstance(ask.kind, OneChoice | SeveralChoices | YesNo):
            options = st.sampled_from([option.id for option in ask.kind.options])
            many = st.lists(options, unique=True, min_size=1).map(tuple)
            asked[ask.id] = many if isinstance(ask.kind, SeveralChoices) else options
    codes = (*sorted(house(name).area), "1000", "8000")
    places = [f"{code}:{place.name}" for code in codes for place in setting(name).gazetteer.codes.get(code, ())]
    told = st.fixed_dictionaries({}, optional={**asked, "place": st.sampled_from(places)})
    named: list[dict[str, Value]] = [{}, *_named(name, asked.keys())]
    return st.builds(operator.or_, told, st.sampled_from(named))


def _named(name: str, asked: Collection[str]) -> Iterator[dict[str, Value]]:
    """The answers that the offers of the file help with."""
    asks = setting(name).flow.asks
    for theme in sorted({theme for entry in written(name)["offers"].values() for theme in entry.get("themes") or ()}):
        question, option = theme.split(":")
        if question in asked:
            yield {question: (option,) if isinstance(asks[question].kind, SeveralChoices) else option}


def met(condition: Any, told: Mapping[str, Value]) -> bool:
    """Whether a condition of the file holds, read as its words say; what was not told holds nothing."""
    return all(_met(key, wanted, told) for key, wanted in (condition or {}).items())


def _met(key: str, wanted: Any, told: Mapping[str, Value]) -> bool:
    if key == "any":
        return any(met(part, told) for part in wanted)
    if key == "all":
        return all(met(part, told) for part in wanted)
    if key == "not":
        return not met(wanted, told)
    value = told.get(key)
    if isinstance(wanted, dict):
        return wanted["has"] in (value if isinstance(value, tuple) else ())
    return value in (wanted if isinstance(wanted, list) else [wanted])


def helps(entry: Mapping[str, Any], told: Mapping[str, Value]) -> bool:
    for theme in entry.get("themes", ()):
        question, option = theme.split(":")
        value = told.get(question)
        if option == value or (isinstance(value, tuple) and option in value):
            return True
    return False


def comes_for(entry: Mapping[str, Any], told: Mapping[str, Value]) -> bool:
    """Whether it is for companies, customers or partners who want just this, and they want it."""
    fits = entry.get("fits") or {}
    wanted = {
        key: fits[key] for key in ("company_wish", "contact_with", "customer_who", "partner_about") if key in fits
    }
    return not entry.get("themes") and bool(wanted) and met(wanted, told)


def wrongs(name: str, card: OfferCard, told: Mapping[str, Value], asking: tuple[date, bool]) -> Iterator[str]:
    """Everything that is wrong with showing this to them on that day."""
    day, private = asking
    data = written(name)
    entry = data["offers"][keys(name)[card.id]]
    partner = data["partners"].get(entry.get("partner"), {})
    if not met(entry.get("fits"), told):
        yield "its conditions are not met"
    if not helps(entry, told) and not comes_for(entry, told):
        yield "it helps with nothing they named"
    if entry.get("compulsory") or "gemeenschap" in entry.get("rules", ()):
        yield "it can be imposed"
    if not private and (entry.get("sensitive") or partner.get("sensitive")):
        yield "its name tells something"
    first = max((entry[key] for key in ("valid_from",) if key in entry), default=date.min)
    last = min((entry[key] for key in ("valid_until", "ends_on") if key in entry), default=date.max)
    if not first <= day <= last:
        yield "it is not there on that day"
    place = told.get("place")
    if isinstance(place, str):
        code, _, town = place.partition(":")
        if code not in house(name).area:
            yield "they live where the house does not work"
        lived = setting(name).gazetteer.place(place)
        if entry.get("municipalities") and (lived is None or lived.municipality not in entry["municipalities"]):
            yield f"it is not for people of {town}"
    elif entry.get("municipalities"):
        yield "nobody knows where they live"
    if entry.get("languages") and "nl" not in entry["languages"]:
        yield "it is in another language"


@pytest.mark.parametrize("name", NAMES)
def test_nobody_is_shown_what_is_not_for_them(name: str) -> None:
    @settings(max_examples=40)
    @given(told=answers(name), day=DAYS, private=st.booleans())
    def look(told: dict[str, Value], day: date, private: bool) -> None:
        now = datetime.combine(day, time(12), UTC)
        asking = Asking(told, "nl", private)
        cards = shown(session(name), house(name), setting(name).gazetteer, asking, now)
        assert len(cards) <= MOST
        for card in cards:
            assert list(wrongs(name, card, told, (day, private))) == [], (keys(name)[card.id], told, day)
            assert card.because
            assert set(card.because) <= set(told)

    look()


@pytest.mark.parametrize("name", NAMES)
def test_nobody_is_shown_what_rests_on_a_rule_that_has_ended(name: str) -> None:
    rests = {rule for entry in written(name)["offers"].values() for rule in entry.get("rules", ())}

    @settings(max_examples=20)
    @given(told=answers(name), ended=st.sets(st.sampled_from(sorted(rests)), min_size=1), ago=st.integers(1, 600))
    def look(told: dict[str, Value], ended: set[str], ago: int) -> None:
        end = WEDNESDAY.date() - timedelta(days=ago)
        book = {id: _until(rule, end) if id in ended else rule for id, rule in house(name).rules.items()}
        somebody = Somebody(told, None, "nl", {"area": house(name).area})
        offers = [available(row, book) for row in session(name).exec(select(CatalogueEntry))]
        for found in suggest(offers, somebody, WEDNESDAY.date()):
            resting = ended & set(written(name)["offers"][keys(name)[found.id]].get("rules", ()))
            assert found.verdict == "not" or not resting

    look()


def _until(rule: Rule, end: date) -> Rule:
    return replace(rule, valid_from=min(rule.valid_from, end), valid_to=end)


@pytest.mark.parametrize("name", NAMES)
def test_somebody_is_shown_something(name: str) -> None:
    """Else the tests above could not fail."""
    found: set[str] = set()

    @settings(max_examples=60, database=None)
    @given(told=answers(name))
    def look(told: dict[str, Value]) -> None:
        at_home = {key: value for key, value in told.items() if key != "place"}
        found.update(
            keys(name)[card.id]
            for card in shown(
                session(name), house(name), setting(name).gazetteer, Asking(at_home, "nl", True), WEDNESDAY
            )
        )

    for _ in range(ROUNDS):
        look()
        if len(found) > 1:
            return
    raise AssertionError(f"of {ROUNDS} rounds of random people nobody was shown more than {found}")
