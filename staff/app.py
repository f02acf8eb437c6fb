"""Puts the staff console together, to be mounted at ``/staff/``."""

from __future__ import annotations

from aiohttp import web

from staff import (
    account_pages,
    advice_pages,
    answer_pages,
    audit_pages,
    beside_pages,
    booking_pages,
    bot_pages,
    calendar_pages,
    campaign_pages,
    case_acts,
    case_pages,
    catalogue_pages,
    cheque_pages,
    company_pages,
    entrance,
    factor_pages,
    figure_pages,
    file_pages,
    filling_in_pages,
    hours_pages,
    link_pages,
    live_stream,
    local_work_pages,
    map_pages,
    notice_pages,
    organisation_pages,
    outside_pages,
    partner_pages,
    passkey_pages,
    people_pages,
    recordings,
    report_pages,
    retention_pages,
    second_step_pages,
    session_pages,
    sheet_pages,
    step_pages,
    talk_pages,
    today_pages,
    token_pages,
    visit_pages,
    webhook_pages,
    wording_pages,
)
from staff.cookie import with_token
from staff.door import recognise, register
from staff.guard import no_forgery, with_headers
from staff.live_stream import LIVE, LivePages
from staff.office import OFFICE, Office
from staff.pages import ASSETS
from staff.password_checks import CHECKS, PasswordChecks
from staff.refusals import with_refusals
from staff.throttle import THROTTLE, Throttle

ROUTES = (
    *entrance.ROUTES,
    *second_step_pages.ROUTES,
    *passkey_pages.ROUTES,
    *outside_pages.ROUTES,
    *today_pages.ROUTES,
    *case_pages.ROUTES,
    *case_acts.ROUTES,
    *beside_pages.ROUTES,
    *file_pages.ROUTES,
    *sheet_pages.ROUTES,
    *live_stream.ROUTES,
    *calendar_pages.ROUTES,
    *booking_pages.ROUTES,
    *visit_pages.ROUTES,
    *hours_pages.ROUTES,
    *session_pages.ROUTES,
    *advice_pages.ROUTES,
    *step_pages.ROUTES,
    *catalogue_pages.ROUTES,
    *map_pages.ROUTES,
    *partner_pages.ROUTES,
    *local_work_pages.ROUTES,
    *cheque_pages.ROUTES,
    *company_pages.ROUTES,
    *report_pages.ROUTES,
    *figure_pages.ROUTES,
    *campaign_pages.ROUTES,
    *audit_pages.ROUTES,
    *recordings.ROUTES,
    *talk_pages.ROUTES,
    *filling_in_pages.ROUTES,
    *account_pages.ROUTES,
    *factor_pages.ROUTES,
    *bot_pages.ROUTES,
    *link_pages.ROUTES,
    *organisation_pages.ROUTES,
    *people_pages.ROUTES,
    *retention_pages.ROUTES,
    *token_pages.ROUTES,
    *webhook_pages.ROUTES,
    *wording_pages.ROUTES,
    *notice_pages.ROUTES,
    *answer_pages.ROUTES,
)


def staff_app(office: Office) -> web.Application:
    """The console. Mount it with ``app.add_subapp("/staff/", staff_app(office))``."""
    guards = (with_headers, with_token, with_refusals, recognise, no_forgery)
    app = web.Application(middlewares=guards)
    app[OFFICE] = office
    app[THROTTLE] = Throttle()
    app[CHECKS] = PasswordChecks()
    app[LIVE] = LivePages()
    app.on_shutdown.append(app[LIVE].close)
    app.add_routes(ASSETS.routes("/static/"))
    register(app, ROUTES)
    return app
