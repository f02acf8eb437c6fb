"""Questions that people ask beside the conversation: recognised in any words, and never where an answer was given."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import chain
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.faq_check import unclear_faq
from bot.opening import read_wording
from bot.scenes import Scenes, make_scenes
from casework.hours.opening_times import opening_times
from casework.house.organisations import BadOrganisation, Organisation, load_organisations
from flows.answers import Reader, Understood
from flows.answers.matching import names_an_option
from flows.commands import recognise
from flows.faq import Faq
from flows.log import Helped, Missed
from flows.script import Ask
from flows.talk import Setting
from flows.wording import Wording
from tests.stage import ROOT, Actor, open_stage

ORGANISATIONS = ROOT / "organisations"
SENTENCES = yaml.safe_load((ROOT / "tests" / "faq_sentences.yaml").read_text(encoding="utf-8"))
ASKED = [(sentence, id) for id, sentences in SENTENCES.items() if id != "none" for sentence in sentences]
MOST_MISSED = 0.08
"""The share of sentences that need not be recognised. What is not is asked again; what is wrong would mislead."""


@cache
def organisations() -> dict[str, Organisation]:
    return load_organisations(ORGANISATIONS)


@cache
def scenes() -> Scenes:
    return make_scenes(organisations(), ORGANISATIONS, ("web", "telegram"), read_wording())


def faq(organisation: str = "genk") -> Faq:
    return scenes().setting(organisation, "web").faq


def test_there_are_enough_sentences_to_try_it_on() -> None:
    assert len(ASKED) >= 80
    assert len(SENTENCES["none"]) >= 60


@pytest.mark.parametrize("organisation", sorted(path.parent.name for path in ORGANISATIONS.glob("*/organisation.yaml")))
def test_nearly_every_sentence_is_recognised_and_none_as_another_question(organisation: str) -> None:
    heard = [(sentence, id, faq(organisation).meant(sentence)) for sentence, id in ASKED]
    wrong = [one for one in heard if one[2] not in (None, one[1])]
    missed = [one for one in heard if one[2] is None]
    assert wrong == []
    assert len(missed) <= MOST_MISSED * len(heard), missed


@pytest.mark.parametrize("sentence", SENTENCES["none"])
def test_a_sentence_that_asks_nothing_of_ours_is_no_question(sentence: str) -> None:
    assert faq().meant(sentence) is None


FRAMES = {
    "nl": ("{}?", "ik denk {}?", "misschien {}?", "is {} ook goed?", "ik heb {}", "ik wil {}"),
    "fr": ("{} ?", "je pense {} ?", "plutôt {} ?", "j'ai {}", "je veux {}"),
}


@pytest.mark.parametrize("language", FRAMES)
@pytest.mark.parametrize("organisation", ["genk", "jobin"])
def test_no_answer_to_a_shipped_question_is_swallowed(organisation: str, language: str) -> None:
    """Every label and synonym in several sentences, also with a question mark: "zaterdag?" is an unsure answer."""
    setting = scenes().setting(organisation, "web")
    swallowed = [
        (ask.id, text)
        for ask in setting.flow.asks.values()
        for text in answers_to(ask, setting.wording, language)
        if is_swallowed(setting, ask, language, text)
    ]
    assert swallowed == []


def is_swallowed(setting: Setting, ask: Ask, language: str, text: str) -> bool:
    """As the engine looks at it: word for word an answer, a command, and then a question of the house."""
    reader = Reader(ask.id, language, setting.wording, setting.gazetteer, date(2027, 3, 24))
    if names_an_option(text, ask.kind.options, reader) or recognise(text, setting.wording, fuzzy=False):
        return False
    if setting.faq.asked(text) is None:
        return False
    read = isinstance(ask.kind.read(text, reader), Understood)
    return read and setting.faq.asked(text, surely=True) is not None


def answers_to(ask: Ask, wording: Wording, language: str) -> Iterator[str]:
    words = wording.words[language]
    for option in ask.kind.options:
        named = (words.options.get(name, ()) for name in (f"{ask.id}.{option.id}", option.id))
        common = words.answers.get(option.id, ())
        for answer in {wording.translate(option.label, language), *common, *chain.from_iterable(named)}:
            yield from (frame.format(answer) for frame in FRAMES[language])


@pytest.mark.parametrize("organisation", sorted(path.parent.name for path in ORGANISATIONS.glob("*/organisation.yaml")))
def test_every_question_and_answer_is_there_in_every_language(organisation: str) -> None:
    setting = scenes().setting(organisation, "web")
    for language in setting.languages:
        for id in setting.faq.ids:
            title, answer = setting.texts[language][f"faq.{id}.title"], setting.texts[language][f"faq.{id}"]
            assert 0 < len(title) <= 20
            assert answer
            assert "{" not in title + answer


EXAMPLES = [
    (sentence, id)
    for id, entry in organisations()["genk"].faq.items()
    for sentences in entry.asked.values()
    for sentence in sentences
]


@given(st.sampled_from(EXAMPLES), st.data())
def test_the_order_of_words_does_not_matter(example: tuple[str, str], data: st.DataObject) -> None:
    sentence, id = example
    shuffled = " ".join(data.draw(st.permutations(sentence.split())))
    assert faq().nearest(shuffled).id == faq().nearest(sentence).id == id


@given(st.text(max_size=200))
def test_any_text_at_all_can_be_looked_at(text: str) -> None:
    near = faq().nearest(text)
    assert 0.0 <= near.likeness <= 1.0 + 1e-9
    assert near.id in ("", *faq().ids)


async def at_the_place(actor: Actor, language: str = "nl") -> None:
    await actor.starts(language=language)
    await actor.says("ja" if language == "nl" else "oui")
    await actor.taps("Snel een mens" if language == "nl" else "Parler à quelqu'un")
    await actor.says("30")


@pytest.mark.parametrize(
    ("language", "said", "part"),
    [("nl", "verlies ik mn uitkering?", "Deze chat beslist niets."), ("fr", "c gratuit?", "Ce chat est gratuit.")],
)
async def test_the_answer_comes_and_then_the_open_question_once(language: str, said: str, part: str) -> None:
    async with open_stage() as stage:
        actor = stage.actor(organisation="handel")
        await at_the_place(actor, language)
        for _ in range(4):
            answer, question = await actor.says(said)
            assert part in answer.text
            assert not answer.buttons
            assert question.question == "place"
        log = await actor.log()
        assert [entry for entry in log if isinstance(entry, Missed)] == []
        assert [entry.kind for entry in log if isinstance(entry, Helped)] == ["faq"] * 4


async def test_it_is_answered_after_the_end_too() -> None:
    async with open_stage() as stage:
        actor = stage.actor()
        await at_the_place(actor)
        for text in ("3600", "job", "nee nu niet", "chat"):
            await actor.says(text)
        answer, menu = await actor.says("en wat gebeurt er daarna?")
        assert answer.text.startswith("Je coach leest je antwoorden.")
        assert menu.question is None
        assert "Een mens" in [button.label for button in menu.buttons]


async def test_every_question_stands_in_the_list_six_a_screen() -> None:
    async with open_stage() as stage:
        actor = stage.actor()
        await at_the_place(actor)
        seen: list[str] = []
        (page,) = await actor.says("ik heb een vraag")
        while page.buttons[0].label not in seen:
            *titles, more = [button.label for button in page.buttons]
            assert len(titles) <= 6
            seen += titles
            (page,) = await actor.taps(more)
        texts = stage.house.scenes.setting("genk", "web").texts["nl"]
        assert seen == [texts[f"faq.{id}.title"] for id in faq().ids]
        answer, question = await actor.taps(seen[0])
        assert answer.text == texts[f"faq.{faq().ids[0]}"]
        assert question.question == "place"


async def test_a_button_of_a_question_that_is_gone_asks_the_open_one() -> None:
    async with open_stage() as stage:
        actor = stage.actor()
        await at_the_place(actor)
        (question,) = await actor.tap("!", "faq:long-gone")
        assert question.question == "place"


async def test_an_organisation_answers_in_its_own_words() -> None:
    async with open_stage() as stage:
        answers = []
        for organisation in ("bijzig", "genk"):
            actor = stage.actor(organisation=organisation)
            await at_the_place(actor)
            answers.append((await actor.says("hebben jullie vacatures?"))[0].text)
        assert answers[0].startswith("Wij zijn geen interimkantoor.")
        assert answers[1].startswith("Hier staan geen vacatures.")


def test_opening_hours_are_said_as_they_stand_in_the_file() -> None:
    hours = organisations()["genk"].opening_hours
    assert opening_times(hours, "nl").splitlines()[:3] == [
        "Maandag: 9-12, 13-16.30 uur.",
        "Dinsdag: 9-12, 13-16.30 uur.",
        "Woensdag: 9-12 uur.",
    ]
    assert opening_times(hours, "fr").splitlines()[0] == "Lundi : 9h-12h, 13h-16h30."
    assert opening_times(hours, "en").splitlines()[0] == "Monday: 9:00-12:00, 13:00-16:30."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ORGANISATIONS, tmp_path / "organisations"))


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def unclear(folder: Path) -> list[str]:
    wording = read_wording()
    found = load_organisations(folder)
    settings = make_scenes(found, folder, ("web",), wording)
    return unclear_faq(folder, {id: settings.setting(id, "web").faq for id in found}, wording)


def test_what_is_shipped_is_clear() -> None:
    assert unclear(ORGANISATIONS) == []


def test_a_sentence_that_is_a_command_is_found_with_its_line(folder: Path) -> None:
    change(folder / "faq.yaml", "      - wie leest dit\n", "      - wis alles\n")
    (problem,) = unclear(folder)
    assert problem == "organisations/faq.yaml:13: who-reads: 'wis alles' is the command erase. Take it out"


def test_so_is_one_that_belongs_to_another_question(folder: Path) -> None:
    change(folder / "genk" / "organisation.yaml", "[is dit de vdab, ", "[wat kost dit, is dit de vdab, ")
    assert any("'wat kost dit'" in problem for problem in unclear(folder))


def test_an_answer_in_every_language_of_the_organisation(folder: Path) -> None:
    file = folder / "bijzig" / "organisation.yaml"
    change(file, "      fr: Nous ne sommes pas une agence intérim.", "      en: Nous ne sommes pas une agence intérim.")
    with pytest.raises(BadOrganisation, match=r"faq\.vacancies\.answer: nothing in 'fr'") as caught:
        load_organisations(folder)
    assert "organisation.yaml" in str(caught.value)


def test_the_shared_questions_have_it_too(folder: Path) -> None:
    change(folder / "faq.yaml", '    fr: "Ce chat est gratuit.', '    en: "Ce chat est gratuit.')
    with pytest.raises(BadOrganisation, match=r"cost\.answer: nothing in 'fr'"):
        load_organisations(folder)


def test_a_title_that_does_not_fit_on_a_button(folder: Path) -> None:
    change(folder / "faq.yaml", 'nl: "Kost dit geld?"', 'nl: "Kost dit mij ergens geld?"')
    with pytest.raises(BadOrganisation, match="too long for a button"):
        load_organisations(folder)


def test_organisations_without_questions_of_all(folder: Path) -> None:
    (folder / "faq.yaml").unlink()
    change(
        folder / "bijzig" / "organisation.yaml", "  vacancies:\n    answer:", "  vacancies:\n    title: {}\n    answer:"
    )
    with pytest.raises(BadOrganisation, match=r"faq\.vacancies\.title"):
        load_organisations(folder)
    shutil.rmtree(folder / "bijzig")
    assert list(load_organisations(folder)["genk"].faq) == ["vdab"]
