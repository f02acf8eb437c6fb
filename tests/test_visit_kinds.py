"""Which kind of visit: what people may choose, how a flow fits it, and what stands in the file."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.visit_choice import follows, offered, with_labels
from casework.house.organisation import Organisation, Visit
from casework.visiting.booking import Booked, BookRequest, book
from casework.visiting.visit_kinds import flaws, label, to_choose
from flows.conditions import holds
from flows.fitting import fitted
from flows.script import Ask
from storage.ledger import open_ledger
from tests.casework_house import house, settle, visit
from tests.stage import papers

NOW = datetime(2027, 3, 17, 9, 0, tzinfo=UTC)
TALK = {"nl": "Gesprek", "fr": "Entretien"}
LETTER = {"nl": "Een brief", "fr": "Une lettre"}


def kinds(*those: Visit) -> Organisation:
    return replace(house(), visits={kind.id: kind for kind in those})


def kind(id: str, **more: Any) -> Visit:
    return replace(visit(), id=id, **more)


def asked(organisation: Organisation) -> dict[str, Ask]:
    shared = papers().scenes.setting("handel", "web").flow
    return fitted(shared, offered(organisation), follows(organisation)).asks


def test_without_labels_only_the_usual_kind_is_booked_and_nobody_is_asked() -> None:
    plain = kinds(kind("visit"), kind("other"))
    assert [each.id for each in to_choose(plain)] == ["visit"]
    assert "visit_kind" not in asked(plain)
    assert label(plain, "visit", "nl") == ""
    assert "visit_kind" not in papers().scenes.setting("genk", "web").flow.asks


def test_kinds_with_a_label_are_asked_in_words_of_the_house() -> None:
    setting = papers().scenes.setting("bijzig", "web")
    options = setting.flow.asks["visit_kind"].kind.options
    assert [option.id for option in options] == ["visit", "letter"], "staff alone make a second talk"
    said = {
        language: [setting.wording.translate(each.label, language) for each in options] for language in ("nl", "fr")
    }
    assert said == {
        "nl": ["Gesprek over werk", "Hulp met een brief"],
        "fr": ["Parler du travail", "Aide pour une lettre"],
    }
    assert papers().wording.translate(options[0].label, "fr") == options[0].label, (
        "other houses have words of their own"
    )
    assert with_labels(papers().wording, papers().organisations["genk"]) is papers().wording


def test_the_way_is_asked_only_for_a_kind_with_several_and_guards_know_it_of_the_others() -> None:
    setting = papers().scenes.setting("bijzig", "web")
    way, phone = setting.flow.asks["visit_way"], setting.flow.asks["phone"]
    for chosen, asks in (("letter", True), ("visit", False)):
        assert holds(way.when, {"path": "quick", "book": "yes", "visit_kind": chosen}, {}) is asks
    calls = kinds(kind("talk", label=TALK, ways=("office",)), kind("call", label=LETTER, ways=("phone",)))
    fit = fitted(
        papers().scenes.setting("handel", "web").flow,
        {"visit_way": ()},
        {"visit_way": ("visit_kind", {"call": "phone"})},
    )
    assert "visit_way" not in fit.asks
    assert follows(calls)["visit_way"][1] == {"talk": "office", "call": "phone"}
    assert holds(fit.asks["phone"].when, {"path": "quick", "book": "yes", "visit_kind": "call"}, {})
    assert not holds(fit.asks["phone"].when, {"path": "quick", "book": "yes", "visit_kind": "talk"}, {})
    assert holds(phone.when, {"path": "quick", "book": "yes", "visit_way": "phone"}, {})


@pytest.mark.parametrize(
    ("those", "problem"),
    [
        ((kind("visit"), kind("letter", label=LETTER)), "the usual kind has no label"),
        ((kind("visit", label={"nl": "Gesprek"}), kind("letter", label=LETTER)), "no text in 'fr'"),
        ((kind("visit", label=TALK), kind("letter", label=TALK)), "is the label of visit and letter"),
        ((kind("visit", label={**TALK, "nl": "Een heel lang gesprek met een coach"}),), "too long for a button"),
        (
            (
                kind("visit", label=TALK, ways=("office", "phone")),
                kind("letter", label=LETTER, ways=("phone", "video")),
            ),
            "others than those of visit",
        ),
    ],
)
def test_what_does_not_fit_together_is_named(those: tuple[Visit, ...], problem: str) -> None:
    found = [said for _, said, _ in flaws(kinds(*those))]
    assert any(problem in said for said in found), found


def test_what_fits_together_has_no_flaws() -> None:
    ways = ("office", "phone")
    assert not list(flaws(kinds(kind("visit", label=TALK, ways=ways), kind("letter", label=LETTER, ways=("phone",)))))
    assert not [flaw for house in papers().organisations.values() for flaw in flaws(house)]


async def test_another_kind_at_the_same_hour_is_another_visit() -> None:
    demo = kinds(kind("visit", label=TALK), kind("letter", label=LETTER))
    ledger = await open_ledger("sqlite://")
    await ledger.write(lambda session: settle(session, "ann"))

    async def booked(chosen: str | None) -> Booked:
        request = BookRequest("ann", "20270319T0800-an", "nl", kind=chosen)
        answer = await ledger.write(lambda session: book(session, demo, request, NOW))
        assert isinstance(answer, Booked)
        return answer

    first = (await booked("letter")).appointment
    assert (await booked(None)).appointment.id == first.id
    other = (await booked("visit")).appointment
    assert (other.kind, other.moved_from) == ("visit", first.id)
    await ledger.close()
