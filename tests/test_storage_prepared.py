"""A prepared statement does what SQLAlchemy would have done with it, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import bindparam, insert, select, update
from sqlmodel import Session

from storage.ledger import Ledger
from storage.prepared import Prepared
from storage.tables import Due, Person

PEOPLE = Person.__table__  # type: ignore[attr-defined]  # SQLModel does not type it
DUE = Due.__table__  # type: ignore[attr-defined]  # SQLModel does not type it
NOON = datetime(2027, 3, 24, 12, 0, tzinfo=UTC)
IN_BRUSSELS = NOON.astimezone(timezone(timedelta(hours=1)))

ADD = Prepared(insert(PEOPLE))
ALL = Prepared(select(PEOPLE).order_by(PEOPLE.c.id))
QUIET = Prepared(update(PEOPLE).where(PEOPLE.c.id == bindparam("person")).values(quiet=True))


def somebody(id: str, **more: object) -> dict[str, object]:
    person = {"id": id, "organisation": "genk", "language": "nl", "wrapped_key": b"\x00key", "quiet": False}
    return person | {"hears": False, "created_at": NOON, "quiet_until": None} | more


async def test_what_goes_in_comes_out_as_by_the_usual_way(ledger: Ledger) -> None:
    def work(session: Session) -> tuple[object, object]:
        ADD.change(session, somebody("ann", quiet=True, created_at=IN_BRUSSELS))
        ADD.change_each(session, [somebody("bram"), somebody("cem", quiet_until=NOON)])
        usual = session.connection().execute(select(PEOPLE).order_by(PEOPLE.c.id)).all()
        return [tuple(row) for row in ALL.all(session, {})], [tuple(row) for row in usual]

    prepared, usual = await ledger.write(work)
    assert prepared == usual
    assert len(prepared) == 3


async def test_rows_have_names_and_moments_are_aware(ledger: Ledger) -> None:
    def work(session: Session) -> object:
        ADD.change(session, somebody("ann", created_at=IN_BRUSSELS))
        return ALL.first(session, {})

    row = await ledger.write(work)
    assert (row.id, row.quiet, row.wrapped_key, row.quiet_until) == ("ann", False, b"\x00key", None)
    assert row.created_at == NOON
    assert row.created_at.tzinfo is not None


async def test_it_says_how_many_rows_changed_and_none_is_no_row(ledger: Ledger) -> None:
    def work(session: Session) -> tuple[int, int, object]:
        none_yet = ALL.first(session, {})
        ADD.change(session, somebody("ann"))
        return QUIET.change(session, {"person": "ann"}), QUIET.change(session, {"person": "nobody"}), none_yet

    assert await ledger.write(work) == (1, 0, None)


async def test_a_work_that_fails_takes_its_prepared_statements_back(ledger: Ledger) -> None:
    def fails(session: Session) -> None:
        ADD.change(session, somebody("ann"))
        raise KeyError("a mistake")

    with pytest.raises(KeyError, match="a mistake"):
        await ledger.write(fails)
    assert await ledger.read(lambda session: ALL.all(session, {})) == []


@pytest.mark.parametrize(
    ("statement", "values", "problem"),
    [
        (select(PEOPLE.c.id).where(PEOPLE.c.id.in_(bindparam("ids", expanding=True))), {"ids": ["a"]}, "no lists"),
        (insert(DUE), {"key": "x"}, "fill themselves in"),
        (update(PEOPLE).where(PEOPLE.c.id == bindparam("person")).values(quiet=True), {}, "values are missing"),
    ],
)
async def test_what_it_cannot_do_is_said_when_it_is_first_run(
    sqlite_ledger: Ledger, statement: object, values: dict[str, object], problem: str
) -> None:
    with pytest.raises(ValueError, match=problem):
        await sqlite_ledger.read(lambda session: Prepared(statement).change(session, values))  # type: ignore[arg-type]
