"""Each gate on the words people read: what is found, in one line, with the place and the remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.plain_check import filled, hard_files, hard_texts, odd_placeholders
from bot.shown_texts import ENGINE, Shown, in_code, in_file, in_flow, read_catalogues
from flows.extract import Source
from flows.marked_yaml import Misread
from flows.plain_language import PlainRules, faults, overlong, words
from flows.plain_rules import load_plain_rules, unused
from flows.script import Where
from tests.stage import ROOT

LOCALES = ROOT / "locales"
RULES = load_plain_rules(LOCALES)
TWELVE = "Een twee drie vier vijf zes zeven acht negen tien elf twaalf"
HERE = Where("locales/nl/LC_MESSAGES/opstap.po", 7)
WRONG = [
    (
        f"{TWELVE} dertien?",
        "question",
        f"a sentence has 13 words, 12 at most: '{TWELVE} dertien?'",
        "Cut it in two",
    ),
    (
        f"{TWELVE} dertien?",
        "explanation",
        f"a sentence has 13 words, 12 at most: '{TWELVE} dertien?'",
        "Cut it in two",
    ),
    (
        f"{TWELVE} dertien veertien vijf tien.",
        "explanation",
        f"a sentence has 16 words, 15 at most: '{TWELVE} dertien veertien vijf tien.'",
        "Cut it in two",
    ),
    (
        f"{TWELVE} a b c d?",
        "consent",
        f"a sentence has 16 words, 15 at most: '{TWELVE} a b c d?'",
        "Cut it in two",
    ),
    (
        "Ja. " * 41,
        "explanation",
        f"the message has 41 words, 40 at most: '{'Ja. ' * 14}Ja.…'",
        "Take out what can wait",
    ),
    (
        "Hoe? Wat?",
        "question",
        "the message asks 2 questions: 'Hoe? Wat?'",
        "Ask one, and make the others statements",
    ),
    (
        "Kom je? Dan zie ik je.",
        "beside",
        "it stands above a question and asks another: 'Kom je? Dan zie ik je.'",
        "Make it a statement",
    ),
    (
        "Dat is INZAKE werk.",
        "explanation",
        "'inzake' is not for people who read slowly: 'Dat is INZAKE werk.'",
        "Write: over",
    ),
    (
        "Je dient te komen.",
        "button",
        "'dient te' is not for people who read slowly: 'Je dient te komen.'",
        "Write: moet",
    ),
    (
        "Dit is een tewerkstelling.",
        "question",
        "the word 'tewerkstelling' has 14 letters: 'Dit is een tewerkstelling.'",
        "Write a shorter word, or explain it under `long_words` in plain.yaml",
    ),
    (
        "Ik zoek nu meteen werk",
        "button",
        "the button 'Ik zoek nu meteen werk' has 22 characters, 20 at most",
        "Find a shorter name",
    ),
]


@pytest.mark.parametrize(("text", "part", "problem", "remedy"), WRONG)
def test_a_text_that_is_hard_to_read_is_named(text: str, part: str, problem: str, remedy: str) -> None:
    shown = Shown("nl", text, HERE, part, "a file")  # type: ignore[arg-type]
    assert [str(each) for each in hard_texts([shown], RULES, {})] == [f"{HERE}: nl: {problem}. {remedy}"]


@pytest.mark.parametrize(
    ("text", "part", "language"),
    [
        (f"{TWELVE}?", "question", "nl"),
        (f"{TWELVE} a b c.", "explanation", "nl"),
        (f"{TWELVE} a b c?", "consent", "nl"),
        ("Est-ce que vous venez ? Oui.", "question", "fr"),
        ("Twintig letters zijn", "button", "nl"),
        ("Je woont in de Voorbeeldstraat 10.", "explanation", "nl"),
        ("Wat is je telefoonnummer?", "question", "nl"),
        ("Nederlands? Français? Tik op een knop.", "explanation", "nl"),
        ("Voorzet is geen inzakelijk woord.", "explanation", "nl"),
        ("Ik ben {a_very_long_placeholder}.", "explanation", "nl"),
    ],
)
def test_what_is_plain_is_left_alone(text: str, part: str, language: str) -> None:
    assert list(faults(text, part, language, RULES[language])) == []  # type: ignore[arg-type]


def test_french_punctuation_is_no_word() -> None:
    assert words("Vous venez ? « Oui » : 3 fois !") == 5


def test_a_message_is_measured_with_its_placeholders_filled_in() -> None:
    text = Shown("nl", "Kom naar {place_name}.", HERE, "explanation", "a file")
    short, long = {"place_name": "Genk"}, {"place_name": "een " * 39}
    assert filled(text.text, short) == "Kom naar Genk."
    assert list(overlong(filled(text.text, short))) == []
    [problem] = hard_texts([text], RULES, {"nl": [short, long]})
    assert "the message has 41 words, 40 at most" in problem.text


def test_the_hardest_text_of_a_hard_file_is_named() -> None:
    hard = "Organisaties ondersteunen begeleidingen van werkzoekenden."
    harder = (
        "Werkgelegenheidsorganisaties ondersteunen arbeidsmarktbegeleiding en loopbaanbegeleiding van werkzoekenden."
    )
    many = [Shown("nl", f"{number} {hard}", HERE, "question", "small.yaml") for number in range(40)]
    [problem] = hard_files([*many, Shown("nl", harder, Where("x.po", 9), "question", "small.yaml")])
    assert str(problem).startswith("x.po:9: nl: small.yaml is hard to read (Douma -")
    assert str(problem).endswith(f"at least 80); the hardest is {harder!r}. Use shorter words and sentences")


def test_a_file_of_easy_texts_and_hard_buttons_passes() -> None:
    easy = [Shown("nl", f"Ik kom nu naar je toe, {number}.", HERE, "explanation", "small.yaml") for number in range(30)]
    button = Shown("nl", "Loopbaanbegeleidingsorganisatie", HERE, "button", "small.yaml")
    assert list(hard_files([*easy, button])) == []


def test_a_translation_fills_in_what_its_source_fills_in() -> None:
    catalogues = {"nl": {"You see {coach}.": ("Je ziet {choach}.", HERE), "Fine.": ("Goed.", HERE)}}
    assert [str(problem) for problem in odd_placeholders(catalogues)] == [
        f"{HERE}: nl: {{coach}} is missing in 'Je ziet {{choach}}.'. Put it in",
        f"{HERE}: nl: {{choach}} cannot be filled in. Its English text knows: coach",
    ]


FLOW = """\
flow: small
title: Small title
steps:
  - say: Hello.
  - ask: ok
    text: May we?
    label: Yes or no
    why: Because.
    consent: {scope: intake, wording: 1}
  - ask: goal
    text: What?
    simpler: Tap. What?
    hint: Tap one.
    choice: {job: A job, talk: {label: A talk}}
