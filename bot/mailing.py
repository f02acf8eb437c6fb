"""Sends notices to staff by e-mail: a neutral sentence and a link; tried again for hours, then on the next way."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from functools import partial

import aiosmtplib
import structlog
from pydantic import SecretStr
from sqlmodel import Session

from bot.house import House
from bot.settings import BadSettings, Settings
from casework.telling.announcements import TEXTS, go_next_way, write_to_chat
from casework.telling.notice_answers import link_of
from casework.telling.notice_sending import MAIL, fail, sent, still_wanted
from casework.telling.notice_ways import chosen
from flows.messages import Phrase
from storage.tables import Due, Notice, NoticeDelivery, Staff
from storage.trays import finish_due, retry_due

log = structlog.get_logger()

OPEN_IT = Phrase("Open the console to see what waits:")
ANSWER_IT = Phrase("Accept it, decline it or open it here. The link works for three days:")
WAITS = (1, 5, 15, 60, 120, 240)
"""Minutes between two tries; about seven hours in all."""
TIMEOUT = 20.0
FOR_GOOD = 500
"""From here on a server's answer is a no; below, it asks to come back."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """The mail server of this installation."""

    host: str
    port: int
    security: str
    username: str
    password: SecretStr
    sender: str

    async def send(self, message: EmailMessage) -> None:
        """Raises ``aiosmtplib.SMTPException`` or ``OSError`` when it is not taken."""
        message["From"] = self.sender
        await aiosmtplib.send(
            message,
            hostname=self.host,
            port=self.port,
            username=self.username or None,
            password=self.password.get_secret_value() or None,
            use_tls=self.security == "tls",
            start_tls=self.security == "starttls",
            timeout=TIMEOUT,
        )


def mailbox(settings: Settings) -> Mailbox | None:
    """``None`` where no server is set. Raises ``BadSettings`` for one without a sender."""
    if not settings.smtp_host:
        return None
    if not settings.smtp_from:
        raise BadSettings("OPSTAP_SMTP_FROM: write the address that notices come from, such as opstap@example.org.")
    return Mailbox(
        settings.smtp_host,
        settings.smtp_port,
        settings.smtp_security,
        settings.smtp_username,
        settings.smtp_password,
        settings.smtp_from,
    )


def mail_errands(house: House, settings: Settings) -> dict[str, Callable[[Due], Awaitable[None]]]:
    """What the ticker sends out, by the kind of the row; without a server, e-mail fails and the next way is taken."""
    return {MAIL: Mailing(house, mailbox(settings)).carry_out}


@dataclass(frozen=True, slots=True)
class Mailing:
    house: House
    mailbox: Mailbox | None

    async def carry_out(self, due: Due) -> None:
        """No connection to the database is held while the server is spoken to."""
        message = await self.house.ledger.write(partial(self._message, due))
        if message is None:
            return
        if self.mailbox is None:
            await self.house.ledger.write(partial(self._given_up, due, "no mail server"))
            return
        try:
            await self.mailbox.send(message)
        except (aiosmtplib.SMTPException, OSError) as error:
            log.warning("mail.not_sent", id=due.id, attempt=due.attempts, error=type(error).__name__)
            await self.house.ledger.write(partial(self._failed, due, error))
        else:
            await self.house.ledger.write(partial(self._sent, due))

    def _message(self, due: Due, session: Session) -> EmailMessage | None:
        delivery = still_wanted(session, due.subject or "")
        address = chosen(session, delivery.staff_id).email if delivery else ""
        if delivery is None or not address:
            finish_due(session, due.id or 0, "skipped", "nobody needs it any more")
            return None
        staff, notice = session.get_one(Staff, delivery.staff_id), session.get_one(Notice, delivery.notice_id)

        def say(phrase: Phrase) -> str:
            return self.house.wording.translate(phrase.source, staff.language)

        message = EmailMessage()
        message["To"], message["Subject"] = address, f"Opstap: {say(TEXTS[notice.kind])}"
        message["Message-ID"] = f"<{delivery.id}@opstap>"
        message["Auto-Submitted"] = "auto-generated"
        token, console = link_of(session, self.house.vault, delivery), f"{self.house.public_url}/staff/"
        where = f"{say(ANSWER_IT)}\n{console}answer/{token}" if token else f"{say(OPEN_IT)}\n{console}"
        message.set_content(f"{say(TEXTS[notice.kind])}\n\n{where}\n")
        return message

    def _sent(self, due: Due, session: Session) -> None:
        if finish_due(session, due.id or 0, "done"):
            sent(session, due.subject or "", self.house.clock.now())

    def _failed(self, due: Due, error: Exception, session: Session) -> None:
        now = self.house.clock.now()
        if _is_final(error) or due.attempts > len(WAITS):
            self._given_up(due, type(error).__name__, session)
        else:
            retry_due(session, due.id or 0, now + timedelta(minutes=WAITS[due.attempts - 1]))

    def _given_up(self, due: Due, reason: str, session: Session) -> None:
        if finish_due(session, due.id or 0, "dead", reason):
            delivery = session.get_one(NoticeDelivery, due.subject)
            fail(session, delivery, reason)
            go_next_way(session, self.house.voice, delivery, self.house.clock.now())


def _is_final(error: Exception) -> bool:
    """Whether the server will never take this letter; a wrong password may be mended."""
    match error:
        case aiosmtplib.SMTPRecipientsRefused(recipients=refused):
            return all(each.code >= FOR_GOOD for each in refused)
        case aiosmtplib.SMTPSenderRefused(code=code) | aiosmtplib.SMTPDataError(code=code):
            return code >= FOR_GOOD
        case _:
            return False


def write_waiting(session: Session, house: House, due: Due, now: datetime) -> None:
    """A notice that waited for office hours goes into the chat, unless somebody has seen to it meanwhile."""
    delivery = still_wanted(session, due.subject or "")
    if delivery is None:
        finish_due(session, due.id or 0, "skipped", "nobody needs it any more")
    elif finish_due(session, due.id or 0, "done") and not write_to_chat(session, house.voice, delivery, now):
        go_next_way(session, house.voice, delivery, now)
