"""The proof that nobody gets stuck: it sees every state of a talk, and finds each fault that was put in."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import product
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.opening import read_wording
from flows.abstract import FREE_TIME
from flows.answers.gazetteer import Gazetteer
from flows.explore import NOW, Explorer, with_entries
from flows.hear import hear
from flows.heard import COMMAND, Said, Slot, SlotsFound, Started, Tap, Tapped
from flows.load import Scripts
from flows.log import Answered, Done, Entry, Skipped
from flows.memory import remember
from flows.proof import prove
from flows.script import Ask, Do
from flows.talk import Setting
from flows.walk import Facts, walk
from flows.wording import Wording
from tests.pure_talk import Talk, scenes
from tests.test_check import GOAL, HEAD, NUMBER, SEVERAL

TYPED = """\
  - ask: name
    text: Who?
    label: Name
    why: So.
    required: true
    words: {}
"""
PERSON = """\
  - ask: call
    text: Shall we?
    label: Call
    why: So.
    choice: {stop: Stop, go: Go on}
"""


@cache
def wording() -> Wording:
    return read_wording()


def small(folder: Path, steps: str) -> Setting:
    """A talk over these steps alone, without any other check of them."""
    (folder / "small.yaml").write_text(HEAD + steps, "utf-8")
    flow = Scripts(folder).flow("small")
    named = {"channel": "web", "private_channel": "yes", "work_language": "nl"}
    return Setting(flow, wording(), Gazetteer({}, {}, {}), ("nl", "fr"), ZoneInfo("Europe/Brussels"), Facts(named))


def proved(setting: Setting, most: int = 1000) -> list[str]:
    return [str(problem).partition("/small.yaml")[2] for problem in prove([setting], most).problems]


@pytest.mark.parametrize("steps", [GOAL, SEVERAL, NUMBER, GOAL + "  - do: hand_over\n    on_change: redo\n"])
def test_in_a_sound_flow_nobody_gets_stuck(tmp_path: Path, steps: str) -> None:
    assert proved(small(tmp_path, steps)) == []


def test_a_question_that_must_be_typed_and_cannot_be_skipped_is_a_dead_end(tmp_path: Path) -> None:
    assert proved(small(tmp_path, GOAL + TYPED)) == [
        ":9: whoever cannot type an answer to name never comes to the end. Take out `required: true`, or offer choices"
    ]


def test_a_dead_end_behind_one_answer_is_found(tmp_path: Path) -> None:
    behind = TYPED + "    when: {hard: {has: money}}\n"
    assert [found[:3] for found in proved(small(tmp_path, SEVERAL + GOAL + behind))] == [":14"]


def test_two_orders_with_one_result_do_not_undo_each_other_for_ever(tmp_path: Path) -> None:
    again = "  - do: hand_over\n    on_change: redo\n"
    setting = small(tmp_path, GOAL + again + NUMBER + again)
    assert proved(setting) == []
    talk = Talk(setting)
    talk.hears(Started())
    talk.hears(Tapped(Tap("goal", "job")))
    talk.hears(Said("3"))
    assert talk.open is None
    assert [type(entry) for entry in talk.log].count(Done) == 2


def test_guards_that_wait_for_each_other_are_found(tmp_path: Path) -> None:
    first = "  - ask: one\n    text: One?\n    label: One\n    why: So.\n    when: {two: known}\n    yesno: {}\n"
    second = "  - ask: two\n    text: Two?\n    label: Two\n    why: So.\n    when: {one: known}\n    yesno: {}\n"
    remedy = "Mend its `when:`, or take it out"
    assert proved(small(tmp_path, first + second)) == [
        f":4: nobody ever comes to the step one. {remedy}",
        f":10: nobody ever comes to the step two. {remedy}",
    ]


def test_a_step_for_nobody_is_found(tmp_path: Path) -> None:
    closed = "  - say: Never.\n    id: never\n    when: {goal: job, not: {goal: known}}\n"
    assert proved(small(tmp_path, GOAL + closed)) == [
        ":9: nobody ever comes to the statement never. Mend its `when:`, or take it out"
    ]


def test_an_option_that_takes_the_word_for_stop_is_found(tmp_path: Path) -> None:
    found = proved(small(tmp_path, PERSON))
    remedy = "Give the option that is called so another name"
    assert f":4: the stop cannot be reached here by typing 'stop'. {remedy}" in found
    assert {problem.partition(" by typing ")[0] for problem in found} == {":4: the stop cannot be reached here"}


def test_an_exploration_that_is_not_finished_says_so(tmp_path: Path) -> None:
    setting = small(tmp_path, SEVERAL + GOAL + NUMBER)
    [problem] = prove([setting], most=2).problems
    assert str(problem) == (
        "small.yaml:1: only 2 states of small were looked at, and there are more. "
        "Test fewer answers far away from their question"
    )


def test_facts_that_no_guard_looks_at_are_proved_once(tmp_path: Path) -> None:
    setting = small(tmp_path, GOAL)
    other = replace(setting, facts=Facts({**setting.facts.named, "channel": "telegram"}))
    assert prove([setting, other]).states == prove([setting]).states


GUARDS = [
    "{goal: job}",
    "{goal: [job, talk]}",
    "{not: {goal: job}}",
    "{goal: known}",
    "{hard: {has: money}}",
    "{any: [{hard: {has: money}}, {hard: {has: care}}]}",
    "{not: {hard: {has: none}}, goal: talk}",
    "{hard: known}",
    "{children: {at_least: 2}}",
    "{not: {children: {at_most: 1}}, hard: {has: care}}",
]
LATER = "  - ask: later{number}\n    text: A?\n    label: L\n    why: So.\n    when: {guard}\n    yesno: {{}}\n"


@settings(max_examples=40, deadline=None)
@given(guards=st.lists(st.sampled_from(GUARDS), min_size=1, max_size=4))
def test_no_real_talk_comes_to_a_step_that_the_exploration_did_not_see(
    tmp_path_factory: pytest.TempPathFactory, guards: list[str]
) -> None:
    """The model is all talks there are: every combination of answers, one walk each."""
    later = "".join(LATER.format(number=number, guard=guard) for number, guard in enumerate(guards))
    setting = small(tmp_path_factory.mktemp("flow"), GOAL + SEVERAL + NUMBER + later)
    explored = Explorer(setting).explore()
    assert explored.complete
    assert explored.passed == {index for answers in every_talk() for index in met(setting, answers)}


def every_talk() -> list[tuple[Entry, ...]]:
    goals = [Skipped("goal", NOW), *(Answered("goal", value, NOW) for value in ("job", "talk"))]
    ticks = [("money",), ("care",), ("money", "care"), ("none",)]
    hards = [Skipped("hard", NOW), *(Answered("hard", value, NOW) for value in ticks)]
    numbers = [Skipped("children", NOW), *(Answered("children", value, NOW) for value in (0, 1, 2, 3))]
    return list(product(goals, hards, numbers))


def met(setting: Setting, answers: tuple[Entry, ...]) -> set[int]:
    """The steps at which a talk with these answers stands one after the other; all later ones are skipped."""
    memory, steps = remember(()), setting.flow.steps
    found: set[int] = set()
    given = {getattr(entry, "question", ""): entry for entry in answers}
    while True:
        step = walk(setting.flow, memory, setting.facts).open
        if not isinstance(step, Ask):
            return found | {len(steps)}
        found.add(steps.index(step))
        remember((given.get(step.id, Skipped(step.id, NOW)),), memory)


def test_answers_are_told_apart_only_while_a_guard_still_looks_at_them(tmp_path: Path) -> None:
    """Eleven ticks are two thousand answers; looked at one by one they are a handful of states."""
    names = [f"tick{number}" for number in range(11)]
    options = ", ".join(f"{name}: {name}" for name in names)
    several = f"  - ask: hard\n    text: What?\n    label: L\n    why: So.\n    page: 6\n    choices: {{{options}}}\n"
    details = "".join(
        f"  - {{ask: about_{name}, text: A, label: L, why: S, when: {{hard: {{has: {name}}}}}, yesno: {{}}}}\n"
        for name in names
    )
    explored = Explorer(small(tmp_path, several + details)).explore()
    assert explored.complete
    assert explored.passed == set(range(13))
    assert len(explored.states) < 40


def test_the_examples_of_states_are_talks_that_stand_where_they_say(tmp_path: Path) -> None:
    guarded = "".join(LATER.format(number=number, guard=guard) for number, guard in enumerate(GUARDS))
    setting = small(tmp_path, GOAL + SEVERAL + NUMBER + guarded + "  - do: hand_over\n")
    flow = setting.flow
    for state in Explorer(setting).explore().states.values():
        step = walk(flow, state.memory, setting.facts).open
        assert (flow.steps.index(step) if isinstance(step, Ask | Do) else len(flow.steps)) == state.index


def test_in_every_state_of_the_shipped_talk_a_person_is_one_button_away() -> None:
    setting = scenes()["genk", "web"]
    explorer = Explorer(setting)
    asked = 0
    for state in explorer.explore().states.values():
        step = setting.flow.steps[state.index] if state.index < len(setting.flow.steps) else None
        if isinstance(step, Do):
            continue
        shown = hear(explorer.setting, with_entries(state.memory), Tapped(Tap(COMMAND, "repeat")), NOW)
        if isinstance(step, Ask) and step.kind.expects == "slot":
            found = SlotsFound(step.id, (Slot(FREE_TIME, NOW, 45, "coach", "place"),))
            shown = hear(explorer.setting, with_entries(state.memory), found, NOW)
        buttons = {button.tap for saying in shown.says for button in (*saying.choices, *saying.tools)}
        assert Tap(COMMAND, "person") in buttons, step
        asked += 1
    assert asked > 300