"""


def test_each_text_of_a_flow_file_is_measured_by_the_part_it_plays(tmp_path: Path) -> None:
    file = tmp_path / "small.yaml"
    file.write_text(FLOW, "utf-8")
    texts = ("Hello.", "May we?", "Yes or no", "Because.", "What?", "Tap. What?", "Tap one.", "A job", "A talk")
    catalogues = {"nl": {text: (text, HERE) for text in ("Small title", *texts)}}
    parts = {shown.text: shown.part for shown in in_flow(file, catalogues)}
    assert list(parts) == [
        "Hello.",
        "May we?",
        "Yes or no",
        "Because.",
        "What?",
        "Tap one.",
        "Tap. What?",
        "A job",
        "A talk",
    ]
    assert [parts[text] for text in texts] == [
        *("beside", "consent", "button", "consent"),
        *("question", "question", "beside", "button", "button"),
    ]


def test_a_flow_file_that_cannot_be_read_has_no_texts(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text("flow: [", "utf-8")
    assert list(in_flow(tmp_path / "small.yaml", {})) == []


def test_texts_of_code_are_measured_where_job_seekers_see_them() -> None:
    catalogues = {"nl": {"Hello.": ("Dag.", HERE), "Back": ("Terug", HERE)}}
    sources = [
        Source("Hello.", "flows/hear.py", 1),
        Source("Back", "flows/asking.py", 2, ("button, at most 20 characters",)),
        Source("Hello.", "staff/templates/case.html", 3),
        Source("Hello.", "bot/staff_chat.py", 4),
        Source("Hello.", "flows/scripts/intake.yaml", 5),
        Source("Nobody translated this.", "flows/hear.py", 6),
    ]
    assert list(in_code(sources, catalogues)) == [
        Shown("nl", "Dag.", HERE, "explanation", ENGINE),
        Shown("nl", "Terug", HERE, "button", ENGINE),
    ]


def test_every_text_of_an_organisation_is_found_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "ours" / "organisation.yaml"
    file.parent.mkdir()
    file.write_text(
        "id: ours\nphone_line:\n  nl: Bel ons.\n  fr: Appelez.\nlist:\n  - {nl: [a], answer: {nl: Ja.}}\n", "utf-8"
    )
    shown = "ours/organisation.yaml"
    assert list(in_file(file, tmp_path, ("nl",))) == [
        Shown("nl", "Bel ons.", Where(shown, 3), "explanation", shown),
        Shown("nl", "Ja.", Where(shown, 6), "explanation", shown),
    ]


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("baned:\n  x: y\n", 1, "unknown list 'baned'"),
        ("banned: [x]\n", 1, "banned is no list of lines"),
        ("banned:\n  x: y\n  inzake:\n", 3, "'inzake' under banned is not explained"),
        ("long_words:\n  x: ''\n", 2, "'x' under long_words is not explained"),
    ],
)
def test_a_mistake_in_the_list_of_hard_words_is_named(tmp_path: Path, text: str, line: int, problem: str) -> None:
    folder = tmp_path / "locales" / "nl"
    folder.mkdir(parents=True)
    (folder / "plain.yaml").write_text(text, "utf-8")
    with pytest.raises(Misread) as raised:
        load_plain_rules(folder.parent)
    assert (raised.value.file, raised.value.line, raised.value.problem) == ("locales/nl/plain.yaml", line, problem)


def test_an_exception_that_nothing_needs_any_more_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "locales" / "nl"
    folder.mkdir(parents=True)
    (folder / "plain.yaml").write_text("long_words:\n  tewerkstelling: so\nexceptions:\n  Hoe? Wat?: so\n", "utf-8")
    assert [str(problem) for problem in unused(folder.parent, {"nl": ["Dag."]})] == [
        "locales/nl/plain.yaml:4: nothing needs this exception any more: 'Hoe? Wat?'. Take the line out",
        "locales/nl/plain.yaml:2: nothing needs this exception any more: 'tewerkstelling'. Take the line out",
    ]
    assert list(unused(folder.parent, {"nl": ["De tewerkstelling.", "Hoe? Wat?"]})) == []


@pytest.mark.parametrize("language", ["nl", "fr"])
def test_every_banned_word_says_what_to_write_instead(language: str) -> None:
    assert len(RULES[language].banned) > 10
    assert PlainRules().banned == {}
    assert all(text.strip() for text in RULES[language].banned.values())


def test_the_line_of_a_translation_is_the_line_where_it_is_written() -> None:
    text, where = read_catalogues(LOCALES)["nl"]["Back"]
    lines = (ROOT / where.file).read_text("utf-8").splitlines()
    assert lines[where.line - 1] == 'msgid "Back"'
    assert text == "Terug"
