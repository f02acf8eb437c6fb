"""The funnel: what is counted for each question, from the logs alone."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.counting import Wish, show_funnel
from bot.settings import BadSettings
from flows.funnel import ALL, BESIDE, OUTCOMES, Spoken, Tally
from flows.funnel_table import COLUMNS, Row, people, rows
from flows.heard import COMMAND, Heard, Started
from flows.log import Answered, Entry, Helped, LanguageChosen, Missed, Offered, Reopened, Skipped
from storage.ledger import Ledger, open_ledger
from tests.pure_talk import REPLIES, Talk, reply, scenes
from tests.stage import WEDNESDAY, Actor, Stage, open_stage, papers, stage_settings

SETTING = papers().scenes.setting("genk", "web")
LATER = WEDNESDAY + timedelta(days=15)
MINUTE = timedelta(minutes=1)


def minute(number: int) -> datetime:
    return WEDNESDAY + number * MINUTE


def spoken(*turns: Sequence[Entry], last: int = 60) -> Spoken:
    """A conversation of which each turn comes a minute after the one before, from the first minute on."""
    log = tuple(replace(entry, at=minute(number)) for number, turn in enumerate(turns, 1) for entry in turn)
    return Spoken(log, WEDNESDAY, minute(last), "web")


def counted(*conversations: Spoken, question: str = "privacy") -> dict[str, int]:
    """What is counted of one question, without what is nobody."""
    tally = Tally()
    for conversation in conversations:
        tally.add(SETTING, conversation, LATER)
    return {name: tally.counts[question, ALL, name] for name in COLUMNS if tally.counts[question, ALL, name]}


AT = WEDNESDAY
FRENCH = (LanguageChosen("fr", AT),)
YES = (Answered("privacy", "yes", AT),)
MISS = (Missed("privacy", AT),)


def test_who_answers_at_once_is_counted_so() -> None:
    assert counted(spoken(FRENCH, YES)) == {"asked": 1, "first": 1}
    assert counted(spoken(FRENCH, YES), question="language") == {"asked": 1, "first": 1}


def test_who_answers_after_a_miss_is_counted_as_later() -> None:
    assert counted(spoken(FRENCH, MISS, MISS, YES)) == {"asked": 1, "later": 1, "again": 1}


def test_help_is_counted_where_it_was_asked() -> None:
    assert counted(spoken(FRENCH, (Helped("privacy", "why", AT),), YES)) == {"asked": 1, "first": 1, "helped": 1}


def test_an_answer_that_changes_is_counted_as_corrected_and_the_same_answer_again_is_not() -> None:
    again = (Reopened("path", AT),)
    quick, full = (Answered("path", "quick", AT),), (Answered("path", "full", AT),)
    assert counted(spoken(FRENCH, YES, quick, again, full), question="path") == {"asked": 1, "first": 1, "corrected": 1}
    assert counted(spoken(FRENCH, YES, quick, again, quick), question="path") == {"asked": 1, "first": 1}


def test_another_language_later_is_a_change_of_the_first_answer() -> None:
    dutch = (LanguageChosen("nl", AT),)
    assert counted(spoken(FRENCH, YES, dutch), question="language") == {"asked": 1, "first": 1, "corrected": 1}


def test_a_skip_is_a_skip() -> None:
    turns = FRENCH, YES, (Answered("path", "quick", AT),), (Answered("age", "from_26", AT),), (Skipped("place", AT),)
    assert counted(spoken(*turns), question="place") == {"asked": 1, "skipped": 1}


def test_an_open_question_is_left_after_a_long_silence_only() -> None:
    assert counted(spoken(FRENCH, last=60)) == {"asked": 1, "left": 1}
    assert counted(spoken(FRENCH, last=60 * 24 * 2)) == {"asked": 1, "open": 1}


def test_who_says_nothing_at_all_has_left_at_the_first_question() -> None:
    assert counted(spoken(), question="language") == {"asked": 1, "left": 1}


def test_a_page_that_knows_the_language_does_not_ask_for_it() -> None:
    at_once = Spoken((LanguageChosen("nl", WEDNESDAY),), WEDNESDAY, minute(1), "web")
    assert counted(at_once, question="language") == {}
    assert counted(at_once) == {"asked": 1, "left": 1}


def test_a_time_that_was_just_taken_is_no_answer_and_no_change() -> None:
    way = [FRENCH, YES, (Answered("path", "quick", AT),), (Answered("age", "from_26", AT),), (Skipped("place", AT),)]
    way += [(Skipped("goal", AT),), (Answered("book", "yes", AT), Offered("slot", ("20270326T0900-an",), AT))]
    gone = (Answered("slot", "20270326T0900-an", AT), Reopened("slot", AT), Offered("slot", ("20270327T0900-an",), AT))
    assert counted(spoken(*way, gone, last=10), question="slot") == {"asked": 1, "left": 1}
    taken = (Answered("slot", "20270327T0900-an", AT),)
    assert counted(spoken(*way, gone, taken), question="slot") == {"asked": 1, "first": 1}


def test_a_question_that_falls_away_by_a_change_stays_open() -> None:
    turns = FRENCH, YES, (Answered("path", "quick", AT),), (Reopened("path", AT),), (Answered("path", "no_work", AT),)
    assert counted(spoken(*turns), question="age") == {"asked": 1, "open": 1}


def test_seconds_are_the_median_from_asked_to_the_first_answer_and_hidden_for_few() -> None:
    tally = Tally()
    for minutes in (1, 2, 3, 30, 60):
        answered = Answered("privacy", "yes", minute(1 + minutes))
        log = (LanguageChosen("nl", minute(1)), answered)
        tally.add(SETTING, Spoken(log, WEDNESDAY, minute(90), "web"), LATER)
    found = {(row.question, row.group): row.seconds for row in rows(tally, SETTING.flow)}
    assert found["privacy", ALL] == 180
    assert found["language", "language nl"] == 60
    assert found["path", ALL] is None


def test_groups_are_counted_apart_and_together() -> None:
    tally = Tally()
    for language, count in (("nl", 7), ("fr", 6)):
        for _ in range(count):
            tally.add(SETTING, spoken((LanguageChosen(language, AT),), YES), LATER)
    table = {(row.question, row.group): row.cells["first"] for row in rows(tally, SETTING.flow)}
    assert people(tally) == {ALL: 13, "language nl": 7, "language fr": 6, "channel web": 13}
    assert [table["privacy", group] for group in (ALL, "language nl", "language fr", "channel web")] == [13, 7, 6, 13]


def test_few_people_are_hidden_and_so_is_what_would_show_them() -> None:
    tally = Tally()
    for language, count in (("nl", 20), ("fr", 2)):
        for _ in range(count):
            tally.add(SETTING, spoken((LanguageChosen(language, AT),), YES), LATER)
    assert people(tally) == {ALL: 22, "language nl": None, "language fr": None, "channel web": 22}
    table = {(row.question, row.group): row.cells for row in rows(tally, SETTING.flow)}
    assert table["privacy", "language fr"]["asked"] is None
    assert table["privacy", "language nl"]["asked"] is None
    assert table["privacy", ALL]["asked"] == 22
    assert table["privacy", ALL]["skipped"] == 0


MANY = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@MANY
@given(
    st.lists(
        st.tuples(st.sampled_from(["web", "telegram"]), st.lists(REPLIES, max_size=25), st.booleans()), max_size=12
    )
)
def test_the_counts_add_up_and_no_small_one_is_shown(
    conversations: list[tuple[str, list[tuple[int, int, str, Heard]], bool]],
) -> None:
    tally = Tally()
    for channel, choices, silent in conversations:
        talk = Talk(scenes()["genk", channel])
        began = talk.now
        talk.hears(Started())
        for choice in choices:
            talk.hears(reply(talk, choice))
            if talk.erased:
                break
        if not talk.erased:
            last = began if silent else LATER
            tally.add(talk.setting, Spoken(tuple(talk.log), began, last, channel), LATER)
    everybody = tally.people[ALL]
    for question in SETTING.flow.asks:
        for group in tally.people:
            count = {name: tally.counts[question, group, name] for name in COLUMNS}
            assert count["asked"] == sum(count[name] for name in OUTCOMES) <= everybody
            assert all(count[name] <= count["asked"] for name in BESIDE)
            assert count["again"] >= count["later"]
    for row in rows(tally, SETTING.flow):
        assert all(cell is None or cell == 0 or cell >= 5 for cell in row.cells.values())
        assert consistent(row)


def consistent(row: Row) -> bool:
    """What is shown does not contradict itself: the parts that are shown are not more than the whole."""
    shown = sum(row.cells[name] or 0 for name in OUTCOMES)
    asked = row.cells["asked"]
    return asked is None or shown <= asked


async def talks(stage: Stage, organisation: str, count: int) -> list[Actor]:
    """So many people answer two questions in Dutch."""
    actors = []
    for number in range(count):
        actor = stage.actor(f"{organisation}-{number}", organisation)
        await actor.starts(language="nl")
        stage.clock.move(timedelta(seconds=30))
        await actor.says("ja")
        stage.clock.move(timedelta(seconds=30))
        await actor.taps("Snel een mens")
        actors.append(actor)
    return actors


async def test_the_command_counts_each_organisation_by_itself_beside_a_running_program(
    ledger: Ledger, database_url: str, tmp_path: Path
) -> None:
    async with open_stage(ledger) as stage:
        await talks(stage, "genk", 6)
        await talks(stage, "bijzig", 3)
        wish = Wish(by="channel", csv=tmp_path / "funnel.csv")
        lines = await shown(database_url, wish)
    genk = lines[lines.index("genk: 6 people") :]
    assert table_row(genk, "privacy") == ["6", "6", "0", "0", "0", "0", "0", "0", "0", "30"]
    assert table_row(genk, "  channel web") == ["6", "6", "0", "0", "0", "0", "0", "0", "0", "30"]
    assert "bijzig: · people" in lines
    assert "handel: nobody has talked yet." in lines
    with (tmp_path / "funnel.csv").open(encoding="utf-8") as file:
        found = {(row["organisation"], row["question"], row["group"]): row for row in csv.DictReader(file)}
    assert found["genk", "privacy", "language nl"]["first"] == "6"
    assert found["bijzig", "privacy", "all"]["asked"] == ""
    assert found["genk", "age", "all"]["open"] == "6"


async def shown(url: str, wish: Wish) -> list[str]:
    lines: list[str] = []
    settings = stage_settings(url).model_copy(update={"clock": "2027-03-24T12:00+01:00"})
    await show_funnel(settings, wish, lines.append)
    return lines


def table_row(lines: Iterable[str], name: str) -> list[str]:
    return next(line.removeprefix(name).split() for line in lines if line.startswith(f"{name} "))


async def test_a_person_who_was_erased_is_not_counted(sqlite_url: str) -> None:
    opened = await open_ledger(sqlite_url)
    async with open_stage(opened) as stage:
        actors = await talks(stage, "genk", 6)
        await actors[0].tap(COMMAND, "erase:yes")
        lines = await shown(sqlite_url, Wish("genk"))
    await opened.close()
    assert lines[0] == "genk: 5 people"


@pytest.mark.parametrize(
    ("wish", "problem"),
    [
        (Wish("nowhere"), "there is no organisation nowhere"),
        (Wish(by="coach"), "--by: there is no coach"),
        (Wish(csv=Path("nowhere/at/all.csv")), "cannot be written"),
    ],
)
async def test_a_wish_that_cannot_be_is_one_line(wish: Wish, problem: str, sqlite_url: str) -> None:
    with pytest.raises(BadSettings, match=problem):
        await shown(sqlite_url, wish)


@pytest.mark.parametrize(
    ("said", "kind"), [("waarom", "why"), ("help", "help"), ("privacy", "privacy"), ("wie leest dit?", "faq")]
)
async def test_what_is_asked_beside_a_question_is_noted_with_it(said: str, kind: str) -> None:
    async with open_stage() as stage:
        actor = stage.actor()
        await actor.starts(language="nl")
        await actor.says(said)
        helped = [entry for entry in await actor.log() if isinstance(entry, Helped)]
    assert [(entry.question, entry.kind) for entry in helped] == [("privacy", kind)]
