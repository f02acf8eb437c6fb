"""The house keeps its shape: which room may import which, and how large things may grow (house.md 2 and 8)."""

from __future__ import annotations

import ast
import statistics
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS: dict[str, set[str]] = {
    "flows": set(),
    "storage": set(),
    "casework": {"flows", "storage"},
    "browser": set(),
    "staff": {"browser", "casework", "storage", "flows"},
    "bot": {"browser", "flows", "casework", "storage"},
}
DOORS = {"bot/app.py": {"staff"}}
"""The one place that wires everything may open the staff backend too."""
PURE = ("flows",)
NOT_PURE = {
    "asyncio",
    "aiohttp",
    "sqlalchemy",
    "sqlmodel",
    "telegram",
    "socket",
    "random",
    "secrets",
    "time",
    "threading",
}
LONGEST_MODULE = 400
LONGEST_FUNCTION = 40
MOST_ARGUMENTS = 6
OVERRIDDEN = {"do_request"}


def modules() -> list[Path]:
    return sorted(
        path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "migrations/versions" not in path.as_posix()
    )


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@dataclass(frozen=True, slots=True)
class Function:
    name: str
    line: int
    length: int
    arguments: int


@dataclass(frozen=True, slots=True)
class Module:
    """What guards look at in a file. ``constants`` are with their lines."""

    doc: str | None
    imported: frozenset[str]
    functions: tuple[Function, ...]
    constants: tuple[tuple[int, object], ...]


@cache
def module(path: Path) -> Module:
    """Each file is parsed once for all guards."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported, functions, constants = set[str](), [], []
    for node in ast.walk(tree):
        match node:
            case ast.Import():
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            case ast.ImportFrom(module=str(name), level=0):
                imported.add(name.partition(".")[0])
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                arguments = len(node.args.args) + len(node.args.posonlyargs)
                functions.append(Function(node.name, node.lineno, length, arguments))
            case ast.Constant():
                constants.append((node.lineno, node.value))
    return Module(ast.get_docstring(tree), frozenset(imported), tuple(functions), tuple(constants))


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_the_rooms_below_it(room: str) -> None:
    wrong = [
        f"{shown(path)} imports {name}"
        for path in modules()
        if path.relative_to(ROOT).parts[0] == room
        for name in module(path).imported & set(ROOMS)
        if name != room and name not in ROOMS[room] | DOORS.get(shown(path), set())
    ]
    assert not wrong


def test_the_engine_touches_nothing_outside_itself() -> None:
    wrong = [
        f"{shown(path)} imports {name}"
        for path in modules()
        if path.relative_to(ROOT).parts[0] in PURE
        for name in module(path).imported & NOT_PURE
    ]
    assert not wrong


def test_the_engine_asks_no_clock() -> None:
    calls = ("datetime.now(", "date.today(", "utcnow(", "datetime.today(")
    wrong = [
        shown(path) for path in (ROOT / "flows").rglob("*.py") for call in calls if call in path.read_text("utf-8")
    ]
    assert not wrong


def test_tables_are_defined_in_storage_only() -> None:
    wrong = [
        shown(path) for path in modules() if "table=True" in path.read_text("utf-8") and path.parts[-2] != "storage"
    ]
    assert not wrong


def test_no_organisation_is_named_in_code() -> None:
    names = [file.parent.name for file in (ROOT / "organisations").glob("*/organisation.yaml")]
    wrong = [
        f"{shown(path)}: {value!r}"
        for path in modules()
        for _, value in module(path).constants
        if value in names and not default_of_a_command(path)
    ]
    assert not wrong


def default_of_a_command(path: Path) -> bool:
    """``opstap chat`` talks with the first demonstration organisation unless it is told otherwise."""
    return shown(path) == "bot/cli.py"


def test_modules_and_functions_stay_small(capsys: pytest.CaptureFixture[str]) -> None:
    sizes = {shown(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    lengths = [
        (each.length, f"{shown(path)}:{each.line} {each.name}") for path in modules() for each in module(path).functions
    ]
    within = sum(length <= 20 for length, _ in lengths) / len(lengths)
    with capsys.disabled():
        print(
            f"\nmodules: {len(sizes)}, median {statistics.median(sizes.values()):.0f} lines, "
            f"longest {max(sizes.values())}; "
            f"functions: {len(lengths)}, median {statistics.median(length for length, _ in lengths):.0f}, "
            f"{within:.1%} of at most 20 lines, longest {max(lengths)[0]}"
        )
    assert not [name for name, size in sizes.items() if size > LONGEST_MODULE]
    assert not [name for length, name in lengths if length > LONGEST_FUNCTION]
    assert statistics.median(sizes.values()) <= 100
    assert statistics.median(length for length, _ in lengths) <= 8
    assert within >= 0.9


def test_functions_take_few_arguments() -> None:
    """Five and ``self``. What overrides a library's method takes what the library gives."""
    wrong = [
        f"{shown(path)}:{each.line} {each.name}"
        for path in modules()
        for each in module(path).functions
        if each.arguments > MOST_ARGUMENTS and each.name not in {"__init__", *OVERRIDDEN}
    ]
    assert not wrong


def test_tests_and_measurements_stay_small_too() -> None:
    files = [path for room in ("tests", "benchmarks") for path in (ROOT / room).rglob("*.py")]
    long = [shown(path) for path in files if len(path.read_text(encoding="utf-8").splitlines()) > LONGEST_MODULE]
    assert files
    assert not long


def test_every_rule_of_the_house_lives_in_a_room() -> None:
    assert [path.name for path in (ROOT / "casework").glob("*.py")] == ["__init__.py"]


def test_no_organisation_is_known_to_the_code() -> None:
    known = {path.parent.name for path in (ROOT / "organisations").glob("*/organisation.yaml")}
    found = [f"{shown(path)}:{line}" for path in modules() for line, value in module(path).constants if value in known]
    assert known
    assert not found


def test_every_module_says_its_one_job() -> None:
    wrong = [shown(path) for path in modules() if not module(path).doc]
    assert not wrong
