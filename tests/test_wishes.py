"""A wish about the time in the talk: kept, looked for, said back in full; and what is said where no time is free."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.effects import BookSlot, FindSlots
from flows.heard import COMMAND, VISIT, Outcome, Said, Slot, SlotGone, SlotsFound, Started, Tap, Tapped
from flows.log import Approached, Wished
from flows.memory import remember
from flows.messages import Bubble
from flows.when import AFTERNOON, ANY_TIME, MORNING
from tests.pure_talk import BRUSSELS, FEW, Talk, kept, plain_answer, scenes
from tests.stage import WEDNESDAY


def free(start: str, coach: str = "an") -> Slot:
    at = datetime.fromisoformat(start).replace(tzinfo=BRUSSELS)
    value = f"{at.astimezone(WEDNESDAY.tzinfo):%Y%m%dT%H%M}-{coach}"
    return Slot(value, at, 45, coach, "werkstation")


WEEKS = tuple(
    free(f"2027-{day:%m-%d}T{hour}")
    for day in (datetime(2027, 3, 25) + timedelta(days=days) for days in range(28))
    if day.weekday() in (1, 3)
    for hour in ("09:00", "10:30", "14:00", "15:30")
)
"""Tuesdays and Thursdays, two times before noon and two after it."""


@dataclass
class Desk(Talk):
    """A talk with an agenda of its own: these times, six a screen, or no answer at all."""

    times: tuple[Slot, ...] = WEEKS
    silent: bool = False
    asked: list[FindSlots] = field(default_factory=list)
    refuses: list[SlotGone] = field(default_factory=list)

    def outcome(self, effect: object) -> Outcome | None:
        match effect:
            case FindSlots(question, _, _, after, when):
                self.asked.append(effect)
                if self.silent:
                    return SlotsFound(question, (), when=when, after=after, empty="unreachable")
                fitting = (slot for slot in self.times if when.fits(slot.start) and slot.start > (after or self.now))
                found = tuple(islice(fitting, 7))
                return SlotsFound(question, found[:6], len(found) > 6, when, after)
            case BookSlot() if self.refuses:
                return self.refuses.pop()
            case _:
                return super().outcome(effect)

    def says(self, text: str) -> Bubble:
        return self.hears(Said(text))[-1]

    def taps(self, label: str) -> Bubble:
        return self.hears(Tapped(next(tap for name, tap in self.buttons() if name.endswith(label))))[-1]

    def buttons(self) -> list[tuple[str, Tap]]:
        bubble = next(bubble for bubble in reversed(self.screen) if bubble.buttons)
        return [(button.label, button.tap) for button in (*bubble.buttons, *bubble.tools)]

    def labels(self) -> list[str]:
        return [button.label for button in self.screen[-1].buttons]


def until(question: str, language: str = "nl", organisation: str = "genk") -> Desk:
    """A talk with the open question ``question``."""
    talk = Desk(scenes()[organisation, "web"])
    talk.hears(Started())
    talk.hears(Tapped(Tap("language", language)))
    talk.hears(Tapped(Tap("privacy", "yes")))
    talk.hears(Tapped(Tap("path", "quick")))
    while talk.open and talk.open.id != question:
        talk.hears(Tapped(Tap("book", "yes")) if talk.open.id == "book" else plain_answer(talk, talk.open, 1))
    assert talk.open is not None, f"{question} is never asked"
    return talk


def booked(language: str = "nl") -> Desk:
    """A talk in which a visit on Thursday 25 March at 9 was booked."""
    talk = until("slot", language)
    talk.hears(Tapped(Tap("slot", WEEKS[0].value)))
    assert talk.memory.value("slot") == WEEKS[0].value
    return talk


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
    assert [button.label for button in bubble.buttons] == ["di 6 apr, 15.30", "Andere dagen", "Eerste vrije"]
    assert talk.booked == 0


@pytest.mark.parametrize(
    ("language", "said", "honest", "nearest"),
    [
        ("nl", "dinsdag 30 maart om 11 uur", "Dan is niets vrij: dinsdag 30 maart, om 11 uur.", "di 30 mrt, 9 uur"),
        ("nl", "woensdag", "Dan is niets vrij: woensdag 31 maart.", "do 1 apr, 9 uur"),
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
    assert talk.labels()[6:] == ["Andere dagen", "Eerste vrije"]
    assert talk.labels()[0] == "do 25 mrt, 14 uur"
    talk.taps("Eerste vrije")
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


def test_a_wish_stands_until_a_time_is_booked() -> None:
    talk = until("slot")
    talk.says("dinsdag na de middag")
    assert talk.says("waarom").text.count("dinsdag 30 maart, na de middag") == 1
    talk.taps("di 30 mrt, 14 uur")
    assert "slot" not in talk.memory.wished
    talk.says("een ander moment")
    assert talk.asked[-1].when == ANY_TIME


def test_a_wish_that_has_passed_is_forgotten() -> None:
    talk = until("slot")
    talk.says("morgen")
    talk.now += timedelta(days=20)
    talk.hears(Tapped(Tap(COMMAND, "repeat")))
    assert talk.asked[-1].when == ANY_TIME


def test_three_answers_for_full_for_unreachable_and_for_just_taken() -> None:
    full, unreachable, taken = until("book"), until("book"), until("slot")
    full.times, unreachable.silent = (), True
    said = []
    for talk in (full, unreachable):
        while talk.open and talk.open.id in ("book", "visit_way"):
            before = len(talk.screen)
            talk.hears(Tapped(Tap("book", "yes")) if talk.open.id == "book" else plain_answer(talk, talk.open, 0))
        said.append(" ".join(bubble.text for bubble in talk.screen[before:]))
    taken.refuses = [SlotGone("slot", WEEKS[1:4])]
    said.append(taken.hears(Tapped(Tap("slot", WEEKS[0].value)))[-1].text)
    assert "Er is nu geen moment vrij." in said[0]
    assert "Ik kan nu niet in de agenda kijken." in said[1]
    assert "Dat moment is net bezet." in said[2]
    assert len(taken.labels()) == 3


def test_an_agenda_that_cannot_be_reached_is_asked_again() -> None:
    talk = until("slot", "fr")
    talk.silent = True
    talk.says("mardi 13 avril")
    assert talk.labels() == ["Essayer encore", "Une personne", "Passer"]
    assert talk.open is not None
    assert talk.open.id == "slot"
    talk.silent = False
    bubble = talk.taps("Essayer encore")
    assert "mardi 13 avril" in bubble.text
    assert bubble.buttons[0].label == "mar. 13 avr, 9 h"


def test_an_agenda_that_falls_silent_while_booking_keeps_nobody_waiting() -> None:
    talk = until("slot")
    talk.refuses = [SlotGone("slot", (), empty="unreachable")]
    bubble = talk.hears(Tapped(Tap("slot", WEEKS[0].value)))[-1]
    assert bubble.text.startswith("Je hebt dit moment nog niet.")
    assert [button.label for button in bubble.buttons] == ["Opnieuw proberen", "Een mens", "Overslaan"]


def test_who_has_an_appointment_keeps_it_while_the_agenda_cannot_be_reached() -> None:
    talk = booked()
    talk.silent = True
    bubble = talk.says("een ander moment")
    assert "Je afspraak blijft: " in bubble.text
    assert talk.labels()[-1] == "Laat het zo"
    talk.taps("Laat het zo")
    assert talk.booked == 1
    assert talk.memory.value("slot") == WEEKS[0].value


def test_after_a_time_that_was_just_taken_the_wish_still_stands() -> None:
    talk = until("slot")
    talk.says("dinsdag na de middag")
    wish = talk.memory.wished["slot"]
    talk.refuses = [SlotGone("slot", WEEKS[7:8], when=wish)]
    bubble = talk.hears(Tapped(Tap("slot", WEEKS[6].value)))[-1]
    assert bubble.text.startswith("Dat moment is net bezet. Deze momenten zijn vrij.\nJe vraagt: dinsdag 30 maart")
    assert talk.memory.wished["slot"] == wish


def test_after_the_only_time_of_a_wish_was_taken_the_nearest_ones_are_shown() -> None:
    talk = until("slot")
    talk.says("dinsdag 30 maart om 14 uur")
    talk.times = tuple(slot for slot in WEEKS if slot != WEEKS[6])
    talk.refuses = [SlotGone("slot", (), when=talk.memory.wished["slot"])]
    shown = talk.hears(Tapped(Tap("slot", WEEKS[6].value)))
    assert shown[0].text == "Dat moment is net bezet."
    assert "Dan is niets vrij: dinsdag 30 maart, om 14 uur." in shown[-1].text
    assert shown[-1].buttons[0].label == "di 30 mrt, 15.30"


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
