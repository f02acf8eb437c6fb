"""Reports are counted from what stands in the tables: right after a crash, made anew, and kept when people go."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from sqlmodel import Session, col, delete, select

from bot.report_command import count_now
from bot.report_round import COUNT, Rounds, count_reports, next_night, open_reports, plan_round
from casework.figures.report_cells import Cell, Sent, Visit, of_referral, of_visit
from casework.figures.report_counting import kept, publish
from casework.privacy.erasing import erase
from storage.ledger import Ledger, open_ledger
from storage.migrate import migrate
from storage.tables import Due, IntakeFact, Person, ReportCell
from storage.verify import verify
from tests.stage import Actor, Stage, open_stage, stage_settings
from tests.test_erasing import booked

YEAR = ("intakes", 2027, "all", "")


async def intakes(stage: Stage, count: int, word: str = "ja") -> list[Actor]:
    actors = []
    for number in range(count):
        actor = stage.actor(f"somebody-{number}")
        await actor.starts(language="nl")
        await actor.says(word)
        actors.append(actor)
    return actors


async def cells(ledger: Ledger) -> dict[Cell, tuple[int, bool]]:
    def work(session: Session) -> dict[Cell, tuple[int, bool]]:
        rows = session.exec(select(ReportCell).where(ReportCell.organisation == "genk")).all()
        return {Cell(r.report, r.year, r.split, r.value, r.measure): (r.count, r.hidden) for r in rows}

    return await ledger.read(work)


async def facts(ledger: Ledger) -> list[IntakeFact]:
    return list(await ledger.read(lambda session: session.exec(select(IntakeFact)).all()))


async def test_an_intake_with_its_case_and_its_visit_is_counted(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        await booked(stage)
        assert await count_reports(stage.house, "genk") == 1
        found = await cells(stage.house.ledger)
        (fact,) = await facts(stage.house.ledger)
        assert (fact.place, fact.goal, fact.language, fact.channel) == ("3600:Genk", "job", "nl", "telegram")
        assert found[Cell("intakes", 2027, "municipality", "Genk", "waiting")] == (1, True)
        assert found[Cell("visits", 2027, "goal", "job", "ahead")] == (1, True)
        assert await ledger.read(verify) == []


async def test_of_each_question_is_kept_what_came_of_it() -> None:
    async with open_stage() as stage:
        actor = stage.actor()
        await actor.starts(language="nl")
        for word in ("bananen", "ja"):
            stage.clock.move(timedelta(seconds=30))
            await actor.says(word)
        await count_reports(stage.house, "genk")
        (fact,) = await facts(stage.house.ledger)
        assert fact.fates == {"privacy": "later again", "path": "open"}
        assert fact.asked == "path"


async def test_five_people_are_shown_and_four_are_not() -> None:
    async with open_stage() as stage:
        await intakes(stage, 4)
        await count_reports(stage.house, "genk")
        assert (await cells(stage.house.ledger))[Cell(*YEAR, "begun")] == (4, True)
        await intakes(stage, 5)
        await count_reports(stage.house, "genk")
        assert (await cells(stage.house.ledger))[Cell(*YEAR, "begun")] == (5, False)


async def test_a_conversation_is_looked_into_once_for_each_turn() -> None:
    async with open_stage() as stage:
        actors = await intakes(stage, 3)
        assert await count_reports(stage.house, "genk") == 3
        assert await count_reports(stage.house, "genk") == 0
        await actors[0].taps("Snel een mens")
        assert await count_reports(stage.house, "genk") == 1
        assert len(await facts(stage.house.ledger)) == 3


async def test_silence_makes_somebody_who_was_going_on_one_who_left() -> None:
    async with open_stage() as stage:
        await intakes(stage, 6)
        await count_reports(stage.house, "genk")
        assert (await cells(stage.house.ledger))[Cell(*YEAR, "going_on")] == (6, False)
        stage.clock.move(timedelta(days=15))
        await count_reports(stage.house, "genk")
        found = await cells(stage.house.ledger)
        assert found[Cell(*YEAR, "left")] == (6, False)
        assert found[Cell("questions", 2027, "question", "path", "left")] == (5, False)


async def test_counting_anew_gives_the_same(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        await intakes(stage, 6)
        await booked(stage)
        await count_reports(stage.house, "genk")
        before = await cells(ledger)
        assert await count_reports(stage.house, "genk", anew=True) == 7
        assert await cells(ledger) == before


async def test_of_somebody_who_is_erased_the_counts_stay_and_nothing_else(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        actor = await booked(stage)
        await intakes(stage, 5)
        await count_reports(stage.house, "genk")
        before = await cells(ledger)
        await actor.says("wis alles")
        await actor.taps("Ja, wis alles")
        await count_reports(stage.house, "genk")
        after = await cells(ledger)
        assert after[Cell(*YEAR, "begun")] == before[Cell(*YEAR, "begun")] == (6, False)
        assert after[Cell(*YEAR, "revoked")] == (1, True)
        assert after[Cell("visits", 2027, "all", "", "cancelled")] == (1, True)
        assert len(await facts(ledger)) == 5
        await count_reports(stage.house, "genk", anew=True)
        assert await cells(ledger) == after
        assert await ledger.read(verify) == []


async def test_who_is_erased_before_anybody_looked_is_counted_too() -> None:
    async with open_stage() as stage:
        await intakes(stage, 5)
        person = await stage.house.ledger.read(lambda session: session.exec(select(Person.id)).first())
        await stage.house.ledger.write(lambda session: erase(session, person or "", stage.clock.now()))
        await count_reports(stage.house, "genk")
        assert (await cells(stage.house.ledger))[Cell(*YEAR, "begun")] == (5, False)


async def test_nobody_is_kept_twice() -> None:
    async with open_stage() as stage:
        await intakes(stage, 1)
        ledger, now = stage.house.ledger, stage.clock.now()
        person = await ledger.read(lambda session: session.exec(select(Person.id)).first())
        for _ in range(2):
            await ledger.write(lambda session: erase(session, person or "", now))
        assert (await ledger.read(lambda session: kept(session, "genk")))[Cell(*YEAR, "begun")] == 1


async def test_nothing_is_published_when_somebody_is_erased_while_it_is_counted() -> None:
    async with open_stage() as stage:
        await intakes(stage, 5)
        ledger, now = stage.house.ledger, stage.clock.now()
        person = await ledger.read(lambda session: session.exec(select(Person.id)).first())
        counted = Counter({Cell(*YEAR, "begun"): 5})
        await ledger.write(lambda session: erase(session, person or "", now))
        assert not await ledger.write(lambda session: publish(session, "genk", counted, Counter(), now))
        assert await cells(ledger) == {}


async def test_a_round_that_breaks_off_is_gone_on_with() -> None:
    async with open_stage() as stage:
        await intakes(stage, 6)
        await count_reports(stage.house, "genk")
        half = delete(IntakeFact).where(col(IntakeFact.conversation_id) < "8")
        await stage.house.ledger.write(lambda session: session.exec(half))
        await count_reports(stage.house, "genk")
        assert len(await facts(stage.house.ledger)) == 6


async def test_a_round_comes_every_night_and_once_a_day() -> None:
    async with open_stage() as stage:
        house = stage.house
        await open_reports(house, None)  # type: ignore[arg-type]  # the application is not looked at
        await open_reports(house, None)  # type: ignore[arg-type]
        due = (await rounds(house.ledger))[0]
        assert len(await rounds(house.ledger)) == len(house.organisations)
        await Rounds(house).carry_out(due)
        of_it = [row for row in await rounds(house.ledger) if row.organisation == due.organisation]
        assert [row.state for row in of_it] == ["done", "planned"]
        assert of_it[1].due_at == datetime(2027, 3, 25, 2, 0, tzinfo=UTC)


async def rounds(ledger: Ledger) -> list[Due]:
    query = select(Due).where(Due.kind == COUNT).order_by(col(Due.id))
    return list(await ledger.read(lambda session: session.exec(query).all()))


async def test_the_night_in_which_the_clock_goes_back_has_one_round() -> None:
    async with open_stage() as stage:
        genk = stage.house.organisations["genk"]
        night = next_night(genk, datetime(2027, 10, 30, 12, 0, tzinfo=UTC))
        assert night == datetime(2027, 10, 31, 2, 0, tzinfo=UTC)
        await stage.house.ledger.write(lambda session: plan_round(session, genk, night))
        await stage.house.ledger.write(lambda session: plan_round(session, genk, night))
        assert len(await rounds(stage.house.ledger)) == 1


async def test_the_command_says_how_many_were_looked_into(database_url: str) -> None:
    await migrate(database_url)
    ledger = await open_ledger(database_url)
    async with open_stage(ledger) as stage:
        await intakes(stage, 2)
    await ledger.close()
    lines: list[str] = []
    settings = stage_settings(database_url).model_copy(update={"clock": "2027-03-24T12:00+01:00"})
    await count_now(settings, "genk", False, lines.append)
    assert lines == ["genk: 2 conversations looked into."]


async def test_a_published_number_that_does_not_add_up_is_found() -> None:
    async with open_stage() as stage:
        await intakes(stage, 6)
        await count_reports(stage.house, "genk")
        ledger = stage.house.ledger

        def spoil(session: Session) -> None:
            cell = session.exec(select(ReportCell).where(ReportCell.split == "language")).first()
            assert cell is not None
            cell.count += 1

        await ledger.write(spoil)
        found = await ledger.read(verify)
        assert [violation.problem for violation in found] == ["its parts do not add up to the number of the year"]


def test_new_year_begins_in_brussels() -> None:
    visit = Visit(datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "attended", "visit", "office", "nl")
    assert {(cell.year, cell.value) for cell in of_visit(visit) if cell.split == "month"} == {(2027, "01")}


def test_a_visit_that_was_moved_counts_once_and_one_that_was_only_held_never() -> None:
    at = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
    for state in ("moved", "held", "expired"):
        assert not list(of_visit(Visit(at, state, "visit", "office", "nl")))


def test_a_referral_is_counted_in_the_municipality_of_now_and_of_before() -> None:
    found = {
        cell.split: cell.value
        for cell in of_referral(Sent(datetime(2027, 3, 1, tzinfo=UTC), "done", "x", "nl", "3840:Borgloon"))
    }
    assert (found["municipality"], found["before"]) == ("Tongeren-Borgloon", "Borgloon")


async def test_an_intake_is_counted_by_what_somebody_came_for_and_by_the_nearest_place(ledger: Ledger) -> None:
    async with open_stage(ledger) as stage:
        await booked(stage)
        company = stage.actor("company")
        await company.starts(language="nl")
        for each in ("ja", "[Ik heb een bedrijf]", "3600"):
            await (company.taps(each[1:-1]) if each.startswith("[") else company.says(each))
        await count_reports(stage.house, "genk")
        found = await cells(ledger)
        place = next(iter(stage.house.organisations["genk"].places))
        assert {(fact.door, fact.site) for fact in await facts(ledger)} == {("job_seeker", place), ("company", place)}
        assert found[Cell("intakes", 2027, "door", "company", "going_on")] == (1, True)
        assert found[Cell("visits", 2027, "door", "job_seeker", "ahead")] == (1, True)
        assert found[Cell("intakes", 2027, "site", place, "begun")] == (2, True)
        await company.says("wis alles")
        await company.taps("Ja, wis alles")
        await count_reports(stage.house, "genk")
        after = await cells(ledger)
        assert after[Cell("intakes", 2027, "door", "company", "left")] == (1, True)
        assert await ledger.read(verify) == []
