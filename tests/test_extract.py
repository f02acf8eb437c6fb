"""Finding texts to translate in flow files and code, and what a catalogue lacks of them."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from flows.catalogue import load_catalogues, stale
from flows.extract import Source, extract, extract_code, sources
from flows.marked_yaml import Misread
from flows.update_catalogues import update

FLOW = """\
flow: small
title: Small
steps:
  - say: Hello   there.
    when: {goal: job}
  - ask: goal
    text: What do you want?
    label: Wish
    why: |
      Because
      we ask.
    hint: Tap one.
    simpler: Tap. What?
    choice:
      job: {label: A job, icon: "💼"}
      other: Something else
  - ask: who
    text: Who?
    label: Who
    choices: {me: {label: Me}, none: {label: Nobody, alone: true}}
  - use: more
  - do: hand_over
"""
CODE = '''\
"""A module."""
HINT = "Type a number."
WORD = "number"
_OWN = "not for people"
says = Phrase("Hello.")
button = Option(id, "A button")
nothing = Phrase("")
'''
CONFIG = """\
[extractors]
opstap_flows = flows.extract:extract

[opstap_flows: flows/scripts/*.yaml]
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project with one flow and an empty French catalogue."""
    scripts = tmp_path / "flows" / "scripts"
    scripts.mkdir(parents=True)
    (scripts / "small.yaml").write_text(FLOW, encoding="utf-8")
    (tmp_path / "babel.cfg").write_text(CONFIG, encoding="utf-8")
    french = tmp_path / "locales" / "fr" / "LC_MESSAGES"
    french.mkdir(parents=True)
    (french / "opstap.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n', encoding="utf-8"
    )
    return tmp_path


def catalogue(project: Path) -> Path:
    return project / "locales" / "fr" / "LC_MESSAGES" / "opstap.po"


def translate(project: Path, source: str, text: str) -> None:
    path = catalogue(project)
    old = path.read_text(encoding="utf-8")
    path.write_text(old.replace(f'msgid "{source}"\nmsgstr ""', f'msgid "{source}"\nmsgstr "{text}"'), encoding="utf-8")


def change(project: Path, old: str, new: str) -> None:
    flow = project / "flows" / "scripts" / "small.yaml"
    flow.write_text(flow.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def test_every_text_of_a_flow_is_found_with_its_line() -> None:
    found = [(line, text) for line, _, text, _ in extract(BytesIO(FLOW.encode()), (), (), {})]
    assert found == [
        (2, "Small"),
        (4, "Hello there."),
        (7, "What do you want?"),
        (8, "Wish"),
        (9, "Because we ask."),
        (12, "Tap one."),
        (13, "Tap. What?"),
        (15, "A job"),
        (16, "Something else"),
        (18, "Who?"),
        (19, "Who"),
        (20, "Me"),
        (20, "Nobody"),
    ]


def test_a_translator_is_told_what_a_text_is_for() -> None:
    notes = {text: note for _, _, text, [note] in extract(BytesIO(FLOW.encode()), (), (), {})}
    assert notes["A job"] == "button under question goal, at most 20 characters"
    assert notes["Because we ask."] == "why we ask goal"


@pytest.mark.parametrize("text", ["", "just words", "[1, 2]", "flow: x\nsteps: nothing"])
def test_a_file_that_is_no_flow_has_no_texts(text: str) -> None:
    assert list(extract(BytesIO(text.encode()), (), (), {})) == []


def test_in_code_calls_and_public_sentences_are_found() -> None:
    found = extract_code(BytesIO(CODE.encode()), {"Phrase": None, "Option": (2,)}, (), {})
    texts = [text[-1] if isinstance(text, tuple) else text for _, _, text, _ in found]
    assert texts == ["Hello.", "A button", "Type a number."]


def test_whoever_translates_a_button_is_told_that_it_is_one() -> None:
    code = b'Choice(Phrase("Go on"), tap)\ncommand("Back", "back")\nOption(id, "Red")\nPhrase("No button.")\n'
    keywords = {"Phrase": None, "Option": (2,), "command": None}
    notes = [notes for _, _, _, notes in extract_code(BytesIO(code), keywords, (), {})]
    assert notes == [["button, at most 20 characters"]] * 3 + [[]]


def test_constants_of_a_room_without_texts_are_left_alone() -> None:
    found = extract_code(BytesIO(CODE.encode()), {"Phrase": None}, (), {"constants": "no"})
    assert [text for _, _, text, _ in found] == ["Hello."]


def test_a_text_is_known_by_file_and_line(project: Path) -> None:
    first = next(sources(project))
    assert (first.text, first.file, first.line) == ("Small", "flows/scripts/small.yaml", 2)


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("flows/scripts/small.yaml", "steps:", "steps: [", r"small\.yaml:\d+: a \{ or \[ above is not closed"),
        ("locales/fr/LC_MESSAGES/opstap.po", "msgid", "msgdi", r"opstap\.po:1: this is no line of a catalogue"),
    ],
)
def test_what_stands_in_the_way_is_told_before_anything_is_written(
    project: Path, file: str, old: str, new: str, told: str
) -> None:
    path = project / file
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    with pytest.raises(Misread, match=told):
        update(project)
    assert not (project / "locales" / "opstap.pot").exists()


def test_texts_of_organisations_in_another_folder_are_translated_too(project: Path, tmp_path: Path) -> None:
    own = tmp_path / "elsewhere" / "genk" / "flows"
    own.mkdir(parents=True)
    (own / "own.yaml").write_text("flow: own\ntitle: Own\nsteps:\n  - say: We have bikes.\n", "utf-8")
    here = [*sources(project)]
    assert [*sources(project, project / "organisations")] == here
    both = [*sources(project, tmp_path / "elsewhere")]
    assert [(text.text, text.file, text.line) for text in both[len(here) :]] == [
        ("Own", "elsewhere/genk/flows/own.yaml", 2),
        ("We have bikes.", "elsewhere/genk/flows/own.yaml", 4),
    ]
    update(project, tmp_path / "elsewhere")
    assert "We have bikes." in catalogue(project).read_text("utf-8")


def test_a_new_text_has_no_translation_until_somebody_writes_one(project: Path) -> None:
    update(project)
    before = {problem.text for problem in stale(project / "locales", sources(project))}
    translate(project, "What do you want?", "Que voulez-vous ?")
    after = {problem.text for problem in stale(project / "locales", sources(project))}
    assert before - after == {"What do you want?"}
    assert load_catalogues(project / "locales") == {"fr": {"What do you want?": "Que voulez-vous ?"}}


def test_a_changed_text_makes_its_translation_fuzzy_and_unused(project: Path) -> None:
    update(project)
    translate(project, "What do you want?", "Que voulez-vous ?")
    change(project, "What do you want?", "What do you want now?")
    update(project)
    problems = {problem.problem for problem in stale(project / "locales", sources(project)) if "now" in problem.text}
    assert problems == {"the source has changed"}
    assert load_catalogues(project / "locales") == {"fr": {}}


def test_the_former_text_stays_beside_a_fuzzy_translation_until_somebody_has_looked(project: Path) -> None:
    long = "Tell us in a few words what you want to do, where, when, with whom, for how long, and why you want it now."
    change(project, "What do you want?", long)
    update(project)
    french = Catalog(locale="fr", charset="utf-8")
    french.add(long, "Dites-nous ce que vous voulez.")
    with catalogue(project).open("wb") as file:
        write_po(file, french)
    change(project, long, f"{long} Thank you.")
    for _ in range(3):
        update(project)
    with catalogue(project).open("rb") as file:
        kept = read_po(file)[f"{long} Thank you."]
    assert kept.fuzzy
    assert " ".join(kept.user_comments).count("Tell us in a few words") == 1


def test_a_text_that_is_gone_is_shown_as_left_over(project: Path) -> None:
    update(project)
    translate(project, "Tap one.", "Appuyez.")
    change(project, "    hint: Tap one.\n", "")
    [gone] = [found for found in stale(project / "locales", sources(project)) if found.text == "Tap one."]
    assert gone.problem == "no longer used"
    assert str(gone).startswith(f"locales/fr/LC_MESSAGES/opstap.po:{gone.line}: fr: ")
    assert catalogue(project).read_text(encoding="utf-8").splitlines()[gone.line - 1] == 'msgid "Tap one."'


def test_an_update_without_changes_changes_no_text(project: Path) -> None:
    update(project)
    first = catalogue(project).read_text(encoding="utf-8")
    update(project)
    second = catalogue(project).read_text(encoding="utf-8")
    assert [line for line in second.splitlines() if "-Date:" not in line] == [
        line for line in first.splitlines() if "-Date:" not in line
    ]


def test_a_new_text_gets_no_translation_of_a_text_that_is_still_used(project: Path) -> None:
    update(project)
    translate(project, "What do you want?", "Que voulez-vous ?")
    change(project, "text: Who?", "text: What do you want now?")
    update(project)
    problems = {problem.problem for problem in stale(project / "locales", sources(project)) if "now" in problem.text}
    assert problems == {"no translation"}


def test_missing_texts_are_shown_where_they_stand(project: Path) -> None:
    [problem] = stale(project / "locales", [Source("Bye.", "flows/scripts/small.yaml", 9)])
    remedy = "Run `make catalogues`, then translate it in locales/fr/LC_MESSAGES/opstap.po"
    assert str(problem) == f"flows/scripts/small.yaml:9: fr: no translation: 'Bye.'. {remedy}"
