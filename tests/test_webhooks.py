"""Systems elsewhere are told what happens with a case: signed, in order, and again until they have it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlmodel import Session, select

from casework.cases.case_answers import decline
from casework.cases.cases import Actor
from casework.hooks import webhooks
from casework.hooks.webhook_events import tell_of_case
from casework.hooks.webhook_signing import signed
from casework.privacy.erasing import erase
from casework.visiting.staff_visits import Seen, attend, cancel_visit
from storage.ledger import Ledger
from storage.tables import Audit, Case, Webhook
from storage.vault import Vault
from storage.verify import verify
from tests.databases import BOTH
from tests.hook_server import HookServer
from tests.staff_stage import HERE, ORGANISATIONS, Stage
from tests.webhook_desk import Desk


@pytest.fixture
async def desk(sqlite_ledger: Ledger) -> AsyncIterator[Desk]:
    stage = Stage(sqlite_ledger)
    await stage.staff()
    async with HookServer() as server:
        yield Desk(stage, server)
    assert await sqlite_ledger.read(verify) == []


def test_the_signature_is_that_of_the_published_example() -> None:
    headers = signed(
        ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


async def test_what_happens_with_a_case_is_told_in_order_and_numbered(desk: Desk) -> None:
    _, secret = await desk.subscribe()
    case = await desk.stage.case()
    await desk.accept(case)
    await desk.finish(case)
    await desk.tick()
    assert desk.server.line == [(1, "case.offered"), (2, "case.accepted"), (3, "case.done")]
    assert desk.server.told[0]["data"]["case"]["id"] == case
    assert desk.server.told[0]["data"]["case"]["kind"] == "job_seeker"
    assert desk.server.told[0]["data"]["case"]["url"] == f"https://opstap.example/api/v1/cases/{case}"
    assert all(desk.server.signed_with(number, secret) for number in range(3))
    assert len({headers["webhook-id"] for headers in desk.server.headers}) == 3


async def test_only_the_kinds_that_are_wanted_are_told_and_they_have_no_gaps(desk: Desk) -> None:
    await desk.subscribe(kinds=("case.offered", "case.done"))
    case = await desk.stage.case()
    await desk.accept(case)
    await desk.finish(case)
    await desk.tick()
    assert desk.server.line == [(1, "case.offered"), (2, "case.done")]


async def test_a_visit_is_told_as_an_event_of_the_persons_case(desk: Desk) -> None:
    await desk.subscribe(shows=("appointment",))
    case = await desk.stage.case()
    first = await desk.stage.visit(await desk.person(case), "greet")
    account, house = await desk.stage.account("greet"), ORGANISATIONS[HERE]
    await desk.ledger.write(lambda s: cancel_visit(s, house, account, Seen(first, 1), desk.stage.now))
    second = await desk.stage.visit(await desk.person(case), "greet")
    desk.stage.later(days=2, hours=1)
    await desk.ledger.write(lambda s: attend(s, account, Seen(second, 1), desk.stage.now))
    await desk.tick()
    assert desk.server.line == [(1, "case.offered"), (2, "appointment.cancelled"), (3, "appointment.attended")]
    assert desk.server.told[1]["data"]["appointment"]["id"] == first
    assert desk.server.told[2]["data"]["appointment"]["starts_at"] == "2027-03-26T09:00:00+00:00"


async def test_who_declines_is_told_with_the_reason_and_the_case_is_offered_to_all(desk: Desk) -> None:
    await desk.subscribe()
    case = await desk.stage.case()
    await desk.ledger.write(lambda session: setattr(session.get_one(Case, case), "coach", "greet"))
    actor = Actor.of(await desk.stage.account("greet"))
    work = partial(decline, actor=actor, seen=(case, 1), reason="no_room", now=desk.stage.now)
    assert [await desk.ledger.write(work) for _ in range(2)] == ["done", "not_now"]
    await desk.tick()
    assert desk.server.line[-1] == (2, "case.declined")
    row = await desk.ledger.read(lambda session: session.get_one(Case, case))
    assert (row.coach, row.version) == (None, 2)


@pytest.mark.parametrize(
    ("shows", "agreed", "expected"),
    [
        ((), True, None),
        (("answers",), True, {"first_name": "Samira"}),
        (("barriers",), True, {"barriers": ["childcare", "money"]}),
        (("answers", "barriers"), True, {"first_name": "Samira", "barriers": ["childcare", "money"]}),
        (("answers", "barriers"), False, None),
    ],
)
async def test_it_sees_what_it_may_see_and_was_agreed_to_and_health_never(
    desk: Desk, shows: tuple[webhooks.Part, ...], agreed: bool, expected: Any
) -> None:
    await desk.subscribe(shows=shows)
    case = await desk.stage.case()
    await desk.agree(case, granted=agreed)
    await desk.tick()
    assert desk.server.told[0]["data"].get("answers") == expected
    told = await desk.ledger.read(lambda s: [row.subject for row in s.exec(select(Audit)) if "disclose" in row.action])
    assert told == ([case] if expected else [])


async def test_consent_that_is_taken_back_counts_for_what_still_waits(desk: Desk) -> None:
    await desk.subscribe(shows=("answers",))
    case = await desk.stage.case()
    await desk.agree(case)
    desk.server.status = 503
    await desk.tick()
    desk.stage.later(seconds=1)
    await desk.agree(case, granted=False)
    desk.server.status = 200
    await desk.until(timedelta(minutes=1))
    assert "answers" in desk.server.tried[0]["data"]
    assert "answers" not in desk.server.told[0]["data"]


async def test_who_is_erased_is_told_as_erased_and_nothing_else_of_them_goes_out(desk: Desk) -> None:
    await desk.subscribe(shows=("appointment", "answers", "barriers"))
    case = await desk.stage.case()
    await desk.agree(case)
    person = await desk.person(case)
    await desk.stage.visit(person, "greet")
    await desk.ledger.write(lambda session: erase(session, person, desk.stage.now))
    await desk.tick()
    kinds = ["case.offered", "appointment.cancelled", "case.erased"]
    assert [kind for _, kind in desk.server.line] == kinds
    assert "Samira" not in str(desk.server.tried)
    assert all(set(event["data"]) == {"webhook", "sequence", "case"} for event in desk.server.told)


async def test_what_the_receiver_says_became_of_it_is_kept(desk: Desk) -> None:
    await desk.subscribe()
    desk.server.answer = {"status": "synced", "reference": "ZAAK-2027-14"}
    await desk.stage.case()
    await desk.tick()
    event = (await desk.events())[0]
    assert (event.answer, event.reference) == ("synced", "ZAAK-2027-14")


@pytest.mark.parametrize("answer", [None, [], "synced", {"status": "x"}, {"status": "synced", "reference": "x" * 101}])
async def test_words_that_are_no_answer_are_not_kept(desk: Desk, answer: Any) -> None:
    await desk.subscribe()
    desk.server.answer = answer
    await desk.stage.case()
    await desk.tick()
    assert (await desk.events())[0].reference is None


async def test_a_new_secret_and_the_one_before_it_both_sign_until_that_is_retired(desk: Desk) -> None:
    id, first = await desk.subscribe()
    vault = desk.stage.vault
    second = await desk.ledger.write(lambda s: webhooks.rotate_secret(vault, s.get_one(Webhook, id)))
    await desk.stage.case()
    await desk.tick()
    assert desk.server.signed_with(0, first)
    assert desk.server.signed_with(0, second)
    await desk.ledger.write(lambda s: webhooks.retire_secret(vault, s.get_one(Webhook, id)))
    await desk.stage.case()
    await desk.tick()
    assert desk.server.signed_with(1, second)
    assert not desk.server.signed_with(1, first)


async def test_neither_address_nor_secret_stands_in_the_database(desk: Desk) -> None:
    _, secret = await desk.subscribe()
    row = await desk.webhook()
    assert desk.server.url.encode() not in row.sealed
    assert secret.encode() not in row.sealed


async def test_one_that_was_sealed_with_a_lost_secret_is_paused_and_says_so(desk: Desk) -> None:
    await desk.subscribe()
    await desk.stage.case()
    desk.stage.vault = Vault(["x" * 32])
    await desk.tick()
    webhook = await desk.webhook()
    assert (webhook.state, webhook.problem) == ("paused", "it was sealed with a secret that is gone: add it again")


async def test_a_webhook_that_is_removed_leaves_nothing(desk: Desk) -> None:
    id, _ = await desk.subscribe()
    await desk.stage.case()
    await desk.ledger.write(lambda s: webhooks.remove_webhook(s, s.get_one(Webhook, id)))
    assert await desk.events() == []
    assert await desk.tick() == 0


async def test_what_happens_elsewhere_is_nobody_elses_business(desk: Desk) -> None:
    await desk.subscribe()
    await desk.stage.case(organisation="genk")
    await desk.tick()
    assert desk.server.tried == []


@BOTH
async def test_events_of_one_case_at_the_same_moment_get_numbers_without_gaps_or_twins(one_ledger: Ledger) -> None:
    stage = Stage(one_ledger)
    async with HookServer() as server:
        desk = Desk(stage, server)
        await desk.subscribe()
        case = await stage.case()

        def note(session: Session) -> None:
            tell_of_case(session, session.get_one(Case, case), "case.changed", stage.now)

        await asyncio.gather(*(one_ledger.write(note) for _ in range(12)))
        for _ in range(3):
            await desk.tick()
    assert [number for number, _ in server.line] == list(range(1, 14))
    assert await one_ledger.read(verify) == []
