"""What staff change of an organisation reaches the talk without a restart, and a file with it is a file like any."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from bot.opening import load_staff
from bot.organisation_export import lay
from bot.purging import PURGE, Purging, plan_purges
from bot.ticker import Ticker
from casework.hours.house_edits import Edit, Misfit, with_all
from casework.house.in_force import InForce, all_edits
from casework.house.organisation import Organisation, Retention
from casework.house.organisation_desk import history, save, undo
from casework.house.organisations import FILE, load_organisations
from casework.house.partner_links import count_arrival, links_of, make_link, payload_of, shown
from casework.house.sheets import changes, typed, written
from casework.house.sheets import shown as as_it_stands
from casework.house.wording_fields import POLICY, REMINDERS, RETENTION, faq_fields, hours_fields, wording_groups
from casework.privacy.retention import due
from storage.ledger import Ledger
from storage.tables import Conversation, Person, Staff
from storage.tables import Due as Row
from tests.staff_stage import HERE, ORGANISATIONS
from tests.stage import ROOT, Stage, open_stage

ADMIN_ID = "a" * 32


class Admin:
    """Somebody with every right over the organisation."""

    id, organisation, role, coach, named = ADMIN_ID, "genk", "admin", None, False
    actor = f"staff:{ADMIN_ID}"


async def change(stage: Stage, *edits: Edit) -> None:
    house, now = stage.house, stage.clock.now()
    assert await house.ledger.write(lambda s: save(s, house.organisations, Admin(), edits, now)) == "done"
    await house.organisations.renew(house.ledger)


async def test_somebody_in_the_middle_of_a_talk_reads_the_new_text() -> None:
    async with open_stage() as stage:
        ann = stage.actor()
        await ann.starts("nl")
        await change(stage, Edit("data_goes_to", {"nl": "Alleen de stad leest dit.", "fr": "Seule la ville lit ceci."}))
        await change(stage, Edit("faq.who-reads.title", {"nl": "Wie kijkt mee?", "fr": "Qui regarde ?"}))
        said = " ".join(bubble.text for bubble in await ann.says("wie leest dit"))
        assert "Alleen de stad leest dit." in said


async def test_another_process_hears_of_it_by_the_bell(ledger: Ledger) -> None:
    async with open_stage(ledger) as here, open_stage(ledger) as there:
        await change(here, Edit("phone", "089 11 22 33"))
        assert there.house.organisations["genk"].phone != "089 11 22 33"
        await there.house.organisations.renew(there.house.ledger)
        assert there.house.organisations["genk"].phone == "089 11 22 33"


async def test_a_turn_costs_no_query_for_it() -> None:
    """An organisation that nobody changed is the very same object, and its settings are made once."""
    async with open_stage() as stage:
        before = stage.house.setting("genk", "web")
        await stage.house.organisations.renew(stage.house.ledger)
        assert stage.house.setting("genk", "web") is before
        await change(stage, Edit("phone", "089 11 22 33"))
        after = stage.house.setting("genk", "web")
        assert after is not before
        assert stage.house.setting("genk", "web") is after


async def test_who_was_invited_keeps_their_account_at_the_next_start() -> None:
    async with open_stage() as stage:
        new = {"name": "Zoë", "languages": ["nl"], "places": ["werkstation"], "roles": ["coach"]}
        await change(stage, Edit("coaches.zoe.new", new), Edit("coaches.an.substitute", "zoe"))
        again = InForce(stage.house.organisations.files)
        await load_staff(stage.house.ledger, again, stage.clock)
        await load_staff(stage.house.ledger, again, stage.clock)
        zoe = await stage.house.ledger.read(lambda s: s.exec(select(Staff).where(Staff.login == "zoe")).one())
        assert (zoe.active, zoe.role, again["genk"].coaches["an"].substitute) == (True, "coach", "zoe")


async def test_what_does_not_go_together_is_refused_as_a_whole() -> None:
    async with open_stage() as stage:
        with pytest.raises(Misfit):
            await change(stage, Edit("phone", "1"), Edit("coaches.an.substitute", "nobody"))
        assert stage.house.organisations["genk"].phone != "1"


async def test_an_undone_change_gives_back_what_was_before_it() -> None:
    async with open_stage() as stage:
        house, now = stage.house, stage.clock.now()
        await change(stage, Edit("phone", "1"))
        await change(stage, Edit("phone", "2"))
        newest, first = await house.ledger.read(lambda s: history(s, "genk"))
        assert (newest.before, newest.last, first.before, first.last) == ("1", True, None, False)

        def undoing(number: int | None, session: Session) -> str:
            return undo(session, house.organisations, Admin(), number or 0, now)

        assert await house.ledger.write(partial(undoing, first.row.id)) == "changed"
        assert await house.ledger.write(partial(undoing, newest.row.id)) == "done"
        assert (await house.ledger.read(all_edits))["genk"][0].value == "1"


async def test_what_the_file_no_longer_has_is_in_nobodys_way() -> None:
    async with open_stage() as stage:
        await change(stage, Edit("coaches.sofie.caseload", 5))
        files = dict(stage.house.organisations.files)
        genk = files["genk"]
        rest = {id: coach for id, coach in genk.coaches.items() if id != "sofie"}
        houses = InForce({**files, "genk": replace(genk, coaches=rest)})
        await houses.renew(stage.house.ledger)
        now = stage.clock.now()
        came = await stage.house.ledger.write(lambda s: save(s, houses, Admin(), (Edit("phone", "3"),), now))
        assert (came, "sofie" in houses["genk"].coaches) == ("done", False)


@pytest.mark.parametrize("id", sorted(ORGANISATIONS))
def test_every_field_of_a_page_reads_back_what_it_shows(id: str) -> None:
    """Nothing that is sent as it was shown is a change, and none of it is wrong."""
    organisation = ORGANISATIONS[id]
    fields = [*hours_fields(organisation), *REMINDERS, POLICY, RETENTION]
    fields += [field for group in wording_groups(organisation) for field in group.fields]
    fields += [field for question in organisation.faq for field in faq_fields(question)]
    for field in fields:
        form = {field.name(part): text for part, text in as_it_stands(field, organisation).inputs.items()}
        filled = typed(field, form, organisation)
        assert (dict(filled.wrong), changes([filled], organisation)) == ({}, []), field.place
        written(filled, organisation)


@given(st.text(max_size=80))
def test_whatever_is_typed_is_kept_or_refused_with_a_reason(text: str) -> None:
    organisation = ORGANISATIONS[HERE]
    for field in (*hours_fields(organisation), *REMINDERS, POLICY, RETENTION, *wording_groups(organisation)[0].fields):
        form = {field.name(part): text for part in as_it_stands(field, organisation).inputs}
        filled = typed(field, form, organisation)
        if not filled.wrong:
            written(filled, organisation)


PARKING = {
    "title": {"nl": "P?", "fr": "P ?"},
    "asked": {"nl": ["p"], "fr": ["p"]},
    "answer": {"nl": "Ja.", "fr": "Oui."},
}
EDITS = (
    Edit("phone", "012 34 56 78"),
    Edit("places.werkstation.directions", {"nl": "Naast de kerk.", "fr": "Près de l'église."}),
    Edit("faq.vdab.gone", True),
    Edit("faq.parking.new", PARKING),
    Edit("coaches.zoe.new", {"name": "Zoë", "languages": ["nl"], "places": ["werkstation"], "roles": ["coach"]}),
    Edit("coaches.zoe.caseload", 4),
    Edit("language_policy", {"policy": "nl+fr", "english": True}),
    Edit("nudge_after", ""),
    Edit("retention", {"left": 3, "unfinished": 10, "closed": 90, "chat": 20}),
    Edit("opening_hours", {"mon": ["10:00-12:00"]}),
    Edit("sessions.cv-mrt.off", True),
)


def test_the_exported_file_is_the_organisation_in_force(tmp_path: Path) -> None:
    """Read again, it says the same as the old file with the changes over it."""
    folder = tmp_path / "organisations"
    (folder / "genk").mkdir(parents=True)
    for name in ("faq.yaml", "replies.yaml"):
        (folder / name).write_text((ROOT / "organisations" / name).read_text("utf-8"), "utf-8")
    data: dict[str, Any] = yaml.load((ROOT / "organisations" / "genk" / FILE).read_text("utf-8"), yaml.CBaseLoader)
    for edit in EDITS:
        lay(data, edit)
    (folder / "genk" / FILE).write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), "utf-8")
    again, over = load_organisations(folder)["genk"], with_all(ORGANISATIONS["genk"], EDITS)
    assert facts(again) == facts(over)


def facts(organisation: Organisation) -> dict[str, object]:
    """What the pages can change, in an order that does not matter."""
    return {
        "texts": (organisation.phone, {id: dict(place.directions) for id, place in organisation.places.items()}),
        "faq": {id: (dict(each.title), dict(each.answer)) for id, each in organisation.faq.items()},
        "coaches": {id: (c.name, c.languages, c.roles, c.caseload) for id, c in organisation.coaches.items()},
        "languages": (organisation.language_policy, organisation.languages),
        "plans": (organisation.nudge_after, organisation.retention, dict(organisation.opening_hours)),
        "sessions": sorted(organisation.sessions),
    }


async def test_a_partners_link_counts_who_is_new_once() -> None:
    async with open_stage() as stage:
        ledger, now = stage.house.ledger, stage.clock.now()
        link = await ledger.write(lambda s: make_link(s, Admin(), "Library", now))  # type: ignore[arg-type]
        code = payload_of(link.code)
        ann = stage.actor()
        await ann.starts("nl", code)
        await ann.starts("nl", code)
        await stage.actor("bob", channel="telegram").starts("nl", code)
        await stage.actor("cas", organisation="handel").starts("nl", code)
        await stage.actor("dan").starts("nl", "via_nonsense")
        [row] = await ledger.read(lambda s: links_of(s, "genk"))
        assert row.begun == 2


@pytest.mark.parametrize(("begun", "told"), [(0, None), (4, None), (5, 5), (12, 12)])
def test_small_numbers_of_a_link_are_not_told(begun: int, told: int | None) -> None:
    assert shown(begun) == told


async def test_a_closed_link_counts_no_more() -> None:
    async with open_stage() as stage:
        now = stage.clock.now()

        def work(session: Session) -> int:
            link = make_link(session, Admin(), "Library", now)  # type: ignore[arg-type]
            link.closed_at = now
            session.add(link)
            session.flush()
            count_arrival(session, "genk", payload_of(link.code))
            session.refresh(link)
            return link.begun

        assert await stage.house.ledger.write(work) == 0


async def people(ledger: Ledger) -> int:
    """Who is not erased."""
    rows = await ledger.read(lambda session: session.exec(select(Person)).all())
    return sum(1 for row in rows if row.wrapped_key)


async def test_who_left_before_agreeing_is_erased_after_a_week_and_not_before() -> None:
    async with open_stage() as stage:
        ledger, house = stage.house.ledger, stage.house
        ann = stage.actor()
        await ann.starts("nl")
        await plan_purges(house, None)  # type: ignore[arg-type]
        ticker = Ticker(house, {PURGE: Purging(house).carry_out})

        async def night(days: float) -> int:
            stage.clock.move(timedelta(days=days))
            await ticker.tick()
            for task in tuple(ticker._away):
                await task
            return await people(ledger)

        assert await night(6) == 1
        assert await night(2) == 0
        await ann.starts("nl")
        assert await people(ledger) == 1
        rows = await ledger.read(lambda s: s.exec(select(Row).where(Row.kind == PURGE, Row.state == "planned")).all())
        assert len(rows) == len(house.organisations)


async def test_what_would_go_is_what_goes() -> None:
    async with open_stage() as stage:
        for name in ("ann", "bob"):
            await stage.actor(name).starts("nl")
        later = stage.clock.now() + timedelta(days=8)
        counted = await stage.house.ledger.read(lambda s: due(s, "genk", Retention(), later))
        assert (counted.left, counted.unfinished, counted.closed) == (2, 0, 0)
        talks = await stage.house.ledger.read(lambda s: s.exec(select(Conversation)).all())
        assert len(talks) == 2
