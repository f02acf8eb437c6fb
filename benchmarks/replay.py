"""Replays a log of sixty questions, asks the next one and draws it: ``python -m benchmarks.replay``."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from benchmarks.machine import heading
from benchmarks.tables import percentile, table
from bot.entries import from_row, to_json
from bot.opening import read_wording
from bot.scenes import make_scenes
from casework.house.organisations import load_organisations
from flows.check import sound_flow
from flows.hear import hear
from flows.heard import Said, Started
from flows.log import Entry
from flows.memory import Memory, remember
from flows.messages import Bubble
from flows.render import render
from flows.script import Ask
from flows.talk import Setting
from storage.columns import new_id
from storage.vault import Key, Vault

QUESTIONS = 60
NOW = datetime(2027, 3, 24, 9, 0, tzinfo=UTC)
CONVERSATION = new_id()
NUMBER_BYTES, MOMENT_BYTES = 2, 26
"""Of an entry's number and its moment, as SQLite keeps them."""
ORGANISATIONS = Path(__file__).parent.parent / "organisations"
TYPED = {
    "a free sentence that is no answer": "ik zoek al lang werk maar ik vind niets in mijn buurt",
    "a frequent question": "kost dat geld?",
    "a correction by word": "sorry, geen job maar een opleiding",
}
"""What is looked at from all sides, instead of an answer."""
ANSWERS = {"choice": "2", "yesno": "ja", "words": "Ik zoek werk dicht bij huis", "place": "3600", "number": "12"}


@dataclass(frozen=True, slots=True)
class Row:
    """A log entry as it is stored."""

    kind: str
    question: str | None
    at: datetime
    sealed: bytes

    @property
    def size(self) -> int:
        """Bytes of all its columns."""
        words = len(CONVERSATION) + len(self.kind) + len(self.question or "")
        return words + NUMBER_BYTES + MOMENT_BYTES + len(self.sealed)


def script(questions: int) -> str:
    """A flow file: kinds of answer in turn, a statement every ten questions, a guard on every second question."""
    return "\n".join(("flow: long", "title: Long", "steps:", *_steps(questions)))


def _steps(questions: int) -> Iterator[str]:
    yield "  - {ask: language, text: Which language?, label: Language, required: true, language: {}}"
    for number in range(1, questions):
        if number % 10 == 0:
            yield f"  - {{say: I ask short questions. Part {number}., id: part_{number}}}"
        yield f"  - ask: q{number}"
        yield f"    text: Question number {number}. What would you like?"
        yield f"    label: Question {number}"
        yield "    why: Your coach then knows where to start."
        if number > 5 and number % 2:
            yield f"    when: {{any: [{{q{number - 5}: known}}, {{not: {{q{number - 4}: known}}}}]}}"
        yield f"    {_kind(number)}"


def _kind(number: int) -> str:
    match list(ANSWERS)[number % len(ANSWERS)]:
        case "choice":
            return "choice: {a: {label: A job}, b: {label: Training}, c: {label: Small jobs}}"
        case "words":
            return "words: {max: 200}"
        case "number":
            return "number: {min: 0, max: 60}"
        case kind:
            return f"{kind}: {{}}"


