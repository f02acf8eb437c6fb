"""Starts the program again and again without importing it each time: imports and reads our files once, then forks on
order.

Speaks JSON lines: ``{"argv", "env", "log", "faults", "swift"}`` is answered with ``{"pid"}``, and ``{"wait": pid}``
with ``{"status"}``, which is ``null`` while the process runs and nobody asked to wait for its end.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, Self

IMPORTED = ("bot.app", "bot.serving", "bot.doctoring", "storage.migrate", "storage.postgres", "storage.sqlite")


@dataclass
class Starter:
    """The side of the tests."""

    _process: subprocess.Popen[bytes] = field(init=False)

    def __post_init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.starter"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def start(self, argv: Sequence[str], env: Mapping[str, str], log: Path, **more: Any) -> int:
        """The process's id. ``faults`` are crash points with the number of the hit that kills; see ``points``."""
        order = {"argv": list(argv), "env": dict(env), "log": str(log), **more}
        return int(self._asked(order)["pid"])

    def status(self, pid: int, *, wait: bool = False) -> int | None:
        """The exit status (-9 for killed), ``None`` while it runs."""
        found: int | None = self._asked({"wait": pid, "block": wait})["status"]
        return found

    def _asked(self, order: Mapping[str, Any]) -> dict[str, Any]:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._process:
            assert self._process.stdin
            self._process.stdin.close()


def serve_orders() -> None:
    from tests.stage import papers

    for module in IMPORTED:
        import_module(module)
    papers().wording.care.warm_up()
    gc.freeze()
    children: dict[int, int | None] = {}
    for line in sys.stdin.buffer:
        order = json.loads(line)
        if "wait" in order:
            answer = {"status": _ended(children, order["wait"], block=order["block"])}
        else:
            pid = os.fork()
            if pid == 0:
                _become(order)
            children[pid] = None
            answer = {"pid": pid}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    for pid, status in children.items():
        if status is None:
            os.kill(pid, signal.SIGKILL)


def _ended(children: dict[int, int | None], pid: int, *, block: bool) -> int | None:
    if children[pid] is None:
        found, status = os.waitpid(pid, 0 if block else os.WNOHANG)
        if found:
            children[pid] = os.waitstatus_to_exitcode(status)
    return children[pid]


def _become(order: Mapping[str, Any]) -> None:
    """Turn into the program; never returns."""
    status = 1
    try:
        _redirect(order["log"])
        os.environ.clear()
        os.environ.update(order["env"])
        _prepare(order)
        from bot.cli import app

        app(args=order["argv"], prog_name="opstap")
        status = 0
    except SystemExit as end:
        status = int(end.code or 0)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _redirect(log: str) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for number, replacement in ((0, nothing), (1, file), (2, file)):
        os.dup2(replacement, number)


def _prepare(order: Mapping[str, Any]) -> None:
    import bot.app
    import bot.serving
    import bot.ticker
    from tests.faults.points import arm, poison, speak_up
    from tests.stage import papers

    bot.serving.read_papers = lambda settings: papers()
    if order.get("swift"):
        from bot.backoff import Backoff
        from bot.courier import Manner
        from bot.pace import UNLIMITED

        lease = float(order.get("lease", 120))
        manner = Manner(bot=UNLIMITED, chat=UNLIMITED, look_every=0.2, lease=lease, backoff=Backoff(0.05, 0.5))
        bot.serving.build = partial(bot.app.build, manner=manner)
        bot.ticker.LEASE = 1
    if order.get("debug"):
        speak_up()
    if word := order.get("poison"):
        poison(word)
    for point, hit in order.get("faults", {}).items():
        arm(point, hit)


if __name__ == "__main__":
    serve_orders()
