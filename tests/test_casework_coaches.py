"""Which coach somebody sees: by place, language, expertise, who they saw before, and whose turn it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.hours.notation import Shift
from casework.house.organisation import Organisation, Place
from casework.visiting.diary import Busy, Diary
from casework.visiting.slot_rules import slot_by_rule
from casework.visiting.slots import Found, Wanted, find_times
from flows.when import When
from tests.casework_house import coach, house, texts, visit

WEDNESDAY = datetime(2027, 3, 17, 9, 0, tzinfo=UTC)
NOBODY = Diary.of(())
FRENCH = Wanted("fr", limit=99, place="hall")
TUESDAY = When(weekdays=frozenset({1}))


def found(demo: Organisation, wanted: Wanted, *busy: Busy) -> Found:
    return find_times(demo, wanted, Diary.of(busy), WEDNESDAY)


def who(answer: Found) -> set[str]:
    return {slot.coach for slot in answer.slots}


def all_month(name: str) -> Busy:
    return Busy(name, WEDNESDAY, WEDNESDAY + timedelta(days=40))


def two_places(*fallback: str) -> Organisation:
    """Nobody in the hall speaks French, somebody in the annex does."""
    return house(coach("an"), coach("bo", languages=("nl", "fr"), places=("annex",)), fallback=fallback)


@pytest.mark.parametrize(
    ("fallback", "reason", "coaches"),
    [
        (("other_language", "other_place"), "other_language", {"an"}),
        (("interpreter", "other_place"), "interpreter", {"an"}),
        (("other_place", "interpreter"), "other_place", {"bo"}),
        ((), None, set()),
    ],
)
def test_where_nobody_speaks_the_language_the_declared_fallback_is_taken(
    fallback: tuple[str, ...], reason: str | None, coaches: set[str]
) -> None:
    answer = found(two_places(*fallback), FRENCH)
    assert (answer.reason, who(answer)) == (reason, coaches)


def test_the_next_fallback_counts_where_the_first_has_no_time() -> None:
    demo = two_places("other_place", "interpreter")
    assert found(demo, FRENCH, all_month("bo")).reason == "interpreter"
    assert found(demo, FRENCH, all_month("bo"), all_month("an")) == Found()


def test_where_somebody_speaks_the_language_a_full_diary_leads_elsewhere_and_not_to_another_language() -> None:
    french = {"languages": ("nl", "fr")}
    demo = house(coach("an"), coach("bo", **french), coach("cy", **french, places=("annex",)))
    assert who(found(demo, FRENCH)) == {"bo"}
    elsewhere = found(demo, FRENCH, all_month("bo"))
    assert (elsewhere.reason, who(elsewhere)) == ("full", {"cy"})


def test_nobody_goes_elsewhere_only_to_come_on_a_certain_day() -> None:
    mondays = {0: (Shift(time(9), time(12)),)}
    demo = house(coach("an", hours=mondays), coach("bo", places=("annex",)))
    wish = Wanted("nl", limit=99, place="hall", when=TUESDAY)
    assert found(demo, wish) == Found()
    assert who(found(demo, replace(wish, when=When(weekdays=frozenset({0}))))) == {"an"}


def test_the_coach_who_knows_about_it_comes_first_until_their_diary_is_full() -> None:
    demo = house(coach("an"), coach("bo", expertise=("papers", "money")))
    papers = Wanted("nl", limit=99, expertise=frozenset({"papers", "yes"}))
    assert who(found(demo, papers)) == {"bo"}
    assert who(found(demo, papers, all_month("bo"))) == {"an"}


def test_the_coach_somebody_knows_comes_before_everybody_and_it_is_said() -> None:
    demo = house(coach("an"), coach("bo", places=("annex",)), coach("cy", expertise=("papers",)))
    known = Wanted("nl", limit=99, place="hall", expertise=frozenset({"papers"}), earlier="bo")
    assert (found(demo, known).reason, who(found(demo, known))) == ("earlier", {"bo"})
    assert (found(demo, known, all_month("bo")).reason, who(found(demo, known, all_month("bo")))) == (None, {"cy"})


@pytest.mark.parametrize("gone", [{"roles": ("job_broker",)}, {"languages": ("fr",)}])
def test_a_coach_who_cannot_have_the_visit_is_not_kept_for_old_times_sake(gone: dict[str, tuple[str, ...]]) -> None:
    demo = house(coach("an"), coach("bo", **gone))
    assert who(found(demo, Wanted("nl", limit=99, earlier="bo"))) == {"an"}
    assert who(found(demo, Wanted("nl", limit=99, earlier="somebody of long ago"))) == {"an"}


def test_whoever_has_the_fewest_visits_is_first_and_time_taken_elsewhere_is_no_visit() -> None:
    night = WEDNESDAY.replace(hour=23)
    visits = [Busy("an", night, night + timedelta(hours=1)), Busy("bo", night, night + timedelta(hours=1))]
    elsewhere = [
        Busy("an", night + timedelta(hours=number), night + timedelta(hours=number + 1), visit=False)
        for number in (2, 4)
    ]
    demo = house(coach("an"), coach("bo"))
    assert who(found(demo, Wanted("nl", limit=99), visits[0])) == {"bo"}
    assert who(found(demo, Wanted("nl", limit=99), *visits, *elsewhere)) == {"an"}


def with_ways(*ways: str) -> Organisation:
    """The library is a partner's; bo sits there on Tuesdays."""
    bib = Place("bib", "Bib", "Plein 1", texts("Vraag het."), partner=True)
    tuesdays = {1: (Shift(time(9), time(12), "bib"), Shift(time(13), time(15)))}
    demo = house(coach("an"), coach("bo", places=("annex", "bib"), hours=tuesdays), visit=visit(ways=ways))
    return replace(demo, places={**demo.places, "bib": bib})


