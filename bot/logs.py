"""Logs as one JSON object a line: events, ids, states and durations; never what somebody said, or who."""

from __future__ import annotations

import logging
import sys
import traceback
from contextlib import suppress
from typing import TextIO

import structlog


def set_up_logs(stream: TextIO = sys.stderr) -> None:
    """Our events and those of the libraries go to ``stream``, in the same form."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=lambda *_: _Lines(stream),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers = [_Libraries()]
    root.setLevel(logging.WARNING)


class _Lines(structlog.PrintLogger):
    """A line that cannot be written is lost: the disk of the logs is full, or nobody reads them any more. Whoever
    wanted to say something goes on all the same."""

    def msg(self, message: str) -> None:
        with suppress(OSError):
            super().msg(message)

    log = debug = info = warn = warning = fatal = failure = err = error = critical = exception = msg


class _Libraries(logging.Handler):
    """A library's message may hold an address, a token or a text: only where it came from is kept."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        structlog.get_logger().log(
            record.levelno,
            "library",
            logger=record.name,
            at=f"{record.module}:{record.lineno}",
            **({"error": type(error).__name__, "where": where(error)} if error else {}),
        )


def where(error: BaseException) -> str:
    """The innermost place of an error. Its own text may hold what a person said, so it is not looked at."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].name}:{frames[-1].lineno}" if frames else ""
