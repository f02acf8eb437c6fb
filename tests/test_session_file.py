"""Group sessions are read from an organisation's file; a wrong line is answered with its place and a remedy."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.opening import CHANNELS, read_wording
from bot.scenes import make_scenes
from bot.session_check import unfit_sessions
from casework.hours.calendar import in_quiet_hours
from casework.house.organisations import BadOrganisation, Organisation, load_organisations
from casework.sessions.group_sessions import (
    WORTH_OFFERING,
    answer_by,
    coming,
    ends_at,
    is_open,
    last_sign_up,
    meets_at,
    sign_up_ends,
    starts_at,
    told_at,
)
from casework.sessions.session_file import Kind
from flows.conditions import Is, Not
from tests.session_house import NOW, bus, group, house_with
from tests.stage import ROOT

SHIPPED = ROOT / "organisations"
BRUSSELS = ZoneInfo("Europe/Brussels")
HANDEL = (SHIPPED / "handel" / "organisation.yaml").read_text(encoding="utf-8")


def brussels(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=BRUSSELS)  # type: ignore[misc,arg-type]  # year, month, day and so on


@pytest.fixture(scope="module")
def organisations() -> dict[str, Organisation]:
    return load_organisations(SHIPPED)


def test_a_session_is_read_as_written(organisations: dict[str, Organisation]) -> None:
    hop = organisations["handel"].sessions["hop-apr"]
    assert (hop.id, hop.kind, hop.day, hop.start, hop.end) == (
        "hop-apr",
        "company_visit",
        date(2027, 4, 8),
        time(9),
        time(12, 30),
    )
    assert (hop.seats, hop.languages, hop.host, hop.interview) == (15, ("nl", "fr"), "Bakkerij Demo", True)
    assert hop.bus is not None
    assert hop.meets == hop.bus.leaves == time(8, 30)
    assert hop.fits == Not(Is("path", ("company", "no_work")))
    assert hop.answer_within.as_timedelta() == timedelta(hours=6)


def test_every_kind_of_session_is_shown_by_some_organisation(organisations: dict[str, Organisation]) -> None:
    kinds = {group.kind for organisation in organisations.values() for group in organisation.sessions.values()}
    assert kinds == set(get_args(Kind))


WRONG = [
    ("    seats: 15", "    seats: 0", "'0' is less than 1", "write 1 or more"),
    ("    seats: 15", "    seats: 5000", "'5000' is more than 500", "write 500 or less"),
    ("kind: company_visit", "kind: outing", "'outing' is not known here", "write one of"),
    ("day: 2027-04-08", "day: 8 april", "'8 april' is no date", "write it as 2027-03-28"),
    ("leaves: 08:30", "leaves: half nine", "'half nine' is no time of day", "write it as 09:00"),
    ("leaves: 08:30", "leaves: 09:30", "the bus leaves after the session has begun", "write an earlier time"),
    ("end: 12:30", "end: 08:00", "it ends before it begins", "write the earlier time under 'start'"),
    ("sign_up_until: 2027-04-06", "sign_up_until: 2027-04-09", "one could sign up after the session", "write its day"),
    ("address: Demostraat 12, 9400 Ninove", "place: nowhere", "no place 'nowhere'", "name one of"),
    ("    address: Demostraat 12, 9400 Ninove\n", "", "nobody says where it is", "add a line 'place: ...'"),
    ("    host: Bakkerij Demo\n", "", "nobody says which company it is", "add a line 'host: ...'"),
    (", fr: de bonnes chaussures}", "}", "no text in 'fr'", "add a line 'fr: ...'"),
    (
        "    languages: [nl, fr]\n    address",
        "    languages: [tr]\n    address",
        "nobody is spoken with in such",
        "name one of",
    ),
    ("answer_within: 6 hours", "answer_within: 0 hours", "nobody answers in no time", "write a span"),
    ("{not: {path: [company, no_work]}}", "{path: {likes: tea}}", "which is no test", "Use one of"),
    ("    host: Bakkerij Demo", "    hosst: Bakkerij Demo", "'hosst' is not known here", "did you mean 'host'?"),
]


@pytest.mark.parametrize(("right", "wrong", "problem", "remedy"), WRONG, ids=[each[2] for each in WRONG])
def test_a_wrong_line_is_named_with_a_remedy(right: str, wrong: str, problem: str, remedy: str, tmp_path: Path) -> None:
    assert right in HANDEL
    with pytest.raises(BadOrganisation) as refused:
        load_organisations(folder_with(tmp_path, HANDEL.replace(right, wrong, 1)))
    assert problem in str(refused.value)
    assert remedy in str(refused.value)
    first = HANDEL[: HANDEL.index("  hop-apr:")].count("\n") + 1
    assert first <= refused.value.line <= first + 22


def folder_with(tmp_path: Path, handel: str) -> Path:
    folder = tmp_path / "organisations"
    (folder / "handel").mkdir(parents=True)
    (folder / "handel" / "organisation.yaml").write_text(handel, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("fits", "problem"),
    [
        ("{shoe_size: 42}", "names shoe_size, which is no question"),
        ("{goal: fame}", "goal has no option fame"),
        ("{health: 'yes'}", "health is of tier C"),
    ],
)
def test_a_condition_that_never_holds_is_found_by_the_check(fits: str, problem: str, tmp_path: Path) -> None:
    folder = folder_with(tmp_path, HANDEL.replace("{not: {path: [company, no_work]}}", fits, 1))
    found = load_organisations(folder)
    scenes = make_scenes(found, folder, CHANNELS, read_wording())
    (line,) = unfit_sessions(folder, found, scenes.settings)
    assert problem in line
    assert line.startswith(f"organisations/handel/organisation.yaml:{lines_before(HANDEL, 'fits:')}: hop-apr")


def lines_before(text: str, piece: str) -> int:
    return text[: text.index(piece)].count("\n") + 1


def test_what_is_shipped_fits_its_flows(organisations: dict[str, Organisation]) -> None:
    scenes = make_scenes(organisations, SHIPPED, CHANNELS, read_wording())
    assert list(unfit_sessions(SHIPPED, organisations, scenes.settings)) == []


def test_moments_are_those_of_the_wall_whatever_the_clocks_do() -> None:
    easter = house_with(group(day=date(2027, 3, 28), bus=bus(time(8))))
    info = easter.sessions["info"]
    assert starts_at(easter, info) == brussels(2027, 3, 28, 10)
    assert (starts_at(easter, info) - meets_at(easter, info)).total_seconds() == 2 * 3600
    assert ends_at(easter, info) == datetime(2027, 3, 28, 10, tzinfo=UTC)


def test_one_can_sign_up_through_the_last_day_or_until_people_meet() -> None:
    early = house_with(group(sign_up_until=date(2027, 4, 6)))
    info = early.sessions["info"]
    assert sign_up_ends(early, info) == last_sign_up(early) == brussels(2027, 4, 7, 0)
    assert is_open(early, info, brussels(2027, 4, 6, 23, 59))
    assert not is_open(early, info, brussels(2027, 4, 7, 0))
    late = house_with(group(bus=bus()))
    assert sign_up_ends(late, late.sessions["info"]) == brussels(2027, 4, 8, 9)
    assert last_sign_up(replace(late, sessions={})) is None


def test_only_sessions_that_fit_are_shown_the_soonest_first() -> None:
    demo = house_with(
        group(id="later", day=date(2027, 4, 20)),
        group(id="dutch", languages=("nl",)),
        group(id="past", day=date(2027, 3, 23)),
        group(id="closed", sign_up_until=date(2027, 3, 23)),
        group(id="jobs", fits=Is("goal", ("job",)), day=date(2027, 4, 1)),
    )
    assert [each.id for each in coming(demo, {"goal": "job"}, "nl", NOW)] == ["jobs", "dutch", "later"]
    assert [each.id for each in coming(demo, {}, "fr", NOW)] == ["later"]


MOMENTS = st.datetimes(datetime(2027, 3, 1), datetime(2027, 4, 8, 6), timezones=st.just(UTC))


@settings(deadline=None)
@given(MOMENTS, st.times(time(5), time(22)))
def test_an_offer_is_told_and_ends_by_day_and_in_time(now: datetime, start: time) -> None:
    start = start.replace(minute=start.minute // 5 * 5, second=0, microsecond=0)
    demo = house_with(group(start=start, end=time(23, 55)))
    info = demo.sessions["info"]
    told = told_at(demo, info, now)
    if told is None:
        return
    until, meets = answer_by(demo, info, told), meets_at(demo, info)
    assert now <= told <= meets - WORTH_OFFERING
    assert told < until < meets
    assert not in_quiet_hours(demo, told)
    assert not in_quiet_hours(demo, until) or until - told <= timedelta(hours=1)
