"""The published schema of flow files refuses nothing that the program accepts: an editor and ``opstap check`` agree."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from flows.check import check_flow
from flows.load import Scripts
from tests.stage import ROOT

SCHEMA = Draft202012Validator(json.loads((ROOT / "flows" / "flow.schema.json").read_text("utf-8")))
EVERYTHING = """
flow: small
title: Small
steps:
  - {say: Hello., id: hello}
  - {ask: tongue, text: Language, label: Language, language: {}}
  - ask: goal
    text: What do you want?
    label: Goal
    why: So we know.
    simpler: Tap one.
    hint: Tap one.
    required: true
    tier: A
    page: 6
    unsure: true
    choice: {job: {label: Job, icon: "🧒", means: {kind: company}}, course: Course}
  - {ask: hard, text: A, label: L, why: W., choices: {kids: {label: Kids}, none: {label: Nothing, alone: true}}}
  - {ask: well, text: A, label: L, why: W., yesno: {}, when: {goal: job}}
  - ask: name
    text: A
    label: L
    why: W.
    when: {all: [{hard: {has: kids}}, {not: {well: "yes"}}, {any: [{goal: [job, course]}, {well: known}]}]}
    words: {max: 60, name: true}
  - {ask: many, text: A, label: L, why: W., number: {min: 0, max: 60, whole: true}}
  - {ask: day, text: A, label: L, why: W., date: {when: past}, when: {many: {at_least: 3}}}
  - {ask: place, text: A, label: L, why: W., place: {}}
  - {ask: phone, text: A, label: L, why: W., phone: {}, when: {place: {within: area}}}
  - {ask: email, text: A, label: L, why: W., email: {}, when: {many: {at_most: 3}}}
  - {ask: agreed, text: A, label: L, why: W., consent: {scope: health, wording: 1, person: true}}
  - {ask: own, text: A, label: L, why: W., own_page: {before: well}}
  - {ask: visit, text: A, label: L, why: W., of_the_house: {}}
  - {ask: slot, text: A, label: L, why: W., slot: {}}
  - {do: book_appointment, as: appointment, with: [slot], on_change: redo, when: {slot: known}}
  - {ask: all, text: A, label: L, recap: {}}
  - {do: hand_over}
"""
FLOW: dict[str, Any] = yaml.safe_load(EVERYTHING)
INSTEAD: tuple[object, ...] = (None, "", 7, True, [None], {"a1": 1}, "Not an id")
BESIDE = {
    "other": 1,
    "when": None,
    "unsure": True,
    "required": "no",
    "page": 9,
    "tier": "D",
    "hint": "",
    "icon": "word",
}


def places(flow: object, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inside = flow.items() if isinstance(flow, dict) else enumerate(flow) if isinstance(flow, list) else ()
    for key, value in inside:
        yield (*above, key)
        yield from places(value, (*above, key))


def changed() -> Iterator[tuple[str, dict[str, Any]]]:
    """The flow with one thing in it replaced, taken out or added, at every place; what was done comes first."""
    for *above, last in places(FLOW):
        for value in INSTEAD:
            flow, page = opened(above)
            page[last] = value
            yield f"{above} {last}: {value!r}", flow
        flow, page = opened(above)
        if isinstance(page, dict):
            del page[last]
            yield f"{above} without {last}", flow
        for key, value in BESIDE.items():
            flow, page = opened([*above, last])
            if isinstance(page, dict) and key not in page:
                page[key] = value
                yield f"{above} {last} with {key}: {value!r}", flow


def opened(above: list[Any]) -> tuple[dict[str, Any], Any]:
    flow = page = copy.deepcopy(FLOW)
    for key in above:
        page = page[key]
    return flow, page


def problems(folder: Path, flow: dict[str, Any]) -> list[str]:
    (folder / "small.yaml").write_text(json.dumps(flow, ensure_ascii=False), "utf-8")
    scripts = Scripts(folder)
    check_flow(scripts.flow("small"), scripts.problems)
    return [str(problem) for problem in scripts.problems]


def test_a_flow_with_everything_in_it_fits_both(tmp_path: Path) -> None:
    assert SCHEMA.is_valid(FLOW)
    assert problems(tmp_path, FLOW) == []


def test_what_the_schema_refuses_the_program_refuses(tmp_path: Path) -> None:
    refused = [(done, flow) for done, flow in changed() if not SCHEMA.is_valid(flow)]
    assert len(refused) > 800
    assert [done for done, flow in refused if not problems(tmp_path, flow)] == []
