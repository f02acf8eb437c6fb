"""How the organisation's Telegram bot is doing, and which colleagues get their notices there."""

from __future__ import annotations

from aiohttp import web
from sqlmodel import Session, col, select

from staff.door import SIGNED_IN, Route
from staff.office import OFFICE
from staff.pages import page
from storage.tables import Chat, Staff


async def show_bot(request: web.Request) -> web.Response:
    office, account = request.config_dict[OFFICE], request[SIGNED_IN]

    def work(session: Session) -> list[tuple[str, bool]]:
        tied = select(Chat.staff_id).where(Chat.organisation == account.organisation, Chat.state == "open")
        chats = set(session.exec(tied.where(col(Chat.staff_id).is_not(None))))
        mine = select(Staff).where(Staff.organisation == account.organisation, col(Staff.active))
        return [(staff.name, staff.id in chats) for staff in session.exec(mine.order_by(col(Staff.name)))]

    colleagues = await office.ledger.read(work)
    state = await office.bot_state(account.organisation)
    return page(request, "bot.html", state=state, colleagues=colleagues)


ROUTES = (Route("GET", "/organisation/telegram", "organisation_telegram", show_bot, "see_organisation"),)
