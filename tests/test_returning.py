"""Coming back after a pause, with a new hello, or to begin again: nothing that was said gets lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from flows.answers.choice import OneChoice
from flows.answers.consent import ConsentAnswer
from flows.answers.recap import Recap
from flows.heard import COMMAND, CannotRead, Heard, Said, Started, Tap, Tapped
from flows.log import Answered, Missed, Restarted, Returned
from flows.script import Ask, Flow, Step
from flows.walk import walk
from tests.pure_talk import FEW, LANGUAGES, PICKS, PLACES, Talk, answered_up_to, scenes

WAYS = ["Verdergaan", "Mijn antwoorden", "Opnieuw beginnen", "Alles wissen"]
BACK = "Welkom terug."


def talked(*words: str, place: tuple[str, str] = ("genk", "web")) -> Talk:
    """Somebody in the middle of the short way, in Dutch."""
    talk = Talk(scenes()[place])
    talk.hears(Started())
    for typed in ("nederlands", "ja", "snel een mens", "34 tot 49 jaar", *words):
        talk.hears(Said(typed))
    return talk


def later(talk: Talk, heard: Heard, hours: int = 13) -> list[str]:
    """What is said to ``heard`` so many hours later."""
    talk.now += timedelta(hours=hours)
    before = len(talk.screen)
    talk.hears(heard)
    return [bubble.text for bubble in talk.screen[before:]]


def buttons(talk: Talk) -> list[str]:
    return [button.label for button in talk.screen[-1].buttons]


def test_an_answer_after_a_pause_is_taken_with_a_welcome_above_the_next_question() -> None:
    talk = talked("3600")
    (said,) = later(talk, Said("een job"), hours=24 * 400)
    assert said.startswith(f"{BACK}\n✓ Een job\n")
    assert talk.result["goal"] == "job"


def test_a_tap_after_a_pause_is_taken_too() -> None:
    talk = talked("3600")
    (said,) = later(talk, Tapped(Tap("goal", "job")))
    assert said.startswith(f"{BACK}\nVraag 3 van 4\n")
    assert talk.result["goal"] == "job"


def test_without_a_pause_nobody_is_welcomed_back() -> None:
    talk = talked("3600")
    (said,) = later(talk, Said("een job"), hours=11)
    assert "terug" not in said


def test_the_pause_is_what_the_organisation_says() -> None:
    talk = talked("3600")
    talk.setting = replace(talk.setting, pause=timedelta(days=5))
    assert "terug" not in later(talk, Said("hmm"), hours=24 * 4)[-1]
    assert BACK[:-1] in later(talk, Said("een job"), hours=24 * 6)[-1]


@pytest.mark.parametrize("words", ["hmm daar ben ik dan", "xyz", "wablief zeg"])
def test_what_is_not_understood_after_a_pause_asks_how_to_go_on_and_is_no_miss(words: str) -> None:
    talk = talked("3600")
    (said,) = later(talk, Said(words))
    assert said.startswith("Welkom terug. Je was bij vraag 2 van 4.")
    assert buttons(talk) == WAYS
    assert not any(isinstance(entry, Missed) for entry in talk.log)


@pytest.mark.parametrize("words", ["hallo", "goeiedag", "/start", "bonjour", "ben terug"])
def test_a_greeting_in_the_middle_says_where_we_are(words: str) -> None:
    talk = talked("3600")
    talk.hears(Said(words))
    if words == "bonjour":
        assert talk.screen[-1].text.startswith("Wil je verdergaan in het Frans?")
    else:
        assert talk.screen[-1].text.startswith("Hallo! Je bent bij vraag 2 van 4.")
        assert buttons(talk) == WAYS


def test_opening_the_chat_again_says_where_we_were() -> None:
    talk = talked("3600")
    talk.hears(Started())
    assert talk.screen[-1].text.startswith("Welkom terug. Je was bij vraag 2 van 4.")


def test_in_the_doorway_the_question_itself_is_asked_again() -> None:
    talk = Talk(scenes()["genk", "web"])
    for heard in (Started(), Said("nederlands"), Started()):
        talk.hears(heard)
    assert talk.screen[-1].question == "privacy"
    assert talk.screen[-1].text.startswith(BACK)


def test_the_first_hello_is_no_return() -> None:
    talk = Talk(scenes()["jobin", "web"])
    talk.hears(Started())
    assert not any(isinstance(entry, Returned) for entry in talk.log)
    assert "à nouveau" not in talk.screen[-1].text


@pytest.mark.parametrize("words", ["ja", "oké", "oui", "verder"])
def test_a_yes_to_the_welcome_goes_on_and_answers_nothing(words: str) -> None:
    talk = talked("3600", "een job")
    later(talk, Started())
    talk.hears(Said(words))
    assert talk.open is not None
    assert talk.open.id == "book"
    assert talk.screen[-1].question == "book"


def test_my_answers_shows_them_and_they_can_be_changed() -> None:
    talk = talked("3600", "een job")
    later(talk, Started())
    talk.hears(Said("mijn antwoorden"))
    assert "• Gemeente: 3600 Genk\n• Wat ik wil: Een job" in talk.screen[-1].text
    talk.hears(Said("gemeente"))
    assert talk.screen[-1].question == "place"


def test_something_we_cannot_read_after_a_pause_is_answered_with_a_welcome() -> None:
    talk = talked("3600")
    (said,) = later(talk, CannotRead("photo"))
    assert said.startswith(BACK)
    assert talk.screen[-1].question == "goal"


def test_stop_after_a_pause_just_stops() -> None:
    talk = talked("3600")
    (said,) = later(talk, Said("stop"))
    assert said.startswith("Ik stop.")


def test_who_stopped_and_comes_back_goes_on() -> None:
    talk = talked("3600")
    talk.hears(Said("stop"))
    (said,) = later(talk, Tapped(Tap(COMMAND, "continue")))
    assert said.startswith(f"{BACK}\nVraag 2 van 4")


def test_starting_over_is_confirmed_first() -> None:
    talk = talked("3600")
    before = talk.result
    talk.hears(Said("opnieuw beginnen"))
    assert buttons(talk) == ["Ja, begin opnieuw", "Nee"]
    talk.hears(Said("nee"))
    assert talk.result == before
    assert not any(isinstance(entry, Restarted) for entry in talk.log)


def test_before_any_answer_there_is_nothing_to_start_over() -> None:
    talk = Talk(scenes()["genk", "web"])
    for heard in (Started(), Said("nederlands"), Said("opnieuw beginnen")):
        talk.hears(heard)
    assert talk.screen[-1].question == "privacy"


def test_an_option_that_is_gone_is_asked_again_after_a_pause_and_the_rest_stays() -> None:
    talk = talked("3600", "klusjes")
    talk.setting = replace(talk.setting, flow=without(talk.setting.flow, "goal", "chores"))
    later(talk, Started())
    assert talk.open is not None
    assert talk.open.id == "goal"
    talk.hears(Tapped(Tap(COMMAND, "continue")))
    assert "🧹 Klusjes, wijk-werken" not in buttons(talk)
    talk.hears(Tapped(Tap("goal", "job")))
    assert talk.result["place"] == "3600:Genk"
    assert talk.result["goal"] == "job"


def without(flow: Flow, question: str, option: str) -> Flow:
    """The flow after an edit that took an option away."""

    def edited(step: Step) -> Step:
        if isinstance(step, Ask) and step.id == question and isinstance(step.kind, OneChoice):
            return replace(step, kind=replace(step.kind, options=tuple(o for o in step.kind.options if o.id != option)))
        return step

    return Flow(flow.id, flow.title, tuple(map(edited, flow.steps)))


def test_a_time_that_has_passed_meanwhile_is_asked_again() -> None:
    talk = talked("3600", "een job", "ja")
    talk.gone = 1
    later(talk, Tapped(Tap("slot", "20270325T0900-an")), hours=24 * 9)
    assert talk.screen[-1].question == "slot"
    assert "Dat moment is voorbij." in talk.screen[-1].text
    assert "slot" not in talk.result


def test_a_visit_that_is_over_is_not_moved_and_not_told_as_if_it_came() -> None:
    talk = talked("3600", "een job", "ja", "1")
    said = later(talk, Said("chat"), hours=24 * 20)
    assert not any("Je afspraak:" in text for text in said)
    talk.hears(Said("verplaats mijn afspraak"))
    assert "Die is nu voorbij." in talk.screen[-1].text
    assert "📅 Nieuwe afspraak" in buttons(talk)
    booked = talk.booked
    talk.hears(Tapped(Tap("slot", "~")))
    assert talk.screen[-1].question == "slot"
    assert talk.booked == booked


def test_a_hello_after_the_visit_is_welcomed_once() -> None:
    talk = talked("3600", "een job", "ja")
    talk.hears(Tapped(talk.screen[-1].buttons[0].tap))
    talk.hears(Said("chat"))
    said = later(talk, Said("hallo"), hours=24 * 400)
    assert "\n".join(said).count(BACK) == 1


@FEW
@given(place=PLACES, language=LANGUAGES, picks=PICKS)
def test_who_starts_over_and_leaves_everything_so_has_the_same_result(
    place: tuple[str, str], language: str, picks: list[int]
) -> None:
    talk = Talk(scenes()[place])
    answered_up_to(talk, language, picks)
    assume(not talk.erased)
    assume(talk.open is None or not isinstance(talk.open.kind, ConsentAnswer))
    before, open_before, booked = talk.result, talk.open, talk.booked
    kept = consents(talk)
    talk.hears(Tapped(Tap(COMMAND, "restart:yes")))
    for _ in range(80):
        question = talk.open
        if question is open_before or question is None:
            break
        if isinstance(talk.memory.answers.get(question.id), Answered):
            talk.hears(Tapped(Tap(question.id, "=" if not isinstance(question.kind, Recap) else "ok")))
        else:
            talk.hears(Tapped(Tap(COMMAND, "skip")))
    assert talk.result == before
    assert talk.booked == booked
    assert consents(talk) == kept


def consents(talk: Talk) -> list[object]:
    """What was agreed to, and when."""
    asks = talk.setting.flow.asks
    return [talk.memory.answers.get(id) for id, ask in asks.items() if isinstance(ask.kind, ConsentAnswer)]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(place=PLACES, language=LANGUAGES, picks=PICKS, hours=st.integers(0, 24 * 400), how=st.integers(0, 3))
def test_a_pause_of_any_length_changes_nothing_of_what_was_said(
    place: tuple[str, str], language: str, picks: list[int], hours: int, how: int
) -> None:
    talk = Talk(scenes()[place])
    answered_up_to(talk, language, picks)
    assume(not talk.erased)
    before, question = talk.result, talk.open
    later(talk, (Started(), Said("hallo"), CannotRead("voice"), Tapped(Tap(COMMAND, "continue")))[how], hours)
    assert talk.result == before
    assert walk(talk.setting.flow, talk.memory, talk.setting.facts).open is question
