"""What an entry of the catalogue said before can be read again: by whom, since when, and what was otherwise."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from casework.offers.catalogue import Entry
from casework.offers.catalogue_desk import change, values_of
from casework.offers.catalogue_past import KEPT, as_entry, as_it_is, earlier, steps
from storage.ledger import Ledger, open_ledger
from storage.migrate import migrate
from storage.tables import CatalogueEntry, CataloguePast
from storage.verify import verify
from tests.catalogue_stage import ABOUT, CHILDREN, Shop, by_system, entry
from tests.staff_stage import HERE, Stage
from tests.stage import WEDNESDAY
from tests.test_catalogue_pages import FIELDS, signed_in

MEASURE = entry(kind="legal", valid_from=date(2026, 1, 1), source="https://www.example.org/wet", rules=())


@pytest.fixture
async def shop(sound_ledger: Ledger) -> Shop:
    stage = Stage(sound_ledger)
    await stage.staff()
    return Shop(stage)


async def test_each_version_of_a_measure_is_kept_with_who_wrote_it(shop: Shop) -> None:
    id = await shop.entry(MEASURE)
    later = replace(MEASURE, valid_from=date(2027, 1, 1), about={**ABOUT, "nl": "Nu twee jaar."})

    def changed_twice(session: Session) -> None:
        for version, written in ((1, later), (2, replace(later, source="https://www.example.org/nieuw"))):
            assert change(session, CatalogueEntry, by_system(), (id, version), written, shop.stage.now) == "done"
        assert change(session, CatalogueEntry, by_system(), (id, 1), MEASURE, shop.stage.now) == "changed"

    await shop.stage.ledger.write(changed_twice)

    def look(session: Session) -> list[tuple[int, list[str], date | None]]:
        row = session.get_one(CatalogueEntry, id)
        return [(older.version, names, older.valid_from) for older, names in steps(row, earlier(session, row))]

    assert await shop.stage.ledger.read(look) == [
        (2, ["source"], date(2027, 1, 1)),
        (1, ["about", "valid_from"], date(2026, 1, 1)),
    ]


async def test_the_page_of_an_entry_says_what_was_otherwise_before(shop: Shop) -> None:
    id = await shop.entry()
    async with shop.stage.serve() as opened:
        console = await signed_in(shop.stage, await opened(), "team_lead")
        await console.open(f"/staff/catalogue/entries/{id}")
        assert "What it said before" not in console.html
        await console.open(f"/staff/catalogue/entries/{id}/edit")
        await console.send(f"/entries/{id}/edit", None, **FIELDS, themes=CHILDREN)
        await console.open(f"/staff/catalogue/entries/{id}")
    before = console.html.partition("What it said before")[2]
    assert "Opvang zoeken · Chercher une garde" in before
    assert "We zoeken samen opvang." in before
    assert "Helps with" not in before, "that is as it was"


async def test_putting_away_and_back_is_no_other_knowledge(shop: Shop) -> None:
    id = await shop.entry()
    stage = shop.stage
    async with stage.serve() as opened:
        console = await signed_in(stage, await opened(), "team_lead")
        await console.open(f"/staff/catalogue/entries/{id}")
        await console.send(f"/entries/{id}/archive", None)
        await console.send(f"/entries/{id}/restore", None)
        assert "What it said before" not in console.html
    kept = await stage.ledger.read(lambda session: session.exec(select(CataloguePast.version)).all())
    assert sorted(kept) == [1, 2], "each version can be read, though the page has nothing to say of it"


@given(
    begins=st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    capacity=st.none() | st.integers(1, 99),
    funding=st.text(max_size=20),
    fits=st.sampled_from([{}, {"goal": "job"}, {"barriers": {"has": "money"}}]),
)
def test_what_is_kept_reads_as_it_was(
    begins: date | None, capacity: int | None, funding: str, fits: dict[str, object]
) -> None:
    written: Entry = entry(begins_on=begins, capacity=capacity, funding=funding, fits=fits)
    row = CatalogueEntry(organisation=HERE, changed_at=WEDNESDAY, changed_by="file", **values_of(written))
    past = as_it_is(row)
    again = as_entry(past)
    assert [getattr(again, name) for name in KEPT] == [getattr(row, name) for name in KEPT]


GAPS = """
INSERT INTO catalogue_entry (id, organisation, kind, title, about, themes, fits, municipalities, languages, contact,
  source, rules, target_group, funding, sensitive, compulsory, version, changed_at, changed_by, archived_at)
VALUES ('e', 'genk', 'offer', '{"nl": "Nu"}', '{}', '[]', '{}', '[]', '[]', '', '', '[]', '', 'ESF', 0, 0, 6,
  '2027-03-24 09:00:00', 'staff:an', NULL);
INSERT INTO catalogue_past (entry_id, version, organisation, said, changed_at, changed_by)
VALUES ('e', 2, 'genk', '{"title": {"nl": "Eerst"}}', '2027-03-20 09:00:00', 'file'),
       ('e', 4, 'genk', '{"title": {"nl": "Toen"}}', '2027-03-22 09:00:00', 'staff:bo');
"""
"""Put away and brought back in versions 3 and 5, which were not kept then."""


async def test_versions_that_were_not_kept_say_what_the_next_one_says(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'opstap.db'}"
    await migrate(url, "0029")
    with closing(sqlite3.connect(tmp_path / "opstap.db")) as file, file:
        file.executescript(GAPS)
    await migrate(url)
    ledger = await open_ledger(url)
    kept = await ledger.read(
        lambda session: session.exec(select(CataloguePast).order_by(col(CataloguePast.version))).all()
    )
    assert [(each.version, each.said["title"]["nl"], each.changed_by) for each in kept] == [
        (2, "Eerst", "file"),
        (3, "Toen", "staff:bo"),
        (4, "Toen", "staff:bo"),
        (5, "Nu", "staff:an"),
    ]
    assert set(kept[-1].said) == set(KEPT)
    assert await ledger.read(verify) == []
    await ledger.close()
