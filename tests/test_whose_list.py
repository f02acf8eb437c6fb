"""Whose free times a list holds: paging on stays with them, the language with a coach counts, expertise is checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.expertise_check import unknown_expertise
from bot.finding import spoken
from flows.asking import last_of
from flows.free_times import other_times
from flows.heard import Slot, SlotsFound, WhyThese, slot_start
from flows.log import Value
from tests.stage import ROOT, papers

FIRST = datetime(2027, 3, 25, 9, tzinfo=ZoneInfo("Europe/Brussels"))
QUESTION = papers().scenes.setting("genk", "web").flow.asks["slot"]


def free(*coaches: str) -> tuple[Slot, ...]:
    starts = (FIRST + timedelta(hours=number) for number in range(len(coaches)))
    return tuple(
        Slot(f"{at.astimezone(ZoneInfo('UTC')):%Y%m%dT%H%M}-{coach}", at, 45, coach, "hall")
        for at, coach in zip(starts, coaches, strict=True)
    )


@pytest.mark.parametrize(("why", "whose"), [("earlier", "an"), (None, "an*"), ("full", "an*")])
def test_other_days_show_those_whose_times_are_shown(why: WhyThese | None, whose: str) -> None:
    found = SlotsFound("slot", free("bo", "an"), more=True, why=why)
    value = other_times(QUESTION, found)[0].tap.option.removeprefix(">")
    assert value.partition("-")[2] == whose, "the coach of the last time is not taken for the one somebody knows"
    assert slot_start(value) == FIRST + timedelta(hours=1)


@pytest.mark.parametrize(("coaches", "whose"), [(("an", "an"), "an"), (("bo", "an"), "an*")])
def test_typed_words_for_other_days_stay_with_them_as_well(coaches: tuple[str, ...], whose: str) -> None:
    assert last_of([slot.value for slot in free(*coaches)]).partition("-")[2] == whose


@pytest.mark.parametrize(
    ("answers", "language"), [({}, "nl"), ({"coach_language": "fr"}, "fr"), ({"coach_language": "other"}, "nl")]
)
def test_who_likes_another_language_with_their_coach_gets_times_in_that_one(
    answers: Mapping[str, Value], language: str
) -> None:
    assert spoken(answers, "nl") == language


def test_expertise_that_nobody_can_ask_for_is_named_with_its_line() -> None:
    handel = papers().organisations["handel"]
    lien = replace(handel.coaches["lien"], expertise=("money", "paper"))
    odd = {"handel": replace(handel, coaches={**handel.coaches, "lien": lien})}
    settings = papers().scenes.settings
    (found,) = unknown_expertise(ROOT / "organisations", odd, settings)
    line = next(
        number
        for number, text in enumerate((ROOT / "organisations/handel/organisation.yaml").read_text().splitlines(), 1)
        if "expertise: [money, papers]" in text
    )
    assert found.startswith(f"organisations/handel/organisation.yaml:{line}: lien: nobody can answer 'paper'")
    assert "Did you mean 'papers'?" in found
    assert not list(unknown_expertise(ROOT / "organisations", papers().organisations, settings))
