"""The catalogue in the console: found, added, changed by two at once, put away; its map and what is missing in it."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest
from sqlmodel import Session

from casework.door.sign_in import open_door
from casework.offers.catalogue_desk import is_stale, restore
from casework.offers.catalogue_finding import Wanted, found
from casework.offers.catalogue_map import draw_map
from storage.ledger import Ledger
from storage.tables import CatalogueEntry, Partner, Staff
from tests.catalogue_stage import CHILDREN, MONEY, Shop, by_system, entry
from tests.staff_stage import ANSWERS, ELSEWHERE, HERE, NOW, Browser, Stage


@pytest.fixture
async def stage(sound_ledger: Ledger) -> Stage:
    stage = Stage(sound_ledger)
    await stage.staff()
    return stage


@pytest.fixture
async def shop(stage: Stage) -> Shop:
    return Shop(stage)


@pytest.fixture
async def console(stage: Stage) -> AsyncIterator[Browser]:
    """Somebody who may keep the catalogue, and sees reports."""
    async with stage.serve() as opened:
        yield await signed_in(stage, await opened(), "team_lead")


async def signed_in(stage: Stage, browser: Browser, role: str) -> Browser:
    account = await stage.account("greet")

    def work(session: Session) -> str:
        session.get_one(Staff, account.id).role = role
        return open_door(session, account.id, stage.now)

    jar = browser.client.session.cookie_jar
    jar.update_cookies({"opstap-staff": await stage.ledger.write(work)}, browser.client.make_url("/"))
    return browser


FIELDS = {
    "kind": "offer",
    "title.nl": "Leren fietsen",
    "title.fr": "Apprendre le vélo",
    "about.nl": "Je leert fietsen.",
    "about.fr": "Vous apprenez le vélo.",
}


async def kept(stage: Stage, id: str) -> CatalogueEntry:
    return await stage.ledger.read(lambda session: session.get_one(CatalogueEntry, id))


async def test_an_entry_is_added_and_found_again(console: Browser, stage: Stage) -> None:
    await console.open("/staff/catalogue/new?kind=programme")
    await console.send("/catalogue/new", None, **FIELDS, themes=CHILDREN, begins_on="2027-04-12", capacity="8")
    assert (console.status, "It stands in the catalogue now." in console.html) == (200, True)
    row = await kept(stage, console.path.rsplit("/", 1)[1])
    assert (row.themes, row.begins_on, row.capacity, row.changed_by[:6]) == ([CHILDREN], date(2027, 4, 12), 8, "staff:")
    await console.open("/staff/catalogue?find=fietsen&theme=barriers:childcare")
    assert "Leren fietsen" in console.html
    await console.open("/staff/catalogue?theme=barriers:money")
    assert "Leren fietsen" not in console.html


async def test_what_cannot_be_saved_is_said_beside_its_field_and_nothing_typed_is_lost(console: Browser) -> None:
    await console.open("/staff/catalogue/new")
    wrong = {**FIELDS, "title.fr": "", "capacity": "many", "special": "{colour: red}", "ends_on": "soon"}
    await console.send("/catalogue/new", None, **wrong)
    assert console.status == 422
    for name in ("title.fr", "capacity", "special", "ends_on"):
        assert f'id="{name}-wrong"' in console.html
        assert f'aria-describedby="{name}-wrong"' in console.html
    assert "Leren fietsen" in console.html
    assert "{colour: red}" in console.html


async def test_of_two_who_change_at_once_neither_loses_what_they_wrote(console: Browser, shop: Shop) -> None:
    id = await shop.entry()
    await console.open(f"/staff/catalogue/entries/{id}/edit")
    stale = console.html
    await console.send(f"/entries/{id}/edit", None, **FIELDS, themes=CHILDREN)
    assert "Saved." in console.html
    console.html = stale
    await console.send(f"/entries/{id}/edit", None, **{**FIELDS, "about.nl": "Van mij."}, themes=CHILDREN)
    assert console.status == 409
    assert "A colleague changed this while you wrote." in console.html
    assert "Je leert fietsen." in console.html
    assert "Van mij." in console.html
    assert (await kept(shop.stage, id)).about["nl"] == "Je leert fietsen."
    await console.send(f"/entries/{id}/edit", None, **{**FIELDS, "about.nl": "Van ons."}, themes=CHILDREN)
    assert (await kept(shop.stage, id)).about["nl"] == "Van ons."


async def test_nothing_is_put_away_while_it_is_on_offer(console: Browser, shop: Shop) -> None:
    partner = await shop.partner()
    id = await shop.entry(entry(partner=partner))
    await console.open(f"/staff/catalogue/partners/{partner}")
    await console.send(f"/partners/{partner}/archive")
    assert "Something is still on offer there." in console.html
    await console.open(f"/staff/catalogue/entries/{id}")
    await console.send(f"/entries/{id}/archive")
    assert "In the archive" in console.html
    await console.open(f"/staff/catalogue/partners/{partner}")
    await console.send(f"/partners/{partner}/archive")
    assert "In the archive" in console.html
    came = await shop.stage.ledger.write(lambda s: restore(s, CatalogueEntry, by_system(), (id, 2), NOW))
    assert came == "not_now"
    await console.open("/staff/catalogue")
    assert id not in console.html
    await console.open("/staff/catalogue?archived=yes")
    assert id in console.html


async def test_a_form_keeps_a_rule_that_it_cannot_show_as_ticks(console: Browser, shop: Shop) -> None:
    rule = {"not": {"barriers": {"has": "money"}}}
    id = await shop.entry(entry(fits=rule))
    await console.open(f"/staff/catalogue/entries/{id}/edit")
    assert "not:" in console.html
    await console.send(f"/entries/{id}/edit", None, **FIELDS, special="not: {barriers: {has: money}}")
    assert (await kept(shop.stage, id)).fits == rule


async def test_contact_people_are_for_those_who_call_them(stage: Stage, shop: Shop) -> None:
    partner = await shop.partner()
    async with stage.serve() as opened:
        for role, sees in (("coach", True), ("job_broker", True), ("front_desk", False), ("session_host", False)):
            browser = await signed_in(stage, await opened(), role)
            await browser.open(f"/staff/catalogue/partners/{partner}")
            assert ("mia@example.org" in browser.html, browser.status) == (sees, 200)
            assert ("/edit" in browser.html) is (role == "job_broker")


async def test_a_partner_keeps_its_people_and_a_name_is_asked_for(console: Browser, shop: Shop) -> None:
    partner = await shop.partner()
    await console.open(f"/staff/catalogue/partners/{partner}/edit")
    await console.send(f"/partners/{partner}/edit", None, **{"name": "Loket", "contacts.1.phone": "011 22 33 44"})
    assert "Nobody is named here." in console.html
    more = {"name": "Loket", "contacts.0.name": "Jan Peeters", "contacts.0.email": "jan@example.org"}
    await console.send(f"/partners/{partner}/edit", None, **more)
    row = await shop.stage.ledger.read(lambda session: session.get_one(Partner, partner))
    assert [contact["name"] for contact in row.contacts] == ["Jan Peeters"]


async def test_the_file_for_a_spreadsheet_holds_no_formula(console: Browser, shop: Shop) -> None:
    await shop.entry(entry(title={"nl": "=1+1", "fr": "=1+1"}))
    await console.open("/staff/catalogue.csv")
    rows = list(csv.DictReader(io.StringIO(console.html)))
    assert [row["title"] for row in rows] == ["'=1+1"]


def offered(id: str, **more: Any) -> CatalogueEntry:
    values: dict[str, Any] = {"themes": [CHILDREN], "fits": {}, "title": {"nl": id}, **more}
    return CatalogueEntry(id=id, organisation=HERE, kind="offer", changed_at=NOW, changed_by="file", **values)


def test_the_map_shows_what_there_is_where_and_for_whom() -> None:
    entries = [
        offered("everywhere"),
        offered("wellen", municipalities=["Wellen"], themes=[MONEY]),
        offered("young", fits={"age": ["young"]}, themes=[MONEY]),
    ]
    drawn = draw_map(entries, [CHILDREN, MONEY, "goal:job"], ["Heers", "Wellen"])
    assert drawn.cells[CHILDREN, "Heers"] == ["everywhere"]
    assert drawn.cells[MONEY, "Heers"] == ["young"]
    assert drawn.cells[MONEY, "Wellen"] == ["wellen", "young"]
    assert drawn.nowhere == {"goal:job"}
    old = draw_map(entries, [MONEY], ["Heers", "Wellen"], "age:old")
    assert old.cells[MONEY, "Heers"] == []
    assert old.cells[MONEY, "Wellen"] == ["wellen"]


def test_a_large_area_has_a_column_for_what_is_somewhere_in_particular_and_one_for_the_rest() -> None:
    towns = [f"Town {number:02}" for number in range(40)]
    drawn = draw_map([offered("here", municipalities=["Town 07"]), offered("all")], [CHILDREN], towns)
    assert drawn.towns == ["Town 07", ""]
    assert drawn.cells[CHILDREN, ""] == ["all"]


def test_what_is_past_its_day_is_to_be_checked() -> None:
    entries = [
        offered("kept", check_before=date(2027, 4, 1)),
        offered("late", check_before=date(2027, 3, 23)),
        offered("over", ends_on=date(2027, 3, 23)),
    ]
    stale = found(entries, Wanted(stale="yes"), frozenset(), lambda row: is_stale(row, date(2027, 3, 24), {}))
    assert [each.id for each in stale] == ["late", "over"]


async def test_numbers_of_few_people_are_not_shown_and_those_without_an_offer_are_counted(
    console: Browser, stage: Stage, shop: Shop
) -> None:
    await shop.entry()
    for number in range(6):
        barriers = ("childcare", "money") if number < 2 else ("money",)
        await stage.case({**ANSWERS, "first_name": f"P{number}", "barriers": barriers})
    await console.open("/staff/catalogue/map")
    cells = console.html.split('id="gaps"')[1]
    assert "hidden" in cells.split("Mijn kinderen")[1].split("</tr>")[0]
    money = cells.split("Geld of wonen")[1].split("</tr>")[0]
    assert money.count(">6<") == 2
    stage.later(days=366)
    await signed_in(stage, console, "team_lead")
    await console.open("/staff/catalogue/map")
    assert ">6<" not in console.html.split('id="gaps"')[1]


async def test_who_sees_no_reports_sees_no_counts(stage: Stage) -> None:
    await stage.case()
    async with stage.serve() as opened:
        browser = await signed_in(stage, await opened(), "job_broker")
        await browser.open("/staff/catalogue/map")
    assert (browser.status, 'id="gaps"' in browser.html) == (200, False)


async def test_what_another_organisation_offers_is_not_there(console: Browser, stage: Stage) -> None:
    theirs = Shop(stage, ELSEWHERE)
    id, partner = await theirs.entry(), await theirs.partner()
    for path in (f"entries/{id}", f"entries/{id}/edit", f"partners/{partner}", f"partners/{partner}/edit"):
        await console.open(f"/staff/catalogue/{path}")
        assert console.status == 404, path
