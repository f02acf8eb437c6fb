"""What the stories in ``tests/transcripts/`` show of the flows we ship: a table at the end of a run, and a gate.

Each story's test reports what was met (with pytest-xdist from its worker); here that is put together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache

import pytest

from flows.met import ANSWERED, HELD, HELD_NOT, OPTION, SHOWN, SKIPPED, Mark, meetable
from flows.reachable import impossible
from flows.script import Flow
from flows.talk import Setting
from tests.stage import papers
from tests.transcript import FOLDER

LANGUAGES = ("nl", "fr")
MET = "met in the flows"
"""The name under which a story's test reports its marks."""
SHIPPED = "flows/scripts/"
KINDS = {SHOWN: "shown", ANSWERED: "answered", SKIPPED: "skipped", HELD: "guards", HELD_NOT: "guards"}


@cache
def shipped() -> frozenset[Mark]:
    """All there is to meet in the flow files we ship, in each language, by who speaks it with an organisation of ours.

    Where French is the language of work nobody is spoken with in Dutch: what is only for them is not missed there.
    """
    marks = set[Mark]()
    for flow, languages, facts in _audiences():
        for step in flow.steps:
            fresh = set(meetable((step,), languages)) - marks
            if fresh and step.where.file.startswith(SHIPPED) and not impossible(flow, step, facts):
                marks |= fresh
    return frozenset(marks)


def _audiences() -> Iterator[tuple[Flow, tuple[str, ...], dict[str, tuple[str, ...]]]]:
    """Each flow with the languages it is spoken in, and what the facts can be there, whatever the channel."""
    groups: dict[tuple[int, tuple[str, ...]], list[tuple[str, Setting]]] = {}
    for (house, _), setting in papers().scenes.settings.items():
        groups.setdefault((id(setting.flow), setting.languages), []).append((house, setting))
    for settings in groups.values():
        named = [setting.facts.named for _, setting in settings]
        facts = {name: tuple(dict.fromkeys(each[name] for each in named)) for name in named[0]}
        looks = tuple(dict.fromkeys(look for house, _ in settings for look in _cheques(house)))
        yield settings[0][1].flow, settings[0][1].languages, {**facts, "cheque_look": looks}


def _cheques(house: str) -> tuple[str, ...]:
    """What a company can hear there of cheques: with a register whether one is left, and without one nothing."""
    return ("left", "none") if papers().organisations[house].cheques else ("unknown",)


def missing(seen: Iterable[Mark]) -> list[str]:
    """The steps that no story shows, a line each."""
    left = shipped() - set(seen)
    return [
        f"{mark.file}: {mark.step} is shown in no {mark.language} story" for mark in sorted(left) if mark.what == SHOWN
    ]


def table(seen: Iterable[Mark]) -> Iterator[str]:
    """A line a flow file: of what there is, how much was met."""
    columns = ("shown", "answered", "skipped", "guards", "options")
    heads = "".join(f"{column:>10}" for _ in LANGUAGES for column in columns)
    yield " " * 22 + "".join(f"{language:>10}" + " " * 40 for language in LANGUAGES).rstrip()
    yield f"{'flow':<22}{heads}"
    there, found = (Counter(map(_cell, marks)) for marks in (shipped(), shipped() & set(seen)))
    for file in sorted({mark.file for mark in shipped()}):
        cells = ((file, language, column) for language in LANGUAGES for column in columns)
        yield f"{file.removeprefix(SHIPPED):<22}" + "".join(f"{_of(found[cell], there[cell]):>10}" for cell in cells)


def _cell(mark: Mark) -> tuple[str, str, str]:
    return mark.file, mark.language, "options" if mark.what.startswith(OPTION) else KINDS[mark.what]


def _of(found: int, there: int) -> str:
    return f"{found}/{there}" if there else "-"


class Coverage:
    """Gathers what each story's test reports; a run of all stories that misses a step fails."""

    def __init__(self) -> None:
        self.seen: set[Mark] = set()
        self.played: set[str] = set()

    @property
    def whole(self) -> bool:
        return len(self.played) == len(list(FOLDER.glob("*.chat")))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for name, marks in report.user_properties if report.when == "call" else ():
            if name == MET:
                self.played.add(report.nodeid)
                self.seen |= {Mark(*mark) for mark in marks}

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.whole and missing(self.seen) and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if not self.whole:
            return
        terminalreporter.section("what the stories show of the flows")
        gaps = missing(self.seen)
        for line in (*table(self.seen), *gaps):
            terminalreporter.write_line(line)
        if gaps:
            terminalreporter.write_line(
                f"FAILED: {len(gaps)} steps stand in no story. Add them: docs/writing-a-flow.md."
            )
