"""Choosing one of the times that were shown."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.answers import NotUnderstood, Which
from flows.answers.slot import OfferedReading, SlotAnswer
from flows.heard import Slot
from flows.when_read import Wish
from flows.when_said import in_words
from tests.answering import HOSTILE, TODAY, asked, reader, value

BRUSSELS = ZoneInfo("Europe/Brussels")


def free(name: str, start: str) -> Slot:
    return Slot(name, datetime.fromisoformat(start).replace(tzinfo=BRUSSELS), 45, "an", "genk")


OFFERED = (
    free("tuesday-10", "2027-03-30T10:00"),
    free("tuesday-14", "2027-03-30T14:00"),
    free("wednesday-10.30", "2027-03-31T10:30"),
    free("thursday-11", "2027-04-01T11:00"),
)


def read(said: str, language: str = "nl") -> OfferedReading:
    return SlotAnswer().read_offered(said, reader(language), OFFERED)


@pytest.mark.parametrize(
    ("said", "chosen"),
    [
        ("2", "tuesday-14"),
        ("optie 3", "wednesday-10.30"),
        ("de eerste", "tuesday-10"),
        ("le premier", "tuesday-10"),
        ("laatste", "thursday-11"),
        ("woensdag", "wednesday-10.30"),
        ("woensdg", "wednesday-10.30"),
        ("mercredi matin", "wednesday-10.30"),
        ("mardi 10h", "tuesday-10"),
        ("dinsdag om 14 uur", "tuesday-14"),
        ("dinsdag namiddag", "tuesday-14"),
        ("om twee uur", "tuesday-14"),
        ("10u30", "wednesday-10.30"),
        ("half elf", "wednesday-10.30"),
        ("dix heures et demie", "wednesday-10.30"),
        ("14:00", "tuesday-14"),
        ("31/3", "wednesday-10.30"),
        ("1 april", "thursday-11"),
        ("1er avril", "thursday-11"),
        ("le 31", "wednesday-10.30"),
        ("oui mais jeudi", "thursday-11"),
        ("mercredi 31 mars à 10 h 30", "wednesday-10.30"),
    ],
)
def test_an_offered_time_is_understood_by_its_place_day_date_or_hour(said: str, chosen: str) -> None:
    assert value(read(said)) == chosen


@pytest.mark.parametrize(
    ("said", "fitting"), [("dinsdag", ["tuesday-10", "tuesday-14"]), ("10 heures", ["tuesday-10", "wednesday-10.30"])]
)
def test_several_times_that_fit_ask_which(said: str, fitting: list[str]) -> None:
    assert asked(read(said)) == fitting


def test_the_times_to_choose_from_are_said_in_the_language_of_the_talk() -> None:
    reading = read("mardi", "fr")
    assert isinstance(reading, Which)
    assert all("mar" in option.label for option in reading.options)


@pytest.mark.parametrize(
    ("said", "asked_for"),
    [
        ("vrijdag", "vrijdag 26 maart"),
        ("dinsdag 16u", "dinsdag 30 maart, om 16 uur"),
        ("volgende week", "van maandag 29 maart tot en met zondag 4 april"),
        ("na de middag", "na de middag"),
        ("niet op dinsdag", "niet op dinsdag"),
        ("la semaine prochaine", "van maandag 29 maart tot en met zondag 4 april"),
    ],
)
def test_words_that_name_none_of_the_times_or_not_one_alone_are_a_wish(said: str, asked_for: str) -> None:
    wish = read(said)
    assert isinstance(wish, Wish)
    assert in_words(wish.when, "nl", TODAY) == asked_for


def test_nothing_is_chosen_by_a_sentence_that_is_not_wholly_understood() -> None:
    assert asked(read("woensdag moet ik naar de tandarts")) == ["wednesday-10.30"]


def test_an_hour_that_nobody_works_at_in_the_morning_is_one_in_the_evening() -> None:
    evening = (free("thursday-19", "2027-04-01T19:00"), *OFFERED)
    assert value(SlotAnswer().read_offered("om 7 uur", reader(), evening)) == "thursday-19"


def test_other_words_are_no_time_at_all() -> None:
    assert isinstance(read("blabla"), NotUnderstood)
    assert isinstance(read("die van 23"), NotUnderstood)


def test_a_number_alone_is_the_day_or_the_hour_of_a_time_that_is_shown() -> None:
    assert asked(read("die van 30")) == ["tuesday-10", "tuesday-14"]
    assert value(read("31")) == "wednesday-10.30"


def test_without_offered_times_nothing_is_understood() -> None:
    assert isinstance(SlotAnswer().read("2", reader()), NotUnderstood)
    assert isinstance(SlotAnswer().read_offered("2", reader(), ()), NotUnderstood)


def test_a_booked_time_is_shown_in_belgian_time() -> None:
    assert "10" in SlotAnswer().show("20270330T0800-an", reader("nl"))
    assert SlotAnswer().show("nonsense", reader("nl")) == "nonsense"


@given(st.sampled_from(range(len(OFFERED))))
def test_the_number_of_a_time_always_chooses_it(index: int) -> None:
    assert value(read(str(index + 1))) == OFFERED[index].value


@given(st.text())
def test_no_text_whatever_breaks_the_choice_of_a_time(text: str) -> None:
    read(text)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_never_breaks_the_choice_of_a_time(text: str) -> None:
    assert value(read(text)) is None
