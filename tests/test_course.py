"""The gates of a course let the same steps through as the steps' own conditions, whatever becomes known on the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.conditions import All, AnyOf, Condition, Is, Known, Not
from flows.course import plan
from flows.log import Value

NAMES, VALUES = "abc", ("yes", "no")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked where ``when`` holds; each answer to it makes ``name`` known."""

    number: int
    name: str
    answer: str
    when: Condition


looks = st.one_of(
    st.builds(Is, st.sampled_from(NAMES), st.sampled_from(VALUES).map(lambda value: (value,))),
    st.builds(Known, st.sampled_from(NAMES)),
    st.builds(Not, st.builds(Known, st.sampled_from(NAMES))),
)
guards = st.recursive(
    looks,
    lambda parts: (
        st.lists(parts, max_size=3).map(tuple).map(All) | st.lists(parts, min_size=1, max_size=2).map(tuple).map(AnyOf)
    ),
    max_leaves=4,
)


@st.composite
def conversations(draw: st.DrawFn) -> list[Question]:
    """Questions in rows that begin with the same guard, as those of a sub-flow do."""
    found: list[Question] = []
    for guard in draw(st.lists(guards, min_size=1, max_size=4)):
        for own in draw(st.lists(st.just(All()) | guards, min_size=1, max_size=4)):
            name, answer = draw(st.sampled_from(NAMES)), draw(st.sampled_from(VALUES))
            found.append(Question(len(found), name, answer, All((guard, own))))
    return found


def plainly(questions: Sequence[Question]) -> Iterator[int]:
    known: dict[str, Value] = {}
    for question in questions:
        if question.when.holds(known, {}):
            yield question.number
            known[question.name] = question.answer


def by_the_gates(questions: Sequence[Question]) -> Iterator[int]:
    course = plan(questions, lambda question: frozenset(question.name))
    known: dict[str, Value] = {}
    at = 0
    while at < len(course):
        gate, at = course[at], at + 1
        if gate.holds is not None and not gate.holds(known, {}):
            at += gate.length
        elif gate.step is not None:
            yield gate.step.number
            known[gate.step.name] = gate.step.answer


@settings(max_examples=150, deadline=None)
@given(questions=conversations())
def test_gates_let_through_what_the_conditions_of_the_steps_do(questions: list[Question]) -> None:
    assert list(by_the_gates(questions)) == list(plainly(questions))
