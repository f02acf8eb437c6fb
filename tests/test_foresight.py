"""What a new version of a flow means for somebody in the middle of it, told before it is published."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from flows import conditions
from flows.explore import NOW
from flows.foresight import Change, foresee, foresee_from_the_screen
from flows.load import Scripts
from flows.log import Answered, Done, Entry, Log, Reopened, Skipped
from flows.script import Flow
from flows.walk import Facts
from tests.pure_talk import FEW, PICKS, Talk, answered_up_to, scenes
from tests.test_check import GOAL, HEAD, NUMBER, SEVERAL

LATER = "  - ask: later\n    text: A?\n    label: L\n    why: So.\n    when: {goal: job}\n    yesno: {}\n"
END = "  - do: hand_over\n"


def flow(folder: Path, steps: str) -> Flow:
    (folder / "small.yaml").write_text(HEAD + steps, "utf-8")
    return Scripts(folder).flow("small")


def said(**answers: str | int | tuple[str, ...] | None) -> Log:
    return tuple(Skipped(name, NOW) if value is None else Answered(name, value, NOW) for name, value in answers.items())


def handed_over(*log: Entry) -> Log:
    return (*log, Done("hand_over", {}, {"state": "handed_over"}, NOW))


OLD = GOAL + LATER + SEVERAL + END
EVERYTHING = said(goal="job", later="yes", hard=("money",))
CASES: dict[str, tuple[Log, str, list[Change]]] = {
    "nothing changes": (said(goal="job"), OLD, [Change("unchanged")]),
    "other words change nothing": (said(goal="job"), OLD.replace("What is hard?", "Hard?"), [Change("unchanged")]),
    "a question still to come is new": (
        said(goal="job"),
        OLD.replace(END, NUMBER + END),
        [Change("is asked more", ("children",))],
    ),
    "a question that was passed is new": (
        said(goal="job", later="yes"),
        NUMBER + OLD,
        [Change("is asked more", ("children",))],
    ),
    "a question still to come is gone": (
        said(goal="job"),
        OLD.replace(LATER, ""),
        [Change("is asked less", ("later",))],
    ),
    "the option that was chosen is gone": (
        said(goal="job"),
        OLD.replace("job: A job", "chores: Small jobs"),
        [Change("is asked less", ("later",)), Change("must answer again", ("goal",))],
    ),
    "a ticked option is gone": (
        said(goal="talk", hard=("money", "care")),
        OLD.replace("money: Money, ", "") + NUMBER,
        [Change("is asked more", ("children",)), Change("must answer again", ("hard",))],
    ),
    "an answered question is gone": (
        said(goal="job", later="yes"),
        OLD.replace(LATER, ""),
        [Change("an answer falls away", ("later",))],
    ),
    "an answer that had fallen away counts again": (
        said(goal="talk", later="yes"),
        OLD.replace("    when: {goal: job}\n", ""),
        [Change("an answer counts again", ("later",))],
    ),
    "nothing is left to ask": (
        handed_over(*said(goal="job", later="yes")),
        OLD.replace(SEVERAL, ""),
        [Change("has finished now")],
    ),
    "what was skipped is not asked again": (
        said(goal=None),
        OLD.replace("job: A job", "chores: Small jobs"),
        [Change("unchanged")],
    ),
    "an answer that is being changed is still being changed": (
        (*said(goal="job", later="yes"), Reopened("goal", NOW)),
        OLD,
        [Change("unchanged")],
    ),
    "who had finished is asked something new": (
        handed_over(*EVERYTHING),
        OLD.replace(END, NUMBER + END),
        [Change("had finished and is asked more", ("children",))],
    ),
    "who had finished and is asked nothing is left out": (handed_over(*EVERYTHING), OLD, []),
}


@pytest.mark.parametrize(("log", "new", "changes"), CASES.values(), ids=CASES)
def test_what_a_new_version_means_is_told(tmp_path: Path, log: Log, new: str, changes: list[Change]) -> None:
    assert sorted(foresee(log, flow(tmp_path, OLD), flow(tmp_path, new), Facts())) == changes


FROM_THE_SCREEN: dict[str, tuple[Log, str | None, str, list[Change]]] = {
    "nothing changes": (said(goal="job"), "later", OLD, [Change("unchanged")]),
    "another question comes first": (said(goal="job"), "later", NUMBER + OLD, [Change("is asked more", ("children",))]),
    "one that comes behind is not seen": (said(goal="job"), "later", OLD + NUMBER, [Change("unchanged")]),
    "the question on the screen is gone": (
        said(goal="job"),
        "later",
        GOAL + SEVERAL,
        [Change("is asked less", ("later",))],
    ),
    "the option that was chosen is gone": (
        said(goal="job", later="yes"),
        "hard",
        OLD.replace("job: A job", "chores: Small jobs"),
        [Change("must answer again", ("goal",))],
    ),
    "an answer that is being changed": ((*EVERYTHING, Reopened("goal", NOW)), "goal", OLD, [Change("unchanged")]),
    "nothing is left to ask": (said(goal="talk"), "hard", GOAL, [Change("has finished now")]),
    "who had finished is asked something new": (
        handed_over(*EVERYTHING),
        None,
        OLD.replace(END, NUMBER + END),
        [Change("had finished and is asked more", ("children",))],
    ),
    "who had finished and is asked nothing is left out": (handed_over(*EVERYTHING), None, OLD, []),
    "of who was asked nothing yet nothing is said": (said(goal="job"), None, OLD, []),
}


@pytest.mark.parametrize(("log", "asked", "new", "changes"), FROM_THE_SCREEN.values(), ids=FROM_THE_SCREEN)
def test_what_is_seen_from_the_question_on_the_screen(
    tmp_path: Path, log: Log, asked: str | None, new: str, changes: list[Change]
) -> None:
    assert sorted(foresee_from_the_screen(log, asked, flow(tmp_path, new), Facts())) == changes


PLACES = st.sampled_from([("genk", "web"), ("genk", "telegram"), ("jobin", "web")])


@FEW
@given(place=PLACES, language=st.sampled_from(["nl", "fr"]), picks=PICKS)
def test_for_an_unchanged_flow_everybody_is_unchanged(place: tuple[str, str], language: str, picks: list[int]) -> None:
    talk = Talk(scenes()[place])
    answered_up_to(talk, language, picks)
    assume(not talk.erased)
    setting = talk.setting
    unchanged = () if talk.open is None else (Change("unchanged"),)
    assert foresee(tuple(talk.log), setting.flow, setting.flow, setting.facts) == unchanged
    assert foresee_from_the_screen(tuple(talk.log), talk.memory.asked, setting.flow, setting.facts) == unchanged


@FEW
@given(picks=PICKS, which=st.integers(0, 100))
def test_without_a_question_nobody_is_asked_it_and_nobody_else_notices(picks: list[int], which: int) -> None:
    talk = Talk(scenes()["genk", "web"])
    asked = answered_up_to(talk, "nl", picks)
    assume(not talk.erased)
    old = talk.setting.flow
    free = [name for name in old.asks if not is_needed(old, name)]
    name = free[which % len(free)]
    new = Flow(old.id, old.title, tuple(step for step in old.steps if getattr(step, "id", None) != name))
    kinds = {change.kind for change in foresee(tuple(talk.log), old, new, talk.setting.facts)}
    if talk.open is None:
        assert kinds == set()
    elif name in asked and name in talk.result:
        assert kinds == {"an answer falls away"}
    else:
        assert kinds in ({"unchanged"}, {"is asked less"}, {"has finished now"})


def is_needed(flow: Flow, name: str) -> bool:
    """Whether another step depends on the question or on what its answers mean, or everybody must answer it."""
    names = {name} | {meant for option in flow.asks[name].kind.options for meant, _ in option.means}
    looked = any(test.name in names for step in flow.steps for test in conditions.tests(step.when))
    given = any(name in do.given for do in flow.dos.values())
    return looked or given or flow.asks[name].required