def make_setting(questions: int = QUESTIONS) -> Setting:
    """A shipped organisation with all it knows; its flow is the long one, loaded from a file as any other."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "long.yaml").write_text(script(questions), encoding="utf-8")
        flow = sound_flow("long", Path(folder))
    genk = {"genk": load_organisations(ORGANISATIONS)["genk"]}
    return replace(make_scenes(genk, ORGANISATIONS, ("web",), read_wording()).setting("genk", "web"), flow=flow)


def talk_through(setting: Setting) -> tuple[Entry, ...]:
    """The log of a conversation in which all questions but the last two are answered."""
    memory, entries = Memory(), list[Entry]()
    entries += hear(setting, memory, Started(), NOW).entries
    for number, ask in enumerate(_asks(setting)[:-2]):
        at = NOW + timedelta(minutes=number)
        entries += hear(setting, memory, Said(_answer(ask)), at).entries
    return tuple(entries)


def _answer(ask: Ask) -> str:
    """By its kind; the language by its name."""
    if ask.kind.expects == "language":
        return "Nederlands"
    return list(ANSWERS.values())[int(ask.id[1:]) % len(ANSWERS)]


def stored(log: Sequence[Entry], key: Key) -> list[Row]:
    """The rows that ``bot.notebook`` would write."""
    return [
        Row(
            type(entry).__name__.lower(),
            getattr(entry, "question", None),
            entry.at,
            key.seal(to_json(entry), f"log|{CONVERSATION}|{number}"),
        )
        for number, entry in enumerate(log, 1)
    ]


def opened(rows: Sequence[Row], key: Key) -> tuple[Entry, ...]:
    return tuple(
        from_row(row.kind, row.question, row.at, key.open(row.sealed, f"log|{CONVERSATION}|{number}"))
        for number, row in enumerate(rows, 1)
    )


def next_question(setting: Setting, log: Sequence[Entry]) -> Bubble:
    """The turn: replay the log, hear the last but one answer, ask the last question and draw it."""
    memory = remember(log)
    turn = hear(setting, memory, Said(_answer(_asks(setting)[-2])), NOW)
    return [render(saying, setting, "nl") for saying in turn.says][-1]


def what_is_said(setting: Setting, log: Sequence[Entry], text: str) -> list[Bubble]:
    """The turn in which ``text`` is typed at the last but one question."""
    turn = hear(setting, remember(log), Said(text), NOW)
    return [render(saying, setting, "nl") for saying in turn.says]


def _asks(setting: Setting) -> list[Ask]:
    return [step for step in setting.flow.steps if isinstance(step, Ask)]


def measure(times: int, questions: int = QUESTIONS) -> str:
    """A table of milliseconds, and the size of the log below it."""
    setting, (_, key) = make_setting(questions), Vault(["b" * 40]).new_key()
    log = talk_through(setting)
    rows = stored(log, key)
    bubble = next_question(setting, log)
    if bubble.question != _asks(setting)[-1].id:
        raise AssertionError(f"the last question was expected, not {bubble.question}")
    replay = _timed(lambda: next_question(setting, log), times)
    whole = _timed(lambda: next_question(setting, opened(rows, key)), times)
    head = ("milliseconds", "p50", "p95", "p99", "CPU p50", "CPU p95")
    typed = {name: _timed(partial(what_is_said, setting, log, text), times) for name, text in TYPED.items()}
    lines = [("replay, next question, drawn", *_shown(replay)), ("the same from sealed rows", *_shown(whole))]
    lines += [(name, *_shown(seconds)) for name, seconds in typed.items()]
    size = sum(row.size for row in rows)
    plain = sum(len(to_json(entry)) for entry in log)
    return (
        f"{table(head, lines)}\n\nThe log: {len(rows)} entries, {size / 1024:.1f} KiB in all columns,"
        f" of which {plain / 1024:.1f} KiB is JSON before it is sealed."
    )


def _timed(work: Callable[[], object], times: int) -> list[tuple[float, float]]:
    """Seconds by the clock and of the processor, of each time; the first tenth is left out."""
    seconds = []
    for _ in range(times + times // 10):
        began, cpu = time.perf_counter(), time.thread_time()
        work()
        seconds.append((time.perf_counter() - began, time.thread_time() - cpu))
    return seconds[times // 10 :]


def _shown(seconds: Sequence[tuple[float, float]]) -> tuple[str, ...]:
    clock, cpu = zip(*seconds, strict=True)
    wanted = ((clock, 0.5), (clock, 0.95), (clock, 0.99), (cpu, 0.5), (cpu, 0.95))
    return tuple(f"{1000 * percentile(values, share):.2f}" for values, share in wanted)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer times, for CI")
    print(heading())
    print()
    print(measure(100 if parser.parse_args().quick else 3000))
