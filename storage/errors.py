"""The errors of the database that the rest of the house meets; everything else of a driver stays inside."""

from __future__ import annotations


class DatabaseRefused(Exception):
    """The database must not be opened as it is. The text is one line and names the remedy."""


class NotMigrated(DatabaseRefused):
    """The tables are missing or of an earlier version; ``opstap migrate`` makes them."""


class DatabaseAway(Exception):
    """The database did not do the work now: it is locked, full, gone or too slow.

    Nothing of the work was kept, unless ``outcome_unknown``: then the connection broke during the commit, and
    only a look at the rows can tell. A work that inserts its own unique key may be tried again in both cases.
    """

    def __init__(self, problem: str, *, outcome_unknown: bool = False) -> None:
        super().__init__(problem)
        self.outcome_unknown = outcome_unknown
