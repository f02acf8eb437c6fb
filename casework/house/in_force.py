"""The organisations as they are in force: their files, with what staff changed in the console lying over them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from sqlalchemy import func
from sqlmodel import Session, col, select

from casework.hours.house_edits import KINDS, OFF, Edit, with_edits
from casework.house.organisation import Organisation
from casework.sessions.session_file import GroupSession
from storage.ledger import Ledger
from storage.tables import OrganisationChange

TOPIC = "organisation_change"
"""What the ledger's bell rings when something was changed."""
Edits = Mapping[str, tuple[Edit, ...]]
_NEWEST = select(func.max(OrganisationChange.id)).group_by(
    col(OrganisationChange.organisation), col(OrganisationChange.place)
)


class InForce(Mapping[str, Organisation]):
    """One for the whole program: whoever looks an organisation up finds it as it is now, without a query.

    It is renewed when the bell rings; an organisation is made anew only when an edit of it has changed, so that what
    is remembered by organisation (``slot_rules.starts_on``) stays true.
    """

    def __init__(self, files: Mapping[str, Organisation]) -> None:
        self.files = dict(files)
        self._now = dict(files)
        self._known: dict[str, tuple[Edit, ...]] = {}

    def __getitem__(self, id: str) -> Organisation:
        return self._now[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._now)

    def __len__(self) -> int:
        return len(self._now)

    async def renew(self, ledger: Ledger) -> None:
        edits = await ledger.read(all_edits)
        for id in self.files:
            self._now[id], self._known[id] = self._with(id, edits.get(id, ())), edits.get(id, ())

    def read(self, session: Session, id: str) -> Organisation:
        """As it is in this transaction, whether the bell has been heard yet or not."""
        return self._with(id, all_edits(session).get(id, ()))

    def every_session(self, id: str) -> Mapping[str, GroupSession]:
        """Also those that were called off, on the days that count."""
        known = self._known.get(id, ())
        not_off = tuple(edit for edit in known if edit.parts[2] != OFF)
        return (self._now[id] if not_off == known else with_edits(self.files[id], not_off)).sessions

    def _with(self, id: str, edits: tuple[Edit, ...]) -> Organisation:
        return self._now[id] if edits == self._known.get(id, ()) else with_edits(self.files[id], edits)


def all_edits(session: Session) -> Edits:
    """The newest of each place, by organisation, in the order in which they were made: a later one may build on an
    earlier one. What is again as in the file is none."""
    found: defaultdict[str, list[Edit]] = defaultdict(list)
    newest = select(OrganisationChange).where(col(OrganisationChange.id).in_(_NEWEST))
    for row in session.exec(newest.order_by(col(OrganisationChange.id))):
        edit = Edit(row.place, row.value, row.id or 0)
        if row.value is not None and (edit.parts[0], edit.parts[2]) in KINDS:
            found[row.organisation].append(edit)
    return {organisation: tuple(edits) for organisation, edits in found.items()}
