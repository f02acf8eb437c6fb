"""What is suggested: never what a person's answers rule out, and never as sure what is not known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from casework.offers.suggesting import Available, Lives, Somebody, Speaks, There, Told, judge, suggest, truth
from casework.offers.written_conditions import apart, read_condition, together, write_condition
from flows.conditions import ALWAYS, All, AnyOf, AtLeast, AtMost, Condition, Has, Is, Known, Not, holds
from flows.conditions import tests as single_tests
from flows.log import Value

DAY = date(2027, 3, 24)
ONE, SEVERAL, NUMBER = ("age", "goal"), ("barriers",), ("children",)
OPTIONS = ("a", "b", "c")
TOWNS = ("Wellen", "Heers")

TESTS = st.one_of(
    st.builds(Is, st.sampled_from(ONE), st.lists(st.sampled_from(OPTIONS), min_size=1, unique=True).map(tuple)),
    st.builds(Has, st.sampled_from(SEVERAL), st.sampled_from(OPTIONS)),
    st.builds(AtLeast, st.sampled_from(NUMBER), st.integers(0, 4)),
    st.builds(AtMost, st.sampled_from(NUMBER), st.integers(0, 4)),
    st.builds(Known, st.sampled_from((*ONE, *SEVERAL, *NUMBER))),
)
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    TESTS,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(All, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(inner, min_size=1, max_size=3).map(tuple)),
    ),
    max_leaves=8,
)
ANSWERS: st.SearchStrategy[dict[str, Value]] = st.fixed_dictionaries(
    {
        **{name: st.sampled_from(OPTIONS) for name in ONE},
        **{name: st.lists(st.sampled_from(OPTIONS), unique=True).map(tuple) for name in SEVERAL},
        **{name: st.integers(0, 4) for name in NUMBER},
    }
)
THEMES = st.lists(
    st.sampled_from([f"{name}:{option}" for name in ("goal", "barriers") for option in OPTIONS]), max_size=3
).map(tuple)
OFFERS = st.builds(
    Available,
    id=st.uuids().map(str),
    themes=THEMES,
    audience=CONDITIONS,
    towns=st.frozensets(st.sampled_from(TOWNS), max_size=1),
    languages=st.frozensets(st.sampled_from(("nl", "fr")), max_size=1),
    first=st.none() | st.sampled_from((date(2027, 1, 1), date(2027, 12, 1))),
    last=st.none() | st.sampled_from((date(2027, 1, 1), date(2027, 12, 1))),
)
PEOPLE = st.builds(Somebody, ANSWERS, st.sampled_from(TOWNS), st.just("nl"))
FORGOTTEN = st.frozensets(st.sampled_from((*ONE, *SEVERAL, *NUMBER, "town")))


def knowing_less(person: Somebody, forgotten: frozenset[str]) -> Somebody:
    answers = {name: value for name, value in person.answers.items() if name not in forgotten}
    return replace(person, answers=answers, town=None if "town" in forgotten else person.town)


@given(CONDITIONS, ANSWERS)
def test_with_every_answer_known_a_condition_is_what_it_is_in_a_flow(
    condition: Condition, answers: dict[str, Value]
) -> None:
    assert truth(condition, Somebody(answers, None, "nl")) is holds(condition, answers, {})


@given(OFFERS, PEOPLE)
def test_an_unmet_condition_is_never_suggested(offer: Available, person: Somebody) -> None:
    found = judge(offer, person, DAY)
    if not holds(offer.audience, person.answers, {}):
        assert found.verdict == "not"
        assert found.against
    if found.verdict == "fits":
        assert offer.first is None or offer.first <= DAY
        assert offer.last is None or offer.last >= DAY
        assert not offer.towns or person.town in offer.towns


@given(OFFERS, PEOPLE, FORGOTTEN)
def test_what_is_sure_stays_so_whatever_is_learnt_later(
    offer: Available, person: Somebody, forgotten: frozenset[str]
) -> None:
    before, after = judge(offer, knowing_less(person, forgotten), DAY), judge(offer, person, DAY)
    if before.verdict != "may_fit":
        assert after.verdict == before.verdict
    else:
        assert before.ask


@given(OFFERS, PEOPLE, FORGOTTEN)
def test_what_is_not_known_is_never_a_reason(offer: Available, person: Somebody, forgotten: frozenset[str]) -> None:
    found = judge(offer, knowing_less(person, forgotten), DAY)
    told = [clue for clue in (*found.because, *found.against) if isinstance(clue, Told)]
    assert not {clue.test.name for clue in told} & forgotten
    if "town" in forgotten:
        assert Lives(True) not in found.because
        assert Lives(False) not in found.against
    assert (found.verdict == "fits") == (not found.ask and not found.against)


@given(OFFERS, PEOPLE, st.sampled_from(["dont_know", "rather_not", "not_sure"]))
def test_i_do_not_know_is_as_good_as_no_answer(offer: Available, person: Somebody, vague: str) -> None:
    said = {name: vague if name in ONE else value for name, value in person.answers.items()}
    silent = {name: value for name, value in person.answers.items() if name not in ONE}
    assert judge(offer, replace(person, answers=said), DAY) == judge(offer, replace(person, answers=silent), DAY)


@given(st.lists(OFFERS, max_size=5), PEOPLE, FORGOTTEN)
def test_what_fits_comes_first_and_what_can_be_imposed_never(
    offers: list[Available], person: Somebody, forgotten: frozenset[str]
) -> None:
    imposed = [replace(offer, id=f"!{offer.id}", compulsory=True) for offer in offers]
    verdicts = [found.verdict for found in suggest([*offers, *imposed], knowing_less(person, forgotten), DAY)]
    assert verdicts == sorted(verdicts, key=["fits", "may_fit", "not"].index)
    assert len(verdicts) == len(offers)


@given(CONDITIONS)
def test_a_condition_can_be_written_down_and_read_again(condition: Condition) -> None:
    assert read_condition(write_condition(condition)) == (ALWAYS if condition == ALWAYS else condition)


@given(CONDITIONS, ANSWERS, FORGOTTEN)
def test_what_a_form_takes_apart_it_puts_together_for_the_same_people(
    condition: Condition, answers: dict[str, Value], forgotten: frozenset[str]
) -> None:
    known = dict.fromkeys(ONE + SEVERAL, OPTIONS)
    ticked, rest = apart(condition, known)
    again = together(ticked, frozenset(SEVERAL), rest)
    person = knowing_less(Somebody(answers, None, "nl"), forgotten)
    assert truth(again, person) is truth(condition, person)
    assert {test.name for test in single_tests(again)} == {test.name for test in single_tests(condition)}


def test_another_language_is_asked_about_and_never_rules_out() -> None:
    found = judge(Available("class", languages=frozenset({"nl"})), Somebody({}, None, "fr"), DAY)
    assert (found.verdict, found.ask) == ("may_fit", (Speaks(None),))


def test_what_has_ended_does_not_fit_and_says_so() -> None:
    found = judge(Available("old", last=date(2027, 3, 23)), Somebody({}, None, "nl"), DAY)
    assert (found.verdict, found.against) == ("not", (There(False, until=date(2027, 3, 23)),))
    assert judge(Available("old", last=DAY), Somebody({}, None, "nl"), DAY).verdict == "fits"
