"""What is not understood is asked in another way each time, and a person is never far."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.answers.choices import SeveralChoices
from flows.heard import COMMAND, Said, Started, Tap, Tapped
from flows.log import Missed
from flows.messages import Bubble
from flows.script import Ask
from tests.pure_talk import Talk, plain_answer, scenes

HARD = ("jkzxqw vbnmr", "qqqq zzzz", "xzxz wvwv qpqp")
"""Nothing in any language."""

EVERYTHING = (
    "childcare",
    "transport",
    "language",
    "applying",
    "money",
    "reading",
    "digital",
    "papers",
    "care",
    "alone",
    "other",
)
Way = dict[str, tuple[str, ...]]
WAYS: dict[str, Way] = {
    "everything is hard": {
        "path": ("full",),
        "barriers": EVERYTHING,
        "goal": ("not_sure",),
        "other": ("write",),
        "diploma": ("abroad",),
        "network": ("no",),
        "sector": ("fruit", "shop"),
        "season": ("yes",),
        "own_business": ("yes",),
        "more": ("yes",),
        "contact_way": ("call",),
        "book": ("yes",),
        "health_ok": ("yes",),
        "health": ("yes",),
    },
    "long looking": {
        "path": ("full",),
        "goal": ("job",),
        "barriers": ("none",),
        "duration": ("over_2y",),
        "income": ("benefit",),
    },
    "small jobs": {"path": ("full",), "goal": ("chores",), "barriers": ("none",)},
    "another door": {"path": ("no_work",), "door_who": ("partner",), "door_phone": ()},
    "a company that shows itself": {"path": ("company",), "company_wish": ("host",)},
    "a company that meets others": {"path": ("company",), "company_wish": ("contacts",)},
    "a customer": {"path": ("customer",)},
    "the wrong town": {"path": ("quick",), "place": ("3840:Borgloon",), "go_there": ("no",)},
    "young": {"path": ("quick",), "age": ("under_18",), "young_age": ("from_13",), "young_call": ("yes",)},
}
"""What somebody taps on their way; nothing at all is a question that is skipped."""

PLACES = (("genk", "web"), ("genk", "telegram"), ("jobin", "web"), ("zuidoost-limburg", "web"))
ASKS = (ask for place in PLACES for ask in scenes()[place].flow.asks.values())
MISSABLE = sorted({ask.id for ask in ASKS if ask.kind.expects != "text"})
"""Every question that does not take any words."""


def arrive(place: tuple[str, str], language: str, way: str, until: str) -> Talk:
    """Somebody who answers along ``way`` until the question ``until`` is open."""
    talk = Talk(scenes()[place])
    talk.hears(Started())
    if until != "language":
        talk.hears(Tapped(Tap("language", language)))
    while talk.open and talk.open.id != until:
        _answer(talk, talk.open, WAYS[way])
    return talk


def _answer(talk: Talk, question: Ask, way: Way) -> None:
    wanted = way.get(question.id)
    options = {option.id for option in question.kind.options}
    if wanted and options and not options & set(wanted):
        wanted = None
    if question.kind.expects == "text":
        talk.hears(Said("Fatma"))
    elif wanted is None:
        talk.hears(plain_answer(talk, question, 1))
    elif not wanted:
        talk.hears(Tapped(Tap(COMMAND, "skip")))
    elif isinstance(question.kind, SeveralChoices) and wanted != ("none",):
        for option in wanted:
            talk.hears(Tapped(Tap(question.id, f"+{option}")))
        talk.hears(Tapped(Tap(question.id, "=")))
    else:
        talk.hears(Tapped(Tap(question.id, wanted[0])))


@cache
def questions() -> dict[str, tuple[tuple[str, str], str]]:
    """The questions with a place and a way that lead to them."""
    found: dict[str, tuple[tuple[str, str], str]] = {"language": (PLACES[0], "young")}
    for place in PLACES:
        for way in WAYS:
            talk = arrive(place, "nl", way, "privacy")
            while talk.open:
                if talk.open.kind.expects != "text":
                    found.setdefault(talk.open.id, (place, way))
                _answer(talk, talk.open, WAYS[way])
    return found


def test_these_ways_lead_to_every_question_that_can_be_missed() -> None:
    assert sorted(questions()) == MISSABLE


@pytest.mark.parametrize("language", ["nl", "fr"])
@pytest.mark.parametrize("question", MISSABLE)
def test_eight_misses_in_a_row_never_say_the_same_twice(language: str, question: str) -> None:
    place, way = questions()[question]
    talk = arrive(place, language, way, question)
    asked = talk.open
    assert asked is not None
    shown = [talk.screen[-1].text]
    for number in range(8):
        said, missed = _says(talk, HARD[number % len(HARD)])
        assert missed == 1, said
        assert talk.open is asked
        _asks_one_thing(asked, said)
        shown += [bubble.text for bubble in said]
    assert all(one != following for one, following in pairwise(shown)), shown


def _says(talk: Talk, text: str) -> tuple[list[Bubble], int]:
    """What is answered to ``text``, and how many misses were counted."""
    since, before = len(talk.screen), len(talk.log)
    talk.hears(Said(text))
    return talk.screen[since:], sum(isinstance(entry, Missed) for entry in talk.log[before:])


def _asks_one_thing(asked: Ask, said: list[Bubble]) -> None:
    """One question at most, and a person within reach; the choice of a language is asked in each language."""
    most = 6 if asked.kind.expects == "language" else 1
    assert sum(bubble.text.count("?") for bubble in said) <= most, [bubble.text for bubble in said]
    taps = [button.tap for bubble in said for button in (*bubble.buttons, *bubble.tools)]
    assert Tap(COMMAND, "person") in taps


SIDE = ["bedankt", "merci", "?", "😀😀", "stomme bot", "ta gueule"]


@settings(max_examples=60, deadline=None)
@given(
    question=st.sampled_from(sorted({*MISSABLE} - {"language", "slot"})),
    language=st.sampled_from(["nl", "fr"]),
    said=st.lists(st.sampled_from([*HARD, *SIDE]), min_size=2, max_size=10),
)
def test_with_small_talk_in_between_nothing_is_said_twice_in_a_row_either(
    question: str, language: str, said: list[str]
) -> None:
    place, way = questions()[question]
    talk = arrive(place, language, way, question)
    asked = talk.open
    shown = [talk.screen[-1].text]
    for text in said:
        bubbles, _ = _says(talk, text)
        if talk.open is not asked:
            return
        shown += [bubble.text for bubble in bubbles]
    assert all(one != following for one, following in pairwise(shown)), shown


@pytest.mark.parametrize(
    ("language", "question", "said", "reaction"),
    [
        ("nl", "goal", "bedankt!", "Graag gedaan."),
        ("fr", "goal", "merci beaucoup", "Avec plaisir."),
        ("nl", "goal", "😀", "Ik kan deze afbeelding niet lezen."),
        ("fr", "diploma", "ta gueule", "Je comprends que c'est énervant."),
        ("nl", "place", "stomme bot", "Ik snap dat dit vervelend is."),
        ("nl", "place", "??", "Ik zeg het anders."),
    ],
)
def test_small_talk_is_no_miss_the_first_time(language: str, question: str, said: str, reaction: str) -> None:
    place, way = questions()[question]
    talk = arrive(place, language, way, question)
    first, missed = _says(talk, said)
    assert missed == 0
    assert first[-1].text.startswith(reaction)
    assert first[-1].question == question
    _, missed = _says(talk, said)
    assert missed == 1


def test_a_question_mark_is_i_do_not_know_where_that_is_an_answer() -> None:
    place, way = questions()["debt"]
    talk = arrive(place, "nl", way, "debt")
    _says(talk, "?")
    assert talk.memory.value("debt") == "dont_know"


def test_a_name_that_is_also_a_thank_you_is_a_name_when_it_is_said_again() -> None:
    talk = arrive(("genk", "web"), "fr", "everything is hard", "name")
    _says(talk, "Merci")
    assert talk.open is not None
    assert talk.open.id == "name"
    _says(talk, "Merci")
    assert talk.memory.value("name") == "Merci"


def test_misses_are_counted_for_each_question_and_forgotten_with_its_answer() -> None:
    talk = arrive(("genk", "web"), "nl", "everything is hard", "goal")
    _says(talk, HARD[0])
    _says(talk, HARD[1])
    talk.hears(Tapped(Tap("goal", "job")))
    _, missed = _says(talk, HARD[0])
    assert (missed, talk.memory.missed) == (1, {"barriers": 1})
