"""Wishes about days and hours: what people type comes to what they mean, and is said back in full."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.answers import Reader
from flows.marked_yaml import Misread
from flows.when import ANY_TIME, When
from flows.when_days import coming
from flows.when_read import Wish, read_wish, wants_other_times
from flows.when_said import in_words
from flows.when_words import NAMES
from flows.wording import Wording
from flows.words import load_words
from tests.answering import HOSTILE, ROOT, TODAY, gazetteer, wording

LANGUAGES = ("nl", "fr", "en")
CALM = settings(deadline=None)
A_WEEK = timedelta(days=7)


def read(said: str, language: str = "nl", today: date = TODAY) -> Wish | None:
    return read_wish(said, Reader("slot", language, wording(), gazetteer(), today))


def when(said: str, language: str = "nl", today: date = TODAY) -> When | None:
    wish = read(said, language, today)
    return wish.when if wish else None


@cache
def table() -> dict[str, dict[str, Any]]:
    return yaml.safe_load((ROOT / "tests/typed_times.yaml").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def rows() -> list[tuple[str, str, str]]:
    return [(language, said, meant) for language, lines in table().items() for said, meant in lines.items()]


NO_DATES = {"nl": ("niets", "andere momenten", "eender wanneer"), "fr": ("rien", "autres moments", "n'importe quand")}


def shown(wish: Wish | None, language: str) -> str:
    """A wish as the person sees it back."""
    nothing, others, any_time = NO_DATES[language]
    if wish is None:
        return nothing
    return in_words(wish.when, language, TODAY) or (others if wish.other else any_time)


@pytest.mark.parametrize(("language", "said", "meant"), rows(), ids=lambda it: str(it)[:40])
def test_what_people_type_comes_to_what_they_mean(language: str, said: str, meant: str) -> None:
    assert shown(read(said, language), language) == meant


@pytest.mark.parametrize("language", ["nl", "fr"])
def test_the_table_has_sixty_phrases_in_each_language(language: str) -> None:
    assert len(table()[language]) >= 60


DAYS = st.dates(date(2026, 1, 1), date(2037, 12, 31))
HOURS = st.builds(time, st.integers(7, 20), st.sampled_from([0, 15, 30, 45]))


@st.composite
def wishes(draw: st.DrawFn, today: date) -> When:
    """Every wish that words can come to, seen from ``today``."""
    first = draw(st.none() | st.integers(0, 360).map(lambda days: today + timedelta(days=days)))
    last = draw(st.none() | st.integers(0, 60).map(lambda days: (first or today) + timedelta(days=days)))
    weekdays = frozenset() if first and first == last else draw(st.frozensets(st.integers(0, 6), max_size=6))
    begin, end = draw(st.none() | HOURS), draw(st.none() | HOURS)
    if begin and end and begin >= end:
        end = None
    return When(first, last, weekdays, begin, end)


@CALM
@given(st.data(), DAYS, st.sampled_from(LANGUAGES))
def test_a_wish_said_in_words_is_read_back_as_the_same_wish(data: st.DataObject, today: date, language: str) -> None:
    wish = data.draw(wishes(today).filter(lambda wish: wish != ANY_TIME))
    words = in_words(wish, language, today)
    assert when(words, language, today) == wish, words


@CALM
@given(DAYS, st.sampled_from(rows()))
def test_nothing_that_is_read_lies_in_the_past(today: date, row: tuple[str, str, str]) -> None:
    wish = when(row[1], row[0], today)
    if wish:
        assert wish.last is None or wish.last >= today
        assert wish.first is None or wish.first >= today


RELATIVE = ["dinsdag", "volgende dinsdag na de middag", "overmorgen 14u30", "volgende week", "over drie dagen"]
RELATIVE += ["dinsdag over twee weken"]
RELATIVE += ["mardi", "jeudi prochain", "après-demain", "la semaine prochaine", "dans trois jours", "ce week-end"]


@CALM
@given(DAYS, st.integers(1, 8), st.sampled_from(RELATIVE))
def test_a_week_later_the_same_words_mean_a_week_later(today: date, weeks: int, said: str) -> None:
    language = "fr" if RELATIVE.index(said) >= 6 else "nl"
    now, then = when(said, language, today), when(said, language, today + weeks * A_WEEK)
    assert now is not None
    assert now.first is not None
    assert now.last is not None
    assert then == replace(now, first=now.first + weeks * A_WEEK, last=now.last + weeks * A_WEEK)


@CALM
@given(DAYS, st.integers(0, 6))
def test_a_day_is_the_coming_one_and_the_next_one_is_in_next_week(today: date, weekday: int) -> None:
    name = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")[weekday]
    plain, following = when(name, today=today), when(f"volgende {name}", today=today)
    assert plain is not None
    assert following is not None
    assert plain.first == plain.last == coming(weekday, today)
    monday = today - timedelta(days=today.weekday())
    assert following.first == following.last == monday + A_WEEK + timedelta(days=weekday)


@CALM
@given(DAYS, DAYS)
def test_any_date_in_digits_is_read_as_that_date(today: date, day: date) -> None:
    expected = When(day, day) if day >= today else None
    for said in (f"{day:%d/%m/%Y}", f"{day.day}-{day.month}-{day.year}", day.isoformat()):
        assert when(said, today=today) == expected


@CALM
@given(DAYS, st.integers(0, 364))
def test_a_date_without_a_year_is_the_next_one(today: date, days: int) -> None:
    day = today + timedelta(days=days)
    assert when(f"{day.day}/{day.month}", today=today) == When(day, day)


@pytest.mark.parametrize("language", LANGUAGES)
@CALM
@given(text=st.text(max_size=400))
def test_no_text_whatever_breaks_the_reading(language: str, text: str) -> None:
    read(text, language)


ALPHABET = [word for language in ("nl", "fr") for words in wording().words[language].times.values() for word in words]
ALPHABET += ["24/3", "10u30", "14h", "5", "2027", "30e", "31/4", "99", "25u", "0h", "29/2"]


@CALM
@given(st.lists(st.sampled_from(ALPHABET), max_size=9), st.sampled_from(["nl", "fr"]), DAYS)
def test_no_words_about_time_break_the_reading_or_lead_into_the_past(
    words: list[str], language: str, today: date
) -> None:
    wish = when(" ".join(words), language, today)
    assert wish is None or not wish.is_past(today)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_no_wish(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("said", "language", "other"),
    [
        ("een andere dag", "nl", True),
        ("later", "nl", True),
        ("un autre jour", "fr", True),
        ("tot later", "nl", False),
        ("dinsdag", "nl", False),
        ("later op de dag", "nl", False),
    ],
)
def test_a_wish_for_other_times_is_told_from_the_rest(said: str, language: str, other: bool) -> None:
    assert wants_other_times(said, Reader("slot", language, wording(), gazetteer(), TODAY)) is other


@pytest.mark.parametrize(("said", "sure"), [("dinsdag graag", True), ("dinsdag werk ik altijd", False)])
def test_words_that_are_left_over_make_a_wish_unsure(said: str, sure: bool) -> None:
    wish = read(said)
    assert wish is not None
    assert wish.sure is sure


@CALM
@given(st.data(), DAYS)
def test_a_wish_comes_back_from_the_log_as_it_was(data: st.DataObject, today: date) -> None:
    wish = data.draw(wishes(today))
    assert When.from_text(wish.as_text()) == wish


@CALM
@given(st.data(), DAYS, st.datetimes(datetime(2026, 1, 1), datetime(2038, 1, 1)))
def test_what_fits_a_wish_fits_every_wider_one_until_any_time_is_left(
    data: st.DataObject, today: date, start: datetime
) -> None:
    wish = data.draw(wishes(today))
    for _ in range(4):
        wider = wish.wider()
        assert wider.fits(start) or not wish.fits(start)
        wish = wider
    assert wish == ANY_TIME


def test_without_any_words_nothing_is_understood() -> None:
    assert read_wish("dinsdag", Reader("slot", "nl", Wording(), gazetteer(), TODAY)) is None


ONLY_FRENCH = {"less", "two_weeks_later"}


@pytest.mark.parametrize(("language", "others"), [("nl", ONLY_FRENCH), ("fr", set())])
def test_everything_that_words_can_mean_has_words(language: str, others: set[str]) -> None:
    assert set(NAMES) - set(wording().words[language].times) == others


def test_a_mistake_in_the_words_for_times_is_pointed_at(tmp_path: Path) -> None:
    folder = tmp_path / "locales" / "nl"
    folder.mkdir(parents=True)
    (folder / "words.yaml").write_text("answers: {}\n", encoding="utf-8")
    (folder / "times.yaml").write_text("monday: [maandag]\nmoonday: [maandag]\n", encoding="utf-8")
    with pytest.raises(Misread, match=r"locales/nl/times\.yaml:2: times knows no 'moonday'"):
        load_words(tmp_path / "locales")
