"""The flow files we ship: well-formed, without dead ends, and asking only what may be asked."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from flows import conditions
from flows.answers.consent import ConsentAnswer
from flows.answers.kinds import KINDS
from flows.check import PLACEHOLDERS, check_flow
from flows.conditions import Is
from flows.load import KEYS, ON_CHANGE, ORDERS, Scripts
from flows.script import SCREEN, Ask, Flow

FOLDER = Path(__file__).parent.parent / "flows" / "scripts"
FILES = sorted(FOLDER.glob("*.yaml"))
SCHEMA = Draft202012Validator(json.loads((FOLDER.parent / "flow.schema.json").read_text(encoding="utf-8")))
NEVER_ASKED = re.compile(
    r"\b(religion|origin|nationality|born|birth|union|party|pregnan\w*|diagnosis|prison|police|national number|iban)\b"
)


def intake() -> Flow:
    scripts = Scripts(FOLDER)
    flow = scripts.flow("intake")
    check_flow(flow, scripts.problems)
    assert [str(problem) for problem in scripts.problems] == []
    return flow


FLOW = intake()
ASKS = list(FLOW.asks.values())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_flow_file_fits_the_published_schema(file: Path) -> None:
    errors = SCHEMA.iter_errors(yaml.safe_load(file.read_text(encoding="utf-8")))
    assert [f"{list(error.path)}: {error.message}" for error in errors] == []


@pytest.mark.parametrize(
    "step",
    [
        "{say: 'Hello? Who?'}",
        "{ask: q1, text: A, label: B, yesno: {}}",
        "{ask: q1, text: A, label: B, why: C}",
        "{ask: q1, text: A, label: B, why: C, yesno: {}, words: {}}",
        "{ask: Q, text: A, label: B, why: C, yesno: {}}",
        "{ask: q1, text: A, label: B, why: C, choice: {a1: A, b1: B, c1: C, d1: D, e1: E, f1: F, g1: G}}",
        "{do: book_appointment}",
        "{do: nothing}",
        "{use: more, if: {goal: job}}",
        "{say: Hello., when: {goal: {is: job}}}",
    ],
)
def test_the_schema_refuses_what_the_house_rules_refuse(step: str) -> None:
    flow = yaml.safe_load(f"{{flow: small, title: Small, steps: [{step}]}}")
    assert not SCHEMA.is_valid(flow)


def test_the_schema_and_the_loader_know_the_same_keys() -> None:
    definitions = SCHEMA.schema["$defs"]
    steps = {name: set(definitions[name]["properties"]) for name in ("say", "ask", "use", "do")}
    assert {"file": set(SCHEMA.schema["properties"]), **steps} == KEYS
    assert set(definitions["do"]["properties"]["do"]["enum"]) == set(ORDERS)
    assert set(definitions["do"]["properties"]["on_change"]["enum"]) == set(ON_CHANGE)


def test_every_flow_file_is_part_of_the_intake() -> None:
    used = {Path(step.where.file).stem for step in FLOW.steps}
    empty = {"intake"}
    assert {file.stem for file in FILES} == used | empty


@pytest.mark.parametrize("ask", ASKS, ids=lambda ask: ask.id)
def test_a_question_says_why_it_is_asked_and_has_simpler_words(ask: Ask) -> None:
    speaks_for_itself = ask.id in ("language", "recap")
    assert ask.label
    assert ask.why or speaks_for_itself
    assert ask.simpler or speaks_for_itself or not ask.kind.options


@pytest.mark.parametrize("ask", ASKS, ids=lambda ask: ask.id)
def test_a_screen_has_at_most_six_options(ask: Ask) -> None:
    assert len(ask.kind.options) <= SCREEN or ask.page == SCREEN


@pytest.mark.parametrize("ask", ASKS, ids=lambda ask: ask.id)
def test_what_may_not_be_asked_is_not_asked(ask: Ask) -> None:
    shown = " ".join((ask.text, ask.label, ask.simpler, *(option.label for option in ask.kind.options)))
    assert not NEVER_ASKED.search(shown.lower())


@pytest.mark.parametrize("ask", [ask for ask in ASKS if ask.tier == "C"], ids=lambda ask: ask.id)
def test_special_data_is_asked_only_after_a_yes_and_only_where_it_is_private(ask: Ask) -> None:
    needed = list(conditions.tests(ask.when))
    assert Is("health_ok", ("yes",)) in needed
    assert Is("private_channel", ("yes",)) in needed


def test_everything_after_the_privacy_question_needs_its_yes() -> None:
    asked = [ask.id for ask in ASKS]
    later = ASKS[asked.index("privacy") + 1 :]
    assert [ask.id for ask in later if not any(map(needs_privacy, names_in(ask)))] == []


def names_in(ask: Ask) -> set[str]:
    return {test.name for test in conditions.tests(ask.when)}


def needs_privacy(name: str) -> bool:
    """Whether this is known only after the yes, by its own question and by every answer that means it besides."""
    if name in {"privacy", "path", "age"}:
        return True
    asked = [FLOW.asks[name]] if name in FLOW.asks else []
    meant = {question for means in FLOW.sources(name).values() for question, _ in means}
    return bool(asked or meant) and all(
        [*(any(map(needs_privacy, names_in(ask))) for ask in asked), *map(needs_privacy, meant)]
    )


def test_only_what_the_talk_cannot_do_without_is_required() -> None:
    assert {ask.id for ask in ASKS if ask.required} == {"language", "privacy", "path", "age", "young_age", "recap"}


def test_consent_always_offers_a_person() -> None:
    consents = [ask.kind for ask in ASKS if isinstance(ask.kind, ConsentAnswer)]
    assert {tuple(option.id for option in kind.options) for kind in consents} == {("yes", "no", "person")}


def test_the_examples_in_the_guide_fit_the_schema() -> None:
    guide = (FOLDER.parent.parent / "docs" / "writing-a-flow.md").read_text(encoding="utf-8")
    examples = [yaml.safe_load(example) for example in re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL)]
    files = [
        {"flow": "small", "title": "Small", "steps": each} if isinstance(each, list) else each for each in examples
    ]
    assert [error.message for file in files for error in SCHEMA.iter_errors(file)] == []
    assert len(files) == 2


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_schema_and_the_guide_know_every_kind_of_answer(kind: str) -> None:
    guide = (FOLDER.parent.parent / "docs" / "writing-a-flow.md").read_text(encoding="utf-8")
    schema = json.loads((FOLDER.parent / "flow.schema.json").read_text(encoding="utf-8"))
    assert f"`{kind}: {{" in guide
    assert {"required": [kind]} in schema["$defs"]["ask"]["oneOf"]


def test_the_guide_knows_everything_that_a_text_can_be_filled_in_with() -> None:
    guide = (FOLDER.parent.parent / "docs" / "writing-a-flow.md").read_text(encoding="utf-8")
    assert [name for name in sorted(PLACEHOLDERS) if f"`{{{name}}}`" not in guide] == []
