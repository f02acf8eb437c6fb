"""The desk of webhooks with a receiver beside it, for tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, select

from bot.agenda_network import Limits, Outside
from bot.stage import StageClock
from bot.webhooks import Manner, Webhooks
from casework.cases.case_answers import finish
from casework.cases.cases import Actor, accept
from casework.hooks import webhooks
from casework.hooks.webhook_payload import Archive
from casework.hooks.webhooks import Subscription
from casework.privacy.consents import record
from flows.effects import RecordConsent
from storage.ledger import Ledger
from storage.tables import Case, Due, Webhook, WebhookEvent
from storage.trays import claim_due
from tests.hook_server import HookServer
from tests.outside_server import HERE as ALLOWED
from tests.staff_stage import HERE, NOW, Stage, briefing

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
