"""What is said where a wished time cannot be had: an agenda that is silent, or a time that was just taken."""

from __future__ import annotations

from datetime import timedelta

from flows.heard import COMMAND, SlotGone, Tap, Tapped
from flows.when import ANY_TIME
from tests.pure_talk import plain_answer
from tests.wish_desk import WEEKS, booked, until


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
    assert talk.labels() == ["Réessayer", "Une personne", "Passer"]
    assert talk.open is not None
    assert talk.open.id == "slot"
    talk.silent = False
    bubble = talk.taps("Réessayer")
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
    assert "Dan is er niets vrij: dinsdag 30 maart, om 14 uur." in shown[-1].text
    assert shown[-1].buttons[0].label == "di 30 mrt, 15.30"
