"""What a run of the stories shows of the flows: counted from the logs, gathered from every worker, and gated."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from flows.log import Answered, Done, LanguageChosen, Skipped, Told
from flows.met import Mark, met, turns
from tests.stage import WEDNESDAY as AT
from tests.stage import papers
from tests.story_coverage import MET, Coverage, missing, shipped, table
from tests.transcript import FOLDER

SETTING = papers().scenes.setting("genk", "web")


def marks(*entries: object) -> set[tuple[str, str, str]]:
    """Language, step and what was met, for a conversation in which each entry is a turn of its own."""
    conversation = [(SETTING, ()), *((SETTING, (entry,)) for entry in entries)]
    return {(mark.language, mark.step, mark.what) for mark in met(conversation)}


def test_the_first_question_is_shown_in_every_language() -> None:
    assert marks() >= {("nl", "ask language", "shown"), ("fr", "ask language", "shown")}


def test_what_was_asked_answered_chosen_and_said_is_met_in_the_language_spoken_then() -> None:
    met_so = marks(LanguageChosen("fr", AT), Told(("hello",), AT), Answered("privacy", "no", AT))
    assert met_so >= {
        ("fr", "ask language", "answered"),
        ("fr", "ask language", "option fr"),
        ("fr", "say hello", "shown"),
        ("fr", "ask privacy", "shown"),
        ("fr", "ask privacy", "option no"),
        ("fr", "say who_sees_telegram", "guard false"),
        ("fr", "say no_privacy", "guard true"),
        ("fr", "ask path", "guard false"),
    }
    assert ("nl", "say hello", "shown") not in met_so
    assert ("fr", "ask path", "shown") not in met_so


def test_a_guard_behind_the_open_question_is_not_decided_yet() -> None:
    assert not {step for _, step, what in marks(LanguageChosen("nl", AT)) if what == "guard false"} & {"ask path"}


def test_skips_and_orders_are_met() -> None:
    met_so = marks(LanguageChosen("nl", AT), Skipped("place", AT), Done("case", {}, {"state": "handed_over"}, AT))
    assert {("nl", "ask place", "skipped"), ("nl", "do case", "shown")} <= met_so


def test_entries_of_one_moment_are_one_turn() -> None:
    later = AT.replace(hour=11)
    log = (LanguageChosen("nl", AT), Told(("hello",), AT), Answered("privacy", "yes", later))
    assert list(turns(log)) == [log[:2], log[2:]]


def test_what_nobody_who_is_spoken_with_in_a_language_can_meet_is_not_missed() -> None:
    shown = {mark[0::2] for mark in shipped() if mark.what == "shown"}
    assert ("fr", "ask lang_fr") in shown
    assert ("nl", "ask lang_fr") not in shown
    assert ("nl", "ask lang") in shown


def test_the_table_has_a_line_for_each_flow_file_and_the_gaps_are_named() -> None:
    seen = shipped() - {Mark("fr", "flows/scripts/intake.yaml", "ask age", "shown")}
    assert missing(seen) == ["flows/scripts/intake.yaml: ask age is shown in no fr story"]
    lines = {line.split()[0]: line.split()[1:] for line in list(table(seen))[1:]}
    in_dutch, in_french = ["7/7", "5/5", "5/5", "14/14", "16/16"], ["8/8", "5/5", "5/5", "16/16", "16/16"]
    assert lines["business.yaml"] == in_dutch + in_french
    shown_in_dutch, shown_in_french = lines["intake.yaml"][0], lines["intake.yaml"][5]
    assert shown_in_dutch != shown_in_french
    assert shown_in_french == f"{int(shown_in_dutch.partition('/')[0]) - 1}/{shown_in_dutch.partition('/')[2]}"


def run(seen: frozenset[Mark], stories: int) -> pytest.ExitCode:
    """The end of a run in which so many stories have reported, as their workers send it."""
    coverage = Coverage()
    for number in range(stories):
        report = SimpleNamespace(
            when="call", nodeid=f"story-{number}", user_properties=[(MET, [list(m) for m in seen])]
        )
        coverage.pytest_runtest_logreport(report)
    session = SimpleNamespace(exitstatus=pytest.ExitCode.OK)
    coverage.pytest_sessionfinish(session)
    return session.exitstatus


def test_a_run_of_all_stories_fails_for_a_step_that_none_shows() -> None:
    everything, stories = shipped(), len(list(FOLDER.glob("*.chat")))
    one_less = everything - {Mark("fr", "flows/scripts/intake.yaml", "ask age", "shown")}
    assert run(everything, stories) == pytest.ExitCode.OK
    assert run(one_less, stories) == pytest.ExitCode.TESTS_FAILED
    assert run(one_less, stories - 1) == pytest.ExitCode.OK
