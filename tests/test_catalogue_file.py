"""The catalogue an organisation begins with: what is wrong in its file is named by line, and it is put in once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot.catalogue_check import unfit_catalogues
from bot.catalogue_seeding import in_words, seed_catalogues
from bot.clock import Clock
from bot.opening import CHANNELS, read_wording
from bot.scenes import Scenes, make_scenes
from casework.offers.catalogue_desk import archive, change
from casework.offers.catalogue_file import CATALOGUE, read_catalogues
from casework.offers.catalogue_seed import seed
from storage.ledger import Ledger, open_ledger
from storage.tables import CatalogueEntry, Partner
from storage.verify import verify
from tests.catalogue_stage import by_system, entry
from tests.staff_stage import FOLDER, HERE, NOW, ORGANISATIONS, Stage

PLAIN = """\
partners:
  huis:
    name: Huis van het Kind
offers:
  opvang:
    title: {nl: Opvang, fr: Garde}
    about: {nl: We zoeken opvang., fr: Nous cherchons une garde.}
    themes: ["barriers:childcare"]
    fits: {age: [from_18]}
    partner: huis
    owner: greet
    check_before: 2027-09-01
"""


@pytest.fixture(scope="module")
def scenes() -> Scenes:
    return make_scenes({HERE: ORGANISATIONS[HERE]}, FOLDER, CHANNELS[:1], read_wording())


@pytest.fixture
async def ledger() -> AsyncIterator[Ledger]:
    opened = await open_ledger("sqlite://")
    yield opened
    await opened.close()


def written(folder: Path, text: str) -> Path:
    (folder / HERE).mkdir()
    (folder / HERE / CATALOGUE).write_text(text, "utf-8")
    return folder


def problems(folder: Path, scenes: Scenes) -> list[str]:
    return list(unfit_catalogues(folder, {HERE: ORGANISATIONS[HERE]}, scenes.settings))


@pytest.mark.parametrize(
    ("line", "instead", "at", "says"),
    [
        ("fits: {age: [from_18]}", "fits: {age: [from_17]}", 9, "age has no option from_17; Did you mean from_18?"),
        ("fits: {age: [from_18]}", "fits: {colour: red}", 9, "the condition names colour, which is no question"),
        ("fits: {age: [from_18]}", "fits: {health: known}", 9, "tier C"),
        ("fits: {age: [from_18]}", "fits: {channel: telegram}", 9, "about the talk, not about the person"),
        ('themes: ["barriers:childcare"]', 'themes: ["barriers:moon"]', 8, "not known here: barriers:moon"),
        ("partner: huis", "partner: hius", 10, "not known here: hius"),
        ("owner: greet", "owner: nobody", 11, "not known here: nobody"),
        ("check_before: 2027-09-01", "check_before: soon", 12, "'soon' is no date; write it as 2027-03-28"),
        ("    partner: huis", "    patner: huis", 10, "'patner' is not known here; did you mean 'partner'?"),
        ("title: {nl: Opvang, fr: Garde}", "title: {nl: Opvang}", 6, "There is no text here.; Write it."),
        ("owner: greet", "kind: legal", 11, "A measure says"),
        ("owner: greet", "municipalities: [Atlantis]", 11, "not known here: Atlantis"),
        ("owner: greet", "capacity: 0", 11, "'0' is less than 1; write 1 or more"),
    ],
)
def test_what_is_wrong_is_named_with_its_line_and_a_remedy(
    tmp_path: Path, scenes: Scenes, line: str, instead: str, at: int, says: str
) -> None:
    assert line in PLAIN
    found = problems(written(tmp_path, PLAIN.replace(line, instead)), scenes)
    assert len(found) >= 1
    assert says in found[0], found
    if "kind: legal" not in instead and "title" not in instead:
        assert f"{CATALOGUE}:{at}:" in found[0], found


def test_a_file_in_order_and_none_at_all_are_fine(tmp_path: Path, scenes: Scenes) -> None:
    assert problems(tmp_path, scenes) == []
    assert problems(written(tmp_path, PLAIN), scenes) == []


async def test_the_files_are_put_in_once_and_then_the_console_counts(ledger: Ledger) -> None:
    stage = Stage(ledger)
    await stage.staff()
    first = await seed_catalogues(ledger, read_catalogues(FOLDER, ORGANISATIONS), Clock(NOW))
    assert first[HERE].new >= 5
    assert not first[HERE].differ
    assert await ledger.read(verify) == []

    def touch(session: Session) -> None:
        actor = by_system()
        ours = select(CatalogueEntry).where(CatalogueEntry.organisation == HERE, CatalogueEntry.seed == "opvang")
        row = session.exec(ours).one()
        assert change(session, CatalogueEntry, actor, (row.id, 1), entry(), NOW) == "done"
        other = session.exec(
            select(CatalogueEntry).where(CatalogueEntry.organisation == HERE, CatalogueEntry.seed == "fiets")
        ).one()
        assert archive(session, CatalogueEntry, actor, (other.id, 1), NOW) == "done"

    await ledger.write(touch)
    again = await seed_catalogues(ledger, read_catalogues(FOLDER, ORGANISATIONS), Clock(NOW))
    assert (again[HERE].new, again[HERE].differ) == (0, ["opvang"])
    assert list(in_words(again)) == [f"{HERE}: catalogue.yaml differs from the console in opvang; the console counts."]
    kept = await ledger.read(
        lambda s: {row.seed: row for row in s.exec(select(CatalogueEntry).where(CatalogueEntry.organisation == HERE))}
    )
    assert kept["opvang"].title["nl"] == "Opvang zoeken"
    assert kept["fiets"].archived_at is not None


async def test_a_new_line_of_the_file_is_put_in_beside_what_staff_changed(ledger: Ledger, tmp_path: Path) -> None:
    await Stage(ledger).staff()
    here = {HERE: ORGANISATIONS[HERE]}
    before = read_catalogues(written(tmp_path, PLAIN), here)[HERE]
    assert (await ledger.write(lambda s: seed(s, HERE, before, NOW))).new == 2
    more = replace(before, offers={**before.offers, "tweede": before.offers["opvang"]})
    assert (await ledger.write(lambda s: seed(s, HERE, more, NOW))).new == 1
    rows = await ledger.read(lambda s: s.exec(select(CatalogueEntry, Partner).join(Partner)).all())
    assert {(row.seed, partner.seed) for row, partner in rows} == {("opvang", "huis"), ("tweede", "huis")}
    assert {row.changed_by for row, _ in rows} == {"file"}
    assert all(row.owner for row, _ in rows)
