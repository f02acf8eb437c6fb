"""What staff keep beside a case, as one of them may see it: notes, tasks and files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from casework.cases.case_desk import CaseDesk, Tier
from casework.cases.documents import Document, documents
from casework.cases.notes import Note, notes
from casework.cases.tasks import Task, owners, tasks
from casework.house.organisation import Coach, Organisation


@dataclass(frozen=True, slots=True)
class Beside:
    """``tiers`` are those that the reader may write in; ``owners`` are whom a task can be given to."""

    notes: Sequence[Note] = ()
    tasks: Sequence[Task] = ()
    files: Sequence[Document] = ()
    tiers: tuple[Tier, ...] = ()
    owners: tuple[Coach, ...] = ()


def beside(desk: CaseDesk, organisation: Organisation) -> Beside:
    today = desk.now.astimezone(organisation.tz).date()
    tier = desk.tiers()[-1] if desk.tiers() else "A"
    return Beside(
        notes(desk),
        tasks(desk, today),
        documents(desk),
        desk.tiers(),
        owners(organisation, desk.case, "B" if tier == "C" else tier),
    )