@pytest.mark.parametrize(
    ("way", "reason", "places"),
    [
        ("office", "full", {"annex"}),
        ("partner", None, {"bib"}),
        ("phone", None, {"annex", "bib"}),
        ("video", None, {"annex", "bib"}),
    ],
)
def test_only_a_visit_that_needs_a_place_asks_for_one(way: str, reason: str | None, places: set[str]) -> None:
    demo = with_ways("office", "phone", "video", "partner")
    answer = found(demo, Wanted("nl", limit=99, place="hall", way=way), all_month("an"))
    assert answer.reason == reason
    assert {slot.place for slot in answer.slots} == places


def test_a_way_that_is_not_offered_is_held_as_usual() -> None:
    demo = with_ways("phone", "office")
    assert found(demo, Wanted("nl", way="video")) == found(demo, Wanted("nl", way="phone"))
    value = found(demo, Wanted("nl", way="phone")).slots[0].value
    assert slot_by_rule(demo, value, WEDNESDAY) == slot_by_rule(demo, value, WEDNESDAY, way="phone")


def test_who_talks_by_phone_needs_no_open_place() -> None:
    closed = Place("hall", "Hall", "Straat 1", texts("Bel aan."), exceptions={date(2027, 3, 19): ()}, opening_hours={})
    demo = replace(house(coach("an"), visit=visit(ways=("office", "phone"))), places={"hall": closed})
    assert found(demo, Wanted("nl", way="office")) == Found()
    assert found(demo, Wanted("nl", way="phone")).slots


def test_another_kind_of_visit_has_its_own_length_and_rules() -> None:
    demo = house()
    short = visit(id="short", minutes=20, starts_every=30, notice_hours=1)
    demo = replace(demo, visits={**demo.visits, "short": short})
    usual, quick = (found(demo, Wanted("nl", kind=kind)).slots for kind in (None, "short"))
    assert (usual[0].minutes, quick[0].minutes) == (60, 20)
    assert quick[0].start < usual[0].start


@settings(deadline=None)
@given(st.lists(st.integers(0, 9 * 24), max_size=40), st.integers(1, 3))
def test_no_coach_is_offered_more_visits_on_a_day_than_they_have(hours: list[int], most: int) -> None:
    demo = house(coach("an"), visit=visit(most_a_day=most))
    busy = [Busy("an", WEDNESDAY + timedelta(hours=hour), WEDNESDAY + timedelta(hours=hour + 1)) for hour in hours]
    days = [one.start.astimezone(demo.tz).date() for one in busy]
    everything = Wanted("nl", limit=999)
    offered = {slot.start.date() for slot in found(demo, everything, *busy).slots}
    without_limit = {slot.start.date() for slot in found(house(coach("an")), everything, *busy).slots}
    assert offered == {day for day in without_limit if days.count(day) < most}


WISHES = st.builds(
    When,
    first=st.none() | st.dates(date(2027, 3, 10), date(2027, 4, 5)),
    last=st.none() | st.dates(date(2027, 3, 10), date(2027, 4, 5)),
    weekdays=st.frozensets(st.integers(0, 6), max_size=3),
    begin=st.none() | st.times().map(lambda clock: clock.replace(microsecond=0)),
    end=st.none() | st.times().map(lambda clock: clock.replace(microsecond=0)),
)


@settings(deadline=None)
@given(WISHES)
def test_a_wish_finds_exactly_the_free_times_that_fit_it(wish: When) -> None:
    demo = house(coach("an"))
    every = found(demo, Wanted("nl", limit=999)).slots
    fitting = [slot for slot in every if wish.fits(slot.start)]
    assert list(found(demo, Wanted("nl", limit=999, when=wish)).slots) == fitting
