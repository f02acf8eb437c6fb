"""The answers of a case as editions, and in words: what stood before, until when, and in which order it is told."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from casework.cases.dossier import KEPT, Dossier, Earlier, Edition
from tests.staff_stage import ANSWERS, NOW, briefing


def edition(answers: dict[str, object], at: datetime = NOW) -> Edition:
    return Edition(answers, (), "nl", None, at)  # type: ignore[arg-type]  # generated values are answers


values = st.one_of(st.text(max_size=20), st.integers(-1000, 1000), st.lists(st.text(max_size=5)).map(tuple))
moments = st.datetimes(datetime(2027, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))
editions = st.builds(edition, st.dictionaries(st.text(max_size=8), values, max_size=5), moments)


@given(st.lists(editions, min_size=1, max_size=4).map(tuple))
def test_a_dossier_comes_back_from_its_bytes_as_it_was(kept: tuple[Edition, ...]) -> None:
    assert Dossier.from_bytes(Dossier(kept).as_bytes()) == Dossier(kept)


@given(st.integers(1, 40))
def test_a_dossier_keeps_its_first_and_its_newest_edition_and_does_not_grow_for_ever(times: int) -> None:
    dossier = Dossier((edition({"n": 0}),))
    for n in range(1, times + 1):
        dossier = dossier.renewed(edition({"n": n}))
    assert dossier.editions[0].answers == {"n": 0}
    assert dossier.newest.answers == {"n": times}
    assert len(dossier.editions) == min(times + 1, KEPT)
    assert dossier.earlier("n")[0].value == times - 1


def test_a_dossier_tells_what_stood_before_and_until_when_the_latest_first() -> None:
    days = [datetime(2027, 1, day, tzinfo=UTC) for day in range(1, 6)]
    towns = ("Aalst", "Genk", "Genk", "Hasselt", "Aalst")
    dossier = Dossier(tuple(edition({"place": town}, day) for town, day in zip(towns, days, strict=True)))
    assert dossier.earlier("place") == (Earlier("Hasselt", days[4]), Earlier("Genk", days[3]))
    assert dossier.earlier("name") == ()


def test_an_answer_that_fell_away_still_shows_what_it_was() -> None:
    days = [datetime(2027, 1, day, tzinfo=UTC) for day in (1, 2)]
    dossier = Dossier((edition({"licence": "no"}, days[0]), edition({}, days[1])))
    assert dossier.earlier("licence") == (Earlier("no", days[1]),)


def test_a_summary_puts_answers_under_their_labels_by_part_in_the_coachs_language() -> None:
    before = edition({**ANSWERS, "barriers": ("money",)})
    now = Edition({**ANSWERS, "unknown": "x"}, (), "nl", None, NOW)
    sections = briefing().sections("intake", Dossier((before, now)), "nl")
    shown = {section.part: [(line.label, line.value, line.earlier) for line in section.lines] for section in sections}
    assert shown["basics"] == [("Naam", "Samira", ())]
    assert shown["barriers"] == [("Wat is moeilijk", "Mijn kinderen, Geld of wonen", (("Geld of wonen", NOW),))]
    assert [line[0] for line in shown["private"]] == ["Health"]


def test_a_flow_that_is_gone_leaves_an_empty_summary() -> None:
    assert briefing().sections("gone", Dossier((edition(dict(ANSWERS)),)), "nl") == ()
