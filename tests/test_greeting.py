"""An organisation's own first message: in both languages, never without saying that a computer answers."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping

import pytest
import yaml

from bot.organisation_export import lay
from casework.hours.house_edits import Edit, Misfit, with_all
from casework.house.greeting import COMPUTER, flaws, greeted, says_who_answers, usual
from casework.house.organisation_desk import history, undo
from casework.house.organisations import FILE
from casework.house.plain_words import warnings
from casework.house.sheets import Filled, shown
from casework.house.wording_fields import HOUSE
from casework.house.wording_preview import preview
from flows.catalogue import load_catalogues
from flows.check import sound_flow
from flows.plain_rules import load_plain_rules
from flows.wording import Wording
from storage.ledger import Ledger, open_ledger
from tests.staff_stage import HERE, ORGANISATIONS
from tests.stage import ROOT, open_stage
from tests.test_organisation_changes import Admin, change
from tests.test_organisation_pages import Console, as_, type_in

OWN = {
    "nl": "Dag! Hier antwoordt een computer van {organisation}.",
    "fr": "Bonjour ! Un ordinateur répond ici, pour {organisation}.",
}
USUAL = "Ik ben een computer. Ik help je"
SCRIPTS = ROOT / "flows" / "scripts"
GREETING = next(field for field in HOUSE if field.place == "greeting")
SHIPPED = Wording(load_catalogues(ROOT / "locales"))


@pytest.fixture
async def stage() -> AsyncIterator[Console]:
    ledger: Ledger = await open_ledger("sqlite://")
    stage = Console(ledger)
    await stage.staff()
    yield stage
    await ledger.close()


@pytest.mark.parametrize(("language", "begins"), [("nl", "Dag! Hier"), ("fr", "Bonjour ! Un ordinateur")])
async def test_who_begins_reads_it_in_their_language_and_the_rest_is_as_it_was(language: str, begins: str) -> None:
    async with open_stage() as stage:
        await change(stage, Edit("greeting", OWN))
        here, elsewhere = stage.actor("ann"), stage.actor("ben", "bijzig")
        await here.starts(language)
        await elsewhere.starts(language)
        name = stage.house.organisations["genk"].name
        read = [plain(bubble.text) for bubble in here.seen]
        (first,) = [text for text in read if begins in text]
        assert name in first
        assert read[-1] == plain(elsewhere.seen[-1].text)
        assert not [bubble for bubble in elsewhere.seen if begins in plain(bubble.text)]


def plain(text: str) -> str:
    return re.sub("[\N{NARROW NO-BREAK SPACE}\N{NO-BREAK SPACE}]", " ", text)


async def test_undone_or_left_empty_the_usual_one_is_said() -> None:
    async with open_stage() as stage:
        await change(stage, Edit("greeting", OWN))
        newest = (await stage.house.ledger.read(lambda s: history(s, "genk")))[0].row.id or 0
        now = stage.clock.now()
        assert (
            await stage.house.ledger.write(lambda s: undo(s, stage.house.organisations, Admin(), newest, now)) == "done"
        )
        await stage.house.organisations.renew(stage.house.ledger)
        ann, ben = stage.actor("ann"), stage.actor("ben")
        await ann.starts("nl")
        await change(stage, Edit("greeting", {}))
        await ben.starts("nl")
        assert all(any(bubble.text.startswith(USUAL) for bubble in who.seen) for who in (ann, ben))


@pytest.mark.parametrize(
    "wrong",
    [
        {"nl": OWN["nl"]},
        {"nl": "Dag! Welkom.", "fr": OWN["fr"]},
        {"nl": "Dag, computeraars!", "fr": OWN["fr"]},
        {"nl": OWN["nl"] + " {coach}", "fr": OWN["fr"]},
    ],
    ids=["one language", "nobody answers", "a part of a word", "a placeholder nobody fills"],
)
async def test_what_it_must_not_be_is_refused_in_the_file_and_on_the_page(
    stage: Console, wrong: Mapping[str, str]
) -> None:
    assert list(flaws(wrong, ("nl", "fr")))
    with pytest.raises(Misfit):
        with_all(ORGANISATIONS[HERE], (Edit("greeting", wrong),))
    async with stage.serve() as opened:
        lead = await as_(stage, await opened(), "team_lead")
        typed = {f"greeting___{language}": wrong.get(language, "") for language in ("nl", "fr")}
        await type_in(lead, "/texts/house", **typed)
        assert (lead.status, 'id="greeting:' in lead.html) == (400, True)
        assert re.search(r'id="greeting:\w\w-wrong"', lead.html)
        assert stage.houses[HERE] is ORGANISATIONS[HERE]


async def test_on_its_page_it_is_looked_at_and_kept_and_taken_out(stage: Console) -> None:
    async with stage.serve() as opened:
        lead = await as_(stage, await opened(), "team_lead")
        texts = {f"greeting___{language}": text for language, text in OWN.items()}
        await type_in(lead, "/texts/house", act="look", **texts)
        assert ORGANISATIONS[HERE].name in re.findall(r'class="bubble"\s+lang="fr">(.*?)<', lead.html, re.S)[-1]
        assert stage.houses[HERE] is ORGANISATIONS[HERE]
        await type_in(lead, "/texts/house", **texts)
        assert stage.houses[HERE].greeting == OWN
        await type_in(lead, "/texts/house", greeting___nl="", greeting___fr="")
        assert not stage.houses[HERE].greeting


def test_it_is_warned_about_where_it_is_hard_to_read() -> None:
    rules = load_plain_rules(ROOT / "locales")
    for text, hard in ((OWN["nl"], False), (f"Wij zijn {'heel ' * 30}blij. De computer faciliteert.", True)):
        assert bool(warnings(Filled(GREETING, {"nl": text}), rules)) == hard


def test_where_there_is_none_the_page_shows_the_usual_one() -> None:
    source = usual(sound_flow("intake", SCRIPTS))
    found = preview(SHIPPED, ORGANISATIONS[HERE], shown(GREETING, ORGANISATIONS[HERE]), source)
    assert found["nl"].startswith(USUAL)
    assert usual(None) == ""


def test_a_flow_without_such_a_statement_keeps_its_wording() -> None:
    wording = Wording({"nl": {}, "fr": {}})
    assert greeted(wording, sound_flow("young", SCRIPTS), OWN) is wording
    assert greeted(wording, sound_flow("intake", SCRIPTS), {}) is wording


@pytest.mark.parametrize("language", COMPUTER)
def test_the_usual_one_says_in_every_language_that_a_computer_answers(language: str) -> None:
    assert says_who_answers(SHIPPED.translate(usual(sound_flow("intake", SCRIPTS)), language), language)


def test_the_file_that_is_printed_has_it_and_reads_the_same() -> None:
    data = yaml.safe_load((ROOT / "organisations" / "genk" / FILE).read_text("utf-8"))
    lay(data, Edit("greeting", OWN))
    assert yaml.safe_load(yaml.safe_dump(data, allow_unicode=True))["greeting"] == OWN
