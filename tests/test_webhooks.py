"""Systems elsewhere are told what happens with a case: signed, in order, and again until they have it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlmodel import Session, select

from bot.agenda_network import Limits, Outside
from bot.stage import StageClock
from bot.webhooks import Manner, Webhooks
from casework.cases.case_answers import decline, finish
from casework.cases.cases import Actor, accept
from casework.hooks import webhook_lines, webhooks
from casework.hooks.webhook_events import tell_of_case
from casework.hooks.webhook_payload import Archive
from casework.hooks.webhook_signing import signed
from casework.hooks.webhooks import Subscription
from casework.privacy.consents import record
from casework.privacy.erasing import erase
from casework.visiting.staff_visits import Seen, attend, cancel_visit
from flows.effects import RecordConsent
from storage.ledger import Ledger
from storage.tables import Audit, Case, Due, Webhook, WebhookEvent
from storage.trays import claim_due
from storage.vault import Vault
from storage.verify import verify
from tests.databases import BOTH
from tests.hook_server import HookServer
from tests.outside_server import HERE as ALLOWED
from tests.staff_stage import HERE, NOW, ORGANISATIONS, Stage, briefing

SWIFT = Limits(seconds=0.3)
QUICK = Manner(pause=0.0)


@dataclass
class Desk:
    """The office, with a receiver that is told what happens in it."""

    stage: Stage
    server: HookServer
    clock: StageClock = field(default_factory=lambda: StageClock(NOW))

    @property
    def ledger(self) -> Ledger:
        return self.stage.ledger

    async def subscribe(self, **wanted: Any) -> tuple[str, str]:
        """Its id and its secret."""
        subscription = Subscription("demo", f"{self.server.url}/hook", **wanted)

        def work(session: Session) -> tuple[str, str]:
            webhook, secret = webhooks.add_webhook(session, self.stage.vault, HERE, subscription, self.stage.now)
            return webhook.id, secret

        return await self.ledger.write(work)

    async def tick(self, outside: Outside | None = None) -> int:
        """Carry out what is due now; how many rows."""
        self.clock = StageClock(self.stage.now)
        tiers = briefing().tiers
        archive = Archive(self.stage.vault, tiers, "https://opstap.example/api/v1/cases/")
        carrier = Webhooks(self, outside or Outside(ALLOWED, SWIFT), archive, QUICK)
        rows = await self.ledger.write(lambda session: claim_due(session, self.stage.now, 50, 60))
        mine = [row for row in rows if row.kind == webhooks.DELIVER]
        for row in mine:
            await carrier.carry_out(row)
        return len(mine)

    async def until(self, moment: timedelta) -> None:
        """As the ticker would, without waiting: from one due row to the next."""
        end = self.stage.now + moment
        while (due := await self.ledger.read(next_due)) is not None and due <= end:
            self.stage.now = max(self.stage.now, due)
            await self.tick()
        self.stage.now = end

    async def accept(self, case: str, version: int = 1) -> None:
        account = await self.stage.account("greet")
        assert await self.ledger.write(lambda s: accept(s, case, account, version, self.stage.now)) == "accepted"

    async def finish(self, case: str, version: int = 2) -> None:
        account = Actor.of(await self.stage.account("greet"))
        assert await self.ledger.write(lambda s: finish(s, account, (case, version), self.stage.now)) == "done"

    async def person(self, case: str) -> str:
        return await self.ledger.read(lambda session: session.get_one(Case, case).person_id)

    async def events(self) -> list[WebhookEvent]:
        return await self.ledger.read(lambda s: list(s.exec(select(WebhookEvent).order_by(WebhookEvent.seq))))  # type: ignore[arg-type]

    async def webhook(self) -> Webhook:
        return await self.ledger.read(lambda session: session.exec(select(Webhook)).one())

    async def agree(self, case: str, granted: bool = True) -> None:
        person, now = await self.person(case), self.stage.now
        order = RecordConsent("intake", 1, granted, "nl")
        await self.ledger.write(lambda session: record(session, person, order, "web", now))


def next_due(session: Session) -> datetime | None:
    waiting = session.exec(select(Due).where(Due.kind == webhooks.DELIVER, Due.state == "planned")).all()
    return min((row.due_at for row in waiting), default=None)


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


async def test_a_receiver_that_is_down_for_a_day_loses_nothing_and_keeps_the_order(desk: Desk) -> None:
    await desk.subscribe()
    cases = [await desk.stage.case() for _ in range(3)]
    desk.server.status = 500
    await desk.until(timedelta(hours=20))
    for case in cases:
        await desk.accept(case)
    late = await desk.stage.case()
    await desk.until(timedelta(hours=4))
    assert desk.server.told == []
    for case in cases:
        await desk.finish(case)
    desk.server.status = 200
    await desk.until(timedelta(minutes=15))
    for case in cases:
        theirs = [event for event in desk.server.told if event["data"]["case"]["id"] == case]
        assert [event["data"]["sequence"] for event in theirs] == [1, 2, 3]
    assert [event["type"] for event in desk.server.told if event["data"]["case"]["id"] == late] == ["case.offered"]
    assert len(desk.server.tried) < 40
    assert (await desk.webhook()).failures == 0


async def test_the_same_event_keeps_its_id_however_often_it_is_tried(desk: Desk) -> None:
    await desk.subscribe()
    await desk.stage.case()
    desk.server.statuses = [500, 503, 429]
    await desk.until(timedelta(hours=3))
    assert len(desk.server.tried) == 4
    assert len({headers["webhook-id"] for headers in desk.server.headers}) == 1
    assert len(desk.server.told) == 1


async def test_one_that_is_slow_is_tried_again(desk: Desk) -> None:
    await desk.subscribe()
    await desk.stage.case()
    desk.server.slow = 0.5
    await desk.tick()
    assert (await desk.webhook()).problem == "too slow"
    desk.server.slow = 0.0
    await desk.until(timedelta(minutes=1))
    assert (await desk.events())[0].state == "delivered"


async def test_after_three_days_it_is_a_dead_letter_and_the_rest_of_the_case_waits_behind_it(desk: Desk) -> None:
    await desk.subscribe()
    case = await desk.stage.case()
    desk.server.status = 500
    await desk.until(timedelta(hours=1))
    await desk.accept(case)
    began = desk.stage.now
    while (await desk.events())[0].state == "waiting":
        await desk.until(timedelta(hours=3))
    assert timedelta(hours=70) < desk.stage.now - began < timedelta(hours=90)
    dead = await desk.ledger.read(lambda s: webhook_lines.dead_letters(s, HERE))
    assert [(event.seq, event.reason) for event in dead] == [(1, "it answers 500")]
    desk.server.status = 200
    await desk.until(timedelta(minutes=20))
    assert desk.server.told == []
    await desk.ledger.write(lambda s: webhook_lines.replay(s, s.get_one(WebhookEvent, dead[0].id), desk.stage.now))
    await desk.until(timedelta(minutes=11))
    assert desk.server.line == [(1, "case.offered"), (2, "case.accepted")]


async def test_a_dead_letter_that_is_left_out_lets_the_rest_of_its_case_go_on(desk: Desk) -> None:
    await desk.subscribe()
    case = await desk.stage.case()
    desk.server.status = 422
    await desk.tick()
    await desk.accept(case)
    desk.server.status = 200
    await desk.tick()
    assert desk.server.told == []
    first = (await desk.events())[0]
    assert (first.state, first.attempts) == ("dead", 1)
    for expected in (True, False):
        work = partial(webhook_lines.skip, now=desk.stage.now)
        assert await desk.ledger.write(lambda s: work(s, s.get_one(WebhookEvent, first.id))) is expected  # noqa: B023
    await desk.until(timedelta(minutes=2))
    assert desk.server.line == [(2, "case.accepted")]


async def test_one_refused_event_holds_up_its_own_case_only(desk: Desk) -> None:
    await desk.subscribe()
    for _ in range(3):
        await desk.stage.case()
    desk.server.statuses = [400]
    await desk.tick()
    assert len(desk.server.told) == 2
    assert (await desk.webhook()).failures == 0


async def test_a_receiver_that_says_it_is_gone_is_paused_until_staff_resume_it(desk: Desk) -> None:
    id, _ = await desk.subscribe()
    case = await desk.stage.case()
    desk.server.status = 410
    await desk.tick()
    assert (await desk.webhook()).state == "gone"
    desk.server.status = 200
    await desk.accept(case)
    await desk.until(timedelta(hours=1))
    assert (len(desk.server.tried), desk.server.told) == (1, [])
    await desk.ledger.write(lambda s: webhooks.resume(s, s.get_one(Webhook, id), desk.stage.now))
    await desk.tick()
    assert desk.server.line == [(1, "case.offered"), (2, "case.accepted")]


async def test_two_receivers_are_told_each_in_its_own_time(desk: Desk) -> None:
    await desk.subscribe()
    async with HookServer(status=500) as down:
        other = Desk(desk.stage, down)
        await other.subscribe()
        await desk.stage.case()
        assert await desk.tick() == 2
        assert (len(desk.server.told), len(down.told), len(down.tried)) == (1, 0, 1)


async def test_redirects_are_not_followed(desk: Desk) -> None:
    await desk.subscribe()
    await desk.stage.case()
    desk.server.statuses = [302]
    await desk.tick()
    assert len(desk.server.tried) == 1
    event = (await desk.events())[0]
    assert (event.state, event.reason) == ("waiting", "it leads from one address to the next")


async def test_an_address_inside_is_refused_at_each_delivery_too(desk: Desk) -> None:
    await desk.subscribe()
    await desk.stage.case()
    await desk.tick(Outside((), SWIFT))
    assert desk.server.tried == []
    assert (await desk.webhook()).problem == "what is private needs https"


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
