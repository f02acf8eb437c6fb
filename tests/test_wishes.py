"""A wish about the time in the talk: kept, looked for, said back in full; and what is said where no time is free."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.heard import VISIT, Tap, Tapped
from flows.log import Approached, Wished
from flows.memory import remember
from flows.when import AFTERNOON, ANY_TIME, MORNING
from tests.pure_talk import FEW, kept, plain_answer
from tests.wish_desk import WEEKS, booked, until


@pytest.mark.parametrize(
    ("language", "said", "back", "first"),
    [
        ("nl", "volgende dinsdag na de middag", "Je vraagt: dinsdag 30 maart, na de middag.", "di 30 mrt, 14 uur"),
        ("nl", "di 6 april", "Je vraagt: dinsdag 6 april.", "di 6 apr, 9 uur"),
        ("nl", "na 15 uur", "Je vraagt: vanaf 15 uur.", "do 25 mrt, 15.30"),
        ("nl", "niet op donderdag", "Je vraagt: niet op donderdag.", "di 30 mrt, 9 uur"),
        ("fr", "jeudi prochain le matin", "Vous demandez : jeudi 1er avril, le matin.", "jeu. 1er avr, 9 h"),
        ("fr", "la semaine prochaine", "du lundi 29 mars au dimanche 4 avril.", "mar. 30 mars, 9 h"),
    ],
)
def test_a_wish_is_looked_for_and_said_back_in_full(language: str, said: str, back: str, first: str) -> None:
    talk = until("slot", language)
    bubble = talk.says(said)
    assert back in bubble.text
    assert bubble.buttons[0].label == first
    assert talk.memory.value("slot") is None


def test_words_that_name_exactly_one_shown_time_choose_it() -> None:
    talk = until("slot")
    talk.says("donderdag 10u30")
    assert talk.memory.value("slot") == WEEKS[1].value
    assert talk.booked == 1


def test_words_that_fit_several_shown_times_ask_which() -> None:
    talk = until("slot")
    assert [button.label for button in talk.says("donderdag voormiddag").buttons] == [
        "do 25 mrt, 9 uur",
        "do 25 mrt, 10.30",
        "Andere dagen",
    ]


def test_an_exact_wish_that_is_free_is_the_first_button_and_books_nothing() -> None:
    talk = until("slot")
    bubble = talk.says("dinsdag 6 april om 15u30")
    assert [button.label for button in bubble.buttons] == ["di 6 apr, 15.30", "Andere dagen", "Eerste vrije moment"]
    assert talk.booked == 0


@pytest.mark.parametrize(
    ("language", "said", "honest", "nearest"),
    [
        ("nl", "dinsdag 30 maart om 11 uur", "Dan is er niets vrij: dinsdag 30 maart, om 11 uur.", "di 30 mrt, 9 uur"),
        ("nl", "woensdag", "Dan is er niets vrij: woensdag 31 maart.", "do 1 apr, 9 uur"),
        ("fr", "samedi", "Rien n'est libre à ce moment-là : samedi 27 mars.", "mar. 30 mars, 9 h"),
        ("fr", "le 24 décembre", "Rien n'est libre à ce moment-là : vendredi 24 décembre.", "jeu. 25 mars, 9 h"),
    ],
)
def test_where_nothing_is_free_then_it_says_so_and_shows_the_nearest_times(
    language: str, said: str, honest: str, nearest: str
) -> None:
    talk = until("slot", language)
    bubble = talk.says(said)
    assert honest in bubble.text
    assert bubble.buttons[0].label == nearest
    assert talk.memory.wished["slot"] == ANY_TIME


@pytest.mark.parametrize(("language", "said"), [("nl", "een andere dag"), ("nl", "later"), ("fr", "un autre jour")])
def test_other_days_in_words_are_the_times_after_those_shown(language: str, said: str) -> None:
    talk = until("slot", language)
    bubble = talk.says(said)
    assert talk.asked[-1].after == WEEKS[5].start
    assert bubble.buttons[0].tap.option == WEEKS[6].value


def test_other_days_keep_the_hours_that_were_wished_for() -> None:
    talk = until("slot")
    talk.says("dinsdag 6 april na 15 uur")
    bubble = talk.taps("Andere dagen")
    assert "Je vraagt: vanaf 15 uur." in bubble.text
    assert bubble.buttons[0].label == "do 8 apr, 15.30"


def test_behind_the_last_time_it_says_so_and_begins_again() -> None:
    talk = until("slot")
    talk.times = WEEKS[:7]
    talk.taps("Andere dagen")
    talk.times = WEEKS[:6]
    shown = talk.hears(Tapped(Tap("slot", f">{WEEKS[5].value}")))
    assert shown[0].text == "Later is er nu niets vrij."
    assert shown[-1].buttons[0].tap.option == WEEKS[0].value


def test_half_a_day_can_be_chosen_where_the_list_is_long_and_has_both() -> None:
    talk = until("slot")
    assert talk.labels()[6:] == ["Andere dagen", "Voormiddag", "Namiddag"]
    talk.taps("Namiddag")
    assert talk.asked[-1].when == AFTERNOON
    assert talk.labels()[6:] == ["Andere dagen", "Eerste vrije moment"]
    assert talk.labels()[0] == "do 25 mrt, 14 uur"
    talk.taps("Eerste vrije moment")
    assert talk.asked[-1].when == ANY_TIME
    assert talk.labels()[0] == "do 25 mrt, 9 uur"


@pytest.mark.parametrize("half", [MORNING, AFTERNOON])
def test_half_a_day_is_no_button_where_all_times_are_in_it(half: object) -> None:
    talk = until("book")
    talk.times = tuple(slot for slot in WEEKS if half.fits(slot.start))  # type: ignore[attr-defined]
    while talk.open and talk.open.id != "slot":
        talk.hears(Tapped(Tap("book", "yes")) if talk.open.id == "book" else plain_answer(talk, talk.open, 0))
    assert talk.labels()[6:] == ["Andere dagen"]


def test_a_short_list_has_no_button_for_half_a_day() -> None:
    talk = until("slot")
    talk.times = WEEKS[:4]
    talk.says("zo snel mogelijk")
    assert len(talk.labels()) == 4


@pytest.mark.parametrize("language", ["nl", "fr"])
def test_never_more_than_six_times_and_no_label_is_too_long(language: str) -> None:
    talk = until("slot", language)
    for said in ("", "la semaine prochaine", "volgende week", "dinsdag", "vanaf april"):
        bubble = talk.says(said) if said else talk.screen[-1]
        times = [button for button in bubble.buttons if button.tap.option[0].isdigit()]
        assert len(times) <= 6
        assert all(len(button.label) <= 20 for button in bubble.buttons)


@pytest.mark.parametrize(
    ("language", "said", "wish"),
    [
        ("nl", "ja, dinsdag na de middag", "dinsdag 30 maart, na de middag"),
        ("nl", "dinsdag na de middag", "dinsdag 30 maart, na de middag"),
        ("fr", "oui, jeudi prochain", "jeudi 1er avril"),
        ("fr", "mardi matin svp", "mardi 30 mars, le matin"),
    ],
)
def test_a_wish_said_where_an_appointment_is_offered_goes_along(language: str, said: str, wish: str) -> None:
    talk = until("book", language)
    bubble = talk.says(said)
    assert talk.memory.value("book") == "yes"
    while talk.open and talk.open.id != "slot":
        bubble = talk.hears(plain_answer(talk, talk.open, 0))[-1]
    assert wish in bubble.text
    assert talk.asked[0].when != ANY_TIME


@pytest.mark.parametrize(
    ("said", "way"), [("op kantoor, dinsdag na de middag", "office"), ("liever bellen volgende week", "phone")]
)
def test_a_wish_said_on_the_way_to_the_times_goes_along(said: str, way: str) -> None:
    talk = until("visit_way", organisation="handel")
    talk.says(said)
    assert talk.memory.value("visit_way") == way
    assert "dinsdag 30 maart, na de middag" in talk.screen[-1].text or "maandag 29 maart" in talk.screen[-1].text


@pytest.mark.parametrize("said", ["nee, nu niet", "nee", "ik kom zomaar langs", "dinsdag kan ik niet"])
def test_a_no_is_not_turned_into_a_yes_by_a_time(said: str) -> None:
    talk = until("book")
    talk.says(said)
    assert talk.memory.value("book") != "yes"
    assert not talk.memory.wished


@pytest.mark.parametrize(
    ("language", "said", "wish"),
    [
        ("nl", "verplaats mijn afspraak naar dinsdag", "dinsdag 30 maart"),
        ("nl", "kan ik mijn afspraak verzetten naar volgende week?", "van maandag 29 maart tot en met zondag 4 april"),
        ("nl", "wijzig mijn afspraak naar dinsdag na de middag", "dinsdag 30 maart, na de middag"),
        ("fr", "déplacer mon rendez-vous à jeudi prochain", "jeudi 1er avril"),
        ("fr", "changer mon rdv pour mardi après-midi", "mardi 30 mars, l’après-midi"),
    ],
)
def test_a_wish_said_with_the_wish_to_move_goes_along(language: str, said: str, wish: str) -> None:
    talk = booked(language)
    bubble = talk.says(said)
    assert bubble.question == "slot"
    assert wish in bubble.text


@pytest.mark.parametrize(("said", "moves"), [("liever dinsdag na de middag", True), ("dinsdag kan ik niet", False)])
def test_a_time_in_answer_to_a_reminder_moves_the_visit(said: str, moves: bool) -> None:
    talk = booked()
    taps = tuple(f"{VISIT} {wish}:1" for wish in ("come", "move", "cancel"))
    reminder = Approached("visit", taps, ("I come", "Another time", "I cannot come"), talk.now)
    talk.memory = remember((reminder,), talk.memory)
    bubble = talk.says(said)
    assert ("Je vraagt: dinsdag 30 maart, na de middag." in bubble.text) is moves


def test_a_time_in_answer_to_the_offer_of_another_one_asks_for_it() -> None:
    talk = booked()
    assert "Wil je een ander moment?" in talk.says("ik kom niet").text
    assert "Je vraagt: dinsdag 30 maart, voor de middag." in talk.says("ja, dinsdagvoormiddag").text


def test_without_an_appointment_nothing_is_moved() -> None:
    talk = until("goal")
    talk.says("verplaats mijn afspraak naar dinsdag")
    assert not talk.memory.wished


def test_a_wish_is_remembered_from_the_log() -> None:
    talk = until("slot")
    talk.says("volgende week niet op dinsdag")
    assert any(isinstance(entry, Wished) for entry in talk.log)
    again = remember(map(kept, talk.log))
    assert again.wished == talk.memory.wished


SAID = [
    "dinsdag",
    "volgende week",
    "na de middag",
    "niet op donderdag",
    "30/3 14u",
    "in december",
    "later",
    "eerste vrije",
]
SAID += ["zaterdag", "mardi prochain", "jeudi 10h", "le 24", "van 9 tot 11 uur", "een andere dag", "1", "blabla"]


@FEW
@given(
    st.lists(st.one_of(st.sampled_from(SAID), st.integers(0, 12)), max_size=8),
    st.integers(0, len(WEEKS)),
    st.booleans(),
)
def test_whatever_is_wished_ends_with_times_or_with_an_honest_word(
    steps: list[str | int], times: int, silent: bool
) -> None:
    talk = until("slot")
    talk.times, talk.silent = WEEKS[:times], silent
    for step in steps:
        if isinstance(step, str):
            talk.says(step)
        elif talk.screen[-1].buttons:
            buttons = talk.screen[-1].buttons
            talk.hears(Tapped(buttons[step % len(buttons)].tap))
        assert talk.screen[-1].text
        assert talk.rounds <= 8
