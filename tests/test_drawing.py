"""The picture of a flow: everything is in it, in one language, in plain words, and nothing runs over its card."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.async_api import Browser

from bot.picturing import Sketch, draw_flow, wanted_picture
from bot.scenes import SCRIPTS
from bot.settings import BadSettings
from flows.answers.kinds import KINDS as EVERY_KIND
from flows.conditions import AtLeast, AtMost, Condition, Has, Is, Known, Not, Within, holds
from flows.drawing import PAPERS, pages, picture
from flows.funnel import Tally
from flows.in_words import KINDS, Teller
from flows.load import Scripts
from flows.log import Answered, LanguageChosen, Skipped
from flows.outline import Line, Part, outline
from storage.ledger import open_ledger
from tests.stage import WEDNESDAY, open_stage, papers, stage_settings
from tests.test_funnel import LATER, spoken, talks

SVG = "{http://www.w3.org/2000/svg}"
SETTING = papers().scenes.setting("genk", "web")


def drawn(flow: str = "intake", language: str = "nl", tally: Tally | None = None) -> str:
    return picture(wanted_picture(stage_settings(), papers(), Sketch(flow, "genk", language), tally))


def words(svg: str) -> str:
    """All that is written in a picture, as one line."""
    texts = (text.text or "" for text in ElementTree.fromstring(svg).iter(f"{SVG}text"))
    return " ".join(texts).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("language", ["nl", "fr", "en"])
def test_every_question_of_the_flow_is_in_the_picture_with_its_answers(language: str) -> None:
    said = words(drawn(language=language))
    for ask in SETTING.flow.asks.values():
        assert SETTING.wording.translate(ask.text, language) in said
        for option in ask.kind.options:
            assert option.own_words or SETTING.wording.translate(option.label, language) in said


def test_a_picture_in_dutch_has_no_english_and_no_placeholders() -> None:
    said = words(drawn())
    assert "{" not in said
    assert "‹de coach›" in said
    for english in ("only if", "people", " is not ", "one answer", "goes on", "Talk:"):
        assert english not in said


def test_who_cannot_see_it_hears_what_it_is() -> None:
    root = ElementTree.fromstring(drawn("appointment", "fr"))
    assert root.get("role") == "img"
    assert root.get("lang") == "fr"
    assert root.get("aria-labelledby") == "title desc"
    assert root.findtext(f"{SVG}title") == "Conversation : Rendez-vous · Stad Genk, dienst Tewerkstelling"
    assert root.findtext(f"{SVG}desc") == "Une liste de haut en bas : 6 questions."


def test_parts_are_named_and_say_for_whom_they_are() -> None:
    said = words(drawn(language="en"))
    assert "My own business only if “What I want” is “My own business” or “My own business” is" in said
    assert "only if there is an appointment and “Letters” is “Sometimes” / “Often”" in said
    assert "only if the talk is on Telegram" in said


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (Is("goal", ("job", "training")), "“What I want” is “A job” / “Training”"),
        (Not(Is("goal", ("job",))), "“What I want” is not “A job”"),
        (Has("barriers", "childcare"), "“What is hard” has “My children”"),
        (Not(Has("barriers", "childcare")), "“What is hard” does not have “My children”"),
        (Known("name"), "“Name” is answered"),
        (Not(Known("name")), "“Name” is not answered"),
        (Known("case"), "the coaches have the answers"),
        (Not(Known("appointment")), "there is no appointment"),
        (Is("appointment", ("cancelled",)), "the appointment is cancelled"),
        (Not(Within("place", "area")), "“Town” is not in our area"),
        (Within("place", "neighbours"), "another service works at “Town”"),
        (Not(Within("place", "neighbours")), "no other service works at “Town”"),
        (AtLeast("age", 18), "“Age” is at least 18"),
        (Not(AtMost("age", 18.5)), "“Age” is more than 18.5"),
        (Is("kind", ("company", "other")), "“What I come for” is “I have a company” / “Something else”"),
        (Not(Is("kind", ("company",))), "“What I come for” is not “I have a company”"),
        (Is("private_channel", ("no",)), "others can read along"),
        (Not(Is("work_language", ("fr",))), "people do not work in French there"),
    ],
)
def test_a_guard_is_said_in_plain_words(condition: Condition, said: str) -> None:
    assert Teller(SETTING.flow, str).tells(condition) == said


def test_every_kind_of_answer_has_a_name() -> None:
    assert KINDS.keys() == EVERY_KIND.keys()


def test_the_outline_has_the_same_steps_and_guards_as_the_flow() -> None:
    scripts = Scripts(SCRIPTS)
    flow = scripts.flow("intake")
    guarded = list(with_guards(outline(scripts, flow), ()))
    assert [step for step, _ in guarded] == list(flow.steps)
    answers = {"privacy": "yes", "path": "full", "age": "from_26", "goal": "job", "barriers": ("care", "papers")}
    for step, guards in guarded:
        assert holds(step.when, answers, {}) == all(holds(guard, answers, {}) for guard in guards)


def with_guards(part: Part, guards: tuple[Condition, ...]):
    inside = (*guards, part.when)
    for item in part.items:
        if isinstance(item, Line):
            yield item.step, (*inside, item.when)
        else:
            yield from with_guards(item, inside)


@pytest.mark.parametrize("paper", ["a3", "a4"])
def test_on_paper_each_question_stands_on_one_sheet(paper: str) -> None:
    sheets = pages(wanted_picture(stage_settings(), papers(), Sketch("intake", "genk", "nl"), None), PAPERS[paper])
    roots = [ElementTree.fromstring(sheet) for sheet in sheets]
    assert len(roots) > 1
    assert {root.get("width") for root in roots} == {f"{PAPERS[paper].wide}mm"}
    titles = [title.text for root in roots for title in root.iter(f"{SVG}title") if title.get("id") is None]
    whole = ElementTree.fromstring(drawn())
    assert titles == [title.text for title in whole.iter(f"{SVG}title") if title.get("id") is None]
    assert f"1/{len(sheets)}" in words(sheets[0])


def test_numbers_stand_with_their_step_and_small_ones_are_hidden() -> None:
    tally = Tally()
    for number in range(20):
        answer = Answered("privacy", "yes" if number < 18 else "no", WEDNESDAY)
        turns = [(LanguageChosen("nl", WEDNESDAY),), (answer,)]
        if number < 18:
            turns += [(Answered("path", "quick", WEDNESDAY),), (Answered("age", "from_26", WEDNESDAY),)]
            turns += [(Skipped("place", WEDNESDAY),)] if number < 6 else []
        tally.add(SETTING, spoken(*turns), LATER)
    said = words(drawn(language="en", tally=tally))
    assert "20 people" in said
    assert "reached 100 % · answered 100 % · skipped 0 % · not understood 0 % · left 0 %" in said
    assert "reached 90 % · answered 0 % · skipped 33 % · not understood 0 % · left 67 %" in said


async def test_the_command_writes_a_picture_with_numbers_from_the_database(sqlite_url: str, tmp_path: Path) -> None:
    opened = await open_ledger(sqlite_url)
    async with open_stage(opened) as stage:
        await talks(stage, "genk", 6)
        settings = stage_settings(sqlite_url).model_copy(update={"clock": "2027-03-24T12:00+01:00"})
        said: list[str] = []
        sketch = Sketch("intake", "genk", "nl", tmp_path / "with.svg", numbers=True)
        await draw_flow(settings, sketch, said.append)
    await opened.close()
    assert said == [f"Written to {tmp_path / 'with.svg'}: open it in a browser."]
    assert "6 mensen" in words((tmp_path / "with.svg").read_text(encoding="utf-8"))


async def test_a_sheet_is_a_file(tmp_path: Path) -> None:
    said: list[str] = []
    await draw_flow(stage_settings(), Sketch("intake", "genk", "fr", tmp_path / "i.svg", "a3"), said.append)
    assert len(said) == len(list(tmp_path.glob("i-*.svg"))) > 1


def test_without_a_name_the_flow_of_the_first_organisation_is_drawn() -> None:
    here, first = papers(), next(iter(papers().organisations))
    drawn = [picture(wanted_picture(stage_settings(), here, Sketch("intake", id, "nl"), None)) for id in (None, first)]
    assert drawn[0] == drawn[1]


@pytest.mark.parametrize(
    ("sketch", "problem"),
    [
        (Sketch("nothing", "genk", "nl"), "there is no flow nothing. Known: appointment"),
        (Sketch("intake", "nowhere", "nl"), "there is no organisation nowhere"),
        (Sketch("intake", "genk", "de"), "there is no language de. Choose: "),
        (Sketch("intake", "genk", "nl", paper="a5"), "there is no paper a5. Choose: a3, a4"),
        (Sketch("intake", "genk", "nl", Path("nowhere/at/all.svg")), "cannot be written"),
    ],
)
async def test_what_cannot_be_drawn_is_one_line(sketch: Sketch, problem: str) -> None:
    with pytest.raises(BadSettings, match=problem):
        await draw_flow(stage_settings(), sketch, print)


OVER = """() => [...document.querySelectorAll('g')].flatMap(card => {
  const edge = card.querySelector('rect').getBoundingClientRect();
  return [...card.querySelectorAll('text')].map(text => [text.textContent, text.getBoundingClientRect()])
    .filter(([, box]) => box.right > edge.right + 1 || box.bottom > edge.bottom + 1 || box.left < edge.left)
    .map(([words]) => words);
})"""


@pytest.mark.browser
@pytest.mark.parametrize("language", ["nl", "fr"])
async def test_no_text_runs_over_its_card(browser: Browser, language: str, tmp_path: Path) -> None:
    file = tmp_path / "intake.svg"
    file.write_text(drawn(language=language), encoding="utf-8")
    page = await browser.new_page(viewport={"width": 1280, "height": 800})
    await page.goto(file.as_uri())
    assert await page.evaluate(OVER) == []
    assert await page.evaluate("document.documentElement.viewBox.baseVal.width") == 1280
