"""Dates, numbers, phone numbers, addresses and free words."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from flows.answers import NotUnderstood, Understood
from flows.answers.text import LEFT_OUT
from tests.answering import HOSTILE, TODAY, asked, kind, reader, value


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("24/3/1990", "1990-03-24"),
        ("24-03-90", "1990-03-24"),
        ("24.3.90", "1990-03-24"),
        ("24031990", "1990-03-24"),
        ("1990-03-24", "1990-03-24"),
        ("24 maart 1990", "1990-03-24"),
        ("24 mars", "2027-03-24"),
        ("25 maart", "2026-03-25"),
        ("1 april '98", "1998-04-01"),
        ("1er avril 98", "1998-04-01"),
        ("3 februarie 99", "1999-02-03"),
        ("maandag 3 mei 1985", "1985-05-03"),
        ("15 aout 1977", "1977-08-15"),
        ("24 mar 1990", "1990-03-24"),
        ("mar 24 avril 1990", "1990-04-24"),
        ("gisteren", "2027-03-23"),
        ("hier", "2027-03-23"),
        ("05/06/30", "1930-06-05"),
    ],
)
def test_a_date_in_the_past_is_understood_as_people_type_it(said: str, day: str) -> None:
    assert value(kind("date", {"when": "past"}).read(said, reader())) == day


@pytest.mark.parametrize(("said", "day"), [("23 maart", "2028-03-23"), ("morgen", "2027-03-25"), ("1/4", "2027-04-01")])
def test_a_date_to_come_is_the_next_one(said: str, day: str) -> None:
    assert value(kind("date", {"when": "future"}).read(said, reader())) == day


@pytest.mark.parametrize("said", ["31/2/1990", "12", "maart", "1990", "32/1/2000", "1/1/99999", "blabla", "1 2 3 4"])
def test_what_is_no_date_is_not_guessed(said: str) -> None:
    assert isinstance(kind("date").read(said, reader()), NotUnderstood)


def test_a_date_on_the_wrong_side_of_today_is_answered_with_its_own_hint() -> None:
    late = kind("date", {"when": "past"}).read("24/3/2030", reader())
    early = kind("date", {"when": "future"}).read("24/3/1990", reader())
    assert isinstance(late, NotUnderstood)
    assert isinstance(early, NotUnderstood)
    assert late.hint != early.hint


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.sampled_from(["nl", "fr", "en"]), st.booleans())
def test_every_date_that_is_shown_is_read_back(day: date, language: str, numbers: bool) -> None:
    read = kind("date")
    written = f"{day.day}/{day.month}/{day.year}" if numbers else read.show(day.isoformat(), reader(language))
    assert value(read.read(written, reader(language))) == day.isoformat()


@given(st.dates(TODAY - timedelta(days=360 * 90), TODAY), st.sampled_from(["nl", "fr"]))
def test_a_past_date_with_two_digits_for_its_year_is_read_back(day: date, language: str) -> None:
    written = format_date(day, "d MMMM yy", locale=language)
    assert value(kind("date", {"when": "past"}).read(written, reader(language))) == day.isoformat()


@pytest.mark.parametrize(
    ("said", "number"),
    [("2", 2), ("twee", 2), ("deux", 2), ("2,5", 2.5), ("2.5", 2.5), ("ik heb 3 kinderen", 3), ("dix-huit", 18)],
)
def test_a_number_is_understood_in_digits_and_in_words(said: str, number: float) -> None:
    assert value(kind("number").read(said, reader())) == number


def test_a_dot_before_three_digits_parts_thousands() -> None:
    assert value(kind("number").read("1.500", reader())) == 1500


@pytest.mark.parametrize("said", ["12", "-1", "2 of 3", "2,5", "veel", "1e5"])
def test_a_number_that_does_not_fit_is_asked_again(said: str) -> None:
    limited = kind("number", {"min": 0, "max": 10, "whole": True})
    assert isinstance(limited.read(said, reader()), NotUnderstood)


@given(st.integers(-999_999, 999_999), st.sampled_from(["nl", "fr"]))
def test_every_whole_number_is_read_back(number: int, language: str) -> None:
    assert value(kind("number").read(str(number), reader(language))) == number


def test_a_number_is_shown_as_the_language_writes_it() -> None:
    assert kind("number").show(2.5, reader("nl")) == "2,5"


@pytest.mark.parametrize(
    "said", ["0470 12 34 56", "0470/12.34.56", "+32470123456", "0032 470 12 34 56", "mijn nummer is 0470123456"]
)
def test_a_belgian_number_is_kept_in_one_form(said: str) -> None:
    assert value(kind("phone").read(said, reader())) == "+32470123456"


def test_a_phone_number_is_shown_nicely() -> None:
    assert kind("phone").show("+32470123456", reader()) == "0470 12 34 56"
    assert kind("phone").show("+33612345678", reader()) == "+33 6 12 34 56 78"
    assert kind("phone").show("0470", reader()) == "0470"


def test_two_phone_numbers_ask_which() -> None:
    assert asked(kind("phone").read("0470 12 34 56 of 0471 23 45 67", reader())) == ["+32470123456", "+32471234567"]


@pytest.mark.parametrize("said", ["12", "0612345678", "geen", "85.07.30-033.28"])
def test_what_is_no_phone_number_is_not_kept(said: str) -> None:
    assert isinstance(kind("phone").read(said, reader()), NotUnderstood)


@pytest.mark.parametrize(
    "said",
    [
        "Jan.Peeters@Gmail.com",
        "jan.peeters @ gmail . com",
        "mijn mail is jan.peeters@gmail.com.",
        "jan.peeters at gmail punt com",
        "jan.peeters arobase gmail point com",
        "jan.peeters@gmail,com",
    ],
)
def test_an_address_is_understood_with_the_spaces_and_capitals_of_a_phone(said: str) -> None:
    assert value(kind("email").read(said, reader())) == "jan.peeters@gmail.com"


@pytest.mark.parametrize("said", ["jan", "a@b", "jan..p@gmail.com", "a@b.be of c@d.be", "@.", "jan@-.b"])
def test_what_is_no_address_is_not_kept(said: str) -> None:
    assert isinstance(kind("email").read(said, reader()), NotUnderstood)


def test_a_long_text_is_cut_and_said_so() -> None:
    reading = kind("words", {"max": 5}).read("abcdefgh", reader())
    assert isinstance(reading, Understood)
    assert reading.value == "abcde"
    assert reading.notice


def test_a_text_of_nothing_visible_is_no_answer() -> None:
    assert isinstance(kind("words").read("\u202e\x00\ud800", reader()), NotUnderstood)


@pytest.mark.parametrize(
    ("name", "settings", "problem"),
    [
        ("date", {"when": "never"}, "when"),
        ("number", {"min": 3, "max": 2}, "min"),
        ("number", {"min": "low"}, "min"),
        ("words", {"max": 0}, "max"),
        ("words", {"max": True}, "max"),
        ("phone", {"region": "BE"}, "region"),
        ("email", {"x": 1}, "'x'"),
        ("place", {"x": 1}, "'x'"),
        ("slot", {"x": 1}, "'x'"),
        ("recap", {"x": 1}, "'x'"),
        ("yesno", {"unsure": "maybe"}, "unsure"),
        ("language", {"languages": ["xx"]}, "languages"),
        ("consent", {"scope": "x"}, "wording"),
        ("consent", {"scope": "", "wording": 1}, "scope"),
    ],
)
def test_a_mistake_in_the_settings_is_told_in_one_line(name: str, settings: dict[str, object], problem: str) -> None:
    with pytest.raises(ValueError, match=problem) as told:
        kind(name, settings)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("ik heet Fatma", "Fatma"),
        ("Noem mij maar Dirk", "Dirk"),
        ("je m'appelle Nadia", "Nadia"),
        ("Je m’appelle  Jean Luc", "Jean Luc"),
        ("moi c'est Zoé", "Zoé"),
        ("Maar Ten", "Maar Ten"),
        ("je m'apelle Aïcha", "Aïcha"),
        ("mijn naan is Kim", "Kim"),
        ("Wil Peeters", "Wil Peeters"),
        ("Mo10", "Mo10"),
    ],
)
def test_a_name_is_kept_without_the_words_that_introduce_it(said: str, name: str) -> None:
    assert kind("words", {"max": 40, "name": True}).read(said, reader("fr")) == Understood(name)


@pytest.mark.parametrize(
    "said", ["0470 12 34 56", "fatma@example.be", "Fatma, 0470 12 34 56", "Fatma fatma@example.be", "je sais pas", "34"]
)
def test_a_number_an_address_or_a_sentence_is_no_part_of_a_name(said: str) -> None:
    assert isinstance(kind("words", {"max": 40, "name": True}).read(said, reader()), NotUnderstood)


def test_where_words_are_asked_a_number_alone_is_none_and_beside_words_it_is_left_out() -> None:
    assert isinstance(kind("words").read("0470 12 34 56", reader()), NotUnderstood)
    assert kind("words").read("bel 0470 12 34 56", reader()) == Understood("bel [☎]", LEFT_OUT)


@pytest.mark.parametrize("name", ["date", "number", "phone", "email", "words"])
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_never_breaks_a_typed_answer(name: str, text: str) -> None:
    kind(name).read(text, reader())


@given(st.sampled_from(["date", "number", "phone", "email", "words", "language", "recap", "yesno"]), st.text())
def test_no_text_whatever_breaks_an_answer_and_what_is_understood_can_be_shown(name: str, text: str) -> None:
    reading = kind(name).read(text, reader("fr"))
    if isinstance(reading, Understood):
        assert kind(name).show(reading.value, reader("fr"))
