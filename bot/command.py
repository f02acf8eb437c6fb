"""How a command of ``opstap`` runs, and how it tells its caller what was wrong."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Annotated, Any, ParamSpec

import typer
from typer.core import TyperGroup

from bot.settings import BadSettings
from casework.house.organisations import BadOrganisation
from flows.marked_yaml import Misread
from storage.errors import DatabaseRefused

P = ParamSpec("P")
Organisation = Annotated[str, typer.Argument(help="The organisation's id: the name of its folder.")]


class Wrong(Exception):
    """A mistake of the caller: one line that names it and the remedy."""


class Commands(TyperGroup):
    """Says in one line too what is wrong with the words of a command; the words alone show the help."""

    def main(self, *args: Any, **settings: Any) -> Any:
        try:
            sys.exit(super().main(*args, **{**settings, "standalone_mode": False}))
        except typer.TyperException as wrong:
            if said := wrong.format_message():
                typer.echo(f"opstap: {' '.join(said.split()).rstrip('.')}: see `{_path(wrong)} --help`", err=True)
            sys.exit(wrong.exit_code)
        except typer.Abort:
            sys.exit(1)


def _path(wrong: typer.TyperException) -> str:
    context: typer.Context | None = getattr(wrong, "ctx", None)
    return context.command_path if context else "opstap"


def command(work: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Run the coroutine; what the caller can mend is said in one line."""

    @wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            asyncio.run(_interruptible(work(*args, **kwargs)))
        except asyncio.CancelledError:
            raise KeyboardInterrupt from None
        except (BadSettings, BadOrganisation, Misread, DatabaseRefused, Wrong) as problem:
            typer.echo(f"opstap: {problem}", err=True)
            raise typer.Exit(2) from None

    return run


async def _interruptible(work: Coroutine[Any, Any, None]) -> None:
    """Until the end, or until Ctrl-C. A handler of the loop's own wakes the loop; the one of ``asyncio.run`` does not
    where it comes just before the loop falls asleep, and a chat at which nobody types then sleeps on."""
    task = asyncio.ensure_future(work)
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, task.cancel)
    await task
