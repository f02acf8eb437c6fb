"""Which cells of a table of people to hide, so that no small one can be read or worked out from the others."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Generic, TypeAlias, TypeVar

LEAST = 5
"""Fewer people than this are not shown. Nobody at all is shown as 0: it says nothing about anybody."""
TRIES = 500
"""Steps in looking for another table that looks the same; where none is found, more is hidden."""

Key = TypeVar("Key", bound=Hashable)
Sum: TypeAlias = tuple[Key, Sequence[Key]]
"""A cell, and the cells that it is the sum of."""


def to_hide(cells: Mapping[Key, int], sums: Iterable[Sum[Key]]) -> frozenset[Key]:
    """The small cells, and as many others as it takes to keep them from being worked out through ``sums``.

    For each small cell there is another table of people, one more or less in this cell, in which everything that
    is shown is the same. A cell that is not among ``cells`` counts nobody.
    """
    table = _Table(cells, sums)
    while weak := table.weakness():
        table.hide_beside(weak)
    return frozenset(table.hidden)


class _Table(Generic[Key]):
    """``hidden`` are the cells hidden so far; ``proven`` those that could be otherwise for all that is shown."""

    def __init__(self, cells: Mapping[Key, int], sums: Iterable[Sum[Key]]) -> None:
        self.hidden = {key for key, count in cells.items() if 0 < count < LEAST}
        self._cells = cells
        self._small = sorted(self.hidden, key=str)
        self._proven: set[Key] = set()
        counted = ([key for key in (whole, *parts) if cells.get(key, 0)] for whole, parts in sums)
        self._sums = [members for members in counted if len(members) > 1]
        self._near: defaultdict[Key, list[list[Key]]] = defaultdict(list)
        for members in self._sums:
            for key in members:
                self._near[key].append(members)
        self._unseen = deque(self._sums)
        self._tries = 0

    def weakness(self) -> list[list[Key]]:
        """Sums of which one more cell must be hidden; none when the table may be shown."""
        while self._unseen:
            members = self._unseen[0]
            if self._is_plain(members):
                return [members]
            self._unseen.popleft()
        return self._told()

    def _is_plain(self, members: list[Key]) -> bool:
        """Whether of this sum one cell alone is hidden, or few people together, or one person each."""
        secret = [key for key in members[1:] if key in self.hidden]
        if members[0] in self.hidden:
            return not secret
        together = sum(self._cells[key] for key in secret)
        return bool(secret) and (len(secret) == 1 or together < LEAST or together <= len(secret))

    def _told(self) -> list[list[Key]]:
        """The sums next to a small cell for which no other number would fit; failing these, all that show something."""
        key = next((key for key in self._small if key not in self._proven and not self._prove(key)), None)
        if key is None:
            return []
        telling = [members for members in self._sums if not self.hidden.issuperset(members)]
        return [members for members in telling if key in members] or telling

    def _prove(self, key: Key) -> bool:
        self._tries = TRIES
        ways = ({key: by} for by in (1, -1) if self._cells[key] + by > 0)
        found = next((shifts for way in ways if (shifts := self._balanced(way))), None)
        self._proven.update(found or ())
        return found is not None

    def _balanced(self, shifts: dict[Key, int]) -> dict[Key, int] | None:
        """More shifts of hidden cells, so that every sum holds again; nobody is shown, so each keeps somebody."""
        self._tries -= 1
        touched = (members for key in shifts for members in self._near[key])
        off, members = next(((off, members) for members in touched if (off := _off(members, shifts))), (0, []))
        if not off:
            return shifts
        for key in members if self._tries > 0 else ():
            by = off if key == members[0] else -off
            if key in self.hidden and key not in shifts and self._cells[key] + by > 0:
                found = self._balanced({**shifts, key: by})
                if found:
                    return found
        return None

    def hide_beside(self, sums: Sequence[list[Key]]) -> None:
        """Hide one more cell: of the parts rather than of the whole, and a small one."""
        wholes = {members[0] for members in sums}
        shown = {key for members in sums for key in members} - self.hidden
        key = min(shown, key=lambda key: (key in wholes, self._cells[key], str(key)))
        self.hidden.add(key)
        self._unseen.extend(self._near[key])


def _off(members: Sequence[Key], shifts: Mapping[Key, int]) -> int:
    """By how much the parts have come to more than their whole."""
    return sum(shifts.get(key, 0) for key in members[1:]) - shifts.get(members[0], 0)
