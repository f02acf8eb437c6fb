"""Shows notices in the browsers of staff: that something waits, and the number of the case; nothing else."""

from __future__ import annotations

import asyncio
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import parseaddr
from functools import partial
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

import orjson
import structlog
from aiohttp import web
from sqlmodel import Session

from bot.agenda_network import Ask, NotFetched, Outside
from bot.house import House
from bot.settings import Settings
from casework.telling.announcements import go_next_way
from casework.telling.notice_sending import PUSH, fail, sent, still_wanted
from casework.telling.notices import ABOUT_A_CASE
from casework.telling.push_browsers import Browser, browsers_of, forget_browser, push_key
from flows.messages import Phrase
from storage.tables import Due, Notice, NoticeDelivery, Staff
from storage.trays import finish_due, retry_due

log = structlog.get_logger()
WAITS_FOR_YOU = Phrase("Something waits for you in Opstap.")
WAITS = (1, 5, 15, 60)
"""Minutes between two tries; then the next way is taken."""
KEPT = timedelta(hours=12)
"""How long a push service keeps it for a browser that is off."""
SIGNED_FOR = timedelta(hours=12)
GONE = (404, 410)
LATER = (408, 413, 425, 429)
Fate: TypeAlias = Literal["shown", "gone", "later", "refused"]


@dataclass(frozen=True, slots=True)
class Letter:
    """What goes to the browsers of one member of staff; ``key`` is the private key of the house."""

    browsers: Mapping[str, Browser]
    content: bytes = field(repr=False)
    key: bytes = field(repr=False)
    urgent: bool


def contact(settings: Settings) -> str:
    """Whom a push service may ask about what we send."""
    if settings.smtp_from:
        return f"mailto:{parseaddr(settings.smtp_from)[1]}"
    return settings.public_url if settings.secure else "mailto:opstap@localhost.invalid"


def push_errands(house: House, outside: Outside, contact: str) -> dict[str, Callable[[Due], Awaitable[None]]]:
    """What the ticker sends out, by the kind of the row. ``contact`` is whom a push service may write to."""
    return {PUSH: Pushing(house, outside, contact).carry_out}


async def make_push_key(house: House, _: web.Application) -> None:
    """Before the first page shows it to a browser."""
    now = house.clock.now()
    await house.ledger.write(lambda session: push_key(session, house.vault, now))


@dataclass(frozen=True, slots=True)
class Pushing:
    house: House
    outside: Outside
    contact: str

    async def carry_out(self, due: Due) -> None:
        """No connection to the database is held while the push services are asked."""
        letter = await self.house.ledger.write(partial(self._letter, due))
        if letter is None:
            return
        sending = (self._send(letter, browser) for browser in letter.browsers.values())
        fates = dict(zip(letter.browsers, await asyncio.gather(*sending), strict=True))
        log.info("push.sent", id=due.id, attempt=due.attempts, fates=sorted(fates.values()))
        await self.house.ledger.write(partial(self._settle, due, fates))

    def _letter(self, due: Due, session: Session) -> Letter | None:
        delivery = still_wanted(session, due.subject or "")
        if delivery is None:
            finish_due(session, due.id or 0, "skipped", "nobody needs it any more")
            return None
        browsers = browsers_of(session, self.house.vault, delivery.staff_id)
        notice, staff = session.get_one(Notice, delivery.notice_id), session.get_one(Staff, delivery.staff_id)
        content = {
            "text": self.house.wording.translate(WAITS_FOR_YOU.source, staff.language),
            "case": notice.subject if notice.kind in ABOUT_A_CASE else "",
        }
        key = push_key(session, self.house.vault, self.house.clock.now())
        return Letter(browsers, orjson.dumps(content), key, notice.kind == "urgent")

    async def _send(self, letter: Letter, browser: Browser) -> Fate:
        body, headers = await asyncio.to_thread(self._sealed, letter, browser)
        try:
            answer = await self.outside.ask(Ask(browser.address, "POST", body, headers, private=True))
        except NotFetched:
            return "later"
        if 200 <= answer.status < 300:
            return "shown"
        if answer.status in GONE:
            return "gone"
        return "later" if answer.status in LATER or answer.status >= 500 else "refused"

    def _sealed(self, letter: Letter, browser: Browser) -> tuple[bytes, dict[str, str]]:
        """Only this browser can open it (RFC 8291), and its service knows who sends (RFC 8292)."""
        from py_vapid import Vapid02  # type: ignore[import-untyped]  # loads much that no start needs
        from pywebpush import WebPusher  # type: ignore[import-untyped]  # as this does

        keys = {"p256dh": browser.p256dh, "auth": browser.auth}
        body = WebPusher({"endpoint": browser.address, "keys": keys}).encode(letter.content)["body"]
        parts = urlsplit(browser.address)
        until = int((self.house.clock.now() + SIGNED_FOR).timestamp())
        claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": until, "sub": self.contact}
        signed = Vapid02.from_der(urlsafe_b64encode(letter.key)).sign(claims)
        return body, {
            **signed,
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(int(KEPT.total_seconds())),
            "Urgency": "high" if letter.urgent else "normal",
        }

    def _settle(self, due: Due, fates: Mapping[str, Fate], session: Session) -> None:
        for browser in (id for id, fate in fates.items() if fate == "gone"):
            forget_browser(session, browser)
        now, came = self.house.clock.now(), set(fates.values())
        if "shown" in came:
            if finish_due(session, due.id or 0, "done"):
                sent(session, due.subject or "", now)
        elif "later" in came and due.attempts <= len(WAITS):
            retry_due(session, due.id or 0, now + timedelta(minutes=WAITS[due.attempts - 1]))
        elif finish_due(session, due.id or 0, "dead", "no browser takes it"):
            delivery = session.get_one(NoticeDelivery, due.subject)
            fail(session, delivery, "no browser takes it")
            go_next_way(session, self.house.voice, delivery, now)
