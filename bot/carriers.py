"""The couriers of this process: a turn hands its message to one of them, which saves looking for it in the tray."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from bot.packages import Line, Package


class Carrier(Protocol):
    """What a courier offers to a turn."""

    @property
    def lease_s(self) -> float:
        """Seconds for which a row that is handed over belongs to this courier."""

    @property
    def has_room(self) -> bool:
        """Whether it would set out soon; asked from any thread."""

    def carry(self, package: Package) -> None:
        """Set out with a row that was committed as ``sending``."""


@dataclass(frozen=True, slots=True)
class Carriers:
    """Who carries which line now, if anybody here does."""

    _at_work: dict[Line, Carrier] = field(default_factory=dict)

    @contextmanager
    def at_work(self, line: Line, carrier: Carrier) -> Iterator[None]:
        self._at_work[line] = carrier
        try:
            yield
        finally:
            if self._at_work.get(line) is carrier:
                del self._at_work[line]

    def free(self, line: Line) -> Carrier | None:
        """The carrier of ``line``, if it has room."""
        carrier = self._at_work.get(line)
        return carrier if carrier and carrier.has_room else None

    def hand_over(self, package: Package) -> None:
        """After the commit. Without a carrier by now, the row waits for the end of its lease."""
        if carrier := self._at_work.get(package.line):
            carrier.carry(package)
